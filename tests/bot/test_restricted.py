"""A restricted incident in Slack: a private room for those who may know of it, and nothing anywhere else."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from bot.slack_here.failures import Failure
from bot.slack_here.workspace import Channel
from incident.delivery.messages import MessageTexts
from incident.domain.kernel.people import Actor, Role, Source
from incident.platform.clock import FixedClock
from incident.slack.keeper import Keeper
from incident.slack.messenger import SlackMessenger, outbox_client
from incident.slack.room import Rooms
from incident.store.db import db
from incident.store.models import AuditEntry, Incident, OutboxMessage, Person, SlackRoom
from incident.usecases.messages.channels import write_down
from incident.usecases.messages.deliver import Result, conclude, take
from incident.usecases.messages.ports import Channel as Way
from incident.usecases.messages.ports import DeliveryFailed, Receipt
from incident.usecases.response.report import ReportIncident, report_incident
from incident.usecases.response.restrict import Restrict, restrict
from incident.usecases.response.triage import ConfirmBreach, confirm_breach
from incident.usecases.response.updates import GiveUpdate, give_update
from tests.bot.conftest import Cast, settle
from tests.fake_slack import FakeSlack
from tests.fake_slack.server import BOT_TOKEN
from tests.fake_slack.user import buttons, texts

ROBOT = Actor(None, "Robot", frozenset(Role), Source.SYSTEM)


@pytest.fixture
def sessions(app: Flask) -> Iterator[sessionmaker[Session]]:
    """Transactions on the application's database."""
    with app.app_context():
        yield sessionmaker(db.engine, expire_on_commit=False)


def keeper(app: Flask, slack: FakeSlack, security: Channel, sessions: sessionmaker[Session]) -> Keeper:
    """The worker's part."""
    settings = app.extensions["meldklok"].settings

    def unit() -> AbstractContextManager[Session]:
        return sessions.begin()

    return Keeper(Rooms(outbox_client(BOT_TOKEN, slack.url), unit, security.id, settings.base_url, settings.zone))


def known(cast: Cast) -> None:
    """Their accounts are linked to who they are in Slack."""
    for user in (cast.analyst, cast.dpo, cast.second):
        user.open_home()
        assert user.home


def reported(sessions: sessionmaker[Session], clock: FixedClock) -> str:
    """An incident that somebody reported."""
    with sessions.begin() as session:
        return report_incident(ReportIncident(ROBOT, "About a colleague"), session=session, now=clock.now()).reference


def narrow(sessions: sessionmaker[Session], reference: str, clock: FixedClock, *emails: str) -> None:
    """Only these may know of it, and the DPO."""
    with sessions.begin() as session:
        people = frozenset(session.scalars(select(Person.id).where(Person.email.in_(emails))))
        daan = session.scalars(select(Person).where(Person.email == "daan@alumio.example")).one()
        command = Restrict(daan.actor(), reference, people, "It is about Sara")
        restrict(command, session=session, now=clock.now())


def test_those_outside_leave_its_room_and_the_security_channel_forgets_it(
    app: Flask, cast: Cast, slack: FakeSlack, security: Channel, sessions: sessionmaker[Session], clock: FixedClock
) -> None:
    """What was announced gives way to a sentence without a reference; who may not know is sent out."""
    known(cast)
    reference = reported(sessions, clock)
    worker = keeper(app, slack, security, sessions)
    worker.tick(clock.now())
    assert reference in security.messages[0].text
    with sessions.begin() as session:
        confirm_breach(ConfirmBreach(ROBOT, reference), session=session, now=clock.now())
    worker.tick(clock.advance(minutes=1))
    worker.tick(clock.advance(minutes=1))
    (room,) = [one for one in slack.workspace.channels.values() if one.name.startswith("datalek-")]
    room.members |= {"U2ANNA", "U3DAAN", "U4SARA"}
    narrow(sessions, reference, clock, "anna@alumio.example")
    worker.tick(clock.advance(minutes=1))
    worker.tick(clock.advance(minutes=1))
    shown = security.messages[0].text + texts(security.messages[0].blocks)
    assert reference not in shown
    assert "onder wie ervan mag weten" in shown
    assert {"U2ANNA", "U3DAAN"} <= room.members
    assert "U4SARA" not in room.members
    assert room.private


def room_of_restricted(
    app: Flask,
    cast: Cast,
    slack: FakeSlack,
    security: Channel,
    sessions: sessionmaker[Session],
    clock: FixedClock,
) -> tuple[str, Channel]:
    """A restricted incident with its room, in which those who may know of it are."""
    known(cast)
    reference = reported(sessions, clock)
    with sessions.begin() as session:
        write_down(session, {Way.SLACK, Way.EMAIL}, clock.now())
    narrow(sessions, reference, clock, "anna@alumio.example")
    worker = keeper(app, slack, security, sessions)
    for _ in range(3):
        worker.tick(clock.advance(minutes=1))
    (room,) = [one for one in slack.workspace.channels.values() if one.name.startswith("datalek-")]
    room.members |= {"U2ANNA", "U3DAAN"}
    return reference, room


def deliver(slack: FakeSlack, security: Channel, sessions: sessionmaker[Session], clock: FixedClock) -> None:
    """Send what waits, as the worker does; mails arrive."""
    messenger = SlackMessenger(outbox_client(BOT_TOKEN, slack.url), MessageTexts())
    while True:
        with sessions.begin() as session:
            parcel = take(session, "w", clock.now(), security.id)
        if parcel is None:
            return
        result = Result(Receipt("x"))
        if parcel.claimed.channel == Way.SLACK:
            try:
                result = Result(messenger.send(parcel.message))
            except DeliveryFailed as failure:
                result = Result(failure=failure)
        with sessions.begin() as session:
            conclude(session, parcel, result, clock.now(), Random(1))
        clock.advance(seconds=2)


def say(sessions: sessionmaker[Session], reference: str, clock: FixedClock, text: str) -> None:
    """The DPO tells the room how it stands."""
    with sessions.begin() as session:
        daan = session.scalars(select(Person).where(Person.email == "daan@alumio.example")).one()
        give_update(GiveUpdate(daan.actor(), reference, text), session=session, now=clock.now())


def test_the_security_channel_keeps_neither_reference_nor_word_of_it(
    app: Flask, cast: Cast, slack: FakeSlack, security: Channel, sessions: sessionmaker[Session], clock: FixedClock
) -> None:
    """What was posted below the headline is deleted, also its update; what people wrote there stays theirs."""
    known(cast)
    reference = reported(sessions, clock)
    worker = keeper(app, slack, security, sessions)
    worker.tick(clock.now())
    with sessions.begin() as session:
        write_down(session, {Way.SLACK, Way.EMAIL}, clock.now())
    say(sessions, reference, clock, "Sara looked into the file")
    deliver(slack, security, sessions, clock)
    headline = security.messages[0]
    slack.workspace.say(security, "U2ANNA", "I am on it", thread_ts=headline.ts)
    assert any("Sara looked" in texts(one.blocks) for one in security.messages)
    assert headline.metadata
    narrow(sessions, reference, clock, "anna@alumio.example")
    for _ in range(3):
        worker.tick(clock.advance(minutes=1))
    left = [one.text + texts(one.blocks) + str(one.metadata) for one in security.messages]
    assert not any(reference in one or "Sara looked" in one for one in left)
    assert headline.metadata is None
    assert [one.text for one in security.messages if one.user == "U2ANNA"] == ["I am on it"]


def test_nothing_is_said_in_the_room_while_somebody_from_outside_is_there(
    app: Flask, cast: Cast, slack: FakeSlack, security: Channel, sessions: sessionmaker[Session], clock: FixedClock
) -> None:
    """Slack does not let us send Sara out: the update waits until she has left, and goes to those inside by mail."""
    reference, room = room_of_restricted(app, cast, slack, security, sessions, clock)
    room.members.add("U4SARA")
    slack.fail_always("conversations.kick", Failure.error("restricted_action"))
    say(sessions, reference, clock, "Sara looked into the file")
    deliver(slack, security, sessions, clock)
    assert not any("Sara looked" in texts(one.blocks) for one in room.messages)
    with sessions() as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.dedupe_key.like("update:%"))).all()
    (waits,) = [row for row in rows if row.recipient == room.id]
    assert waits.settled_at is None
    assert "may not know of it" in str(waits.last_error)
    assert {row.recipient for row in rows if row.outcome == "sent"} >= {"daan@alumio.example"}
    room.members.remove("U4SARA")
    clock.advance(hours=2)
    deliver(slack, security, sessions, clock)
    assert sum("Sara looked" in texts(one.blocks) for one in room.messages) == 1


def test_whoever_was_invited_by_hand_is_out_before_the_next_word(
    app: Flask, cast: Cast, slack: FakeSlack, security: Channel, sessions: sessionmaker[Session], clock: FixedClock
) -> None:
    """A named member invites Sara again: when the event is lost, the next message sends her out first."""
    reference, room = room_of_restricted(app, cast, slack, security, sessions, clock)
    room.members.add("U4SARA")
    say(sessions, reference, clock, "Sara looked into the file")
    deliver(slack, security, sessions, clock)
    assert "U4SARA" not in room.members
    assert {"U2ANNA", "U3DAAN"} <= room.members
    assert sum("Sara looked" in texts(one.blocks) for one in room.messages) == 1


def test_whoever_comes_in_and_may_not_know_leaves_at_once(
    app: Flask, cast: Cast, slack: FakeSlack, security: Channel, sessions: sessionmaker[Session], clock: FixedClock
) -> None:
    """Slack tells us that somebody came in: Sara and a reporter without a part in it leave, Anna stays."""
    _, room = room_of_restricted(app, cast, slack, security, sessions, clock)
    for user in (cast.second, cast.reporter, cast.analyst):
        room.members.add(user.id)
        joined = {"type": "member_joined_channel", "channel": room.id, "channel_type": "G", "user": user.id}
        user.event(joined)
    settle(app)
    assert room.members & {"U2ANNA", "U4SARA", cast.reporter.id} == {"U2ANNA"}


def test_what_is_told_to_whoever_comes_in_late_is_on_record(
    app: Flask, cast: Cast, slack: FakeSlack, security: Channel, sessions: sessionmaker[Session], clock: FixedClock
) -> None:
    """Anna comes into the room after an hour: that she was told how it stands is a reading like any other."""
    reference, room = room_of_restricted(app, cast, slack, security, sessions, clock)
    clock.advance(hours=1)
    with sessions.begin() as session:
        stored = session.scalars(select(SlackRoom)).one()
        stored.headline_ts = f"{(clock.now() - timedelta(hours=1)).timestamp():.6f}"
    joined = {"type": "member_joined_channel", "channel": room.id, "channel_type": "G", "user": cast.analyst.id}
    cast.analyst.event(joined)
    slack.wait_for(lambda: cast.analyst.told(f"{reference} so far"))
    settle(app)
    with sessions() as session:
        query = select(AuditEntry.actor).where(AuditEntry.chain == reference, AuditEntry.tag == "incident:read")
        anna = session.scalars(select(Person).where(Person.email == "anna@alumio.example")).one()
        assert session.scalars(query).all() == [anna.actor().key]


def test_a_report_that_is_restricted_at_once_is_announced_nowhere(
    app: Flask, cast: Cast, slack: FakeSlack, security: Channel, sessions: sessionmaker[Session], clock: FixedClock
) -> None:
    """It gets a room of its own although nobody has confirmed a breach yet."""
    known(cast)
    reference = reported(sessions, clock)
    narrow(sessions, reference, clock, "anna@alumio.example")
    worker = keeper(app, slack, security, sessions)
    for _ in range(3):
        worker.tick(clock.advance(minutes=1))
    assert security.messages == []
    (room,) = [one for one in slack.workspace.channels.values() if one.name.startswith("datalek-")]
    assert room.private
    assert "U2ANNA" in room.members
    assert "U4SARA" not in room.members


def test_whoever_may_not_know_finds_it_by_no_way_in_slack(
    app: Flask,
    cast: Cast,
    slack: FakeSlack,
    sessions: sessionmaker[Session],
    clock: FixedClock,
    record_property: Callable[[str, object], None],
) -> None:
    """Home, list, card: for Sara there is none. Anna sees it, and that she looked is on record."""
    known(cast)
    reference = reported(sessions, clock)
    narrow(sessions, reference, clock, "anna@alumio.example")
    for user in (cast.analyst, cast.dpo):
        user.command("/datalek", "list")
        assert reference in user.told(reference)
        user.command("/datalek", reference)
        user.open_home()
        slack.wait_for(lambda user=user: reference in texts(user.home["blocks"]))  # type: ignore[misc]
    for user in (cast.second, cast.reporter):
        user.command("/datalek", "list")
        user.told("There are no open incidents")
        user.command("/datalek", reference)
        user.told("There is no such incident")
        user.open_home()
        assert "Open incidents (0)" in texts(user.home["blocks"])
        assert not any(reference in text for text in user.ephemerals + user.direct_texts())
    settle(app)
    with sessions() as session:
        read = session.scalars(
            select(AuditEntry.actor).where(AuditEntry.chain == reference, AuditEntry.tag == "incident:read")
        ).all()
        assert session.scalars(select(Incident.circle)).one()
        assert len(read) == 2
    record_property("cells", 12)


def names(blocks: list[dict[str, Any]]) -> set[str]:
    """What the buttons are called."""
    return {element["text"]["text"] for _, element in buttons(blocks)}


def test_whoever_is_in_it_to_help_is_not_offered_to_take_or_give_it(
    app: Flask, cast: Cast, slack: FakeSlack, security: Channel, sessions: sessionmaker[Session], clock: FixedClock
) -> None:
    """Anna is named: her window and her card leave these out; Daan has both.

    The headline is the same for everybody in the room: there, and on an old button, she is told at once who may.
    """
    reference, room = room_of_restricted(app, cast, slack, security, sessions, clock)
    cast.analyst.press("Ik neem het", room.messages[0])
    assert "or whoever has it, gives it away" in cast.analyst.told("This incident is restricted")
    with sessions() as session:
        assert session.scalars(select(Incident.assignee_id)).one() is None
    for user, may in ((cast.analyst, False), (cast.dpo, True)):
        user.command("/datalek", reference)
        user.told(reference)
        card = next(one for one in slack.workspace.ephemerals if one.user == user.id and reference in one.text)
        assert ("I take it" in names(card.blocks)) is may
        user.press("Meer…", room.messages[0])
        assert names(user.modal()["blocks"]) & {"I take it", "Assign…"} == ({"I take it", "Assign…"} if may else set())
    (button, element) = next(one for one in buttons(cast.dpo.modal()["blocks"]) if one[1]["text"]["text"] == "Assign…")
    cast.analyst.act_in_view(cast.analyst.action(button, element), cast.analyst.stack[-1], {})
    slack.wait_for(lambda: "This incident is restricted" in texts(cast.analyst.modal()["blocks"]))
