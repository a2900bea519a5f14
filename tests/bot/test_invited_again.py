"""Whoever left an incident's room is left in peace, and invited once more when something new waits for them there."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from bot.slack_here.workspace import Channel
from incident.domain.kernel.people import Role
from incident.domain.kinds import Part
from incident.platform.clock import FixedClock
from incident.slack.room import Rooms
from incident.store.models import Person
from incident.usecases.response.assess import AssessRisk, assess_risk
from incident.usecases.response.casework import Assign, assign
from incident.usecases.response.restrict import Restrict, restrict
from tests.bot.conftest import add_account
from tests.bot.test_rooms import ACTOR, confirm, incident, own, rooms, sessions
from tests.fake_slack import FakeSlack

__all__ = ["incident", "rooms", "sessions"]
BOB, DAAN, EVE = "U5BOB", "U3DAAN", "U6EVE"


class Place:
    """The room of a confirmed breach, and who goes in and out."""

    def __init__(self, rooms: Rooms, slack: FakeSlack, sessions: sessionmaker[Session], clock: FixedClock) -> None:
        self.rooms, self.slack, self.sessions, self.clock = rooms, slack, sessions, clock
        self.incident: UUID

    @property
    def room(self) -> Channel:
        """The incident's own room."""
        return own(self.slack)[0]

    def goes(self, member: str) -> None:
        """Somebody leaves it."""
        self.room.members.discard(member)

    def invited(self, *, hours: int = 1) -> list[str]:
        """Bring the room up to date once an hour; who was asked into it, in order."""
        begun = len(self.slack.calls)
        for _ in range(hours):
            self.slack.rest()
            self.rooms.sync(self.incident, self.clock.advance(hours=1))
        calls = [call for call in self.slack.calls[begun:] if call.method == "conversations.invite"]
        return [str(call.arguments["users"]) for call in calls]

    def person(self, member: str) -> Person:
        """Somebody's account."""
        with self.sessions() as session:
            return session.scalars(select(Person).where(Person.slack_user_id == member)).one()

    def gives(self, member: str | None, part: Part | None = None) -> None:
        """The case, or a part of it, goes to somebody."""
        key = self.person(member).id if member else None
        self.does(assign, Assign(ACTOR, self.incident, key, part))

    def does(self, usecase: Callable[..., Any], command: object) -> None:
        """One act, on record."""
        with self.sessions.begin() as session:
            usecase(command, session=session, now=self.clock.advance(minutes=1))


@pytest.fixture
def place(
    app: Flask, rooms: Rooms, slack: FakeSlack, sessions: sessionmaker[Session], incident: UUID, clock: FixedClock
) -> Place:
    """Bob works on incidents and Daan is the officer; Eve is on duty."""
    for member, role, more in (
        (BOB, Role.RESPONDER, {}),
        (DAAN, Role.DPO, {}),
        (EVE, Role.RESPONDER, {"duty_order": 1}),
    ):
        add_account(app, f"{member.lower()}@alumio.example", member, {role}, slack_user_id=member, **more)
        slack.workspace.add_member(member, member, None)
    made = Place(rooms, slack, sessions, clock)
    made.incident = incident
    confirm(sessions, incident, clock.now())
    made.invited(hours=2)
    return made


def test_who_left_and_has_nothing_new_to_do_is_left_in_peace(place: Place) -> None:
    """Neither by the hour nor by what is given to others, or done again."""
    place.gives(BOB)
    assert place.invited() == [BOB]
    place.goes(BOB)
    place.gives(EVE, Part.COMMUNICATIONS)
    assert BOB not in place.invited(hours=3)
    place.gives(BOB)
    assert BOB not in place.invited(hours=3)
    assert BOB not in place.room.members


def test_who_left_and_gets_a_part_is_invited_once_more(place: Place) -> None:
    """And when they leave again, that is what they want."""
    place.gives(BOB)
    place.invited()
    place.goes(BOB)
    place.gives(BOB, Part.IT)
    assert place.invited(hours=3).count(BOB) == 1
    assert BOB in place.room.members
    place.goes(BOB)
    assert BOB not in place.invited(hours=3)


def test_a_case_that_comes_back_is_a_new_duty(place: Place) -> None:
    """Bob had it, it went to Eve, and now he has it again."""
    place.gives(BOB)
    place.invited()
    place.goes(BOB)
    place.gives(EVE)
    assert BOB not in place.invited()
    place.gives(BOB)
    assert place.invited(hours=2).count(BOB) == 1


def test_who_must_decide_is_called_back_for_it(place: Place) -> None:
    """Daan left when it was confirmed; now that the risk is assessed, the decision waits for him."""
    place.goes(DAAN)
    assert DAAN not in place.invited(hours=2)
    place.does(assess_risk, AssessRisk(ACTOR, place.incident, {}))
    assert place.invited(hours=3).count(DAAN) == 1
    place.goes(DAAN)
    assert DAAN not in place.invited(hours=3)


def test_acting_on_its_page_calls_nobody_back(place: Place) -> None:
    """Bob left the room and goes on without it."""
    place.gives(BOB)
    place.invited()
    place.goes(BOB)
    place.does(assess_risk, AssessRisk(place.person(BOB).actor(), place.incident, {}))
    assert BOB not in place.invited(hours=2)


def test_a_restricted_room_calls_back_only_those_who_may_know(place: Place) -> None:
    """Eve is on duty and not named: she stays outside."""
    named = frozenset({place.person(BOB).id})
    place.does(restrict, Restrict(place.person(DAAN).actor(), place.incident, named, "About a colleague"))
    place.invited(hours=2)
    place.goes(BOB)
    assert place.invited() == []
    place.gives(BOB, Part.IT)
    assert place.invited(hours=3) == [BOB]
    assert {BOB, DAAN} <= place.room.members
    assert EVE not in place.room.members
