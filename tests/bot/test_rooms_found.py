"""A process died while it opened an incident's place in Slack: the next finds what is there and makes nothing twice."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from bot.slack_here.workspace import Channel as Place
from incident.domain.kernel.events import Status
from incident.platform.clock import FixedClock
from incident.slack.keeper import Keeper
from incident.slack.pace import BUSY
from incident.slack.plan import ARCHIVED, OPEN, OPENING, Setback
from incident.slack.room import LOOK_EVERY, Rooms
from incident.store.models import AuditEntry, Incident, OutboxMessage, SlackRoom
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.queue import queue_one
from tests.bot.test_rooms import confirm, incident, own, rooms, sessions
from tests.fake_slack import Failure, FakeSlack

__all__ = ["incident", "rooms", "sessions"]


class Died(BaseException):
    """Nothing after this is done, as after ``kill -9``."""


def dies(*_: object, **__: object) -> None:
    """In the place of what would be stored."""
    raise Died


def die_before_storing(rooms: Rooms, incident: UUID, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack has done everything, and the record does not know it."""
    with monkeypatch.context() as patched:
        patched.setattr(Rooms, "_store", dies)
        with pytest.raises(Died):
            rooms.sync(incident, clock.now())


def test_a_headline_is_found_again(
    rooms: Rooms,
    incident: UUID,
    security: Place,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    sessions: sessionmaker[Session],
) -> None:
    """One message, which is edited to what is true now."""
    die_before_storing(rooms, incident, clock, monkeypatch)
    assert rooms.sync(incident, clock.now()) == Setback(OPENING)
    assert rooms.sync(incident, clock.advance(hours=2)) is None
    (message,) = security.messages
    assert message.edits == 1
    with sessions() as session:
        assert session.get_one(SlackRoom, incident).headline_ts == message.ts


def test_a_channel_is_found_again(
    rooms: Rooms,
    incident: UUID,
    slack: FakeSlack,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    sessions: sessionmaker[Session],
) -> None:
    """One channel with one headline, pinned once, and one entry on record."""
    rooms.sync(incident, clock.now())
    confirm(sessions, incident, clock.now())
    die_before_storing(rooms, incident, clock, monkeypatch)
    assert rooms.sync(incident, clock.advance(minutes=3)) is None
    (room,) = own(slack)
    assert (len(room.messages), room.pins) == (1, [room.messages[0].ts])
    with sessions() as session:
        assert session.get_one(SlackRoom, incident).channel_id == room.id
        assert session.query(AuditEntry).where(AuditEntry.tag == "room:opened").count() == 1


def test_a_channel_is_found_beyond_the_first_page(
    rooms: Rooms,
    incident: UUID,
    slack: FakeSlack,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    sessions: sessionmaker[Session],
) -> None:
    """A bot is in many channels after some years; archived ones are not looked at."""
    for number in range(230):
        slack.workspace.add_channel(f"other-{number}", ("U0BOT",), private=True)
    test_a_channel_is_found_again(rooms, incident, slack, clock, monkeypatch, sessions)


def test_the_same_when_the_line_broke_after_slack_had_done_it(
    rooms: Rooms, incident: UUID, slack: FakeSlack, security: Place, clock: FixedClock
) -> None:
    """A server error leaves open whether the headline stands; it is looked for before it is posted again."""
    slack.fail("chat.postMessage", replace(Failure.server_error(), after=True))
    rooms.sync(incident, clock.now())
    rooms.sync(incident, clock.advance(minutes=3))
    assert len(security.messages) == 1


@pytest.mark.parametrize("arrives", [True, False])
def test_a_request_that_a_cut_cable_holds_back_is_waited_for(
    rooms: Rooms,
    incident: UUID,
    security: Place,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    arrives: bool,
) -> None:
    """It is handed over when the cable is whole again: until a minute is over nobody posts a second headline."""
    post, held = rooms.client.chat_postMessage, list[dict[str, Any]]()

    def hangs(**message: Any) -> Any:
        held.append(message)
        raise TimeoutError

    with monkeypatch.context() as patched:
        patched.setattr(rooms.client, "chat_postMessage", hangs)
        assert rooms.sync(incident, clock.now()) == Setback("TimeoutError")
    for _ in range(3):
        assert rooms.sync(incident, clock.advance(seconds=11)) == Setback(BUSY, LOOK_EVERY)
    assert security.messages == []
    if arrives:
        post(**held[0])
    assert rooms.sync(incident, clock.advance(seconds=40)) is None
    assert len(security.messages) == 1


def test_a_headline_that_arrives_after_it_was_given_up_is_taken_back(
    rooms: Rooms,
    incident: UUID,
    slack: FakeSlack,
    security: Place,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    sessions: sessionmaker[Session],
) -> None:
    """A line that is cut for longer than anybody waits hands it over beside the one that stands; for an hour it may."""
    post, held = rooms.client.chat_postMessage, list[dict[str, Any]]()

    def hangs(**message: Any) -> Any:
        held.append(message)
        raise TimeoutError

    with monkeypatch.context() as patched:
        patched.setattr(rooms.client, "chat_postMessage", hangs)
        rooms.sync(incident, clock.now())
    assert rooms.sync(incident, clock.advance(minutes=4)) is None
    post(**held[0])
    stands = security.messages[0]
    assert len(security.messages) == 2
    assert rooms.sync(incident, clock.advance(hours=1)) is None
    assert security.messages == [stands]
    with sessions() as session:
        assert session.get_one(SlackRoom, incident).headline_ts == stands.ts
    looked = len(slack.called("conversations.history"))
    assert rooms.sync(incident, clock.advance(hours=1)) is None
    assert len(slack.called("conversations.history")) == looked


def test_the_worker_comes_back_to_what_another_has_begun(
    rooms: Rooms, incident: UUID, security: Place, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not take a place for made because somebody is making it: without any news it is finished in minutes."""
    with monkeypatch.context() as patched:
        patched.setattr(Rooms, "_post", dies)
        with pytest.raises(Died):
            rooms.sync(incident, clock.now())
    keeper = Keeper(rooms)
    ticks: Callable[[], int] = lambda: keeper.tick(clock.advance(minutes=1))  # noqa: E731 - a name for what is counted
    assert [ticks() for _ in range(4)] == [1, 1, 1, 0]
    assert len(security.messages) == 1


def test_nobody_touches_a_place_while_another_opens_it(
    rooms: Rooms,
    incident: UUID,
    slack: FakeSlack,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    sessions: sessionmaker[Session],
) -> None:
    """Not even to edit the headline in the security channel: that would give the claim away."""
    rooms.sync(incident, clock.now())
    confirm(sessions, incident, clock.now())
    with monkeypatch.context() as patched:
        patched.setattr(Rooms, "_store", dies)
        with pytest.raises(Died):
            rooms.sync(incident, clock.now())
    assert [rooms.sync(incident, clock.now()) for _ in range(3)] == [Setback(OPENING)] * 3
    assert len(own(slack)) == 1


def test_a_room_is_archived_when_everything_stands_in_it(
    rooms: Rooms, incident: UUID, slack: FakeSlack, clock: FixedClock, sessions: sessionmaker[Session]
) -> None:
    """Slack would refuse a message to an archived room for good, and the case is closed all the same."""
    confirm(sessions, incident, clock.now())
    rooms.sync(incident, clock.now())
    (room,) = own(slack)
    with sessions.begin() as session:
        row = session.get_one(Incident, incident)
        row.status = Status.CLOSED
        queue_one(
            session,
            incident=row,
            channel=Channel.SLACK,
            recipient=room.id,
            template="test",
            params={},
            now=clock.now(),
            dedupe="the last word",
        )
    keeper = Keeper(rooms)
    assert [keeper.tick(clock.advance(minutes=1)), room.archived] == [1, False]
    with sessions.begin() as session:
        session.execute(update(OutboxMessage).values(settled_at=clock.now()))
    assert [keeper.tick(clock.advance(minutes=1)), room.archived] == [1, True]
    assert keeper.tick(clock.advance(minutes=1)) == 0


def test_whoever_edits_the_old_headline_takes_no_claim_from_whoever_opens_the_room(
    rooms: Rooms,
    incident: UUID,
    slack: FakeSlack,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    sessions: sessionmaker[Session],
) -> None:
    """The first process edits the thread, the second is making the channel, the third makes no other."""
    rooms.sync(incident, clock.now())
    edit = Rooms._update

    def meanwhile(self: Rooms, *args: Any) -> None:
        monkeypatch.setattr(Rooms, "_update", edit)
        confirm(sessions, incident, clock.now())
        die_before_storing(rooms, incident, clock, monkeypatch)
        edit(self, *args)

    monkeypatch.setattr(Rooms, "_update", meanwhile)
    rooms.sync(incident, clock.advance(hours=1))
    assert rooms.sync(incident, clock.now()) == Setback(OPENING)
    assert rooms.sync(incident, clock.advance(minutes=3)) is None
    assert len(own(slack)) == 1


@pytest.mark.parametrize("made", [True, False])
def test_what_was_begun_before_the_case_was_closed_is_brought_to_an_end(
    rooms: Rooms,
    incident: UUID,
    slack: FakeSlack,
    security: Place,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    sessions: sessionmaker[Session],
    made: bool,
) -> None:
    """A room that stands already is shut with the case; none is made for a case that is over."""
    rooms.sync(incident, clock.now())
    confirm(sessions, incident, clock.now())
    with monkeypatch.context() as patched:
        patched.setattr(Rooms, "_store" if made else "_created", dies)
        with pytest.raises(Died):
            rooms.sync(incident, clock.now())
    with sessions.begin() as session:
        session.get_one(Incident, incident).status = Status.CLOSED
        session.execute(update(OutboxMessage).values(settled_at=clock.now()))
    keeper = Keeper(rooms)
    assert [keeper.tick(clock.advance(minutes=1)) for _ in range(4)] == [1, 1, 1, 0]
    assert [room.archived for room in own(slack)] == [True] * made
    with sessions() as session:
        assert session.get_one(SlackRoom, incident).state == (ARCHIVED if made else OPEN)
    assert "nog " not in security.messages[0].text
