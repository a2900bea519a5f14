"""What a final decision changes: the status, the running deadlines, and for "no breach" the facts themselves."""

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import CLOCKS_RUN, Tag
from incident.domain.kernel.people import Actor
from incident.domain.kinds import DeadlineState, Subject, TaskKind
from incident.law.facts import BreachFacts
from incident.law.texts import sentence
from incident.law.vocabulary import UNKNOWN, Informed, NotInformingGround, RiskLevel, Ternary
from incident.store.models import Decision, Incident, Task
from incident.usecases.clock.deadlines import AUTHORITY, PUBLIC, SUBJECTS, open_deadline, settle
from incident.usecases.common.fact_versions import append_version, current_facts
from incident.usecases.common.record import record
from incident.usecases.messages.reporter import tell_reporter
from incident.usecases.response.assess import adopt
from incident.usecases.response.consequences import follow

OBLIGATION = {Subject.AUTHORITY: AUTHORITY, Subject.SUBJECTS: SUBJECTS}


def apply_final(session: Session, incident: Incident, decision: Decision, *, actor: Actor, now: datetime) -> None:
    """Let the decision take effect."""
    if decision.subject is Subject.BREACH:
        _deny(session, incident, actor, now)
    elif decision.subject is Subject.RISK:
        record(session, incident, Tag.DECISION_MADE, actor, now, subject="risk", level=decision.ground)
        adopt(session, incident, RiskLevel(decision.ground or RiskLevel.HIGH), actor=actor, now=now)
    elif decision.subject is Subject.DUTY:
        duty = decision.ground or ""
        record(session, incident, Tag.DECISION_MADE, actor, now, subject="duty", act=decision.act, duty=duty)
        follow(session, incident, current_facts(session, incident), actor=actor, now=now)
    else:
        record(session, incident, Tag.DECISION_MADE, actor, now, subject=decision.subject.value, act=decision.act)
        _settle_duty(session, incident, decision, actor, now)


def _deny(session: Session, incident: Incident, actor: Actor, now: datetime) -> None:
    facts = replace(current_facts(session, incident), is_breach=Ternary.NO)
    append_version(session, incident, facts, actor=actor, now=now, chapter="triage", reason="no breach")
    follow(session, incident, facts, actor=actor, now=now)
    if incident.due_at is None:
        # Nothing is left to be done, so nobody closes it: what people wrote about it is kept from here on.
        incident.closed_at = now
    record(session, incident, Tag.BREACH_DENIED, actor, now, subject=CLOCKS_RUN if incident.due_at else "")
    tell_reporter(session, incident, "reporter_informed", actor=actor, now=now, is_breach=False)


def _settle_duty(session: Session, incident: Incident, decision: Decision, actor: Actor, now: datetime) -> None:
    running = open_deadline(session, incident, OBLIGATION[decision.subject])
    if not decision.act and running is not None:
        because = "decided not to notify, with reason and second person"
        settle(session, incident, running, DeadlineState.WAIVED, actor=actor, now=now, because=because)
    facts = _answered(session, incident, decision, actor, now)
    follow(session, incident, facts, actor=actor, now=now)


def _answered(session: Session, incident: Incident, decision: Decision, actor: Actor, now: datetime) -> BreachFacts:
    """The facts with what the decision answers: whether people are told, and the ground on which they are not."""
    before = current_facts(session, incident)
    after = _told_or_not(before, decision) if decision.subject is Subject.SUBJECTS else before
    if after != before:
        append_version(session, incident, after, actor=actor, now=now, chapter="decision", reason="decided")
    new_ground = after.not_informing_ground is not before.not_informing_ground
    if new_ground and after.not_informing_ground is NotInformingGround.DISPROPORTIONATE:
        _ask_for_publication(session, incident, actor, now)
    return after


def _told_or_not(facts: BreachFacts, decision: Decision) -> BreachFacts:
    """AP question 10.1.1 is answered by the decision, unless people have been told already or a day is set."""
    ground = UNKNOWN if decision.act or not decision.ground else NotInformingGround(decision.ground)
    facts = replace(facts, not_informing_ground=ground)
    told = facts.informed is Informed.INFORMED or (decision.act and facts.informed is Informed.PLANNED_ON_DATE)
    informed = Informed.EXCEPTION if decision.ground else Informed.NOT_HIGH_RISK
    if decision.act:
        return facts if told else replace(facts, informed=Informed.PLANNED)
    note = facts.not_informing_note or decision.reason
    return replace(facts, informed=facts.informed if told else informed, not_informing_note=note)


def _ask_for_publication(session: Session, incident: Incident, actor: Actor, now: datetime) -> None:
    """GDPR art. 34(3)(c): what takes the place of personal messages is work for somebody."""
    newest = select(func.max(Task.position)).where(Task.incident_id == incident.id)
    task = Task(
        id=uuid4(),
        incident_id=incident.id,
        kind=TaskKind.TASK,
        title=sentence(f"title.{PUBLIC}", (), "nl"),
        position=(session.scalar(newest) or 0) + 1,
        author_id=actor.id,
        author_name=actor.name,
        recorded_at=now,
    )
    session.add(task)
    record(session, incident, Tag.TASK_ADDED, actor, now, task=str(task.id), kind=TaskKind.TASK.value)
