"""Clocks under other law end as those of the GDPR do: on a recorded report, or on a decision that took two people."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from incident.domain.kernel.errors import IllegalMove, Invalid, NotAllowed, NotFound
from incident.domain.kinds import DeadlineState, NoticeKind, Subject
from incident.law.vocabulary import Ternary, TriggerKind
from incident.platform.clock import FixedClock
from incident.store.models import Deadline, Reminder, TimelineEntry
from incident.usecases.clock.deadlines import open_deadline
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.settings import REGIMES, organisation_profile, save_setting
from incident.usecases.notices.authority_form import filing_context
from incident.usecases.response.close import obstacles
from incident.usecases.response.decide import ConfirmDecision, confirm_decision
from incident.usecases.response.further_duties import DecideDuty, ReportElsewhere, decide_duty, report_elsewhere
from incident.usecases.response.record_facts import RecordFacts, record_facts
from incident.usecases.response.state_trigger import StateTrigger, state_trigger
from incident.usecases.response.triage import ConfirmBreach, confirm_breach

IN_FORCE = datetime(2026, 10, 5, 9, tzinfo=UTC)
"""A Monday on which the Cyberbeveiligingswet holds."""


@pytest.fixture
def clock() -> FixedClock:
    """Later than that of other tests: the law of this module is new."""
    return FixedClock(IN_FORCE)


@pytest.fixture
def incident(session, report, team, clock):
    """A breach that is an incident in network and information systems too, at an organisation under the Cbw."""
    save_setting(session, REGIMES, {"regimes": ["cbw", "uk_gdpr"]}, actor=team.admin, now=clock.now())
    row = report()
    command = ConfirmBreach(team.responder, row.id, clock.now(), "Bob", "The log shows it")
    confirm_breach(command, session=session, now=clock.now())
    return row


def running(session, incident) -> dict[str, datetime]:
    """What runs under other law, and until when."""
    query = select(Deadline).where(Deadline.incident_id == incident.id, Deadline.state == DeadlineState.OPEN)
    return {row.obligation: row.due_at for row in session.scalars(query) if not row.obligation.startswith("gdpr")}


def report_it(session, team, incident, clock, obligation, **more):
    command = ReportElsewhere(team.dpo, incident.id, obligation, more.pop("at", clock.now()), **more)
    return report_elsewhere(command, session=session, now=clock.now())


def test_a_report_ends_its_clock_and_starts_the_one_that_follows_it(session, incident, team, clock) -> None:
    """Cbw art. 26, 27, 29: 24 hours, 72 hours, and a month that begins with the notification."""
    assert set(running(session, incident)) == {"cbw_early_warning", "cbw_notification", "uk_gdpr_33"}
    clock.advance(hours=5)
    met = report_it(session, team, incident, clock, "cbw_early_warning", reference="NCSC-1")
    assert (met.state, met.met_at, met.settled_because) == (DeadlineState.MET, clock.now(), "NCSC-1")
    open_ones = select(Reminder).where(Reminder.deadline_id == met.id, Reminder.settled_at.is_(None))
    assert list(session.scalars(open_ones)) == [], "nobody is reminded of what is done"
    report_it(session, team, incident, clock, "cbw_notification")
    assert running(session, incident)["cbw_final_report"] == IN_FORCE.replace(month=11, hour=15)
    told = select(TimelineEntry.text).where(TimelineEntry.kind == "reported_elsewhere")
    assert sorted(session.scalars(told)) == ["cbw_early_warning: NCSC-1", "cbw_notification"]


def test_the_authority_hears_which_others_were_told(session, incident, team, clock) -> None:
    """AP question 1.3 asks for supervisors under other duties; the ICO is one for privacy, which 2.2.1 asks for."""

    def told() -> tuple[str, ...]:
        facts, profile = current_facts(session, incident), organisation_profile(session)
        return filing_context(
            session, incident, NoticeKind.INITIAL, clock.now(), facts, profile, language="en"
        ).other_notifications

    clock.advance(hours=5)
    report_it(session, team, incident, clock, "uk_gdpr_33")
    assert told() == ()
    report_it(session, team, incident, clock, "cbw_early_warning")
    report_it(session, team, incident, clock, "cbw_notification")
    assert told() == ("the CSIRT and the supervisor, through the national reporting point (NCSC)",)


def test_no_report_is_older_than_the_knowledge_of_the_incident(session, incident, team, clock) -> None:
    """A slip of the month must not make a late report one in time."""
    clock.advance(hours=25)
    with pytest.raises(Invalid) as refusal:
        report_it(session, team, incident, clock, "cbw_early_warning", at=IN_FORCE - timedelta(days=30))
    assert refusal.value.field == "reported_at"


def test_a_late_report_says_why(session, incident, team, clock) -> None:
    """Late is what the moment of the report makes it, not the moment of recording."""
    clock.advance(hours=25)
    with pytest.raises(Invalid) as refusal:
        report_it(session, team, incident, clock, "cbw_early_warning")
    assert refusal.value.field == "delay_reason"
    in_time = report_it(session, team, incident, clock, "cbw_early_warning", at=IN_FORCE + timedelta(hours=23))
    assert in_time.delay_reason == ""
    clock.advance(hours=72)
    late = report_it(session, team, incident, clock, "cbw_notification", delay_reason="The portal was down")
    assert late.delay_reason == "The portal was down"


@pytest.mark.parametrize("obligation", ["gdpr_33_1", "dora_initial", "made-up"])
def test_only_what_runs_has_further_duties_is_reported_here(session, incident, team, clock, obligation) -> None:
    """The authority of the GDPR is notified by an approved notice, never by this shorter way."""
    with pytest.raises(NotFound):
        report_it(session, team, incident, clock, obligation)
    assert open_deadline(session, incident, "gdpr_33_1") is not None


def test_who_may_not_submit_or_decide_is_refused(session, incident, team, clock) -> None:
    """The roles of the access matrix hold here too."""
    with pytest.raises(NotAllowed):
        report_elsewhere(
            ReportElsewhere(team.responder, incident.id, "cbw_notification", clock.now()),
            session=session,
            now=clock.now(),
        )
    with pytest.raises(NotAllowed):
        decide_duty(
            DecideDuty(team.responder, incident.id, "cbw", False, "Not significant"),
            session=session,
            now=clock.now(),
        )


def test_no_takes_two_people_and_the_clocks_run_until_then(session, incident, team, clock) -> None:
    """Each law is decided by itself; taken back, its clocks run again from where they began."""

    def decide(law, act=False, actor=team.dpo):
        command = DecideDuty(actor, incident.id, law, act, "Two mailboxes, no service was hit")
        return decide_duty(command, session=session, now=clock.now())

    def agree(decision, actor=team.second):
        command = ConfirmDecision(actor, incident.id, decision.id, agree=True)
        return confirm_decision(command, session=session, now=clock.now())

    cbw, uk = decide("cbw"), decide("uk_gdpr")
    assert len(running(session, incident)) == 3
    with pytest.raises(NotAllowed):
        agree(cbw, team.dpo)
    agree(cbw)
    assert set(running(session, incident)) == {"uk_gdpr_33"}
    agree(uk)
    assert running(session, incident) == {}
    with pytest.raises(IllegalMove):
        decide("cbw")
    assert decide("cbw", act=True).subject is Subject.DUTY
    assert running(session, incident)["cbw_early_warning"] == IN_FORCE + timedelta(hours=24)
    with pytest.raises(IllegalMove):
        decide("cbw", act=True)
    assert "gdpr_33_1" in {row.obligation for row in session.scalars(select(Deadline)) if row.state.value == "open"}


def test_an_answer_of_one_person_ends_no_clock_of_other_law(session, incident, team, clock) -> None:
    """Only a decision, with a reason and a second person, ends a clock (ADR 1); an answer says that one is needed."""
    command = RecordFacts(team.responder, incident.id, {"network_incident": Ternary.NO}, incident.fact_version)
    record_facts(command, session=session, now=clock.now())
    assert set(running(session, incident)) == {"cbw_early_warning", "cbw_notification", "uk_gdpr_33"}
    no = decide_duty(DecideDuty(team.dpo, incident.id, "cbw", False, "A letter"), session=session, now=clock.now())
    agree = ConfirmDecision(team.second, incident.id, no.id, agree=True)
    confirm_decision(agree, session=session, now=clock.now())
    assert set(running(session, incident)) == {"uk_gdpr_33"}


def test_the_clocks_follow_the_event_that_the_law_names(session, incident, team, clock) -> None:
    """From awareness of the significant incident; a correction needs its reason, and "none" still takes two people."""

    def state(met=Ternary.YES, **more):
        command = StateTrigger(team.responder, incident.id, TriggerKind.SIGNIFICANT_INCIDENT, met, **more)
        return state_trigger(command, session=session, now=clock.now())

    known = clock.now() + timedelta(hours=2)
    clock.advance(hours=5)
    with pytest.raises(Invalid):
        state(aware_at=clock.now() + timedelta(hours=1))
    state(aware_at=known)
    assert running(session, incident)["cbw_early_warning"] == known + timedelta(hours=24)
    with pytest.raises(Invalid) as refusal:
        state(aware_at=known + timedelta(hours=1))
    assert refusal.value.field == "reason"
    state(aware_at=known + timedelta(hours=1), reason="The first log was of another machine")
    assert running(session, incident)["cbw_notification"] == known + timedelta(hours=73)
    version = incident.fact_version
    state(aware_at=known + timedelta(hours=1))
    assert incident.fact_version == version, "nothing changed, nothing is stored"
    state(Ternary.NO, aware_at=known + timedelta(hours=1))
    assert "cbw_notification" in running(session, incident)


@pytest.mark.parametrize("duty", ["gdpr_33_4", "dora"])
def test_nothing_is_declined_ahead_of_its_clock(session, incident, team, clock, duty) -> None:
    """A "no" on store would silently swallow a deadline that begins later."""
    with pytest.raises(IllegalMove):
        decide_duty(DecideDuty(team.dpo, incident.id, duty, False, "Not needed"), session=session, now=clock.now())


def test_nothing_closes_while_a_clock_runs(session, incident, team, clock) -> None:
    """A closed incident leaves the board, so whatever still runs is named first."""

    def due() -> bool:
        return "report.duty" in [step.code for step in obstacles(session, incident)]

    confirm_breach(
        ConfirmBreach(team.responder, incident.id, clock.now(), "Femke", "Seen"), session=session, now=clock.now()
    )
    assert due()
    for obligation in list(running(session, incident)):
        report_it(session, team, incident, clock, obligation)
    assert due(), "the final report of a month later"
    report_it(session, team, incident, clock, "cbw_final_report")
    assert not due()
