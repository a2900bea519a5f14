"""The first report in a fresh process: nothing is left to import or to read while Slack waits its three seconds."""

import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import app as bot_app
from bot.socket_mode import connect, handler_of
from incident.store.models import Incident
from tests.bot.conftest import Cast, settle
from tests.fake_slack import FakeSlack, HttpTransport, SlackUser
from tests.fake_slack.server import APP_TOKEN
from tests.fake_slack.user import texts
from tests.promises.performance.counting import statements

REFERENCE = re.compile(r"DL-\d{4}-\d{4}-\w")
MOST_STATEMENTS = 34
ROOT = Path(__file__).resolve().parents[2]


def test_between_form_and_answer_nothing_is_imported_or_read(migrated_url: str, tmp_path: Path) -> None:
    """It took more than three seconds on a busy machine: hundreds of calendars were imported, and catalogues parsed."""
    begun = [sys.executable, "-m", "tests.bot.first_report", str(tmp_path), migrated_url]
    done = subprocess.run(begun, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


@pytest.mark.parametrize("transport", ["http", "socket"])
def test_a_process_that_serves_people_gets_ready_by_itself(
    make_app: Callable[..., Flask], slack: FakeSlack, monkeypatch: pytest.MonkeyPatch, transport: str
) -> None:
    """Over HTTP and over the socket, beside its start: nobody waits for that either."""
    begun = Event()
    monkeypatch.setattr(bot_app, "warm_up", lambda _: begun.set())
    if transport == "http":
        made = make_app()
        made.extensions.pop("slack_bolt")
        bot_app.create_bolt_app(made, warm=True)
    else:
        connected = handler_of(make_app(SLACK_APP_TOKEN=APP_TOKEN))
        connect(connected)
        connected.close()  # type: ignore[no-untyped-call]
    assert begun.wait(10)


def persists(person: SlackUser) -> bool:
    """Whether the form is answered, when it is sent again while Slack says that it took too long."""
    return any(person.submit().status == 200 and not person.errors for _ in range(10))


def test_of_twenty_who_report_at_once_everybody_is_answered(
    app: Flask, slack: FakeSlack, http: HttpTransport, database: Callable[[], Session]
) -> None:
    """Each with a reference of their own, and each is on record once, also who is told by Slack to send it again.

    How long it takes is measured by the bench: a machine that is busy otherwise may need more than Slack's time.
    """
    people = [SlackUser(slack, http, f"U{number}", f"Person {number}", None, locale="en-GB") for number in range(20)]
    for person in people:
        person.command("/datalek")
        person.modal("Report a data breach")
        person.fill({"What happened?": f"Seen by {person.id}"})
    with ThreadPoolExecutor(len(people)) as pool:
        answered = list(pool.map(persists, people))
    assert answered == [True] * 20
    told = {REFERENCE.search(texts(person.modal("Report received")["blocks"]))[0] for person in people}  # type: ignore[index]
    rows = dict(database().execute(select(Incident.reference, Incident.summary)).all())
    assert told == set(rows)
    assert sorted(rows.values()) == sorted(f"Seen by {person.id}" for person in people)


def test_a_report_asks_the_database_little_before_it_is_answered(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixty statements had grown, half of which asked what had been asked before; others wait for most of them."""
    monkeypatch.setattr("bot.report.sync_later", lambda *_: None)
    cast.reporter.command("/datalek")
    cast.reporter.modal("Report a data breach")
    cast.reporter.fill({"What happened?": "An export went to the wrong customer"})
    with statements(app) as asked:
        cast.reporter.submit()
        cast.reporter.modal("Report received")
        settle(app)
    assert len(asked) <= MOST_STATEMENTS, "\n".join(statement for statement, _ in asked)
    drawn = next(place for place, (statement, _) in enumerate(asked) if "INTO reference_counter" in statement)
    looked = [statement for statement, _ in asked[drawn:] if statement.startswith("SELECT")]
    assert not [statement for statement in looked if "FROM setting_version" in statement or "person_role" in statement]
