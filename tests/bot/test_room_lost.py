"""The security channel knows how a case stands to its end, and takes over while the room is closed to us."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from bot.slack_here.workspace import Channel as Place
from incident.domain.kernel.events import Status
from incident.domain.kinds import DeadlineState
from incident.platform.clock import FixedClock
from incident.slack.keeper import Keeper
from incident.slack.room import Rooms
from incident.store.db import db
from incident.store.due import LONGEST_PAUSE, enter_lane
from incident.store.models import Deadline, Incident, OutboxMessage, SlackRoom
from incident.usecases.clock.deadlines import AUTHORITY
from incident.usecases.clock.fire import Outlets
from incident.usecases.messages.queue import Channel, queue_one, room_of
from incident.usecases.response.report import ReportIncident, report_incident
from incident.worker import Worker
from tests.bot.test_rooms import ACTOR, confirm, incident, own, rooms, sessions
from tests.fake_slack import Failure, FakeSlack
from tests.fake_slack.user import buttons, texts

__all__ = ["incident", "rooms", "sessions"]
Sessions = sessionmaker[Session]


def opened(rooms: Rooms, incident: UUID, slack: FakeSlack, clock: FixedClock, sessions: Sessions) -> Place:
    """A reported, then confirmed breach with its room."""
    rooms.sync(incident, clock.now())
    confirm(sessions, incident, clock.now())
    rooms.sync(incident, clock.now())
    with sessions.begin() as session:
        session.execute(update(OutboxMessage).values(settled_at=clock.now()))
    return own(slack)[0]


def test_the_security_channel_keeps_knowing_to_the_end(
    rooms: Rooms, incident: UUID, slack: FakeSlack, security: Place, clock: FixedClock, sessions: Sessions
) -> None:
    """Clock, holder and next step while it runs; at the end after how many hours the authority was notified."""
    room = opened(rooms, incident, slack, clock, sessions)
    (line,) = security.messages
    shown = texts(line.blocks)
    for words in ("Bevestigd", "nog 72 uur", "Behandelaar: niemand", "Volgende stap", f"<#{room.id}>"):
        assert words in shown, shown
    assert [element["text"]["text"] for _, element in buttons(line.blocks)] == ["Meer…", "Openen op de pagina"]
    rooms.sync(incident, clock.advance(hours=3))
    assert "nog 69 uur" in texts(line.blocks)
    end(sessions, incident, clock.advance(hours=48))
    rooms.sync(incident, clock.now())
    assert "Gesloten · gemeld bij de toezichthouder na 51 uur" in texts(line.blocks)
    assert f"<#{room.id}>" not in texts(line.blocks), "a link to an archived room leads nowhere"
    assert room.archived
    assert len(security.messages) == 1


def end(sessions: Sessions, incident: UUID, now: datetime) -> None:
    """Filed and closed at this moment."""
    with sessions.begin() as session:
        row = session.get_one(Incident, incident)
        row.status, row.notified_at = Status.CLOSED, now
        mine = (Deadline.incident_id == incident, Deadline.obligation == AUTHORITY)
        deadline = session.scalars(select(Deadline).where(*mine, Deadline.state == DeadlineState.OPEN)).one()
        deadline.state, deadline.met_at, deadline.starts_at = DeadlineState.MET, now, now - timedelta(hours=51)


@pytest.fixture
def worker(app: Flask) -> Worker:
    """The worker of this installation."""
    with app.app_context():
        made = Worker(db.engine, app.extensions["meldklok"], Outlets(), threading.Event())
    made._announce()
    return made


def say(sessions: Sessions, incident: UUID, words: str, now: datetime) -> None:
    """Something the house has to say about this case."""
    with sessions.begin() as session:
        row = session.get_one(Incident, incident)
        queue_one(
            session,
            incident=row,
            channel=Channel.SLACK,
            recipient=room_of(session, row) or "",
            template="test",
            params={"reference": row.reference},
            now=now,
            dedupe=words,
        )


def test_a_room_archived_by_hand_falls_back_to_the_security_channel_and_comes_back(
    app: Flask,
    rooms: Rooms,
    incident: UUID,
    slack: FakeSlack,
    security: Place,
    clock: FixedClock,
    sessions: Sessions,
    worker: Worker,
) -> None:
    """Messages come in the thread of the announcement, which has the buttons again; nothing lost, nothing doubled."""
    room = opened(rooms, incident, slack, clock, sessions)
    assert worker.rooms is not None
    keeper, before = Keeper(rooms), len(room.messages)
    keeper.tick(clock.now())
    room.archived = True
    for words in ("first", "second"):
        say(sessions, incident, words, clock.now())
    settle(worker, keeper, clock)
    line, *thread = security.messages
    assert [message.thread_ts for message in thread] == [line.ts, line.ts]
    assert f"De ruimte <#{room.id}> is dicht" in texts(line.blocks)
    assert len(buttons(line.blocks)) > 2
    with sessions() as session:
        assert session.get_one(SlackRoom, incident).last_error == "is_archived"
    room.archived = False
    settle(worker, keeper, clock)
    say(sessions, incident, "third", clock.now())
    settle(worker, keeper, clock)
    assert len(room.messages) == before + 1
    assert len(security.messages) == 3
    assert f"wordt behandeld in <#{room.id}>" in texts(line.blocks)
    with sessions() as session:
        assert session.get_one(SlackRoom, incident).last_error is None, "trouble that is over is not shown"
        mine = select(OutboxMessage.outcome).where(OutboxMessage.payload["template"].as_string() == "test")
        assert [str(outcome) for outcome in session.scalars(mine)] == ["sent"] * 3


def settle(worker: Worker, keeper: Keeper, clock: FixedClock) -> None:
    """Two minutes of the worker's life."""
    for _ in range(12):
        clock.advance(seconds=10)
        worker.sender.drain()
        keeper.tick(clock.now())


def test_a_case_is_closed_although_somebody_archived_its_room(
    rooms: Rooms,
    incident: UUID,
    slack: FakeSlack,
    security: Place,
    clock: FixedClock,
    sessions: Sessions,
    worker: Worker,
) -> None:
    """What is still to be said comes in the security channel; then nothing is knocked on any more."""
    room = opened(rooms, incident, slack, clock, sessions)
    room.archived = True
    say(sessions, incident, "the last word", clock.now())
    end(sessions, incident, clock.advance(hours=1))
    settle(worker, Keeper(rooms), clock)
    assert len(security.messages) == 2
    with sessions() as session:
        assert session.get_one(SlackRoom, incident).state == "archived"
    assert "Gesloten" in texts(security.messages[0].blocks)


LOST: dict[str, Callable[[], Failure]] = {
    "500": Failure.server_error,
    "reset": Failure.connection_reset,
    "done, then reset": lambda: Failure.connection_reset(after=True),
}


@pytest.mark.parametrize("failure", LOST.values(), ids=LOST.keys())
def test_a_headline_that_failed_stands_within_ten_seconds(
    rooms: Rooms, incident: UUID, slack: FakeSlack, security: Place, clock: FixedClock, failure: Callable[[], Failure]
) -> None:
    """It took 122 seconds: the claim was held for minutes. Whether Slack did it is looked for first."""
    slack.fail("chat.postMessage", failure())
    keeper, begun = Keeper(rooms), clock.now()
    while not (security.messages and keeper.tick(clock.now()) == 0):
        keeper.tick(clock.advance(seconds=1))
        assert clock.now() - begun <= timedelta(seconds=10)
    assert len(security.messages) == 1


def test_the_pause_that_slack_asks_for_is_kept(
    rooms: Rooms, incident: UUID, slack: FakeSlack, security: Place, clock: FixedClock
) -> None:
    """Not a second less, and no longer than that."""
    slack.fail("chat.postMessage", Failure.rate_limited(17))
    keeper = Keeper(rooms)
    keeper.tick(clock.now())
    assert keeper.tick(clock.advance(seconds=16)) == 0
    keeper.tick(clock.advance(seconds=1))
    assert len(security.messages) == 1


def test_an_edit_that_came_too_soon_stops_no_message(
    rooms: Rooms, incident: UUID, slack: FakeSlack, security: Place, clock: FixedClock, sessions: Sessions
) -> None:
    """Slack counts edits apart: what is to be posted in the same conversation leaves."""
    rooms.sync(incident, clock.now())
    slack.fail("chat.update", Failure.rate_limited(60))
    setback = rooms.sync(incident, clock.advance(hours=2))
    assert setback is not None
    assert setback.pause == timedelta(seconds=60)
    with sessions.begin() as session:
        assert enter_lane(session, f"slack:{security.id}", clock.advance(seconds=2))


def test_an_hour_that_slack_asks_for_is_the_longest_pause(
    rooms: Rooms, incident: UUID, slack: FakeSlack, security: Place, clock: FixedClock, sessions: Sessions
) -> None:
    """A pause that is longer than any of ours would count as made on a wrong clock, and so as none."""
    slack.fail("chat.postMessage", Failure.rate_limited(3600))
    setback = rooms.sync(incident, clock.now())
    assert setback is not None
    assert setback.pause == LONGEST_PAUSE
    lane = f"slack:{security.id}"
    with sessions.begin() as session:
        assert not enter_lane(session, lane, clock.now() + LONGEST_PAUSE - timedelta(seconds=1))
        assert enter_lane(session, lane, clock.now() + LONGEST_PAUSE)


def test_four_reports_in_a_second_break_no_rate(
    app: Flask, slack: FakeSlack, security: Place, clock: FixedClock, sessions: Sessions, rooms: Rooms, worker: Worker
) -> None:
    """Headlines and messages of all processes share one pace for the channel; with no burst granted, all stand soon."""
    slack.grant_no_burst()
    with sessions.begin() as session:
        made = [report_incident(ReportIncident(ACTOR, str(n)), session=session, now=clock.now()).id for n in range(4)]
    keepers = [Keeper(rooms), Keeper(rooms)]
    for _ in range(20):
        for one in made:
            rooms.sync(one, clock.now())
        for keeper in keepers:
            keeper.tick(clock.now())
        worker.sender.drain()
        clock.advance(seconds=1)
    assert slack.refused == 0
    assert len([message for message in security.messages if message.thread_ts is None and message.metadata]) >= 4
    with sessions() as session:
        assert not session.scalars(select(OutboxMessage).where(OutboxMessage.settled_at.is_(None))).all()


def test_trouble_disappears_when_the_headline_stands(
    rooms: Rooms, incident: UUID, security: Place, clock: FixedClock, sessions: Sessions
) -> None:
    """The page kept its amber card until the next change although everything was there."""
    rooms.sync(incident, clock.now())
    with sessions.begin() as session:
        session.execute(update(SlackRoom).values(last_error="channel_not_found"))
    Keeper(rooms).tick(clock.now())
    with sessions() as session:
        assert session.get_one(SlackRoom, incident).last_error is None
