"""The App Home: what is mine, with its clock; in pages, whatever the number."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from bot.home import PAGE
from incident.domain.kernel.people import SYSTEM, Actor, Role
from incident.platform.clock import FixedClock
from incident.store.db import db
from incident.usecases.response.report import ReportIncident, report_incident
from tests.bot.conftest import Cast, the_incident
from tests.fake_slack import FakeSlack
from tests.fake_slack.user import buttons, texts

MANY = 250


def report_many(app: Flask, number: int) -> None:
    """So many open incidents, each a minute apart."""
    actor = Actor(None, "Robot", frozenset({Role.REPORTER}), SYSTEM.source)
    with app.app_context():
        session = db.session()
        now = app.extensions["meldklok"].clock.now()
        for count in range(number):
            at = now - timedelta(minutes=count)
            report_incident(
                ReportIncident(actor, f"<!channel> & number {count}", noticed_at=at), session=session, now=now
            )
        session.commit()


def test_hundreds_of_open_incidents_never_break_the_home(app: Flask, cast: Cast, slack: FakeSlack) -> None:
    """Ten a page, with a way to the next and back; the strict Slack takes every page."""
    report_many(app, MANY)
    cast.analyst.open_home()
    shown = texts(cast.analyst.home["blocks"])
    assert f"Open incidents ({MANY})" in shown
    assert shown.count("*DL-2026-") == PAGE
    assert f"Page 1 of {MANY // PAGE}" in shown
    cast.analyst.press("Next")
    slack.wait_for(lambda: f"Page 2 of {MANY // PAGE}" in texts(cast.analyst.home["blocks"]))
    cast.analyst.press("Previous")
    slack.wait_for(lambda: f"Page 1 of {MANY // PAGE}" in texts(cast.analyst.home["blocks"]))
    assert all(call.answer and call.answer["ok"] for call in slack.called("views.publish"))


def test_a_reporter_sees_their_own_and_can_report_from_there(
    app: Flask, cast: Cast, slack: FakeSlack, database: Callable[[], Session]
) -> None:
    """Nobody else's incidents, and the button opens the form."""
    report_many(app, 3)
    cast.reporter.open_home()
    assert "Open incidents (0)" in texts(cast.reporter.home["blocks"])
    cast.reporter.press("Report a data breach")
    cast.reporter.modal("Report a data breach")
    cast.reporter.fill({"What happened?": "Laptop lost"}).submit()
    cast.reporter.close()
    cast.reporter.open_home()
    slack.wait_for(lambda: "Open incidents (1)" in texts(cast.reporter.home["blocks"]))
    cast.reporter.press("Open")
    window = cast.reporter.modal()
    assert [element["text"]["text"] for _, element in buttons(window["blocks"])] == []


def test_my_tasks_are_listed(app: Flask, cast: Cast, slack: FakeSlack, clock: FixedClock) -> None:
    """With the incident they belong to; opening one shows the incident."""
    report_many(app, 1)
    cast.analyst.open_home()
    cast.analyst.press("Open")
    reference = cast.analyst.modal()["title"]["text"]
    cast.analyst.press("Add a task or measure…")
    cast.analyst.modal("Task or measure")
    cast.analyst.fill({"What is it?": "Task: gets us through this incident", "What has to be done?": "Call <@U1> & co"})
    cast.analyst.submit()
    assert cast.analyst.errors == {}
    cast.analyst.press("Tasks…")
    cast.analyst.modal("Tasks")
    cast.analyst.close()
    cast.analyst.open_home()
    slack.wait_for(lambda: "My tasks" in texts(cast.analyst.home["blocks"]))
    assert f"*{reference}* Call &lt;@U1&gt; &amp; co" in texts(cast.analyst.home["blocks"])


def test_a_task_is_ticked_off_in_its_window(app: Flask, cast: Cast, slack: FakeSlack) -> None:
    """The button says what it does, and the window shows the result."""
    report_many(app, 1)
    cast.analyst.open_home()
    cast.analyst.press("Open")
    cast.analyst.modal()
    cast.analyst.press("Add a task or measure…")
    cast.analyst.modal("Task or measure")
    cast.analyst.fill({"What is it?": "Task: gets us through this incident", "What has to be done?": "Call"}).submit()
    cast.analyst.press("Tasks…")
    cast.analyst.modal("Tasks")
    cast.analyst.press("Done")
    slack.wait_for(lambda: "✅ Call" in texts(cast.analyst.modal()["blocks"]))
    cast.analyst.press("Open again")
    slack.wait_for(lambda: "⬜ Call" in texts(cast.analyst.modal()["blocks"]))


def test_what_waits_for_me_is_what_the_board_says(
    app: Flask, cast: Cast, slack: FakeSlack, database: Callable[[], Session]
) -> None:
    """The same words and the same address; and a button where it can be done here."""
    report_many(app, 1)
    cast.analyst.open_home()
    slack.wait_for(lambda: "Waiting for you (1)" in texts(cast.analyst.home["blocks"]))
    # Only now the analyst is known as a member of Slack, and can be named as one.
    cast.dpo.open_home()
    reference = the_incident(database()).reference
    link = f"<https://meldklok.example.org/incidents/{reference}/triage|Is it a breach?>"
    assert link in texts(cast.analyst.home["blocks"])
    assert "On duty: <@U2ANNA> · DPO: <@U3DAAN>" in texts(cast.dpo.home["blocks"])
    assert "Waiting for you" not in texts(cast.dpo.home["blocks"]), "whoever is on duty answers this"
    cast.analyst.press("Begin")
    cast.analyst.modal("Is it a breach?")
