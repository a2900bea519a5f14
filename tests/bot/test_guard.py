"""No number of a person in any text that Slack shows; files come with a report; a button pressed twice counts once."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sensitive import without_numbers
from bot.slack_here.workspace import BOT, Channel
from incident.domain.kernel.people import Actor, Role, Source
from incident.store.db import db
from incident.store.models import Evidence, Notice, Person
from incident.usecases.response.casework import AddTask, add_task
from incident.usecases.response.report import ReportIncident, report_incident
from tests.bot.conftest import Cast, settle, the_incident
from tests.bot.test_conversations import _file, announced, room
from tests.fake_slack import FakeSlack, HttpTransport, Message
from tests.fake_slack.user import texts

__all__ = ["announced", "room"]
Database = Callable[[], Session]
BSN = "BSN 111222333"


@pytest.mark.parametrize(
    ("button", "field", "answers"),
    [
        ("Add a task or measure…", "What has to be done?", {}),
        (
            "Is it a breach?",
            "Why was it certain then?",
            {"Is it a breach of personal data?": "Yes, it is a breach of personal data"},
        ),
    ],
)
def test_every_free_text_is_caught_before_it_is_stored(
    cast: Cast, announced: Message, button: str, field: str, answers: dict[str, Any]
) -> None:
    """At the field, in forms that had no guard of their own."""
    cast.analyst.press("Meer…", announced)
    cast.analyst.modal()
    cast.analyst.press(button)
    cast.analyst.slack.wait_for(lambda: len(cast.analyst.stack) == 2)
    cast.analyst.fill({**answers, field: f"{BSN} was in it"}).submit()
    assert list(cast.analyst.errors) == [field]
    assert "citizen service number" in cast.analyst.errors[field]


def test_a_reason_is_caught_too(cast: Cast, slack: FakeSlack, room: Channel) -> None:
    """Whoever decides types in private, but the window of the second person shows it."""
    cast.dpo.press("Meer…", room.messages[0])
    cast.dpo.modal()
    cast.dpo.press("Decide…")
    cast.dpo.modal("Decide")
    answers = {
        "Notify the authority (AP)": "Yes",
        "Why?": f"{BSN} leaked",
    }
    cast.dpo.fill(answers).submit()
    assert list(cast.dpo.errors) == ["Why?"]


def test_what_was_typed_elsewhere_is_shown_without_such_numbers(
    app: Flask, cast: Cast, slack: FakeSlack, database: Database
) -> None:
    """The page takes a task or a report with a number in it; Slack hides that. Other numbers stay."""
    assert without_numbers("ticket 123456789, NL91ABNA0417164300") == "ticket 123456789, •••"
    cast.analyst.command("/datalek", "help")
    with app.app_context():
        session, now = db.session(), app.extensions["meldklok"].clock.now()
        actor = Actor(None, "Robot", frozenset(Role), Source.SYSTEM)
        incident = report_incident(ReportIncident(actor, f"Mail with {BSN}"), session=session, now=now)
        task = add_task(AddTask(actor, incident.id, f"Look for {BSN}"), session=session, now=now)
        task.owner_id = session.scalars(select(Person.id).where(Person.slack_user_id == cast.analyst.id)).one()
        session.commit()
    cast.analyst.open_home()
    slack.wait_for(lambda: "Look for BSN •••" in texts(cast.analyst.home["blocks"]))
    cast.analyst.press("Open")
    assert "Mail with BSN •••" in texts(cast.analyst.modal()["blocks"])
    assert "111222333" not in texts(cast.analyst.home["blocks"])


def test_a_fraction_of_a_person_is_refused(cast: Cast) -> None:
    """It was stored as ten times as many."""
    cast.reporter.command("/datalek")
    cast.reporter.modal()
    cast.reporter.fill({"What happened?": "x", "How many people, about?": "12,5"}).submit()
    assert list(cast.reporter.errors) == ["How many people, about?"]


def test_files_of_a_message_and_of_the_form_come_with_the_report(
    app: Flask, cast: Cast, slack: FakeSlack, database: Database
) -> None:
    """Somebody without an account hands in what they have; for another's incident they may not."""
    for key in ("F1", "F2"):
        slack.workspace.files[key] = _file(slack, key, f"{key}.txt", f"text of {key}".encode())
    channel = slack.workspace.add_channel("sales", (BOT, cast.reporter.id))
    said = slack.workspace.say(channel, cast.reporter.id, "Wrong mail", files=[{"id": "F1"}])
    cast.reporter.message_shortcut("report_from_message", said)
    cast.reporter.modal("Report a data breach")
    cast.reporter.fill({"Files, such as a screenshot": ["F2"]}).submit()
    cast.reporter.told("2 files were kept as evidence")
    settle(app)
    kept = database().scalars(select(Evidence)).all()
    assert sorted(row.filename for row in kept) == ["F1.txt", "F2.txt"]


def test_reporting_our_own_message_opens_the_incident(cast: Cast, slack: FakeSlack, announced: Message) -> None:
    """It is on record already, and the progress bar is no description."""
    cast.analyst.message_shortcut("report_from_message", announced)
    cast.analyst.modal(announced.text.split(":")[0])


def test_a_draft_button_pressed_twice_makes_one_draft(
    app: Flask, cast: Cast, slack: FakeSlack, room: Channel, database: Database
) -> None:
    """A double click, or Slack that says it failed."""
    cast.dpo.press("Meer…", room.messages[0])
    cast.dpo.modal()
    cast.dpo.press("Notices…")
    cast.dpo.modal("Notices")
    cast.dpo.press("Provisional draft for the AP")
    assert cast.dpo.send_again().status == 200
    settle(app)
    assert the_incident(database())
    assert len(database().scalars(select(Notice)).all()) == 1


def test_an_english_workspace_reads_english_in_its_channels(
    make_app: Callable[..., Flask], cast: Cast, slack: FakeSlack, security: Channel
) -> None:
    """One setting for headlines, topics and messages; each person reads their own language anyway."""
    english = make_app(SLACK_LANGUAGE="en")
    cast.reporter.transport = HttpTransport(english)
    cast.reporter.command("/datalek")
    cast.reporter.modal()
    cast.reporter.fill({"What happened?": "x"}).submit()
    slack.wait_for(lambda: security.messages)
    settle(english)
    assert "hours left" in texts(security.messages[0].blocks)
