"""Small things that people in a hurry stumble over: old buttons, closed windows, unnamed choices, calls for nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum.nl import bsn

from bot.doctor import examine
from bot.sensitive import holds_bsn, holds_card, without_numbers
from bot.slack_here import handler
from bot.slack_here.form import inputs, options
from bot.slack_here.workspace import Channel
from incident.domain.kernel.people import Actor, Role, Source
from incident.platform.clock import FixedClock
from incident.slack.messenger import outbox_client
from incident.slack.room import Rooms
from incident.store.db import db
from incident.store.models import Incident, TimelineEntry
from incident.usecases.response.report import ReportIncident, report_incident
from tests.bot import test_conversations as conversations
from tests.bot.conftest import Cast, add_account, settle, the_incident
from tests.bot.test_conversations import announced, room
from tests.bot.test_rooms import incident, rooms, sessions
from tests.fake_slack import FakeSlack, Message
from tests.fake_slack.server import BOT_TOKEN
from tests.fake_slack.user import texts

__all__ = ["announced", "incident", "room", "rooms", "sessions"]
Database = Callable[[], Session]
ROBOT = Actor(None, "Robot", frozenset(Role), Source.SYSTEM)


def test_the_preview_of_the_form_is_headed_by_whom_it_is_for(cast: Cast, room: Channel) -> None:
    """Not by the name under which the form is kept."""
    cast.dpo.press("Meer…", room.messages[0])
    cast.dpo.modal()
    cast.dpo.press("Notices…")
    cast.dpo.modal("Notices")
    cast.dpo.press("Provisional draft for the AP")
    cast.dpo.slack.wait_for(lambda: "Read" in texts(cast.dpo.stack[-1].body["blocks"]))
    cast.dpo.press("Read")
    shown = cast.dpo.modal("Approve")["blocks"][0]
    assert shown["type"] == "header"
    assert shown["text"]["text"] == "Autoriteit Persoonsgegevens"


def test_a_task_is_what_is_meant_until_a_measure_is_what_is_missing_and_that_one_says_what_it_needs(
    cast: Cast, announced: Message
) -> None:
    """Whoever takes the form as it stands is not refused for a date that nothing asked for."""
    cast.analyst.press("Meer…", announced)
    cast.analyst.modal()
    cast.analyst.press("Add a task or measure…")
    form = inputs(cast.analyst.modal("Task or measure")["blocks"])
    assert "A measure needs a date." in form["By when?"]["hint"]["text"]
    cast.analyst.fill({"What has to be done?": "Call the supplier"}).submit()
    assert cast.analyst.errors == {}


def test_an_old_button_of_a_dismissed_incident_says_so_at_once(
    cast: Cast, slack: FakeSlack, announced: Message, database: Database
) -> None:
    """And not after a whole form has been filled in."""
    old = replace(announced)
    conversations.test_a_denial_that_is_agreed_to_ends_the_clock(cast, slack, announced, database)
    cast.analyst.press("Is het een datalek?", old)
    assert "This incident is closed." in cast.analyst.told("closed")
    assert cast.analyst.stack == []


def test_a_window_that_was_closed_meanwhile_is_no_fault(
    app: Flask, cast: Cast, announced: Message, quiet_logs: list[Any], slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It cannot be brought up to date, and need not be: nothing is logged as an error."""
    cast.analyst.press("Meer…", announced)
    cast.analyst.modal()
    cast.analyst.press("Add to the timeline…")
    cast.analyst.modal("Timeline")
    cast.analyst.fill({"What happened?": "The export was stopped"})
    form = cast.analyst.stack[-1]
    answers = cast.analyst.values()
    monkeypatch.setattr(cast.analyst, "values", lambda: answers)
    cast.analyst.close()
    cast.analyst.send_submission(form)
    settle(app)
    assert any(call.method == "views.update" for call in slack.calls)
    assert not [entry for entry in quiet_logs if entry["log_level"] == "error"]


@pytest.mark.parametrize("name", ["x-oauth-scopes", "X-OAuth-Scopes"])
def test_the_doctor_reads_the_scopes_however_the_header_is_written(
    app: Flask, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A proxy may write it as it likes."""
    answered = handler._json

    def rewritten(answer: dict[str, Any], fake: FakeSlack) -> handler.Answered:
        made = answered(answer, fake)
        made.headers = {name if key == "x-oauth-scopes" else key: value for key, value in made.headers.items()}
        return made

    monkeypatch.setattr(handler, "_json", rewritten)
    lines = list(examine(app.extensions["meldklok"].settings, outbox_client(BOT_TOKEN, slack.url)))
    assert "The token has every scope that is needed." in [line.text for line in lines]


@pytest.mark.parametrize(
    "text",
    [
        "bsn:123456782x",
        "klant_123456782",
        "BSN123456782",
        "１２３４５６７８２",
        "123\u00a0456\u00a0782",
        "123\u2013456\u2013782",
    ],
)
def test_a_citizen_service_number_is_seen_however_it_is_dressed(text: str) -> None:
    """Glued to letters, in wide digits, with spaces that do not break or dashes of a book."""
    assert holds_bsn(text)
    assert "782" not in without_numbers(text)


@pytest.mark.parametrize("text", ["see DL-2026-0003-8", "since 27-11-2026 5 uur", "on 2026-11-04 8 uur", "122/345678"])
def test_a_reference_or_a_date_is_no_citizen_service_number(text: str) -> None:
    """Although its digits pass the test."""
    assert bsn.is_valid("".join(filter(str.isdigit, text)))
    assert not holds_bsn(text)


@pytest.mark.parametrize("text", ["Visa 4111 1111 1111 1111", "5555555555554444", "amex 3782-822463-10005"])
def test_a_card_number_is_seen_too(text: str) -> None:
    """By its length, first digits and check digit."""
    assert holds_card(text)
    assert "1111" not in without_numbers(text)
    assert "4444" not in without_numbers(text)


@pytest.mark.parametrize(
    "text", ["order 4111 1111 1111 1112", "IMEI 490154203237518", "https://x.example/archives/C1/p4111111111111111"]
)
def test_what_only_looks_like_a_card_number_is_let_through(text: str) -> None:
    """A check digit that is wrong, the number of a telephone, and an address."""
    assert not holds_card(text)
    assert without_numbers(text) == text


def test_a_card_number_is_refused_in_a_report(cast: Cast, database: Database) -> None:
    """At the field, without repeating it."""
    cast.reporter.command("/datalek")
    cast.reporter.modal()
    cast.reporter.fill({"What happened?": "Paid with 4111 1111 1111 1111"}).submit()
    assert "card number" in cast.reporter.errors["What happened?"]
    assert "4111" not in cast.reporter.errors["What happened?"]


def test_a_room_is_brought_up_to_date_without_calls_for_nothing(
    app: Flask, cast: Cast, rooms: Rooms, room: Channel, slack: FakeSlack, clock: FixedClock, database: Database
) -> None:
    """An hour goes by: the headline changes. Nobody is invited again, also not who left, and the topic stays."""
    settle(app)
    incident_id = the_incident(database()).id
    rooms.sync(incident_id, clock.now())
    room.members.discard(cast.analyst.id)
    begun = len(slack.calls)
    for _ in range(3):
        slack.rest()
        assert rooms.sync(incident_id, clock.advance(hours=1)) is None
    called = [call.method for call in slack.calls[begun:]]
    assert called.count("chat.update") >= 3
    assert "conversations.invite" not in called
    assert "conversations.setTopic" not in called


def test_who_could_not_be_invited_is_invited_again(
    app: Flask, cast: Cast, rooms: Rooms, room: Channel, slack: FakeSlack, clock: FixedClock, database: Database
) -> None:
    """Slack did not know the person yet; an hour later it does."""
    settle(app)
    add_account(app, "late@alumio.example", "Late", {Role.DPO}, slack_user_id="U9LATE")
    incident_id = the_incident(database()).id
    rooms.sync(incident_id, clock.advance(hours=1))
    assert "U9LATE" not in room.members
    slack.workspace.add_member("U9LATE", "Late", "late@alumio.example")
    slack.rest()
    rooms.sync(incident_id, clock.advance(hours=1))
    assert "U9LATE" in room.members


def test_the_timeline_asks_for_the_incident_so_that_one_can_tell_which_is_which(
    cast: Cast, slack: FakeSlack, announced: Message
) -> None:
    """Behind the reference what was reported; the person may see all incidents, and the window is theirs alone."""
    said = slack.workspace.say(slack.workspace.add_channel("other", ("U0BOT",)), "U2ANNA", "They called back")
    cast.analyst.message_shortcut("add_to_timeline", said)
    menu = inputs(cast.analyst.modal("Add to the timeline")["blocks"])["Which incident?"]["element"]
    (choice,) = options(menu)
    assert "Mail to the wrong customer" in choice["text"]["text"]


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_the_room_of_the_last_of_many_incidents_is_chosen_all_the_same(
    app: Flask, cast: Cast, slack: FakeSlack, room: Channel, clock: FixedClock, database: Database
) -> None:
    """A menu of Slack holds a hundred; of those beyond it the reference can be typed."""
    reference = the_incident(database()).reference
    with app.app_context():
        session = db.session()
        for number in range(101):
            at = clock.now() - timedelta(days=2, minutes=number)
            command = ReportIncident(ROBOT, f"Case {number}", noticed_at=at)
            last = report_incident(command, session=session, now=clock.now()).reference
        session.commit()
    said = slack.workspace.say(room, "U2ANNA", "They called back")
    cast.analyst.message_shortcut("add_to_timeline", said)
    form = inputs(cast.analyst.modal("Add to the timeline")["blocks"])
    assert form["Which incident?"]["element"]["initial_option"]["value"] == reference
    cast.analyst.fill({"Or its reference": last[:-2]}).submit()
    assert cast.analyst.errors == {}
    kept = select(Incident.reference).join(TimelineEntry, TimelineEntry.incident_id == Incident.id)
    assert database().scalars(kept.where(TimelineEntry.kind == "message")).all() == [last]
