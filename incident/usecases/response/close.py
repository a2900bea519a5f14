"""Close an incident, or reopen it with a reason. Nothing is ever deleted."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import IllegalMove
from incident.domain.kernel.events import OPEN_STATUSES, Status, Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import required
from incident.domain.kinds import Addressee, DeadlineState, DecisionState, Subject, TaskKind
from incident.law.proposals import Proposal, proposals, with_proposals
from incident.law.vocabulary import Ternary
from incident.store.models import Deadline, Decision, Incident, Notice, Submission, Task
from incident.usecases.common.access import incident_for
from incident.usecases.common.fact_versions import append_version, current_facts
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.response.consequences import follow
from incident.usecases.response.propose import LIVE


@dataclass(frozen=True, slots=True)
class CloseIncident:
    """Cause category and lessons, for the register and for next time."""

    actor: Actor
    incident: UUID | str
    cause: str
    lessons: str


def obstacles(session: Session, incident: Incident) -> tuple[str, ...]:
    """What still keeps the incident from being closed, as sentences; empty when nothing does."""
    running = {_kind(obligation) for obligation in session.scalars(_running(incident))}
    if incident.is_breach == Ternary.NO.value:
        return tuple(sentence for kind, sentence in _AFTER_DENIAL if kind in running)
    live = _live(session, incident)
    newest = {row.subject: row for row in live}
    acts = {row.subject: row.act for row in live if row.state is DecisionState.FINAL}
    informed, measures = session.execute(select(_informed(incident), _measures(incident))).one()
    decided = {subject for subject, row in newest.items() if row.state is DecisionState.FINAL}
    found = [sentence for subject, sentence in _DECISIONS if subject not in decided]
    if acts.get(Subject.AUTHORITY) and incident.notified_at is None:
        found.append("It was decided to notify the authority: record the submission.")
    if acts.get(Subject.SUBJECTS) and not informed:
        found.append("It was decided to inform the data subjects: record that this was done.")
    found += [sentence for kind, sentence in _CLOCKS if kind in running]
    if not measures:
        found.append("Add at least one measure with an owner and a date.")
    return tuple(found)


_DECISIONS = (
    (Subject.AUTHORITY, "Decide whether to notify the authority."),
    (Subject.SUBJECTS, "Decide whether to inform the data subjects."),
)


_KINDS = {"gdpr_33_1": "authority", "gdpr_33_4": "follow_up", "gdpr_34": "subjects", "gdpr_34_3_c": "public"}
_CLOCKS = (
    (
        "follow_up",
        "The follow-up to the authority is still due: file it, or decide that nothing more is to be reported.",
    ),
    (
        "public",
        "The data subjects are not told one by one: record the public communication that GDPR art. 34(3)(c) asks for.",
    ),
    ("customer", "A customer has not been told yet: record the notice to each of them."),
    ("duty", "A report under other law is still due: record it, or decide that none is due."),
)
"""What may still run once both decisions are carried out. A closed incident leaves the board, so no clock may run."""
_AFTER_DENIAL = (
    ("follow_up", "The authority was told of a breach that was none: withdraw the notification."),
    *_CLOCKS[1:],
)
"""What "no breach" does not end."""


def _running(incident: Incident) -> Select[str]:
    return select(Deadline.obligation).where(Deadline.incident_id == incident.id, Deadline.state == DeadlineState.OPEN)


def _kind(obligation: str) -> str:
    """Which of the sentences belongs to a clock; the authority's first notification has its own above."""
    if obligation.startswith("gdpr_33_2"):
        return "customer"
    return _KINDS.get(obligation, "duty")


def _live(session: Session, incident: Incident) -> list[Decision]:
    query = select(Decision).where(Decision.incident_id == incident.id, Decision.state.in_(LIVE))
    return list(session.scalars(query.order_by(Decision.recorded_at)))


def _informed(incident: Incident) -> ScalarSelect[int]:
    to_people = Notice.addressee.in_((Addressee.SUBJECTS, Addressee.PUBLIC))
    query = select(func.count()).select_from(Submission).join(Notice, Notice.id == Submission.notice_id)
    return query.where(Submission.incident_id == incident.id, to_people).scalar_subquery()


def _measures(incident: Incident) -> ScalarSelect[int]:
    query = select(func.count()).select_from(Task)
    return query.where(Task.incident_id == incident.id, Task.kind == TaskKind.MEASURE).scalar_subquery()


def close_incident(command: CloseIncident, *, session: Session, now: datetime) -> Incident:
    """Close it. Raises IllegalMove naming the first thing that is still to be done."""
    incident = incident_for(session, command.incident, command.actor, Permission.CLOSE)
    if incident.status not in OPEN_STATUSES | {Status.DISMISSED} or incident.closed_at is not None:
        raise IllegalMove("This incident is closed already.")
    for sentence in obstacles(session, incident):
        raise IllegalMove(sentence)
    incident.cause = required(command.cause, "Choose the category of the cause.", field="cause", limit=255)
    incident.lessons = required(command.lessons, "Write what was learned, or that nothing was.", field="lessons")
    _complete(session, incident, command.actor, now)
    incident.closed_at = now
    record(session, incident, Tag.INCIDENT_CLOSED, command.actor, now)
    tell_timeline(session, incident, command.actor, kind="closed", text="", happened_at=now, now=now)
    return incident


def taken_at_close(session: Session, incident: Incident) -> tuple[Proposal, ...]:
    """What closing adds to the facts where nobody answered: effects that follow, and the measures on the list."""
    facts = current_facts(session, incident)
    found = [one for one in proposals(facts) if one.name in ("consequences_data", "consequences_subjects")]
    query = select(Task.title).where(Task.incident_id == incident.id, Task.kind == TaskKind.MEASURE)
    planned = "\n".join(session.scalars(query.order_by(Task.position)))
    if planned and not facts.measures_prevent_note:
        found.append(Proposal("measures_prevent_note", planned, "proposal.measures"))
    return tuple(found)


def _complete(session: Session, incident: Incident, actor: Actor, now: datetime) -> None:
    """GDPR art. 33(5): the register holds the facts, the effects and the remedial action."""
    facts = current_facts(session, incident)
    after = with_proposals(facts, taken_at_close(session, incident))
    if after != facts:
        append_version(session, incident, after, actor=actor, now=now, chapter="close", reason="closed")


@dataclass(frozen=True, slots=True)
class ReopenIncident:
    """Take up a closed incident again, and why."""

    actor: Actor
    incident: UUID | str
    reason: str


def reopen_incident(command: ReopenIncident, *, session: Session, now: datetime) -> Incident:
    """Open it again; what was recorded stays."""
    incident = incident_for(session, command.incident, command.actor, Permission.CLOSE)
    if incident.status in OPEN_STATUSES:
        raise IllegalMove("This incident is open.")
    reason = required(command.reason, "Write why it is taken up again.", field="reason")
    incident.closed_at = None
    record(session, incident, Tag.INCIDENT_REOPENED, command.actor, now)
    tell_timeline(session, incident, command.actor, kind="reopened", text=reason, happened_at=now, now=now)
    _take_back_denial(session, incident, command.actor, now)
    return incident


def _take_back_denial(session: Session, incident: Incident, actor: Actor, now: datetime) -> None:
    facts = current_facts(session, incident)
    if facts.is_breach is not Ternary.NO:
        return
    facts = replace(facts, is_breach=Ternary.UNKNOWN)
    append_version(session, incident, facts, actor=actor, now=now, chapter="triage", reason="reopened")
    follow(session, incident, facts, actor=actor, now=now)
