"""What a person in Slack waits for: the form after the command, the reference after the report, alone and in a crowd.

Requests are signed and go through the application as it is deployed; Slack is the strict fake over real HTTP. Every
report is committed, with fsync, before it is answered.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from flask import Flask

from bench.figure import Figure, spread
from bench.place import Place
from bot.http import install
from incident.platform.settings import Settings
from incident.wiring import new_app, wire
from tests.databases import KEY
from tests.fake_slack import FakeSlack, HttpTransport, SlackUser
from tests.fake_slack.server import BOT_TOKEN, SIGNING_SECRET

ALONE, CROWD, ROUNDS = 150, 20, 8
PEOPLE = 5
"""Who report one at a time, in turn: nobody may report more than a hundred times an hour."""
FORM_LIMIT, ALONE_LIMIT, CROWD_LIMIT = 100.0, 150.0, 1000.0
"""Milliseconds at the 99th percentile; Slack itself gives up after 3,000."""
WHAT: dict[str, str | list[str] | None] = {
    "What happened?": "An export went to the wrong customer",
    "How many people, about?": "120",
}


def figures(where: Place, many: int) -> Iterator[Figure]:
    """Measure the way from the command to the reference."""
    with FakeSlack() as slack, _application(where, slack) as app:
        users = [_user(slack, app, f"U0{number}") for number in range(PEOPLE)]
        for user in users:
            _report(user)
        opened, reported = zip(*(_report(users[number % PEOPLE]) for number in range(ALONE)), strict=True)
        yield from _both("command to form open", list(opened), FORM_LIMIT)
        yield from _both("report to reference, one at a time", list(reported), ALONE_LIMIT)
        yield from _both(f"report to reference, {CROWD} at once", _crowd(slack, app), CROWD_LIMIT)


def _both(name: str, values: list[float], limit: float) -> Iterator[Figure]:
    """The spread, and its 99th percentile as the figure that has to keep the limit."""
    whole = spread(name, values)
    yield whole
    yield spread("  its 99th percentile", [whole.p99], limit=limit)


@contextmanager
def _application(where: Place, slack: FakeSlack) -> Iterator[Flask]:
    settings = Settings.from_env(
        {
            **where.variables,
            "SECRET_KEY": "only-for-measuring-0123456789-abcdefgh",
            "ENCRYPTION_KEY": KEY,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": slack.url,
        }
    )
    app = new_app(wire(settings))
    bolt = install(app)
    yield app
    if bolt is not None:
        bolt.listener_runner.listener_executor.shutdown(wait=True)


def _user(slack: FakeSlack, app: Flask, id: str) -> SlackUser:
    user = SlackUser(slack, HttpTransport(app), id, "Rik", None, locale="en-GB")
    user.command("/datalek", "help")
    return user


def _report(user: SlackUser) -> tuple[float, float]:
    """Milliseconds until the form stood there, and until the reference did."""
    begun = time.perf_counter()
    user.command("/datalek")
    user.modal("Report a data breach")
    opened = time.perf_counter()
    user.fill(WHAT)
    sent = time.perf_counter()
    user.submit()
    user.modal("Report received")
    return (opened - begun) * 1000, (time.perf_counter() - sent) * 1000


def _crowd(slack: FakeSlack, app: Flask) -> list[float]:
    """Everybody presses the button at the same moment, a few times over."""
    users = [_user(slack, app, f"U{number}") for number in range(1, CROWD + 1)]
    values: list[float] = []
    with ThreadPoolExecutor(CROWD) as pool:
        for _ in range(ROUNDS):
            for user in users:
                user.command("/datalek")
                user.modal("Report a data breach")
                user.fill(WHAT)
            values += pool.map(_submitted, users)
    return values


def _submitted(user: SlackUser) -> float:
    begun = time.perf_counter()
    user.submit()
    user.modal("Report received")
    return (time.perf_counter() - begun) * 1000
