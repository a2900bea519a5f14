"""Is it a personal-data breach, and since when are we aware? Saying no takes a reason and a second person."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from incident.domain.chronology import check_awareness, check_chronology, gap_needs_reason, signal_at_the_latest
from incident.domain.fact_sheet import merge
from incident.domain.kernel.errors import IllegalMove, Invalid, NotFound
from incident.domain.kernel.events import OPEN_STATUSES, Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, permissions_of
from incident.domain.kernel.text import LINE, clean, required
from incident.domain.kinds import DecisionState, Subject
from incident.domain.next_steps import About, Act, Step
from incident.domain.step_words import path
from incident.law.facts import BreachFacts
from incident.law.vocabulary import UNKNOWN, Nature, Role, Ternary
from incident.store.models import Decision, Incident
from incident.usecases.common.access import incident_for
from incident.usecases.common.directory import load_directory
from incident.usecases.common.fact_versions import append_version, current_facts, facts_at
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.messages.queue import Audience, queue
from incident.usecases.messages.reporter import tell_reporter
from incident.usecases.response.consequences import follow
from incident.usecases.response.propose import propose, supersede


@dataclass(frozen=True, slots=True)
class ConfirmBreach:
    """It is a breach in the sense of GDPR art. 4(12); ``aware_at`` is when reasonable certainty was reached.

    ``base_version`` is the version of the facts that the person looked at; without one, the newest. ``correction`` says
    why a moment or a role that was stated before, and that moves a clock, is stated otherwise now.
    """

    actor: Actor
    incident: UUID | str
    aware_at: datetime | None = None
    aware_person: str = ""
    aware_ground: str = ""
    role: Role | None = None
    nature: tuple[Nature, ...] = field(default=())
    base_version: int | None = None
    correction: str = ""


def confirm_breach(command: ConfirmBreach, *, session: Session, now: datetime) -> Incident:
    """Record that it is a breach and since when we are aware; the deadlines follow. Said again, it changes nothing.

    Raises Invalid where the awareness is stated without saying who and why, or lies more than four hours before the
    registration without a reason; Invalid at ``correction`` where a clock would move without one; FactConflict where
    somebody else stated the same otherwise since the person looked.
    """
    incident = incident_for(session, command.incident, command.actor, Permission.RECORD)
    must_be_open(incident)
    before = current_facts(session, incident)
    facts = _confirmed(_seen(session, incident, before, command.base_version), before, command, incident)
    if facts == before:
        return incident
    check_chronology(facts, now)
    check_awareness(facts)
    correction = clean(command.correction, field="correction")
    if moves_a_clock(before, facts) and not correction:
        raise Invalid("You correct what moves a clock. Write why.", field="correction")
    append_version(
        session, incident, facts, actor=command.actor, now=now, chapter="triage", reason=correction or "triage"
    )
    if before.is_breach is Ternary.NO:
        supersede(session, incident, Subject.BREACH)
    record(session, incident, Tag.BREACH_CONFIRMED, command.actor, now, role=facts.role.value)
    tell_timeline(session, incident, command.actor, kind="confirmed", text="", happened_at=now, now=now)
    follow(session, incident, facts, actor=command.actor, now=now)
    if before.is_breach is not Ternary.YES:
        tell_reporter(session, incident, "reporter_informed", actor=command.actor, now=now, is_breach=True)
    return incident


def proposed_person(incident: Incident, facts: BreachFacts, viewer: str) -> str:
    """Who knew at the earliest signal, for a person to confirm: the colleague who reported it, not who answers now."""
    colleague = incident.reporter_name if incident.reporter_id or incident.reporter_slack_id else ""
    return facts.aware_person or colleague or viewer


def _seen(session: Session, incident: Incident, before: BreachFacts, base_version: int | None) -> BreachFacts:
    """The facts that the person looked at."""
    if base_version is None:
        return before
    return facts_at(session, incident, min(base_version, incident.fact_version))


def _as_processor_before(before: BreachFacts, facts: BreachFacts) -> BreachFacts:
    """GDPR art. 33(2): who turns out to be controller for a part, and later, knew as processor before.

    The clocks of the customers, which run from then, do not move away with the later moment.
    """
    turned = before.role is Role.PROCESSOR and facts.role in (Role.CONTROLLER, Role.JOINT_CONTROLLER)
    unsaid = facts.processor_aware_at is UNKNOWN and facts.processor_told_us_at is UNKNOWN
    was, at = before.aware_at, facts.aware_at
    later = isinstance(was, datetime) and isinstance(at, datetime) and was < at
    kept = turned and later and unsaid and bool(facts.affected_controllers)
    return replace(facts, processor_aware_at=was) if kept else facts


def _confirmed(seen: BreachFacts, before: BreachFacts, command: ConfirmBreach, incident: Incident) -> BreachFacts:
    """The facts with what was stated now; what the person left as it was shown changes nothing."""
    aware_at = _stated(command.aware_at, seen)
    person = clean(command.aware_person, field="aware_person", limit=LINE)
    ground = clean(command.aware_ground, field="aware_ground")
    if aware_at is not None and aware_at != seen.aware_at:
        if not person:
            raise Invalid("Write who became aware. The record must show it.", field="aware_person")
        if not ground and gap_needs_reason(aware_at, incident.reported_at):
            raise Invalid(
                "More than four hours lie between awareness and registration. Write why it is certain, and why it was "
                "registered later.",
                field="aware_ground",
            )
    facts = merge(
        seen,
        before,
        {
            "role": command.role or seen.role,
            "nature": command.nature or seen.nature,
            "aware_at": aware_at or seen.aware_at,
            "aware_person": person or seen.aware_person,
            "aware_ground": ground or seen.aware_ground,
        },
    )
    facts = _as_processor_before(before, replace(facts, is_breach=Ternary.YES))
    return signal_at_the_latest(facts, facts.aware_at) if isinstance(facts.aware_at, datetime) else facts


def _stated(typed: datetime | None, seen: BreachFacts) -> datetime | None:
    """The moment in UTC; forms show minutes, so the same minute as before is the same moment."""
    if typed is None:
        return None
    moment = typed.astimezone(UTC)
    same = isinstance(seen.aware_at, datetime) and seen.aware_at.replace(second=0, microsecond=0) == moment
    return seen.aware_at if same and isinstance(seen.aware_at, datetime) else moment


def moves_a_clock(before: BreachFacts, after: BreachFacts) -> bool:
    """Whether something that was stated, and from which a period runs or which says whose duty it is, changes."""
    awareness = isinstance(before.aware_at, datetime) and after.aware_at != before.aware_at
    return awareness or (before.is_breach is Ternary.YES and after.role is not before.role)


@dataclass(frozen=True, slots=True)
class DenyBreach:
    """It is not a personal-data breach, and why; ``base_version`` as in ``ConfirmBreach``."""

    actor: Actor
    incident: UUID | str
    reason: str
    base_version: int | None = None


def deny_breach(command: DenyBreach, *, session: Session, now: datetime) -> Decision:
    """Propose "no breach": the clock runs on until a second person agrees.

    Raises FactConflict where somebody stated that it is one since the person looked.
    """
    incident = incident_for(session, command.incident, command.actor, Permission.RECORD)
    must_be_open(incident)
    before = current_facts(session, incident)
    merge(_seen(session, incident, before, command.base_version), before, {"is_breach": Ternary.NO})
    reason = required(command.reason, "Write why this is not a breach of personal data.", field="reason")
    decision = propose(session, incident, Subject.BREACH, act=False, reason=reason, actor=command.actor, now=now)
    record(session, incident, Tag.BREACH_DENIAL_PROPOSED, command.actor, now)
    ask_second(session, incident, decision, now)
    return decision


def remind_second(session: Session, incident_id: UUID | str, decision_id: UUID, *, actor: Actor, now: datetime) -> bool:
    """Ask again, once an hour at most; whether anybody is told. Raises NotFound where no such decision waits."""
    incident = incident_for(session, incident_id, actor, Permission.RECORD)
    decision = session.get(Decision, decision_id)
    if decision is None or decision.incident_id != incident.id or decision.state is not DecisionState.PROPOSED:
        raise NotFound("This decision does not wait for a second person any more.")
    return bool(ask_second(session, incident, decision, now, occasion=f":{now:%Y-%m-%dT%H}"))


def ask_second(
    session: Session, incident: Incident, decision: Decision, now: datetime, occasion: str = ""
) -> list[UUID]:
    """Ask the second persons to look at a decision that waits for them; gives the messages that this occasion made."""
    step = Step(Act.SECOND, About(decision.subject.value), Permission.CONFIRM, decision.id)
    params = {
        "reference": incident.reference,
        "subject": decision.subject.value,
        "decision": str(decision.id),
        "next_step": step.code,
        "path": path(incident.reference, step),
    }
    missing = _only_author(session, incident, decision)
    return queue(
        session,
        incident=incident,
        template="second_missing" if missing else "second_asked",
        params={**params, "path": f"/incidents/{incident.reference}/restrict"} if missing else params,
        to=decision.author_id if missing and decision.author_id else Audience.SECOND,
        now=now,
        dedupe=f"second:{decision.id}{occasion}",
        urgent=True,
        personally=missing,
    )


def _only_author(session: Session, incident: Incident, decision: Decision) -> bool:
    """Whether nobody inside but the author could confirm it, although others could if they were named."""
    if incident.circle is None:
        return False
    directory = load_directory(session)
    able = {one.id for one in directory.people if Permission.CONFIRM in permissions_of(one.roles)} - {
        decision.author_id
    }
    return bool(able) and not any(one.id in able for one in directory.within(incident).people)


def must_be_open(incident: Incident) -> None:
    """Raise IllegalMove when the incident is closed or dismissed."""
    if incident.status not in OPEN_STATUSES:
        raise IllegalMove("This incident is closed. Reopen it first, with a reason.")
