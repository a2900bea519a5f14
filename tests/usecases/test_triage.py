"""Is it a breach, and since when are we aware?"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from incident.domain.kernel.errors import IllegalMove, Invalid, NotAllowed
from incident.domain.kernel.events import Status
from incident.domain.kinds import DeadlineState, DecisionState
from incident.store.models import Deadline, Reminder
from incident.usecases.response.close import CloseIncident, ReopenIncident, close_incident, reopen_incident
from incident.usecases.response.decide import ConfirmDecision, confirm_decision
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
    close_incident(CloseIncident(team.dpo, incident.id, "none", "None"), session=session, now=clock.now())
    assert incident.status == Status.DISMISSED
    clock.advance(hours=5)
    reopen_incident(ReopenIncident(team.dpo, incident.id, "The file was real"), session=session, now=clock.now())
    assert (Status.REPORTED, due) == (incident.status, incident.due_at)


def test_a_reporter_cannot_triage(session, report, team, clock) -> None:
    """Reporting is not deciding."""
    incident = report()
    with pytest.raises(NotAllowed):
        deny_breach(DenyBreach(team.reporter, incident.id, "No"), session=session, now=clock.now())
