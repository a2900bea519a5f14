"""Is it a breach, and since when are we aware?"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from incident.domain.fact_sheet import FactConflict
from incident.domain.kernel.errors import IllegalMove, Invalid, NotAllowed
from incident.domain.kernel.events import Status
from incident.domain.kinds import DeadlineState, DecisionState
from incident.law.facts import AffectedController
from incident.law.vocabulary import Role
from incident.store.models import Deadline, Reminder
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.response.close import CloseIncident, ReopenIncident, close_incident, reopen_incident
from incident.usecases.response.decide import ConfirmDecision, confirm_decision
from incident.usecases.response.record_facts import RecordFacts, record_facts
from incident.usecases.response.triage import ConfirmBreach, DenyBreach, confirm_breach, deny_breach


def test_stating_awareness_supersedes_the_worst_case_and_both_stay_visible(session, report, team, clock) -> None:
    """The provisional deadline from the first signal gives way to the one from awareness."""
    incident = report(noticed_at=clock.now() - timedelta(hours=3))
    aware = clock.now() - timedelta(hours=1)
    confirm_breach(
        ConfirmBreach(team.responder, incident.id, aware, "Bob", "Own check"), session=session, now=clock.now()
    )
    old, new = session.scalars(select(Deadline).order_by(Deadline.due_at)).all()
    assert (DeadlineState.SUPERSEDED, new.id, True) == (old.state, old.superseded_by, old.provisional)
    assert (DeadlineState.OPEN, aware + timedelta(hours=72), False) == (new.state, new.due_at, new.provisional)
    assert (Status.CONFIRMED, new.due_at) == (incident.status, incident.due_at)
    leftover = select(Reminder).where(Reminder.deadline_id == old.id, Reminder.settled_at.is_(None))
    assert session.scalars(leftover).first() is None


def test_who_turns_out_controller_for_a_part_keeps_the_clocks_of_the_customers(session, report, team, clock) -> None:
    """GDPR art. 33(2): the 72 hours run from the awareness as controller, and no customer waits longer for that."""
    incident = report(noticed_at=clock.now() - timedelta(hours=3))
    knew = clock.now() - timedelta(hours=2)
    as_processor = ConfirmBreach(team.responder, incident.id, knew, "Bob", "The host wrote", Role.PROCESSOR)
    confirm_breach(as_processor, session=session, now=clock.now())
    customers = {"affected_controllers": (AffectedController("Noord", notice_hours=24),)}
    record_facts(
        RecordFacts(team.responder, incident.id, customers, incident.fact_version), session=session, now=clock.now()
    )
    turned = ConfirmBreach(
        team.responder, incident.id, clock.now(), "Bob", "Our own people too", Role.CONTROLLER, correction="Ours too"
    )
    confirm_breach(turned, session=session, now=clock.now())
    query = select(Deadline).where(Deadline.state == DeadlineState.OPEN, Deadline.incident_id == incident.id)
    ends = {row.obligation: row.due_at for row in session.scalars(query)}
    assert ends["gdpr_33_1"] == clock.now() + timedelta(hours=72)
    assert ends["gdpr_33_2:Noord"] == knew + timedelta(hours=24)


def test_awareness_names_who_became_aware(session, report, team, clock) -> None:
    """The record must show the person."""
    incident = report()
    with pytest.raises(Invalid) as refusal:
        confirm_breach(ConfirmBreach(team.responder, incident.id, clock.now()), session=session, now=clock.now())
    assert refusal.value.field == "aware_person"


@pytest.mark.parametrize(("hours", "asks"), [(3.9, False), (4.1, True)])
def test_a_gap_of_more_than_four_hours_asks_for_a_reason(session, report, team, clock, hours, asks) -> None:
    """Awareness long before registration has to be explained."""
    incident = report(noticed_at=clock.now() - timedelta(hours=10))
    command = ConfirmBreach(team.responder, incident.id, clock.now() - timedelta(hours=hours), "Bob")
    if not asks:
        confirm_breach(command, session=session, now=clock.now())
        return
    with pytest.raises(Invalid) as refusal:
        confirm_breach(command, session=session, now=clock.now())
    assert refusal.value.field == "aware_ground"


def test_no_breach_takes_a_reason_and_a_second_person(session, report, team, clock) -> None:
    """The clock runs on until somebody else has agreed."""
    incident = report()
    with pytest.raises(Invalid):
        deny_breach(DenyBreach(team.responder, incident.id, " "), session=session, now=clock.now())
    decision = deny_breach(DenyBreach(team.responder, incident.id, "A test file"), session=session, now=clock.now())
    assert (decision.state, incident.status) == (DecisionState.PROPOSED, Status.REPORTED)
    assert incident.due_at is not None
    agree = ConfirmDecision(team.second, incident.id, decision.id, agree=True)
    confirm_decision(agree, session=session, now=clock.now())
    deadline = session.scalars(select(Deadline)).one()
    assert (incident.status, deadline.state, incident.due_at) == (Status.DISMISSED, DeadlineState.WAIVED, None)


def test_nobody_is_their_own_second_person(session, report, team, clock) -> None:
    """The author of a decision cannot agree to it."""
    incident = report()
    decision = deny_breach(DenyBreach(team.dpo, incident.id, "A test file"), session=session, now=clock.now())
    with pytest.raises(NotAllowed):
        confirm_decision(ConfirmDecision(team.dpo, incident.id, decision.id, True), session=session, now=clock.now())


def test_a_refusal_of_the_second_person_needs_a_reason_and_changes_nothing(session, report, team, clock) -> None:
    """A refused "no breach" leaves the clock as it was."""
    incident = report()
    decision = deny_breach(DenyBreach(team.responder, incident.id, "A test file"), session=session, now=clock.now())
    with pytest.raises(Invalid):
        confirm_decision(
            ConfirmDecision(team.second, incident.id, decision.id, False), session=session, now=clock.now()
        )
    refuse = ConfirmDecision(team.second, incident.id, decision.id, False, "It holds real names")
    confirm_decision(refuse, session=session, now=clock.now())
    assert (decision.state, incident.status) == (DecisionState.REFUSED, Status.REPORTED)
    assert incident.due_at is not None
    with pytest.raises(IllegalMove):
        confirm_decision(refuse, session=session, now=clock.now())


def test_a_reopened_denial_starts_the_clock_again(session, report, team, clock) -> None:
    """What was dismissed can be taken up again; the clock still runs from the first signal."""
    incident = report()
    due = incident.due_at
    decision = deny_breach(DenyBreach(team.responder, incident.id, "A test file"), session=session, now=clock.now())
    confirm_decision(ConfirmDecision(team.second, incident.id, decision.id, True), session=session, now=clock.now())
    assert (incident.status, incident.closed_at) == (Status.DISMISSED, clock.now())
    with pytest.raises(IllegalMove):
        close_incident(CloseIncident(team.dpo, incident.id, "none", "None"), session=session, now=clock.now())
    clock.advance(hours=5)
    reopen_incident(ReopenIncident(team.dpo, incident.id, "The file was real"), session=session, now=clock.now())
    assert (Status.REPORTED, due, None) == (incident.status, incident.due_at, incident.closed_at)
    assert decision.state is DecisionState.SUPERSEDED


def test_a_reporter_cannot_triage(session, report, team, clock) -> None:
    """Reporting is not deciding."""
    incident = report()
    with pytest.raises(NotAllowed):
        deny_breach(DenyBreach(team.reporter, incident.id, "No"), session=session, now=clock.now())


@pytest.fixture
def confirmed(session, report, team, clock):
    """An incident of ours as a processor, confirmed an hour ago by Bob."""
    incident = report(noticed_at=clock.now() - timedelta(hours=60))
    aware = clock.now() - timedelta(hours=1)
    command = ConfirmBreach(team.responder, incident.id, aware, "Bob", "Own check", role=Role.PROCESSOR)
    confirm_breach(command, session=session, now=clock.now())
    return incident


@pytest.mark.parametrize("hours", [-24, 24])
def test_awareness_does_not_move_without_a_reason(session, confirmed, team, clock, hours) -> None:
    """Neither earlier nor later: the record must say why the clock moves."""
    clock.advance(hours=25)
    before = current_facts(session, confirmed)
    moved = before.aware_at + timedelta(hours=hours)
    with pytest.raises(Invalid) as refusal:
        confirm_breach(
            ConfirmBreach(team.dpo, confirmed.id, moved, "Bob", "Own check"), session=session, now=clock.now()
        )
    assert refusal.value.field == "correction"
    command = ConfirmBreach(team.dpo, confirmed.id, moved, "Bob", "Own check", correction="The log was read wrongly.")
    confirm_breach(command, session=session, now=clock.now())
    assert current_facts(session, confirmed).aware_at == moved


def test_our_role_does_not_change_without_a_reason(session, confirmed, team, clock) -> None:
    """From processor to controller opens a clock towards the authority."""
    with pytest.raises(Invalid) as refusal:
        confirm_breach(ConfirmBreach(team.dpo, confirmed.id, role=Role.CONTROLLER), session=session, now=clock.now())
    assert refusal.value.field == "correction"


def test_saying_yes_again_changes_nothing_that_was_stated(session, confirmed, team, clock) -> None:
    """Whoever only answers "yes" restates neither the role nor who became aware."""
    before = current_facts(session, confirmed)
    confirm_breach(ConfirmBreach(team.dpo, confirmed.id), session=session, now=clock.now())
    assert current_facts(session, confirmed) == before


def test_the_same_minute_is_the_same_moment(session, confirmed, team, clock) -> None:
    """Forms show minutes: sending one again as it was shown corrects nothing."""
    before = current_facts(session, confirmed)
    shown = before.aware_at.replace(second=0, microsecond=0)
    confirm_breach(ConfirmBreach(team.dpo, confirmed.id, shown), session=session, now=clock.now())
    assert current_facts(session, confirmed).aware_at == before.aware_at


def test_an_older_window_does_not_overwrite_what_was_stated_since(session, report, team, clock) -> None:
    """Two people opened the form; the second to send it is shown that somebody stated another moment."""
    incident = report(noticed_at=clock.now() - timedelta(hours=30))
    seen = incident.fact_version
    first = ConfirmBreach(team.responder, incident.id, clock.now(), "Bob", "Own check", base_version=seen)
    confirm_breach(first, session=session, now=clock.now())
    stale = ConfirmBreach(
        team.dpo, incident.id, clock.now() - timedelta(hours=24), "Dora", "The log", base_version=seen, correction="x"
    )
    with pytest.raises(FactConflict):
        confirm_breach(stale, session=session, now=clock.now())
    assert current_facts(session, incident).aware_at == clock.now()
