"""People with accounts are found in Slack by their address before anybody needs them."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.slack.keeper import Keeper
from incident.slack.linking import BATCH, Linker
from incident.slack.messenger import outbox_client
from incident.slack.room import Rooms
from incident.store.models import Person
from incident.usecases.response.triage import ConfirmBreach, confirm_breach
from tests.bot.conftest import add_account
from tests.bot.test_rooms import confirm, incident, own, rooms, sessions
from tests.fake_slack import Failure, FakeSlack
from tests.fake_slack.server import BOT_TOKEN

__all__ = ["incident", "rooms", "sessions"]


@pytest.fixture
def linker(slack: FakeSlack, sessions: sessionmaker[Session]) -> Linker:
    """The linker as the worker has it."""
    return Linker(outbox_client(BOT_TOKEN, slack.url), sessions.begin)


def linked(sessions: sessionmaker[Session]) -> dict[str, str | None]:
    """The Slack user of each account, by address."""
    with sessions() as session:
        return {person.email: person.slack_user_id for person in session.scalars(select(Person))}


def test_the_officer_and_the_second_person_are_in_the_room_though_they_never_used_the_bot(
    app: Flask, linker: Linker, rooms: Rooms, incident: Any, slack: FakeSlack, clock: FixedClock, sessions: Any
) -> None:
    """The officer from the first minute; the second person as soon as something waits for her."""
    for id, name, role in (("U3DAAN", "Daan", Role.DPO), ("U4SARA", "Sara", Role.SECOND)):
        add_account(app, f"{name.lower()}@alumio.example", name, {role})
        slack.workspace.add_member(id, name, f"{name.lower()}@alumio.example")
    assert linker.tick(clock.now()) == 2
    confirm(sessions, incident, clock.now())
    rooms.sync(incident, clock.now())
    (room,) = own(slack)
    assert "U3DAAN" in room.members


def test_who_is_found_later_is_let_in_without_any_act(
    app: Flask, linker: Linker, rooms: Rooms, incident: Any, slack: FakeSlack, clock: FixedClock, sessions: Any
) -> None:
    """The next tick lets in whoever was linked since the last one."""
    keeper = Keeper(rooms)
    confirm(sessions, incident, clock.now())
    keeper.tick(clock.now())
    (room,) = own(slack)
    add_account(app, "daan@alumio.example", "Daan", {Role.DPO})
    slack.workspace.add_member("U3DAAN", "Daan", "daan@alumio.example")
    linker.tick(clock.now())
    keeper.tick(clock.now())
    assert "U3DAAN" in room.members


def test_whoever_confirmed_is_let_in(
    app: Flask, linker: Linker, rooms: Rooms, incident: Any, slack: FakeSlack, clock: FixedClock, sessions: Any
) -> None:
    """Without a duty order too: who works on a case sees its room, and who only looks on does not."""
    for id, name in (("U5BOB", "Bob"), ("U6EVE", "Eve")):
        add_account(app, f"{name.lower()}@alumio.example", name, {Role.RESPONDER if name == "Bob" else Role.AUDITOR})
        slack.workspace.add_member(id, name, f"{name.lower()}@alumio.example")
    add_account(app, "anna@alumio.example", "Anna", {Role.DPO}, duty_order=1)
    linker.tick(clock.now())
    with sessions.begin() as session:
        bob = session.scalars(select(Person).where(Person.slack_user_id == "U5BOB")).one()
        confirm_breach(ConfirmBreach(bob.actor(), incident), session=session, now=clock.now())
    rooms.sync(incident, clock.now())
    (room,) = own(slack)
    assert "U5BOB" in room.members
    assert "U6EVE" not in room.members


@pytest.mark.parametrize(
    "more",
    [
        {"restricted": True},
        {"ultra_restricted": True},
        {"stranger": True},
        {"email_confirmed": False},
        {"team": "T9OTHER"},
        {"bot": True},
    ],
)
def test_only_a_full_confirmed_member_of_our_own_is_linked(
    app: Flask, linker: Linker, slack: FakeSlack, clock: FixedClock, sessions: Any, more: dict[str, Any]
) -> None:
    """The address alone proves nothing."""
    add_account(app, "eve@alumio.example", "Eve", {Role.DPO})
    slack.workspace.add_member("U8EVE", "Eve", "eve@alumio.example", **more)
    assert linker.tick(clock.now()) == 0
    assert linked(sessions) == {"eve@alumio.example": None}


def test_slack_is_asked_once_until_the_address_changes_or_an_hour_has_gone(
    app: Flask, linker: Linker, slack: FakeSlack, clock: FixedClock, sessions: Any
) -> None:
    """A tick without news asks nothing; a new address is asked at once, an unknown one again after an hour."""
    add_account(app, "old@alumio.example", "Daan", {Role.DPO})
    linker.tick(clock.now())
    linker.tick(clock.advance(minutes=5))
    assert len(slack.called("users.lookupByEmail")) == 1
    slack.workspace.add_member("U3DAAN", "Daan", "daan@alumio.example")
    with sessions.begin() as session:
        session.scalars(select(Person)).one().email = "daan@alumio.example"
    assert linker.tick(clock.now()) == 1
    add_account(app, "late@alumio.example", "Late", {Role.RESPONDER})
    linker.tick(clock.now())
    slack.workspace.add_member("U7LATE", "Late", "late@alumio.example")
    assert linker.tick(clock.advance(minutes=30)) == 0
    assert linker.tick(clock.advance(minutes=31)) == 1


def test_slack_in_trouble_is_left_alone_for_a_minute_and_never_asked_too_often(
    app: Flask, linker: Linker, slack: FakeSlack, clock: FixedClock
) -> None:
    """A dozen addresses take two ticks; a rate limit stops them."""
    for number in range(BATCH + 2):
        add_account(app, f"p{number}@alumio.example", f"P{number}", {Role.RESPONDER})
    slack.fail("users.lookupByEmail", Failure.rate_limited())
    linker.tick(clock.now())
    linker.tick(clock.now())
    assert len(slack.called("users.lookupByEmail")) == 1
    linker.tick(clock.advance(minutes=2))
    assert len(slack.called("users.lookupByEmail")) == BATCH + 1
    linker.tick(clock.advance(seconds=15))
    assert len(slack.called("users.lookupByEmail")) == BATCH + 3


def test_two_accounts_never_share_one_slack_user(
    app: Flask, linker: Linker, slack: FakeSlack, clock: FixedClock, sessions: Any
) -> None:
    """Somebody typed the id of another account by hand: nothing breaks, and nobody is linked twice."""
    add_account(app, "anna@alumio.example", "Anna", {Role.RESPONDER}, slack_user_id="U3DAAN")
    add_account(app, "daan@alumio.example", "Daan", {Role.DPO})
    slack.workspace.add_member("U3DAAN", "Daan", "daan@alumio.example")
    assert linker.tick(clock.now()) == 0
    assert linked(sessions)["daan@alumio.example"] is None


def test_on_demand_everybody_is_asked_and_the_others_are_named(
    app: Flask, linker: Linker, slack: FakeSlack, clock: FixedClock
) -> None:
    """What `meldklok slack link` does."""
    for number in range(BATCH + 1):
        add_account(app, f"p{number}@alumio.example", f"P{number}", {Role.RESPONDER})
    slack.workspace.add_member("U1", "P1", "p1@alumio.example")
    assert linker.everybody(clock.now()) == 1
    assert len(linker.missing()) == BATCH
