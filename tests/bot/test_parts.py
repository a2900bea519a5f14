"""Who sees to what in a case, given in Slack: told, let into the room, shown in its headline and in the Home."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.slack_here.workspace import Channel
from incident.domain.kernel.people import Role
from incident.domain.kinds import Part
from incident.platform.clock import FixedClock
from incident.slack.card import card_of
from incident.store.db import db
from incident.store.models import OutboxMessage, Person
from incident.usecases.common.directory import load_directory
from tests.bot.conftest import Cast, add_account, the_incident
from tests.bot.test_conversations import announced, room
from tests.fake_slack import FakeSlack, HttpTransport, SlackUser
from tests.fake_slack.user import buttons, texts

__all__ = ["announced", "room"]
Database = Callable[[], Session]


@pytest.fixture
def ivo(app: Flask, cast: Cast, slack: FakeSlack, http: HttpTransport) -> SlackUser:
    """Somebody of IT, who is not on duty and has done nothing in the case."""
    add_account(app, "ivo@alumio.example", "Ivo <!channel> IT", {Role.RESPONDER})
    ivo = SlackUser(slack, http, "U5IVO", "Ivo", "ivo@alumio.example", locale="en-GB")
    ivo.command("/datalek", "help")
    return ivo


def give(person: SlackUser, room: Channel, part: str, name: str) -> None:
    """By the button in the case's window."""
    person.close()
    person.press("Meer…", room.messages[0])
    person.modal()
    person.press("Assign…")
    person.modal("Assign")
    person.fill({"What is it about?": part, "Who takes it?": name}).submit()


def test_a_part_is_given_told_and_shown(
    cast: Cast, slack: FakeSlack, room: Channel, security: Channel, ivo: SlackUser, database: Database
) -> None:
    """In the room's headline, in the status line of the security channel, in the Home of whoever has it."""
    assert ivo.id not in room.members
    give(cast.analyst, room, "IT lead", "Ivo <!channel> IT")
    assert cast.analyst.errors == {}
    assert the_incident(database()).holder(Part.IT) is not None
    slack.wait_for(lambda: ivo.id in room.members)
    for message in (room.messages[0], security.messages[0]):
        slack.wait_for(lambda message=message: "Leiding IT: <@U5IVO>" in texts(message.blocks))
    rows = database().scalars(select(OutboxMessage).where(OutboxMessage.recipient == ivo.id)).all()
    assert "part_given" in {row.payload["template"] for row in rows}
    ivo.open_home()
    slack.wait_for(lambda: "your part: IT lead" in texts(ivo.home["blocks"]))
    assert "👤" in texts(ivo.home["blocks"])


def test_a_case_of_somebody_who_left_is_offered_to_whoever_sees_it(
    app: Flask, cast: Cast, room: Channel, clock: FixedClock
) -> None:
    """Whose account was switched off has nothing: the headline names nobody, and has the button to take it."""
    cast.analyst.press("Ik neem het", room.messages[0])
    with app.app_context():
        session = db.session()
        incident = the_incident(session)
        for who, active in ((f"<@{cast.analyst.id}>", False), (None, False)):
            assert card_of(session, incident, load_directory(session), clock.now()).assignee == who
            session.get_one(Person, incident.assignee_id).active = active


def test_the_form_says_who_has_what_and_takes_it_back(
    cast: Cast, slack: FakeSlack, room: Channel, ivo: SlackUser, database: Database
) -> None:
    """Names are names, whatever stands in them."""
    give(cast.analyst, room, "IT lead", "Ivo <!channel> IT")
    cast.analyst.close()
    cast.analyst.press("Meer…", room.messages[0])
    cast.analyst.modal()
    cast.analyst.press("Assign…")
    shown = texts(cast.analyst.modal("Assign")["blocks"])
    assert "IT lead: Ivo &lt;!channel&gt; IT" in shown
    cast.analyst.fill({"What is it about?": "IT lead", "Who takes it?": "Nobody"}).submit()
    assert the_incident(database()).holder(Part.IT) is None


def test_the_officers_part_goes_to_an_officer(cast: Cast, room: Channel, ivo: SlackUser, database: Database) -> None:
    """Refused at the person, with the window still open."""
    give(cast.analyst, room, "Data protection officer", "Ivo <!channel> IT")
    assert cast.analyst.errors == {"Who takes it?": "Choose a data protection officer."}
    cast.analyst.fill({"Who takes it?": "Daan Officer"}).submit()
    assert cast.analyst.errors == {}
    daan = database().scalars(select(Person).where(Person.email == "daan@alumio.example")).one()
    assert the_incident(database()).holder(Part.DPO) == daan.id


def test_nobody_without_the_role_is_offered_it_nor_gives_it_by_an_old_form(
    cast: Cast, slack: FakeSlack, room: Channel, ivo: SlackUser, database: Database
) -> None:
    """The second person sees the case and assigns nothing; a form taken over from somebody else changes nothing."""
    cast.second.press("Meer…", room.messages[0])
    assert "Assign…" not in [element["text"]["text"] for _, element in buttons(cast.second.modal()["blocks"])]
    cast.analyst.press("Meer…", room.messages[0])
    cast.analyst.modal()
    cast.analyst.press("Assign…")
    cast.analyst.modal("Assign")
    cast.analyst.fill({"What is it about?": "IT lead", "Who takes it?": "Ivo <!channel> IT"})
    form, answers = cast.analyst.stack[-1], cast.analyst.values()
    cast.second.values = lambda: answers  # type: ignore[method-assign]
    cast.second.send_submission(form)
    assert "Your role does not allow this" in "".join(cast.second.errors.values())
    assert the_incident(database()).holder(Part.IT) is None
