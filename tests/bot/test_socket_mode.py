"""The same listeners over Socket Mode: a report, a refused one, an event, and a connection that is renewed."""

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from slack_bolt.adapter.socket_mode import SocketModeHandler
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot import leave, socket_mode
from bot.slack_here.workspace import Channel
from incident.platform.settings import SettingsError
from incident.store.db import db, only_reads
from incident.store.models import Incident
from tests.fake_slack import FakeSlack, SlackUser, SocketTransport
from tests.fake_slack.user import texts

WHAT = "What happened?"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who leaves the socket listens on until nothing has come for three seconds; here for half of one."""
    connect = socket.create_connection
    monkeypatch.setattr(
        socket,
        "create_connection",
        lambda to, timeout=None, *more: connect(to, 0.5 if timeout == 3 else timeout, *more),
    )


@pytest.fixture
def connected(socket_app: Flask, slack: FakeSlack) -> Iterator[SocketModeHandler]:
    """The bot on the socket."""
    handler = socket_mode.handler_of(socket_app)
    socket_mode.connect(handler)
    slack.socket.wait_connected()
    yield handler
    handler.close()  # type: ignore[no-untyped-call]
    handler.app.listener_runner.listener_executor.shutdown(wait=True)


@pytest.fixture
def rik(connected: SocketModeHandler, slack: FakeSlack) -> SlackUser:
    """Somebody whose Slack talks to us over the socket."""
    return SlackUser(slack, SocketTransport(slack), "U1", "Rik", None, locale="en-GB")


def references(app: Flask) -> list[str]:
    """All references on record."""
    with app.app_context():
        only_reads(db.session())
        return list(db.session().scalars(select(Incident.reference)))


def test_a_report_over_the_socket(rik: SlackUser, slack: FakeSlack, security: Channel, socket_app: Flask) -> None:
    """Command, form, an error at its field, the reference, the announcement."""
    assert rik.command("/datalek").status == 200
    rik.modal("Report a data breach")
    rik.fill({WHAT: "BSN 111222333 in a mail"}).submit()
    assert list(rik.errors) == [WHAT]
    rik.fill({WHAT: "A BSN in a mail"}).submit()
    assert rik.errors == {}
    (reference,) = references(socket_app)
    assert reference in texts(rik.modal("Report received")["blocks"])
    slack.wait_for(lambda: security.messages)
    assert reference in security.messages[0].text


def test_the_home_over_the_socket(rik: SlackUser) -> None:
    """Events come the same way."""
    rik.open_home()
    assert "Open incidents (0)" in texts(rik.home["blocks"])


def test_a_renewed_connection_goes_on(rik: SlackUser, slack: FakeSlack) -> None:
    """Slack closes every connection after some hours; the next one takes over."""
    slack.socket.disconnect()
    slack.socket.wait_connected(times=2)
    assert rik.command("/datalek", "help").status == 200


def test_a_bot_without_its_database_leaves_what_people_do_to_the_other_one(
    connected: SocketModeHandler, rik: SlackUser, slack: FakeSlack, socket_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is back as soon as the database is; whoever pressed meanwhile was answered by the other."""
    other = socket_mode.handler_of(socket_app)
    monkeypatch.setattr(leave, "PATIENCE_SECONDS", 0.0)
    away = [True]

    def reach() -> None:
        if away:
            raise OperationalError("SELECT 1", None, OSError("no route"))

    attendance = leave.Attendance(other.client, reach, threading.Event())
    socket_mode.connect(other)
    slack.socket.wait_connected(times=2)
    try:
        attendance.ask()
        slack.wait_for(lambda: attendance.look() or slack.socket.open == 1)
        slack.wait_for(lambda: slack.socket.open == 1)
        assert not other.client.is_connected()
        assert rik.command("/datalek", "help").status == 200
        away.clear()
        monkeypatch.setattr(leave, "PATIENCE_SECONDS", 60.0)
        attendance.ask()
        attendance.look()
        slack.socket.wait_connected(times=3)
        assert other.client.is_connected()
        assert slack.socket.open == 2
        assert rik.command("/datalek", "help").status == 200
    finally:
        other.close()  # type: ignore[no-untyped-call]


def test_a_bot_that_is_alone_stays_without_its_database(
    socket_app: Flask, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever presses hears from it what to do; also after Slack renewed its only connection."""
    alone = socket_mode.handler_of(socket_app)
    attendance = leave.Attendance(alone.client, lambda: None, threading.Event())
    monkeypatch.setattr(leave, "PATIENCE_SECONDS", 0.0)
    rik = SlackUser(slack, SocketTransport(slack), "U1", "Rik", None)
    socket_mode.connect(alone)
    slack.socket.wait_connected()
    try:
        assert rik.command("/datalek", "help").status == 200
        slack.socket.disconnect()
        slack.socket.wait_connected(times=2)
        slack.wait_for(lambda: slack.socket.open == 1)
        assert rik.command("/datalek", "help").status == 200
        attendance.look()
        assert alone.client.is_connected()
    finally:
        alone.close()  # type: ignore[no-untyped-call]


def test_no_http_address_is_offered_on_the_socket(socket_app: Flask) -> None:
    """One transport at a time: an address that nobody needs is an address to attack."""
    assert "slack_bolt" not in socket_app.extensions
    assert "/slack/events" not in {rule.rule for rule in socket_app.url_map.iter_rules()}


def test_without_an_app_token_it_says_so(make_app: Callable[..., Flask], quiet_logs: list[Any]) -> None:
    """The variable is named."""
    with pytest.raises(SettingsError, match="SLACK_APP_TOKEN"):
        socket_mode.handler_of(make_app())
