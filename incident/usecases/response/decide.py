"""Decide whether to notify the authority and whether to inform the data subjects; "no" takes a second person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from incident.domain.kernel.errors import IllegalMove, Invalid, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import clean, required
from incident.domain.kinds import DecisionState, Subject
from incident.domain.next_steps import steps
from incident.domain.risk_document import answers_from
from incident.law.grounds import FINANCIAL_UNDERTAKING, UNINTELLIGIBLE, Ground, grounds
from incident.law.risk.protection import all_unintelligible
from incident.law.rulesets import local_day
from incident.law.vocabulary import NotInformingGround, RiskLevel, Role
from incident.store.models import Decision, Incident
from incident.store.queries.progress import progress_of_one
from incident.usecases.common.access import incident_for
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.common.settings import organisation_profile
from incident.usecases.messages.queue import Audience, queue
from incident.usecases.response.apply_decision import apply_final
from incident.usecases.response.assess import latest_assessment
from incident.usecases.response.close_when_agreed import close_if_prepared
from incident.usecases.response.propose import live_decision, propose, supersede_others
from incident.usecases.response.second_look import check_second
from incident.usecases.response.triage import ask_second, must_be_open


@dataclass(frozen=True, slots=True)
class Decide:
    """``act`` is yes (notify, inform) or no. ``ground`` is the exception of art. 34(3) or the UAVG, if one is used."""

    actor: Actor
    incident: UUID | str
    subject: Subject
    act: bool
    reason: str
    ground: NotInformingGround | None = None


def decide(command: Decide, *, session: Session, now: datetime) -> Decision:
    """Record the decision. Yes is final at once; no waits for a second person, and the clock runs until then.

    Raises Invalid without a reason, IllegalMove for a "no" before the risk was assessed, and Invalid at ``ground`` when
    data subjects at high risk are not to be informed without one of the grounds the law knows.
    """
    incident = incident_for(session, command.incident, command.actor, Permission.DECIDE)
    must_be_open(incident)
    reason = required(command.reason, "Write the reason: it is part of the record.", field="reason")
    advised = _advised(session, incident, command.subject)
    _check_ground(command, session, incident, advised, now)
    ground = command.ground.value if command.ground and not command.act else None
    decision = propose(
        session,
        incident,
        command.subject,
        act=command.act,
        reason=reason,
        actor=command.actor,
        now=now,
        ground=ground,
        proposed_act=advised,
        final=command.act,
    )
    if command.act:
        make_final(session, incident, decision, actor=command.actor, now=now)
    else:
        record(session, incident, Tag.DECISION_PROPOSED, command.actor, now, proposal=command.subject.value)
        ask_second(session, incident, decision, now)
    return decision


def _advised(session: Session, incident: Incident, subject: Subject) -> bool | None:
    if subject not in (Subject.AUTHORITY, Subject.SUBJECTS):
        raise Invalid("Choose what the decision is about: the authority or the data subjects.", field="subject")
    if latest_assessment(session, incident) is None or incident.risk is None:
        return None
    if subject is Subject.AUTHORITY:
        return incident.risk is not RiskLevel.UNLIKELY
    return incident.risk is RiskLevel.HIGH


def check_unlikely(session: Session, incident: Incident) -> None:
    """Raise IllegalMove where the law does not let the notification be left out.

    GDPR art. 33(1) exempts only a breach that is unlikely to result in a risk. A processor's breach is not the
    processor's to notify.
    """
    if incident.risk is RiskLevel.UNLIKELY or current_facts(session, incident).role is Role.PROCESSOR:
        return
    raise IllegalMove(
        "The assessment says that there is a risk, so the authority must be notified (GDPR art. 33(1)). Assess again, "
        "or have a lower level agreed by a second person first."
    )


def _check_ground(command: Decide, session: Session, incident: Incident, advised: bool | None, now: datetime) -> None:
    if command.act:
        return
    if advised is None:
        raise IllegalMove("Assess the risk first: a decision not to act rests on it.")
    if command.subject is Subject.AUTHORITY:
        check_unlikely(session, incident)
    if command.subject is Subject.SUBJECTS and incident.risk is RiskLevel.HIGH and command.ground is None:
        raise Invalid(
            "The risk is high. Choose the legal ground on which the data subjects need not be informed.", field="ground"
        )
    if command.ground is not None:
        _check_asked(session, incident, grounds()[command.ground], now)


def _check_asked(session: Session, incident: Incident, ground: Ground, now: datetime) -> None:
    """Raise Invalid where a ground is invoked of which the record does not show what the law asks."""
    if not ground.in_force(local_day(now)):
        raise Invalid("This ground is not in force.", field="ground")
    row = latest_assessment(session, incident)
    if ground.asks == UNINTELLIGIBLE and not (row and all_unintelligible(answers_from(row.answers))):
        raise Invalid(
            "The assessment does not show that all data were unintelligible to whoever has them. "
            "Choose another ground, or assess again.",
            field="ground",
        )
    if ground.asks == FINANCIAL_UNDERTAKING and organisation_profile(session).financial_undertaking is not True:
        raise Invalid(
            "Only a financial undertaking in the sense of the Wft can invoke this. "
            "The profile of the organisation does not say that it is one.",
            field="ground",
        )


@dataclass(frozen=True, slots=True)
class ConfirmDecision:
    """The second person's answer to a decision that waits."""

    actor: Actor
    incident: UUID | str
    decision: UUID
    agree: bool
    reason: str = ""


def confirm_decision(command: ConfirmDecision, *, session: Session, now: datetime) -> Decision:
    """Agree or refuse as the second person; agreeing closes the incident where its author prepared that.

    In an office of one the author is the only one who can: see ``check_second``. Raises NotAllowed for the author
    otherwise, Invalid for a refusal without a reason, and IllegalMove when the decision no longer waits.
    """
    incident = incident_for(session, command.incident, command.actor, Permission.CONFIRM)
    decision = _waiting(session, incident, command.decision)
    check_second(session, decision, command.actor, agree=command.agree, reason=command.reason, now=now)
    decision.second_id, decision.second_name, decision.second_at = command.actor.id, command.actor.name, now
    decision.second_reason = clean(command.reason, field="reason")
    if command.agree:
        _check_still_holds(session, incident, decision)
        decision.state = DecisionState.FINAL
        if decision.self_reviewed:
            record(session, incident, Tag.DECISION_SELF_REVIEWED, command.actor, now, subject=decision.subject.value)
        supersede_others(session, incident, decision)
        make_final(session, incident, decision, actor=command.actor, now=now)
        close_if_prepared(session, incident, decision, now)
    else:
        decision.state = DecisionState.REFUSED
        tag = Tag.BREACH_DENIAL_REFUSED if decision.subject is Subject.BREACH else Tag.DECISION_REFUSED
        record(session, incident, tag, command.actor, now, refused=decision.subject.value)
        _tell_refused(session, incident, decision, now)
    return decision


def _tell_refused(session: Session, incident: Incident, decision: Decision, now: datetime) -> None:
    """Whoever proposed it may think that it is settled: they hear at once that it is not, and the team reads along."""
    session.flush()
    step = next(iter(steps(progress_of_one(session, incident))), None)
    params = {
        "reference": incident.reference,
        "subject": decision.subject.value,
        "who": decision.second_name,
        "next_step": step.code if step else "",
        "path": f"/incidents/{incident.reference}/decisions",
    }
    queue(
        session,
        incident=incident,
        template="decision_refused",
        params=params,
        to=decision.author_id or Audience.DPO,
        now=now,
        dedupe=f"refused:{decision.id}",
        urgent=True,
    )


def _check_still_holds(session: Session, incident: Incident, decision: Decision) -> None:
    """Raise IllegalMove where the risk has become such that the law does not allow what was proposed before."""
    if decision.subject is Subject.AUTHORITY:
        check_unlikely(session, incident)
    if decision.subject is Subject.SUBJECTS and incident.risk is RiskLevel.HIGH and not decision.ground:
        raise IllegalMove("The risk is high now. Decide anew, with a legal ground.")


def _waiting(session: Session, incident: Incident, decision_id: UUID) -> Decision:
    decision = session.get(Decision, decision_id)
    if decision is None or decision.incident_id != incident.id:
        raise NotFound("There is no such decision.")
    if decision.state is not DecisionState.PROPOSED:
        raise IllegalMove("This decision no longer waits for a second person.")
    return decision


def make_final(session: Session, incident: Incident, decision: Decision, *, actor: Actor, now: datetime) -> None:
    """Let a final decision take effect and tell the team."""
    session.flush()
    apply_final(session, incident, decision, actor=actor, now=now)
    text = f"{decision.subject.value}:{decision.act}"
    entry = tell_timeline(session, incident, actor, kind="decided", text=text, happened_at=now, now=now)
    entry.author_name = ", ".join(dict.fromkeys((decision.author_name, actor.name)))
    params = {"reference": incident.reference, "subject": decision.subject.value, "act": decision.act}
    queue(
        session,
        incident=incident,
        template="decision_made",
        params=params,
        to=Audience.DUTY,
        now=now,
        dedupe=f"decided:{decision.id}",
    )


__all__ = ["ConfirmDecision", "Decide", "confirm_decision", "decide", "live_decision", "make_final"]
