"""Assess the risk: both assessors propose, a named person adopts; going below the proposal takes a second person."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from uuid import UUID, uuid4

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from incident.domain.fact_sheet import changed_fields
from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.events import Tag
from incident.domain.kernel.json import Json, JsonObject
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import clean
from incident.domain.kinds import Subject
from incident.domain.risk_document import answers_from, result_to
from incident.law.facts import BreachFacts
from incident.law.facts_from_risk import with_assessment
from incident.law.risk import Assessment as LawAssessment
from incident.law.risk import RiskAnswers, assess
from incident.law.risk.schema import write_answers
from incident.law.vocabulary import UNKNOWN, Informed, RiskLevel
from incident.store.models import Assessment, Decision, Incident
from incident.usecases.clock.deadlines import rules_for
from incident.usecases.common.access import incident_for
from incident.usecases.common.fact_versions import append_version, current_facts
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.messages.turns import tell_turns
from incident.usecases.response.consequences import follow
from incident.usecases.response.propose import propose, supersede_no
from incident.usecases.response.triage import ask_second, must_be_open

ORDER = (RiskLevel.UNLIKELY, RiskLevel.RISK, RiskLevel.HIGH)


@dataclass(frozen=True, slots=True)
class AssessRisk:
    """Answers to the assessment's questions, as plain values, and the level the person adopts (None: as proposed)."""

    actor: Actor
    incident: UUID | str
    answers: Mapping[str, Json]
    risk: RiskLevel | None = None
    deviation_reason: str = ""


def assess_risk(command: AssessRisk, *, session: Session, now: datetime) -> Assessment:
    """Run both assessors and store answers, findings and the adopted level.

    A higher level than proposed is adopted at once, with a reason. A lower one stays a proposal until a second person
    agrees; until then the machine's level counts.
    """
    incident = incident_for(session, command.incident, command.actor, Permission.ASSESS)
    must_be_open(incident)
    facts = current_facts(session, incident)
    answers = answers_from(command.answers)
    result = assess(answers, rules_for(facts, now))
    wanted = command.risk or result.risk
    reason = clean(command.deviation_reason, field="deviation_reason")
    if wanted is not result.risk and not reason:
        raise Invalid("Write why you judge otherwise than the proposal.", field="deviation_reason")
    _state(session, incident, facts, answers, command.actor, now)
    lower = ORDER.index(wanted) < ORDER.index(result.risk)
    adopted = result.risk if lower else wanted
    row = _store(session, incident, command, write_answers(answers), result, adopted, reason, now)
    record(session, incident, Tag.RISK_ASSESSED, command.actor, now, risk=row.risk.value, proposed=result.risk.value)
    tell_timeline(session, incident, command.actor, kind="assessed", text=row.risk.value, happened_at=now, now=now)
    if lower:
        _ask_to_lower(session, incident, wanted, reason, command.actor, now)
    adopt(session, incident, row.risk, actor=command.actor, now=now)
    tell_turns(session, incident, command.actor, now)
    return row


def _state(
    session: Session, incident: Incident, facts: BreachFacts, answers: RiskAnswers, actor: Actor, now: datetime
) -> None:
    """What the answers say is known from now on, and is not asked again elsewhere (GDPR art. 33(5))."""
    after = with_assessment(facts, answers)
    changed = changed_fields(facts, after)
    if changed:
        append_version(session, incident, after, actor=actor, now=now, chapter="risk", reason="risk assessment")
        version, fields = incident.fact_version, ",".join(changed)
        record(session, incident, Tag.FACTS_RECORDED, actor, now, version=version, fields=fields)


def _store(
    session: Session,
    incident: Incident,
    command: AssessRisk,
    answers: JsonObject,
    result: LawAssessment,
    risk: RiskLevel,
    reason: str,
    now: datetime,
) -> Assessment:
    count = select(func.count()).select_from(Assessment).where(Assessment.incident_id == incident.id)
    row = Assessment(
        id=uuid4(),
        incident_id=incident.id,
        number=session.scalars(count).one() + 1,
        fact_version=incident.fact_version,
        answers=answers,
        result=result_to(result),
        proposed_risk=result.risk,
        risk=risk,
        deviation_reason=reason,
        ruleset=result.ruleset,
        author_id=command.actor.id,
        author_name=command.actor.name,
        recorded_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _ask_to_lower(
    session: Session, incident: Incident, wanted: RiskLevel, reason: str, actor: Actor, now: datetime
) -> Decision:
    decision = propose(
        session, incident, Subject.RISK, act=False, reason=reason, actor=actor, now=now, ground=wanted.value
    )
    record(session, incident, Tag.DECISION_PROPOSED, actor, now, subject="risk", level=wanted.value)
    ask_second(session, incident, decision, now)
    return decision


def adopt(session: Session, incident: Incident, risk: RiskLevel, *, actor: Actor, now: datetime) -> None:
    """Make ``risk`` the incident's level; the first high level is the anchor of GDPR art. 34."""
    incident.risk = risk
    if risk is not RiskLevel.UNLIKELY:
        # Not to notify was decided of a risk that was unlikely: now that it is not, the clock runs again.
        supersede_no(session, incident, Subject.AUTHORITY)
    before = current_facts(session, incident)
    facts = _at_high_risk(session, incident, before, now) if risk is RiskLevel.HIGH else before
    if facts != before:
        append_version(session, incident, facts, actor=actor, now=now, chapter="risk", reason="risk assessed as high")
    follow(session, incident, facts, actor=actor, now=now)


def _at_high_risk(session: Session, incident: Incident, facts: BreachFacts, now: datetime) -> BreachFacts:
    """GDPR art. 34(1), (3): the people are informed unless a ground says otherwise, so a no without one is over."""
    reasons = {row.reason for row in supersede_no(session, incident, Subject.SUBJECTS, keep_grounded=True)}
    if facts.high_risk_established_at is UNKNOWN:
        facts = replace(facts, high_risk_established_at=now)
    if facts.informed is Informed.NOT_HIGH_RISK:
        facts = replace(facts, informed=Informed.UNKNOWN)
    return replace(facts, not_informing_note="") if facts.not_informing_note in reasons else facts


def latest_assessment(session: Session, incident: Incident) -> Assessment | None:
    """The newest assessment, or None."""
    return session.scalars(_newest(), {"incident": incident.id}).one_or_none()


@cache
def _newest() -> Select[Assessment]:
    """Most pages of an incident ask this, so it is put together once."""
    query = select(Assessment).where(Assessment.incident_id == bindparam("incident"))
    return query.order_by(Assessment.number.desc()).limit(1)
