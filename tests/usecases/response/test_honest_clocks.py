"""What two people may decide, what a changed answer cannot do, and in which order an authority is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from incident.domain.kernel.errors import IllegalMove, Invalid
from incident.domain.kernel.events import OPEN_STATUSES, Status
from incident.domain.kinds import Addressee, DeadlineState, DecisionState, NoticeKind, Subject
from incident.domain.next_steps import About, steps
from incident.law.vocabulary import NotInformingGround, RiskLevel, Role
from incident.platform.clock import FixedClock
from incident.store.models import Deadline, Decision, Task
from incident.store.queries.progress import progress_of_one
from incident.usecases.clock.change_regimes import ChangeRegimes, change_regimes
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.settings import (
    REGIMES,
    SaveOrganisation,
    organisation_profile,
    save_organisation,
    save_setting,
)
from incident.usecases.notices.approve import ApproveNotice, approve_notice
from incident.usecases.notices.draft import DraftNotice, draft_notice
from incident.usecases.notices.submit import RecordSubmission, record_submission
from incident.usecases.response.assess import AssessRisk, assess_risk
from incident.usecases.response.close import obstacles
from incident.usecases.response.decide import ConfirmDecision, Decide, confirm_decision, decide
from incident.usecases.response.further_duties import DecideDuty, ReportElsewhere, decide_duty, report_elsewhere
from incident.usecases.response.propose import live_decision
from incident.usecases.response.record_facts import RecordFacts, record_facts
from incident.usecases.response.report import ReportIncident, report_incident
from incident.usecases.response.triage import ConfirmBreach, DenyBreach, confirm_breach, deny_breach
from tests.factories import PlainWriter
from tests.usecases.response.test_decide import HARMLESS


@pytest.fixture
def clock() -> FixedClock:
    """A Monday on which every law of these tests holds."""
    return FixedClock(datetime(2026, 10, 5, 9, tzinfo=UTC))


@pytest.fixture
def act(session, team, clock):
    """What people do, one minute after the other."""

    class Acts:
        def assess(self, incident, answers, **more):
            command = AssessRisk(team.responder, incident.id, answers, **more)
            return assess_risk(command, session=session, now=clock.advance(minutes=1))

        def decide(self, incident, subject=Subject.AUTHORITY, act=False, ground=None):
            command = Decide(team.dpo, incident.id, subject, act, "Three names, deleted", ground)
            return decide(command, session=session, now=clock.advance(minutes=1))

        def agree(self, incident, decision):
            command = ConfirmDecision(team.second, incident.id, decision.id, agree=True)
            return confirm_decision(command, session=session, now=clock.advance(minutes=1))

        def confirm(self, incident):
            command = ConfirmBreach(team.responder, incident.id, clock.now(), "Femke", "Seen")
            return confirm_breach(command, session=session, now=clock.advance(minutes=1))

        def deny(self, incident):
            command = DenyBreach(team.responder, incident.id, "Nothing but machine data")
            return self.agree(incident, deny_breach(command, session=session, now=clock.advance(minutes=1)))

        def draft(self, incident, kind=NoticeKind.PROVISIONAL, *, to=Addressee.AUTHORITY, **more):
            command = DraftNotice(team.responder, incident.id, to, kind, **more)
            return draft_notice(command, session=session, now=clock.advance(minutes=1), writer=PlainWriter())

        def file(self, incident, kind=NoticeKind.PROVISIONAL, *, channel="portal", delay="", **more):
            version = self.draft(incident, kind, **more)
            approve = ApproveNotice(
                team.dpo, version.notice_id, version.body_sha256, unsaid_reason="One line, for the test."
            )
            approve_notice(approve, session=session, now=clock.advance(minutes=1))
            at = clock.advance(minutes=1)
            command = RecordSubmission(team.dpo, version.notice_id, at, channel, delay_reason=delay)
            return record_submission(command, session=session, now=clock.now())

        def state(self, incident, reason="", **values):
            command = RecordFacts(team.responder, incident.id, values, incident.fact_version, "", reason)
            return record_facts(command, session=session, now=clock.advance(minutes=1))

        def running(self, incident):
            query = select(Deadline).where(Deadline.incident_id == incident.id, Deadline.state == DeadlineState.OPEN)
            return {row.obligation: row.due_at for row in session.scalars(query)}

    return Acts()


def test_no_breach_ends_the_duties_of_the_gdpr_only(session, report, team, act, clock) -> None:
    """A network incident without personal data is an incident all the same: Cbw, DORA and CRA run on, and block."""
    save_setting(session, REGIMES, {"regimes": ["cbw", "dora", "cra"]}, actor=team.admin, now=clock.now())
    incident = report()
    before = set(act.running(incident))
    act.deny(incident)
    assert set(act.running(incident)) == before - {"gdpr_33_1"}
    assert {"cbw_early_warning", "dora_initial", "cra_early_warning"} <= set(act.running(incident))
    assert incident.status in OPEN_STATUSES
    assert {step.code for step in obstacles(session, incident)} == {"report.duty"}
    report_elsewhere(
        ReportElsewhere(team.dpo, incident.id, "cbw_early_warning", clock.now()), session=session, now=clock.now()
    )
    for law in ("cbw", "dora", "cra"):
        no = DecideDuty(team.dpo, incident.id, law, False, "No such incident")
        act.agree(incident, decide_duty(no, session=session, now=clock.now()))
    assert (act.running(incident), obstacles(session, incident)) == ({}, ())
    assert [step.code for step in steps(progress_of_one(session, incident))] == ["close.case"], "a person ends it"
    assert incident.closed_at is None


def test_a_yes_after_a_no_replaces_it(session, report, team, act, clock) -> None:
    """Other law keeps it open: whoever states that it is a breach after all leaves no "no" that still stands."""
    save_setting(session, REGIMES, {"regimes": ["dora"]}, actor=team.admin, now=clock.now())
    incident = report()
    act.deny(incident)
    act.confirm(incident)
    assert live_decision(session, incident, Subject.BREACH) is None


def test_no_breach_and_nothing_else_is_dismissed(session, report, act, clock) -> None:
    """Without other law and without a filing nothing is left to do, and what people wrote is kept from that moment."""
    incident = report()
    act.deny(incident)
    assert incident.closed_at == clock.now()
    assert steps(progress_of_one(session, incident)) == ()
    assert (incident.status, act.running(incident), obstacles(session, incident)) == (Status.DISMISSED, {}, ())


def test_no_breach_after_a_filing_asks_for_a_withdrawal(session, report, act, clock) -> None:
    """The authority was told of a breach: it must hear that there was none, within the days of a follow-up."""
    incident = report()
    act.file(incident, NoticeKind.PROVISIONAL)
    clock.advance(hours=24 * 20)
    act.deny(incident)
    assert act.running(incident) == {"gdpr_33_4": clock.now() + timedelta(days=14)}
    assert {step.code for step in obstacles(session, incident)} == {"withdraw.authority"}
    act.file(incident, NoticeKind.WITHDRAWAL, withdrawn_reason="Machine data only")
    assert (act.running(incident), obstacles(session, incident)) == ({}, ())


STRANGER = {**HARMLESS, "identification": "maximum", "recipient": "known", "subjects_number": 400}


@pytest.mark.parametrize("answers", [{}, STRANGER])
def test_not_to_notify_takes_an_assessment_that_a_risk_is_unlikely(report, act, answers) -> None:
    """GDPR art. 33(1) exempts nothing else, however many people agree."""
    incident = report()
    act.assess(incident, answers)
    with pytest.raises(IllegalMove, match="The assessment says that there is a risk"):
        act.decide(incident)


def test_not_to_notify_follows_an_agreed_lowering(session, report, act) -> None:
    """Two people may judge a risk unlikely against the proposal; then, and only then, they may leave the filing."""
    incident = report()
    act.assess(incident, {}, risk=RiskLevel.UNLIKELY, deviation_reason="Test data")
    with pytest.raises(IllegalMove):
        act.decide(incident)
    act.agree(incident, session.scalars(select(Decision).where(Decision.subject == Subject.RISK)).one())
    assert act.agree(incident, act.decide(incident)).state is DecisionState.FINAL
    assert "gdpr_33_1" not in act.running(incident)


def test_a_no_ends_when_the_risk_turns_out_higher(report, act) -> None:
    """What was decided of an unlikely risk does not hold for another one: the clock runs again from where it ran."""
    incident = report()
    due = act.running(incident)["gdpr_33_1"]
    act.assess(incident, HARMLESS)
    act.agree(incident, act.decide(incident))
    assert "gdpr_33_1" not in act.running(incident)
    act.assess(incident, {})
    assert act.running(incident)["gdpr_33_1"] == due


def test_a_second_person_does_not_agree_to_what_no_longer_holds(report, act) -> None:
    """Between the proposal and the second look the assessment may have changed."""
    incident = report()
    act.assess(incident, HARMLESS)
    waiting = act.decide(incident)
    act.assess(incident, {})
    with pytest.raises(IllegalMove):
        act.agree(incident, waiting)


def test_a_law_that_is_switched_on_covers_what_runs_already(session, report, team, act, clock) -> None:
    """Cbw: 24 hours are over before the facts of an incident change; switched off again, only a decision ends them."""
    incident = report()
    act.assess(incident, {})
    ends = act.running(incident)["gdpr_34"]
    assert change_regimes(ChangeRegimes(team.admin, ["cbw"], 24), session=session, now=clock.now()) == 1
    running = act.running(incident)
    assert ("cbw_early_warning" in running, running["gdpr_34"]) == (True, ends - timedelta(hours=48))
    change_regimes(ChangeRegimes(team.admin, []), session=session, now=clock.now())
    running = act.running(incident)
    assert ("cbw_early_warning" in running, running["gdpr_34"]) == (True, ends)


def test_informing_people_has_a_clock_that_only_a_decision_or_the_act_ends(session, report, team, act, clock) -> None:
    """GDPR art. 34(1): without undue delay; the house's hours run from the high risk, and one person ends nothing."""
    save_setting(session, REGIMES, {"regimes": [], "house_hours": 24}, actor=team.admin, now=clock.now())
    incident = report()
    act.assess(incident, {})
    assert act.running(incident)["gdpr_34"] == clock.now() + timedelta(hours=24)
    act.assess(incident, HARMLESS)
    assert "gdpr_34" in act.running(incident), "a second assessment with other answers is no decision"
    act.agree(incident, act.decide(incident, Subject.SUBJECTS))
    assert "gdpr_34" not in act.running(incident)


def test_no_personal_messages_means_a_public_one(session, report, act, clock) -> None:
    """GDPR art. 34(3)(c): the ground brings a task, a clock and a condition for closing."""
    incident = report()
    act.assess(incident, {})
    decision = act.decide(incident, Subject.SUBJECTS, ground=NotInformingGround.DISPROPORTIONATE)
    act.agree(incident, decision)
    assert "gdpr_34" not in act.running(incident)
    assert act.running(incident)["gdpr_34_3_c"] == clock.now() + timedelta(hours=72)
    assert current_facts(session, incident).not_informing_ground is NotInformingGround.DISPROPORTIONATE
    tasks = session.scalars(select(Task).where(Task.incident_id == incident.id)).all()
    assert [task.title for task in tasks] == ["Openbare mededeling in plaats van persoonlijke berichten"]
    act.confirm(incident)
    assert "draft.public" in [step.code for step in obstacles(session, incident)]
    act.file(incident, NoticeKind.INITIAL, to=Addressee.PUBLIC)
    assert "gdpr_34_3_c" not in act.running(incident)
    assert not any(step.about is About.PUBLIC for step in obstacles(session, incident))


def test_a_ground_is_invoked_only_where_the_record_shows_what_it_asks(session, report, team, act, clock) -> None:
    """UAVG art. 42 is for financial undertakings by their profile; art. 34(3)(a) for data that nobody can read."""
    incident = report()
    act.assess(incident, {})
    for ground in (NotInformingGround.UAVG_42, NotInformingGround.PROTECTED):
        with pytest.raises(Invalid) as refusal:
            act.decide(incident, Subject.SUBJECTS, ground=ground)
        assert refusal.value.field == "ground"
    profile = replace(organisation_profile(session), name="Bank", financial_undertaking=True)
    save_organisation(SaveOrganisation(team.admin, profile), session=session, now=clock.now())
    assert act.decide(incident, Subject.SUBJECTS, ground=NotInformingGround.UAVG_42).ground == "uavg_42"
    sealed = {"protection": "encrypted", "protection_strength": "state_of_the_art", "key_safe": "yes"}
    act.assess(incident, {**sealed, "data": [{"category": "name"}]})
    assert incident.risk is RiskLevel.HIGH
    assert act.decide(incident, Subject.SUBJECTS, ground=NotInformingGround.PROTECTED).ground == "34_3_a"


def test_a_processor_need_not_notify_the_authority_itself(session, report, team, act, clock) -> None:
    """The duty is the controller's (GDPR art. 33(1)); the assessment is not the processor's to make."""
    incident = report()
    command = ConfirmBreach(team.responder, incident.id, role=Role.PROCESSOR)
    confirm_breach(command, session=session, now=clock.now())
    act.assess(incident, {})
    assert act.decide(incident).act is False


def test_a_filing_after_a_no_reverses_it_and_is_late_when_it_is_late(session, report, act, clock) -> None:
    """GDPR art. 33(1), second sentence: after 72 hours the reasons are asked, whatever was decided before."""
    incident = report()
    act.assess(incident, HARMLESS)
    no = act.decide(incident)
    act.agree(incident, no)
    clock.advance(hours=100)
    with pytest.raises(Invalid) as refusal:
        act.file(incident)
    assert (refusal.value.field, no.state.value) == ("delay_reason", "final")
    filed = act.file(incident, delay="It turned out that more had leaked")
    assert (filed.late, no.state.value) == (True, "superseded")
    rows = session.scalars(select(Deadline).where(Deadline.obligation == "gdpr_33_1")).all()
    assert [row.state.value for row in rows if row.met_at] == ["met"]
    assert "gdpr_33_1" not in act.running(incident)


def test_an_authority_is_notified_once_and_then_told_more(report, act) -> None:
    """No second first notification, and no follow-up to nothing."""
    incident = report()
    with pytest.raises(IllegalMove, match="first notification"):
        act.file(incident, NoticeKind.FOLLOW_UP)
    act.file(incident)
    with pytest.raises(IllegalMove, match="follow-up"):
        act.file(incident)
    act.file(incident, NoticeKind.FOLLOW_UP)


def test_a_filing_names_its_channel(report, act) -> None:
    """The record must show how the authority was reached."""
    with pytest.raises(Invalid) as refusal:
        act.file(report(), channel=" ")
    assert refusal.value.field == "channel"


def test_a_verdict_stands_as_it_was_at_the_act(session, report, team, act, clock) -> None:
    """After a late filing a corrected awareness makes nothing timely."""
    incident = report()
    clock.advance(hours=80)
    act.file(incident, delay="Nobody was there")
    later = clock.now() - timedelta(hours=10)
    act.state(incident, "Forensics", aware_at=later, aware_ground="Only then the logs were read")
    row = session.scalars(select(Deadline).where(Deadline.obligation == "gdpr_33_1")).one()
    assert (row.state, row.met_at > row.due_at) == (DeadlineState.MET, True)


@pytest.mark.parametrize(("hours", "asks"), [(24, False), (25, True)])
def test_a_long_gap_between_signal_and_awareness_needs_a_word(session, report, team, act, clock, hours, asks) -> None:
    """EDPB Guidelines 9/2022, par. 31-34: the gap moves every clock, so the record says why it was there."""
    signal = clock.now()
    clock.advance(hours=30)
    incident = report(noticed_at=signal)
    aware = signal + timedelta(hours=hours)
    if not asks:
        act.state(incident, aware_at=aware)
        return
    with pytest.raises(Invalid) as refusal:
        act.state(incident, aware_at=aware)
    assert refusal.value.field == "aware_ground"
    command = ConfirmBreach(team.responder, incident.id, aware, "Bob")
    with pytest.raises(Invalid):
        confirm_breach(command, session=session, now=clock.now())
    act.state(incident, aware_at=aware, aware_ground="The logs of the supplier came a day later")


def test_nobody_is_aware_before_the_first_signal_that_somebody_stated(session, team, act, clock) -> None:
    """A stated signal and an earlier awareness contradict each other; a signal that was only assumed gives way."""
    now = clock.now()
    clock.advance(hours=3)
    noticed = report_incident(
        ReportIncident(team.reporter, "Export mailed", noticed_at=now + timedelta(hours=1)),
        session=session,
        now=clock.now(),
    )
    with pytest.raises(Invalid) as refusal:
        act.state(noticed, aware_at=now)
    assert refusal.value.field == "aware_at"
    assumed = report_incident(ReportIncident(team.reporter, "Export mailed"), session=session, now=clock.now())
    command = ConfirmBreach(team.responder, assumed.id, now, "Bob", "He saw it go out")
    confirm_breach(command, session=session, now=clock.now())
    assert current_facts(session, assumed).first_signal_at == now


def test_the_processors_notice_is_the_start_until_a_reason_is_recorded(report, act, clock) -> None:
    """EDPB Guidelines 9/2022, par. 44: a later awareness alone moves nothing."""
    told = clock.now()
    clock.advance(hours=20)
    incident = report(noticed_at=told)
    act.state(incident, processor_told_us_at=told, aware_at=told + timedelta(hours=10))
    assert act.running(incident)["gdpr_33_1"] == told + timedelta(hours=72)
    act.state(incident, aware_ground="The notice named another customer")
    assert act.running(incident)["gdpr_33_1"] == told + timedelta(hours=82)
