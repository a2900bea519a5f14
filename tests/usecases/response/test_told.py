"""Who hears of an act by a message of their own, and who does not."""

import pytest
from sqlalchemy import select

from incident.domain.kernel.people import Actor, Role, Source
from incident.law.vocabulary import Nature
from incident.store.models import OutboxMessage, Person
from incident.usecases.response.assess import AssessRisk, assess_risk
from incident.usecases.response.casework import Assign, assign
from incident.usecases.response.close import ReopenIncident, reopen_incident
from incident.usecases.response.decide import ConfirmDecision, confirm_decision
from incident.usecases.response.triage import ConfirmBreach, DenyBreach, confirm_breach, deny_breach
from tests.factories import make_incident


@pytest.fixture(autouse=True)
def in_slack(session, team) -> None:
    """Everybody is known in Slack."""
    for person in session.scalars(select(Person)):
        person.slack_user_id = f"U{person.name.upper()}"
    session.flush()


def told(session, template) -> set[str]:
    """The Slack users to whom a message of this name goes; a room has no place here."""
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.channel == "slack"))
    return {row.recipient for row in rows if row.payload["template"] == template}


def test_who_gets_a_case_and_who_loses_it_are_told_directly(session, report, team, clock) -> None:
    """Both hear it in Slack and by mail, the room does not; nobody hears of their own act."""
    incident = report()
    assign(Assign(team.responder, incident.id, team.responder.id), session=session, now=clock.now())
    assert told(session, "assigned") == set()
    assign(Assign(team.responder, incident.id, team.dpo.id), session=session, now=clock.now())
    assert told(session, "assigned") == {"UCHARLIE"}
    assert told(session, "passed_on") == set()
    assign(Assign(team.responder, incident.id, team.responder.id), session=session, now=clock.now())
    assert told(session, "passed_on") == {"UCHARLIE"}
    mails = select(OutboxMessage.recipient).where(OutboxMessage.channel == "email")
    assert "charlie@example.org" in set(session.scalars(mails))


def test_of_two_who_take_it_at_once_the_first_is_told(session, report, team, clock) -> None:
    """The last one has it, and the other does not go on thinking so."""
    incident = report()
    for actor in (team.dpo, team.responder):
        assign(Assign(actor, incident.id, actor.id), session=session, now=clock.now())
    assert incident.assignee_id == team.responder.id
    assert told(session, "passed_on") == {"UCHARLIE"}


def test_giving_it_to_whom_has_it_tells_nobody_again(session, report, team, clock) -> None:
    """Only a change is news."""
    incident = report()
    for _ in range(2):
        assign(Assign(team.responder, incident.id, team.dpo.id), session=session, now=clock.now())
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == "UCHARLIE"))
    assert [row.payload["template"] for row in rows if row.payload["template"] == "assigned"] == ["assigned"]


def test_whoever_has_to_decide_is_told_once_the_risk_is_assessed(session, report, team, clock) -> None:
    """The officer, by name of the step and with its address; not again for the next question, nor by their own act."""
    incident = report()
    confirm_breach(
        ConfirmBreach(team.responder, incident.id, nature=(Nature.CONFIDENTIALITY,)), session=session, now=clock.now()
    )
    for _ in range(2):
        assess_risk(AssessRisk(team.responder, incident.id, {}), session=session, now=clock.now())
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == "UCHARLIE")).all()
    (row,) = [row for row in rows if row.payload["template"] == "your_turn"]
    assert row.payload["params"]["next_step"] == "decide.authority"
    assert row.payload["params"]["path"] == f"/incidents/{incident.reference}/decisions#authority"
    assert told(session, "your_turn") == {"UCHARLIE"}


def test_whoever_goes_on_by_themselves_is_not_told(session, report, team, clock) -> None:
    """The officer who assessed sees the next step on the screen."""
    incident = report()
    confirm_breach(ConfirmBreach(team.dpo, incident.id), session=session, now=clock.now())
    assess_risk(AssessRisk(team.dpo, incident.id, {}), session=session, now=clock.now())
    assert told(session, "your_turn") == set()


@pytest.fixture
def from_slack(session, clock, team):
    """A report by somebody in Slack who has no account."""
    stranger = Actor(None, "Rik", frozenset({Role.REPORTER}), Source.SLACK, "U1REPORT")
    return make_incident(session, stranger, clock.now())


def test_a_reporter_hears_that_it_is_a_breach_and_that_it_is_closed(session, from_slack, team, clock) -> None:
    """Each once, in their own conversation; a correction of the awareness is no news for them."""
    confirm_breach(ConfirmBreach(team.responder, from_slack.id), session=session, now=clock.now())
    confirm_breach(ConfirmBreach(team.responder, from_slack.id, aware_person="Bob"), session=session, now=clock.now())
    rows = [row for row in session.scalars(select(OutboxMessage)) if row.recipient == "U1REPORT"]
    assert [(row.payload["template"], row.payload["params"]["is_breach"]) for row in rows] == [
        ("reporter_informed", True)
    ]


def test_a_reporter_hears_that_it_was_none(session, from_slack, team, clock) -> None:
    """Once a second person has agreed, not before."""
    decision = deny_breach(DenyBreach(team.responder, from_slack.id, "A test file"), session=session, now=clock.now())
    assert told(session, "reporter_informed") == set()
    confirm_decision(ConfirmDecision(team.second, from_slack.id, decision.id, True), session=session, now=clock.now())
    assert told(session, "reporter_informed") == {"U1REPORT"}


def test_nobody_is_told_of_their_own_report_by_themselves(session, report, team, clock) -> None:
    """A responder who reports and confirms knows it."""
    incident = report(actor=team.responder)
    confirm_breach(ConfirmBreach(team.responder, incident.id), session=session, now=clock.now())
    assert told(session, "reporter_informed") == set()


def test_whoever_proposed_hears_at_once_that_the_second_person_does_not_agree(session, report, team, clock) -> None:
    """They may think that it is settled; they learn that nothing has changed and what is next."""
    incident = report()
    decision = deny_breach(DenyBreach(team.dpo, incident.id, "No personal data"), session=session, now=clock.now())
    answer = ConfirmDecision(team.second, incident.id, decision.id, agree=False, reason="There are names in it")
    confirm_decision(answer, session=session, now=clock.now())
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == "UCHARLIE")).all()
    (row,) = [row for row in rows if row.payload["template"] == "decision_refused"]
    assert row.urgent
    assert row.payload["params"]["who"] == team.second.name
    assert row.payload["params"]["next_step"] == "triage.breach"
    assert "There are names in it" not in str(row.payload)


def test_a_case_that_is_taken_up_again_is_told_to_who_has_to_act(session, report, team, clock) -> None:
    """Nobody looks at a closed case; whoever opens it goes on without being told."""
    incident = report()
    assign(Assign(team.dpo, incident.id, team.responder.id), session=session, now=clock.now())
    denial = DenyBreach(team.dpo, incident.id, "No personal data in it.")
    decision = deny_breach(denial, session=session, now=clock.now())
    confirm_decision(ConfirmDecision(team.second, incident.id, decision.id, True), session=session, now=clock.now())
    assert told(session, "reopened") == set()
    again = ReopenIncident(team.dpo, incident.id, "There was a name in it")
    reopen_incident(again, session=session, now=clock.advance(hours=1))
    assert told(session, "reopened") == {"UBOB"}
