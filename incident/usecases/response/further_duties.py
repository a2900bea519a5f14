"""Duties beside the first notification: reports under other law, what the authority asks, and the follow-up.

Their clocks are computed and reminded of like the 72 hours. What ends one is the same too: a recorded act of a named
person, never that somebody has seen it. Either the report was made, or it was decided by two people that none is due.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.chronology import check_instant, check_response
from incident.domain.kernel.errors import IllegalMove, Invalid, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import LINE, clean, required
from incident.domain.kinds import DeadlineState, DecisionState, Subject
from incident.law.facts import BreachFacts
from incident.law.letters import answers_letter
from incident.law.regimes import law_of, settings
from incident.store.models import Deadline, Decision, Incident
from incident.usecases.clock.deadlines import FOLLOW_UP, open_deadline, settle
from incident.usecases.common.access import incident_for
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.response.consequences import follow
from incident.usecases.response.decide import make_final
from incident.usecases.response.propose import propose
from incident.usecases.response.triage import ask_second, must_be_open


@dataclass(frozen=True, slots=True)
class FurtherClock:
    """One such clock.

    ``duty`` is the follow-up, another law by the name of its setting, or what a letter of the authority asks.
    """

    duty: str
    deadline: Deadline


def further_clocks(deadlines: list[Deadline]) -> list[FurtherClock]:
    """The clocks of further duties among these, without those that a later one replaced."""
    current = [row for row in deadlines if row.state is not DeadlineState.SUPERSEDED]
    return [FurtherClock(duty, row) for row in current if (duty := _duty_of(row.obligation))]


def _duty_of(obligation: str) -> str:
    by_itself = obligation == FOLLOW_UP or answers_letter(obligation)
    return obligation if by_itself else law_of(obligation)


def is_duty(name: str) -> bool:
    """Whether something can be decided about this by itself."""
    return name in (FOLLOW_UP, *settings()) or answers_letter(name)


@dataclass(frozen=True, slots=True)
class ReportElsewhere:
    """A report under other law was made, or a letter answered; ``reference`` is the number that the authority gave."""

    actor: Actor
    incident: UUID | str
    obligation: str
    reported_at: datetime
    reference: str = ""
    delay_reason: str = ""


def report_elsewhere(command: ReportElsewhere, *, session: Session, now: datetime) -> Deadline:
    """Record the report: its clock is met at that moment, and clocks that begin with it start to run.

    Raises NotFound when no such clock runs, and Invalid for a moment that cannot be, or when it was late and no reason
    is given.
    """
    incident = incident_for(session, command.incident, command.actor, Permission.SUBMIT)
    reportable = command.obligation != FOLLOW_UP and _duty_of(command.obligation)
    running = open_deadline(session, incident, command.obligation) if reportable else None
    if running is None:
        raise NotFound("No clock of this kind runs in this incident.")
    moment = _moment(command, running, current_facts(session, incident), now)
    reference = clean(command.reference, field="reference", limit=LINE)
    delay = clean(command.delay_reason, field="delay_reason")
    if moment > running.due_at and not delay:
        raise Invalid("This is after the deadline. Write why it is late.", field="delay_reason")
    settle(
        session,
        incident,
        running,
        DeadlineState.MET,
        actor=command.actor,
        now=now,
        because=reference,
        met_at=moment,
        delay_reason=delay,
    )
    tell_timeline(
        session,
        incident,
        command.actor,
        kind="answered" if answers_letter(command.obligation) else "reported_elsewhere",
        text=_told(command.obligation, reference),
        happened_at=moment,
        now=now,
    )
    follow(session, incident, current_facts(session, incident), actor=command.actor, now=now)
    return running


def _moment(command: ReportElsewhere, running: Deadline, facts: BreachFacts, now: datetime) -> datetime:
    moment = check_instant(command.reported_at, field="reported_at", now=now)
    check_response(moment, facts, field="reported_at")
    if answers_letter(command.obligation) and moment < running.starts_at:
        raise Invalid("An answer cannot have left before the letter arrived. Check the moment.", field="reported_at")
    return moment


def _told(obligation: str, reference: str) -> str:
    return f"{obligation}: {reference}" if reference else obligation


@dataclass(frozen=True, slots=True)
class DecideDuty:
    """Whether something is still to be reported under one duty (``is_duty``), and why."""

    actor: Actor
    incident: UUID | str
    duty: str
    act: bool
    reason: str


def decide_duty(command: DecideDuty, *, session: Session, now: datetime) -> Decision:
    """Record the decision. Yes is final at once; no waits for a second person, and the clocks run until then."""
    incident = incident_for(session, command.incident, command.actor, Permission.DECIDE)
    must_be_open(incident)
    if not is_duty(command.duty):
        raise NotFound("There is no such duty.")
    reason = required(command.reason, "Write the reason: it is part of the record.", field="reason")
    _check_changes(session, incident, command)
    decision = propose(
        session,
        incident,
        Subject.DUTY,
        act=command.act,
        reason=reason,
        actor=command.actor,
        now=now,
        ground=command.duty,
        final=command.act,
    )
    if command.act:
        make_final(session, incident, decision, actor=command.actor, now=now)
    else:
        record(session, incident, Tag.DECISION_PROPOSED, command.actor, now, proposal="duty", duty=command.duty)
        ask_second(session, incident, decision, now)
    return decision


def _check_changes(session: Session, incident: Incident, command: DecideDuty) -> None:
    query = select(Decision.act).where(
        Decision.incident_id == incident.id,
        Decision.subject == Subject.DUTY,
        Decision.ground == command.duty,
        Decision.state == DecisionState.FINAL,
    )
    stands = session.scalars(query).one_or_none()
    if command.act and stands in (None, True):
        raise IllegalMove("A report counts as due already: its clock runs.")
    if not command.act and stands is False:
        raise IllegalMove("It was decided already that no report is due.")
    if not command.act and not any(clock.duty == command.duty for clock in _running(session, incident)):
        raise IllegalMove("No clock of this kind runs in this incident.")


def _running(session: Session, incident: Incident) -> list[FurtherClock]:
    query = select(Deadline).where(Deadline.incident_id == incident.id, Deadline.state == DeadlineState.OPEN)
    return further_clocks(list(session.scalars(query)))
