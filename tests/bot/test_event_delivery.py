"""An event that changes the record is acknowledged when it is stored, and not before: Slack repeats what was not."""

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from bot import timeline
from tests.bot.conftest import Cast
from tests.bot.test_conversations import Database, announced, entries, room
from tests.fake_slack import Channel, FakeSlack, Insistent

__all__ = ["announced", "room"]


def test_what_could_not_be_stored_comes_again(
    cast: Cast, slack: FakeSlack, room: Channel, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is away twice: no acknowledgement, so Slack repeats, with its number and reason; then one entry."""
    add, waited = timeline.add_timeline_entry, []

    def away_twice(command: Any, **more: Any) -> Any:
        if len(waited) < 2:
            raise OperationalError("INSERT", {}, Exception("gone"))
        return add(command, **more)

    monkeypatch.setattr(timeline, "add_timeline_entry", away_twice)
    cast.analyst.transport = Insistent(cast.analyst.transport, waited.append)
    said = slack.workspace.say(room, "U2ANNA", "The export was stopped")
    assert cast.analyst.react(said, "pushpin").status == 200
    assert waited == [0.0, 60.0]
    assert len(entries(database, "message")) == 1


def test_it_is_stored_when_slack_is_told(
    app: Flask, cast: Cast, slack: FakeSlack, room: Channel, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is left to a thread that may die after the answer."""
    here, threads = threading.current_thread(), []
    add = timeline.add_timeline_entry

    def noticed(command: Any, **more: Any) -> Any:
        threads.append(threading.current_thread())
        return add(command, **more)

    monkeypatch.setattr(timeline, "add_timeline_entry", noticed)
    said = slack.workspace.say(room, "U2ANNA", "The export was stopped")
    cast.analyst.react(said, "pushpin")
    assert threads == [here]
    assert len(entries(database, "message")) == 1


def test_a_refusal_is_final(cast: Cast, slack: FakeSlack, room: Channel, database: Database) -> None:
    """Who may not record may not after a minute either: Slack is told that it arrived."""
    waited: list[float] = []
    cast.reporter.transport = Insistent(cast.reporter.transport, waited.append)
    said = slack.workspace.say(room, "U1REPORT", "The export was stopped")
    assert cast.reporter.react(said, "pushpin").status == 200
    assert waited == []
    assert entries(database, "message") == []
