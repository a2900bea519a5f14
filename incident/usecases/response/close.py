"""Close an incident, or reopen it with a reason. Nothing is ever deleted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import IllegalMove
from incident.domain.kernel.events import OPEN_STATUSES, Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, require
from incident.domain.kernel.text import clean, required
from incident.domain.kinds import Subject, TaskKind
from incident.domain.next_steps import Step, hindrances, steps
from incident.domain.step_words import source
from incident.law.completeness import completeness
from incident.law.facts import BreachFacts
from incident.law.proposals import Proposal, proposals, with_proposals
from incident.law.vocabulary import Actor as Cause
from incident.law.vocabulary import Ternary
from incident.store.models import Exercise, Incident, Task
from incident.store.queries.progress import progress_of_one
from incident.usecases.common.access import incident_for
from incident.usecases.common.fact_versions import append_version, current_facts
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.common.settings import organisation_profile
from incident.usecases.messages.reporter import tell_reporter
from incident.usecases.messages.turns import tell_reopened
from incident.usecases.response.consequences import follow
from incident.usecases.response.not_reached import run_on_in_vain
from incident.usecases.response.propose import supersede

TAKEN_WITH_CAUSE: Final = frozenset({"actor"})
"""The form of the closing asks it by itself."""


@dataclass(frozen=True, slots=True)
class CloseIncident:
    """Cause category and lessons, for the register and for next time; why what it lacks is not known."""

    actor: Actor
    incident: UUID | str
    cause: str
    lessons: str
    unknown_because: str = ""


def obstacles(session: Session, incident: Incident) -> tuple[Step, ...]:
    """The steps that still keep the incident from being closed; empty when none does."""
    return hindrances(steps(progress_of_one(session, incident)))


def close_incident(command: CloseIncident, *, session: Session, now: datetime) -> Incident:
    """Close it. Raises IllegalMove naming the first thing that is still to be done."""
    incident = incident_for(session, command.incident, command.actor, Permission.CLOSE)
    if incident.status not in OPEN_STATUSES:
        raise IllegalMove("This incident is closed already.")
    for step in obstacles(session, incident):
        raise IllegalMove(source(step.code))
    take_outcome(incident, command.cause, command.lessons)
    because = clean(command.unknown_because, field="unknown_because")
    _complete(session, incident, command.actor, because, now)
    incident.closed_at = now
    record(session, incident, Tag.INCIDENT_CLOSED, command.actor, now)
    tell_timeline(session, incident, command.actor, kind="closed", text=because, happened_at=now, now=now)
    tell_reporter(session, incident, "reporter_closed", actor=command.actor, now=now)
    return incident


def take_outcome(incident: Incident, cause: str, lessons: str) -> None:
    """Keep why it happened and what was learned. Raises Invalid at the one that is empty."""
    incident.cause = required(cause, "Choose the category of the cause.", field="cause", limit=255)
    incident.lessons = required(lessons, "Write what was learned, or that nothing was.", field="lessons")


def taken_at_close(facts: BreachFacts, measures: Sequence[str]) -> tuple[Proposal, ...]:
    """What closing adds to the facts where nobody answered: effects that follow, and the measures on the list."""
    found = [one for one in proposals(facts) if one.name in ("consequences_data", "consequences_subjects")]
    if measures and not facts.measures_prevent_note:
        found.append(Proposal("measures_prevent_note", "\n".join(measures), "proposal.measures"))
    return tuple(found)


def lacking(session: Session, facts: BreachFacts, measures: Sequence[str]) -> tuple[str, ...]:
    """GDPR art. 33(5): the questions about facts, effects and remedial action that the register would not answer.

    ``measures`` are the measures on the incident's list.
    """
    if facts.is_breach is not Ternary.YES:
        return ()
    after = with_proposals(facts, taken_at_close(facts, measures))
    missing = completeness("gdpr_33_5", after, organisation_profile(session)).missing
    return tuple(dict.fromkeys(name for item in missing for name in item.open_fields if name not in TAKEN_WITH_CAUSE))


def _complete(session: Session, incident: Incident, actor: Actor, because: str, now: datetime) -> None:
    """GDPR art. 33(5): the register holds the facts, the effects and the remedial action, or why it does not."""
    facts, measures = current_facts(session, incident), _measures(session, incident)
    after = _with_cause(with_proposals(facts, taken_at_close(facts, measures)), incident.cause)
    if because:
        unknown = {*after.stated_unknown, *lacking(session, facts, measures)}
        after = replace(after, stated_unknown=tuple(sorted(unknown)))
    if after != facts:
        reason = because or "closed"
        append_version(session, incident, after, actor=actor, now=now, chapter="close", reason=reason)


def _with_cause(facts: BreachFacts, cause: str | None) -> BreachFacts:
    """The cause that was chosen at closing says who caused it, where nobody had said so."""
    if facts.actor is not Cause.UNKNOWN or cause not in set(Cause):
        return facts
    return replace(facts, actor=Cause(cause))


def _measures(session: Session, incident: Incident) -> Sequence[str]:
    query = select(Task.title).where(Task.incident_id == incident.id, Task.kind == TaskKind.MEASURE)
    return session.scalars(query.order_by(Task.position)).all()


@dataclass(frozen=True, slots=True)
class ReopenIncident:
    """Take up a closed incident again, and why."""

    actor: Actor
    incident: UUID | str
    reason: str


def reopen_incident(command: ReopenIncident, *, session: Session, now: datetime) -> Incident:
    """Open it again; what was recorded stays. In an exercise a denial can be taken back as long as it runs."""
    incident = incident_for(session, command.incident, command.actor, Permission.RECORD)
    require(command.actor, Permission.CLOSE)
    if incident.exercise_id and session.get_one(Exercise, incident.exercise_id).ended_at is not None:
        raise IllegalMove("This exercise has ended already.")
    if incident.status in OPEN_STATUSES:
        raise IllegalMove("This incident is open.")
    reason = required(command.reason, "Say why it is reopened.", field="reason")
    incident.closed_at, incident.duplicate_of_id = None, None
    record(session, incident, Tag.INCIDENT_REOPENED, command.actor, now)
    tell_timeline(session, incident, command.actor, kind="reopened", text=reason, happened_at=now, now=now)
    _run_again(session, incident, command.actor, now)
    tell_reopened(session, incident, command.actor, now)
    return incident


def _run_again(session: Session, incident: Incident, actor: Actor, now: datetime) -> None:
    """A denial no longer stands; the clocks run again that a merging ended, or a letter that has come back since."""
    facts = current_facts(session, incident)
    if facts.is_breach is Ternary.NO:
        supersede(session, incident, Subject.BREACH)
        facts = replace(facts, is_breach=Ternary.UNKNOWN)
        append_version(session, incident, facts, actor=actor, now=now, chapter="triage", reason="reopened")
    run_on_in_vain(session, incident, actor=actor, now=now)
    follow(session, incident, facts, actor=actor, now=now)
