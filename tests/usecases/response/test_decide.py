"""Assessment and decision: the machine proposes, a named person decides, "no" takes two."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from incident.domain.kernel.errors import IllegalMove, Invalid, NotAllowed
from incident.domain.kernel.events import Status, Tag
from incident.domain.kinds import DeadlineState, DecisionState, Subject
from incident.domain.next_steps import About, Act, steps
from incident.law.vocabulary import Informed, NotInformingGround, RiskLevel
from incident.store.models import AuditEntry, Deadline, Decision, Person, TimelineEntry
from incident.store.queries.progress import progress_of_one
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.response.assess import AssessRisk, assess_risk
from incident.usecases.response.decide import ConfirmDecision, Decide, confirm_decision, decide

HARMLESS = {
    "nature": ["confidentiality"],
    "disclosure": "confirmed",
    "data": [{"category": "name"}, {"category": "email"}],
    "extent": "few_items",
    "identification": "limited",
    "permanence": "undone",
    "protection": "none",
    "recipient": "trusted",
    "recipients_number": 1,
    "recipient_response": "deletion_confirmed",
    "actor": "internal_non_malicious",
    "intent": "accident",
    "subjects_number": 3,
    "vulnerable": [],
    "controller_field": "ordinary",
}


def _assess(session, team, incident, clock, answers, **values):
    return assess_risk(AssessRisk(team.responder, incident.id, answers, **values), session=session, now=clock.now())


def test_everything_unknown_is_a_high_risk(session, report, team, clock) -> None:
    """What is unknown counts as the worse case, and high risk anchors the duty to inform people."""
    incident = report()
    row = _assess(session, team, incident, clock, {})
    assert (row.risk, incident.risk, incident.status) == (RiskLevel.HIGH, RiskLevel.HIGH, Status.ASSESSED)
    assert clock.now() == current_facts(session, incident).high_risk_established_at


def test_a_wrong_answer_is_refused_at_its_path(session, report, team, clock) -> None:
    """An answer outside the closed lists never reaches the assessors."""
    with pytest.raises(Invalid) as refusal:
        _assess(session, team, report(), clock, {"disclosure": "perhaps"})
    assert refusal.value.field == "disclosure"


def test_raising_the_level_needs_a_reason_only(session, report, team, clock) -> None:
    """A person may always judge more strictly."""
    incident = report()
    with pytest.raises(Invalid):
        _assess(session, team, incident, clock, HARMLESS, risk=RiskLevel.HIGH)
    row = _assess(session, team, incident, clock, HARMLESS, risk=RiskLevel.HIGH, deviation_reason="A minister")
    assert (row.proposed_risk, row.risk, incident.risk) == (RiskLevel.UNLIKELY, RiskLevel.HIGH, RiskLevel.HIGH)


def test_lowering_the_level_waits_for_a_second_person(session, report, team, clock) -> None:
    """Until somebody else agrees, the machine's level counts."""
    incident = report()
    _assess(session, team, incident, clock, {}, risk=RiskLevel.UNLIKELY, deviation_reason="Only test data")
    waiting = session.scalars(select(Decision).where(Decision.subject == Subject.RISK)).one()
    assert (incident.risk, waiting.state) == (RiskLevel.HIGH, DecisionState.PROPOSED)
    agree = ConfirmDecision(team.second, incident.id, waiting.id, agree=True)
    confirm_decision(agree, session=session, now=clock.now())
    assert incident.risk == RiskLevel.UNLIKELY


def test_notify_is_final_at_once_and_the_clock_runs_on(session, report, team, clock) -> None:
    """Only the recorded notification ends the clock."""
    incident = report()
    yes = Decide(team.dpo, incident.id, Subject.AUTHORITY, True, "Names and addresses of customers")
    decision = decide(yes, session=session, now=clock.now())
    assert (decision.state, decision.second_id) == (DecisionState.FINAL, None)
    assert session.scalars(select(Deadline.state)).one() is DeadlineState.OPEN


def test_do_not_notify_needs_an_assessment_a_reason_and_a_second_person(session, report, team, clock) -> None:
    """The clock is waived only when the second person has agreed."""
    incident = report()
    no = Decide(team.dpo, incident.id, Subject.AUTHORITY, False, "Trusted recipient, deleted")
    with pytest.raises(IllegalMove):
        decide(no, session=session, now=clock.now())
    _assess(session, team, incident, clock, HARMLESS)
    with pytest.raises(Invalid):
        decide(replace(no, reason=" "), session=session, now=clock.now())
    decision = decide(no, session=session, now=clock.now())
    assert (incident.due_at is not None, decision.state) == (True, DecisionState.PROPOSED)
    agree = ConfirmDecision(team.second, incident.id, decision.id, agree=True)
    confirm_decision(agree, session=session, now=clock.now())
    row = session.scalars(select(Deadline)).one()
    assert (row.state, incident.due_at, decision.second_name) == (DeadlineState.WAIVED, None, "Dora")
    told = session.scalars(select(TimelineEntry.author_name).where(TimelineEntry.kind == "decided")).all()
    assert told == [f"{team.dpo.name}, Dora"], "the timeline credits both"


def test_an_office_of_one_decides_no_after_a_rest_and_in_writing(session, report, team, clock) -> None:
    """While anybody else may agree the author never does; alone only rested, in other words, and named as such."""
    incident = report()
    _assess(session, team, incident, clock, HARMLESS)
    no = Decide(team.dpo, incident.id, Subject.AUTHORITY, False, "Trusted recipient, deleted")
    decision = decide(no, session=session, now=clock.now())
    review = "I read the mail and the confirmation of deletion again; nothing else was attached."
    own = ConfirmDecision(team.dpo, incident.id, decision.id, agree=True, reason=review)
    clock.advance(hours=12)
    with pytest.raises(NotAllowed):
        confirm_decision(own, session=session, now=clock.now())
    session.get(Person, team.second.id).active = False
    session.flush()
    with pytest.raises(IllegalMove):
        confirm_decision(own, session=session, now=clock.now() - timedelta(minutes=1))
    for words in ("", "Still so.", no.reason):
        with pytest.raises(Invalid):
            confirm_decision(replace(own, reason=words), session=session, now=clock.now())
    confirm_decision(own, session=session, now=clock.now())
    assert (decision.state, decision.self_reviewed, decision.second_reason) == (DecisionState.FINAL, True, review)
    assert session.scalars(select(AuditEntry).where(AuditEntry.tag == Tag.DECISION_SELF_REVIEWED)).one()
    assert session.scalars(select(Deadline.state)).one() is DeadlineState.WAIVED


def test_a_later_yes_starts_the_clock_again_from_the_same_awareness(session, report, team, clock) -> None:
    """Changing one's mind wins no time."""
    incident = report()
    due = incident.due_at
    _assess(session, team, incident, clock, HARMLESS)
    no = decide(Decide(team.dpo, incident.id, Subject.AUTHORITY, False, "Deleted"), session=session, now=clock.now())
    confirm_decision(ConfirmDecision(team.second, incident.id, no.id, True), session=session, now=clock.now())
    clock.advance(hours=80)
    decide(Decide(team.dpo, incident.id, Subject.AUTHORITY, True, "He kept a copy"), session=session, now=clock.now())
    assert (due, DecisionState.SUPERSEDED) == (incident.due_at, no.state)


def test_a_deviation_is_stored_beside_the_proposal(session, report, team, clock) -> None:
    """The record shows what the machine proposed and that the person decided otherwise."""
    incident = report()
    _assess(session, team, incident, clock, {})
    yes = Decide(team.dpo, incident.id, Subject.SUBJECTS, True, "They asked us already")
    _assess(session, team, incident, clock, HARMLESS)
    decision = decide(yes, session=session, now=clock.now())
    assert (decision.proposed_act, decision.deviates) == (False, True)


def test_not_informing_at_high_risk_needs_a_ground_of_the_law(session, report, team, clock) -> None:
    """ "No unrest" is not a choice: only art. 34(3) and the UAVG know grounds."""
    incident = report()
    _assess(session, team, incident, clock, {})
    no = Decide(team.dpo, incident.id, Subject.SUBJECTS, False, "It would cause unrest")
    with pytest.raises(Invalid) as refusal:
        decide(no, session=session, now=clock.now())
    assert refusal.value.field == "ground"
    grounded = replace(no, ground=NotInformingGround.RISK_REMOVED)
    assert decide(grounded, session=session, now=clock.now()).ground == "34_3_b"


def test_only_the_dpo_decides(session, report, team, clock) -> None:
    """A responder assesses and drafts; deciding is the officer's."""
    incident = report()
    with pytest.raises(NotAllowed):
        decide(Decide(team.responder, incident.id, Subject.AUTHORITY, True, "x"), session=session, now=clock.now())


def test_decided_is_reached_with_both_decisions(session, report, team, clock) -> None:
    """One decision of two is not a decided incident."""
    incident = report()
    _assess(session, team, incident, clock, {})
    decide(Decide(team.dpo, incident.id, Subject.AUTHORITY, True, "High risk"), session=session, now=clock.now())
    assert incident.status == Status.ASSESSED
    clock.advance(minutes=5)
    decide(Decide(team.dpo, incident.id, Subject.SUBJECTS, True, "High risk"), session=session, now=clock.now())
    assert incident.status == Status.DECIDED
    assert incident.due_at == clock.now() - timedelta(minutes=5) + timedelta(hours=72)


def test_not_to_inform_decided_of_a_lower_risk_stops_no_clock_of_a_high_one(session, report, team, clock) -> None:
    """GDPR art. 34(1), (3): of a high risk it takes a ground; final or only proposed, it is to be decided anew."""
    no = Decide(team.dpo, "", Subject.SUBJECTS, False, "No high risk")
    for agreed in (True, False):
        incident = report()
        lower = {"risk": RiskLevel.RISK, "deviation_reason": "Addresses only"}
        _assess(session, team, incident, clock, HARMLESS, **lower)
        decision = decide(replace(no, incident=incident.id), session=session, now=clock.now())
        agree = ConfirmDecision(team.second, incident.id, decision.id, agree=True)
        if agreed:
            confirm_decision(agree, session=session, now=clock.now())
            assert current_facts(session, incident).informed is Informed.NOT_HIGH_RISK
        _assess(session, team, incident, clock, HARMLESS, risk=RiskLevel.HIGH, deviation_reason="A minister")
        facts = current_facts(session, incident)
        assert (decision.state, facts.informed) == (DecisionState.SUPERSEDED, Informed.UNKNOWN)
        assert facts.not_informing_note == ""
        running = select(Deadline.state).where(Deadline.incident_id == incident.id, Deadline.obligation == "gdpr_34")
        with pytest.raises(IllegalMove):
            confirm_decision(agree, session=session, now=clock.now())
        assert session.scalars(running).all() == [DeadlineState.OPEN]
        asked = [step.about for step in steps(progress_of_one(session, incident)) if step.act is Act.DECIDE]
        assert About.SUBJECTS in asked


def test_nobody_agrees_not_to_inform_at_high_risk_without_a_ground(session, report, team, clock) -> None:
    """GDPR art. 34(3): whatever had been proposed of a lower risk, the second person cannot make it final."""
    incident = report()
    _assess(session, team, incident, clock, HARMLESS, risk=RiskLevel.RISK, deviation_reason="Addresses only")
    no = Decide(team.dpo, incident.id, Subject.SUBJECTS, False, "No high risk")
    decision = decide(no, session=session, now=clock.now())
    incident.risk = RiskLevel.HIGH
    agree = ConfirmDecision(team.second, incident.id, decision.id, agree=True)
    with pytest.raises(IllegalMove, match="legal ground"):
        confirm_decision(agree, session=session, now=clock.now())
