"""The place of an incident in Slack follows the record, can be made again, and never holds the record up."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from bot.slack_here.workspace import Channel
from incident.domain.kernel.people import Actor, Role, Source
from incident.law.vocabulary import Nature
from incident.platform.clock import FixedClock
from incident.slack.keeper import Keeper, concerns_all
from incident.slack.messenger import outbox_client
from incident.slack.room import Rooms
from incident.store.db import db
from incident.store.models import AuditEntry, Incident, Person, SlackRoom
from incident.usecases.response.casework import Assign, assign
from incident.usecases.response.report import ReportIncident, report_incident
from incident.usecases.response.triage import ConfirmBreach, DenyBreach, confirm_breach, deny_breach
from tests.bot.conftest import add_account
from tests.fake_slack import Failure, FakeSlack, Message
from tests.fake_slack.server import BOT_TOKEN
from tests.fake_slack.user import texts

ACTOR = Actor(None, "Robot", frozenset(Role), Source.SYSTEM)


@pytest.fixture
def sessions(app: Flask) -> Iterator[sessionmaker[Session]]:
    """Transactions on the application's database."""
    with app.app_context():
        yield sessionmaker(db.engine, expire_on_commit=False)


@pytest.fixture
def rooms(sessions: sessionmaker[Session], slack: FakeSlack, security: Channel, app: Flask) -> Rooms:
    """The rooms, as the worker keeps them."""
    settings = app.extensions["meldklok"].settings
    unit: Callable[[], AbstractContextManager[Session]] = sessions.begin
    client = outbox_client(BOT_TOKEN, slack.url)
    return Rooms(client, unit, security.id, settings.base_url, settings.zone)


@pytest.fixture
def incident(sessions: sessionmaker[Session], clock: FixedClock) -> UUID:
    """A reported incident with words in it that must not reach Slack."""
    with sessions.begin() as session:
        command = ReportIncident(ACTOR, "Secret: Mrs Jansen's file", systems=("HubSpot",))
        return report_incident(command, session=session, now=clock.now()).id


def confirm(sessions: sessionmaker[Session], incident: UUID, now: datetime) -> None:
    """It is a breach."""
    with sessions.begin() as session:
        command = ConfirmBreach(ACTOR, incident, nature=(Nature.CONFIDENTIALITY,))
        confirm_breach(command, session=session, now=now)


def own(slack: FakeSlack) -> list[Channel]:
    """The channels that were made for incidents."""
    return [channel for channel in slack.workspace.channels.values() if channel.name.startswith("datalek-")]


def test_a_report_is_announced_without_any_fact_of_the_case(
    rooms: Rooms, incident: UUID, security: Channel, clock: FixedClock
) -> None:
    """Reference, clock, next step and a link; nothing else."""
    rooms.sync(incident, clock.now())
    (message,) = security.messages
    shown = message.text + texts(message.blocks)
    assert "DL-2026-0001-9" in shown
    assert "nog 72 uur" in shown
    for secret in ("Jansen", "Secret", "HubSpot"):
        assert secret not in shown


def test_the_headline_is_edited_when_it_says_something_else_and_at_most_once_an_hour(
    rooms: Rooms, incident: UUID, security: Channel, clock: FixedClock
) -> None:
    """Nothing is posted anew, and nothing is edited for nothing."""
    rooms.sync(incident, clock.now())
    for _ in range(5):
        rooms.sync(incident, clock.advance(minutes=5))
    assert [message.edits for message in security.messages] == [0]
    rooms.sync(incident, clock.advance(hours=2))
    assert [message.edits for message in security.messages] == [1]
    assert "nog 69 uur" in texts(security.messages[0].blocks)


def test_a_confirmed_breach_gets_a_private_room_with_the_people_on_duty(
    app: Flask,
    rooms: Rooms,
    incident: UUID,
    slack: FakeSlack,
    security: Channel,
    clock: FixedClock,
    sessions: sessionmaker[Session],
) -> None:
    """Named after the reference, never after the case; somebody who left Slack does not keep the others out."""
    add_account(app, "anna@alumio.example", "Anna", {Role.RESPONDER}, duty_order=1, slack_user_id="U2ANNA")
    add_account(app, "daan@alumio.example", "Daan", {Role.DPO}, slack_user_id="U3GONE")
    slack.workspace.add_member("U2ANNA", "Anna", None)
    rooms.sync(incident, clock.now())
    confirm(sessions, incident, clock.now())
    rooms.sync(incident, clock.now())
    (room,) = own(slack)
    assert room.private
    assert room.name == "datalek-dl-2026-0001-9"
    assert "U2ANNA" in room.members
    assert room.topic.startswith("DL-2026-0001-9 · uiterlijk do 5 mrt 2026 ")
    assert room.pins == [room.messages[0].ts]
    assert f"<#{room.id}>" in texts(security.messages[0].blocks)
    with sessions() as session:
        tags = session.scalars(select(AuditEntry.tag).where(AuditEntry.tag == "room:opened")).all()
    assert len(tags) == 1


def test_the_room_follows_who_has_the_case(
    app: Flask, rooms: Rooms, incident: UUID, slack: FakeSlack, clock: FixedClock, sessions: sessionmaker[Session]
) -> None:
    """Whoever takes over is let in, and named."""
    add_account(app, "bob@alumio.example", "Bob", {Role.RESPONDER}, slack_user_id="U5BOB")
    slack.workspace.add_member("U5BOB", "Bob", None)
    confirm(sessions, incident, clock.now())
    rooms.sync(incident, clock.now())
    (room,) = own(slack)
    with sessions.begin() as session:
        bob = session.scalars(select(Person).where(Person.slack_user_id == "U5BOB")).one()
        assign(Assign(ACTOR, incident, bob.id), session=session, now=clock.now())
    rooms.sync(incident, clock.now())
    assert "U5BOB" in room.members
    assert "<@U5BOB>" in texts(room.messages[0].blocks)


def test_an_older_headline_that_comes_last_does_not_stay(
    app: Flask,
    rooms: Rooms,
    incident: UUID,
    slack: FakeSlack,
    clock: FixedClock,
    sessions: sessionmaker[Session],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two processes bring a room up to date at once; the slower read the record first and edits last."""
    for name, account in (("Bob", "U5BOB"), ("Eve", "U6EVE")):
        add_account(app, f"{name.lower()}@alumio.example", name, {Role.RESPONDER}, slack_user_id=account)
        slack.workspace.add_member(account, name, None)
    confirm(sessions, incident, clock.now())
    rooms.sync(incident, clock.now())
    rooms.sync(incident, clock.now())
    (room,) = own(slack)
    edit, held = rooms.client.chat_update, [True]

    def give(name: str) -> None:
        with sessions.begin() as session:
            person = session.scalars(select(Person).where(Person.slack_user_id == name)).one()
            assign(Assign(ACTOR, incident, person.id), session=session, now=clock.now())

    def slow(*, channel: str, **message: Any) -> Any:
        if channel == room.id and held:
            held.clear()
            give("U6EVE")
            rooms.sync(incident, clock.now())
        return edit(channel=channel, **message)

    monkeypatch.setattr(rooms.client, "chat_update", slow)
    give("U5BOB")
    rooms.sync(incident, clock.now())
    assert "<@U6EVE>" in texts(room.messages[0].blocks)


def test_a_name_that_is_taken_gets_a_number(
    rooms: Rooms, incident: UUID, slack: FakeSlack, clock: FixedClock, sessions: sessionmaker[Session]
) -> None:
    """A channel that an earlier try left behind does not stop the room."""
    slack.workspace.add_channel("datalek-dl-2026-0001-9", private=True)
    confirm(sessions, incident, clock.now())
    rooms.sync(incident, clock.now())
    assert sorted(channel.name for channel in own(slack)) == ["datalek-dl-2026-0001-9", "datalek-dl-2026-0001-9-2"]


TROUBLE = {
    "429": Failure.rate_limited(),
    "500": Failure.server_error(),
    "reset": Failure.connection_reset(),
    "revoked": Failure.error("token_revoked"),
}


@pytest.mark.parametrize("failure", TROUBLE.values(), ids=TROUBLE.keys())
def test_trouble_is_written_down_and_made_good_later(
    rooms: Rooms,
    incident: UUID,
    security: Channel,
    slack: FakeSlack,
    clock: FixedClock,
    failure: Failure,
    sessions: sessionmaker[Session],
) -> None:
    """The record goes on without Slack; the page can say what is wrong; once Slack works, all is there."""
    slack.fail_always("*", failure)
    rooms.sync(incident, clock.now())
    with sessions() as session:
        assert session.get_one(SlackRoom, incident).last_error
    slack.failures.clear()
    rooms.sync(incident, clock.advance(minutes=3))
    assert len(security.messages) == 1


def test_an_archived_room_is_written_down(
    rooms: Rooms, incident: UUID, slack: FakeSlack, clock: FixedClock, sessions: sessionmaker[Session]
) -> None:
    """Somebody archived the channel: the case goes on, and the page says so."""
    confirm(sessions, incident, clock.now())
    rooms.sync(incident, clock.now())
    own(slack)[0].archived = True
    rooms.sync(incident, clock.advance(hours=2))
    with sessions() as session:
        assert session.get_one(SlackRoom, incident).last_error == "is_archived"


def test_a_deleted_headline_is_posted_anew(rooms: Rooms, incident: UUID, security: Channel, clock: FixedClock) -> None:
    """Slack is a view; the record has it all."""
    rooms.sync(incident, clock.now())
    security.messages.clear()
    security.messages.append(root := _other(security))
    rooms.sync(incident, clock.advance(hours=2))
    assert [message for message in security.messages if message is not root]


def _other(channel: Channel) -> Message:
    return Message(channel.id, "1.000001", "U1", "something else")


def test_rebuilding_makes_a_new_place_from_the_record(
    rooms: Rooms, incident: UUID, slack: FakeSlack, clock: FixedClock, sessions: sessionmaker[Session]
) -> None:
    """A channel that was deleted, a workspace that was moved: one command."""
    confirm(sessions, incident, clock.now())
    rooms.sync(incident, clock.now())
    (first,) = own(slack)
    del slack.workspace.channels[first.id]
    rooms.rebuild(incident, clock.now())
    (second,) = own(slack)
    assert second.id != first.id
    assert "DL-2026-0001-9" in second.messages[0].text
    with sessions() as session:
        assert session.get_one(SlackRoom, incident).channel_id == second.id


def test_two_workers_open_one_room(
    rooms: Rooms,
    incident: UUID,
    slack: FakeSlack,
    security: Channel,
    clock: FixedClock,
    sessions: sessionmaker[Session],
) -> None:
    """Whoever claims it first does it; the other finds it there."""
    confirm(sessions, incident, clock.now())
    barrier = Barrier(4)

    def work() -> None:
        barrier.wait()
        rooms.sync(incident, clock.now())

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(own(slack)) == 1
    assert len(own(slack)[0].messages) == 1


def test_a_claim_that_was_never_finished_is_taken_again(
    rooms: Rooms, incident: UUID, security: Channel, clock: FixedClock, sessions: sessionmaker[Session]
) -> None:
    """A worker that died while opening does not leave an incident without a place."""
    with sessions.begin() as session:
        session.add(SlackRoom(incident_id=incident, state="opening", opened_at=clock.now(), is_thread=False))
    rooms.sync(incident, clock.now())
    assert security.messages == []
    rooms.sync(incident, clock.advance(minutes=3))
    assert len(security.messages) == 1


def test_a_tick_without_news_asks_slack_nothing(
    rooms: Rooms, incident: UUID, slack: FakeSlack, clock: FixedClock, sessions: sessionmaker[Session]
) -> None:
    """Only what happened, or a new hour, costs anything."""
    keeper = Keeper(rooms)
    assert keeper.tick(clock.now()) == 1
    calls = len(slack.calls)
    assert keeper.tick(clock.advance(minutes=1)) == 0
    assert len(slack.calls) == calls
    confirm(sessions, incident, clock.now())
    assert keeper.tick(clock.now()) == 1
    assert keeper.tick(clock.advance(hours=1)) == 1


def test_an_example_never_reaches_slack(
    rooms: Rooms, slack: FakeSlack, clock: FixedClock, sessions: sessionmaker[Session]
) -> None:
    """It is there to look at, and must alarm nobody."""
    with sessions.begin() as session:
        command = ReportIncident(ACTOR, "An example", is_example=True)
        example = report_incident(command, session=session, now=clock.now()).id
    rooms.sync(example, clock.now())
    assert Keeper(rooms).tick(clock.now()) == 0
    assert slack.calls == []


def test_after_trouble_a_tick_rests_and_then_makes_it_good(
    rooms: Rooms, incident: UUID, slack: FakeSlack, security: Channel, clock: FixedClock
) -> None:
    """A dead token is not asked every two seconds; once it works again, what was missed is done without any news."""
    keeper = Keeper(rooms)
    slack.workspace.revoked = True
    assert keeper.tick(clock.now()) == 1
    asked = len(slack.calls)
    assert keeper.tick(clock.advance(seconds=30)) == 0
    assert len(slack.calls) == asked
    slack.workspace.revoked = False
    assert keeper.tick(clock.advance(minutes=3)) == 1
    assert len(security.messages) == 1
    assert keeper.tick(clock.advance(minutes=1)) == 0


@pytest.mark.parametrize(
    ("trouble", "everybodys"),
    [
        ("token_revoked", True),
        ("ratelimited", True),
        ("URLError", True),
        ("is_archived", False),
        ("not_in_channel", False),
    ],
)
def test_trouble_with_one_room_does_not_keep_the_others_waiting(trouble: str, everybodys: bool) -> None:
    """Only what concerns Slack as a whole stops a tick."""
    assert concerns_all(trouble) is everybodys


def test_without_a_security_channel_only_confirmed_breaches_have_a_place(
    rooms: Rooms,
    incident: UUID,
    slack: FakeSlack,
    security: Channel,
    clock: FixedClock,
    sessions: sessionmaker[Session],
) -> None:
    """Nothing fails, nothing is posted anywhere else."""
    quiet = replace(rooms, security_channel=None)
    quiet.sync(incident, clock.now())
    assert slack.called("chat.postMessage") == []
    confirm(sessions, incident, clock.now())
    quiet.sync(incident, clock.now())
    assert len(own(slack)) == 1


def test_a_waiting_denial_shows_the_second_persons_step(
    rooms: Rooms, incident: UUID, security: Channel, clock: FixedClock, sessions: sessionmaker[Session]
) -> None:
    """The clock runs on until somebody else agrees."""
    with sessions.begin() as session:
        deny_breach(DenyBreach(ACTOR, incident, "A drill"), session=session, now=clock.now())
    rooms.sync(incident, clock.now() + timedelta(minutes=1))
    shown = texts(security.messages[0].blocks)
    assert "Besluit bekijken" in shown
    assert "A drill" not in shown


def test_nothing_is_counted_twice(
    rooms: Rooms, incident: UUID, clock: FixedClock, sessions: sessionmaker[Session]
) -> None:
    """Syncing writes no case facts: the incident and its versions stay as they were."""
    with sessions() as session:
        before = session.get_one(Incident, incident).fact_version
    rooms.sync(incident, clock.now())
    with sessions() as session:
        assert session.get_one(Incident, incident).fact_version == before
        assert session.scalar(select(func.count()).select_from(SlackRoom)) == 1
