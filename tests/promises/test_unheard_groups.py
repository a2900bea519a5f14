"""Roles that a group gave hold while the provider confirms them; they rest when it has not for long, and come back."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.store.models import Person
from incident.usecases.people import powers
from incident.usecases.people.group_roles import standing
from incident.usecases.people.provider import Entry, settle
from incident.usecases.people.unheard import rest_unheard
from tests.chains import breaks
from tests.promises.test_roles_by_group import ELSEWHERE, HERE, agree, by_hand, come, femke
from tests.promises.test_shared_power import entries, signed_in, told
from tests.usecases.conftest import Team

__all__ = ["come", "femke", "signed_in"]
Others = Callable[[], int]


@pytest.fixture
def others(session: Session, team: Team, clock: FixedClock) -> Others:
    """Somebody else signs in at the provider, and the worker looks; gives whose roles rest from now on."""

    def sign_in() -> int:
        responder = session.get_one(Person, team.responder.id)
        settle(session, responder, Entry(HERE, "r-1", frozenset()), now=clock.now())
        return rest_unheard(session, now=clock.now())

    return sign_in


def test_a_role_that_nobody_confirms_rests_and_comes_back(session, team, clock, femke, come, others) -> None:
    """Told a week ahead, on record, and given back by one sign-in there: the officer agreed to it before."""
    come(Role.RESPONDER, Role.SECOND)
    agree(session, clock, team)
    clock.advance(days=22)
    assert (others(), told(session, "group_roles_rest_soon")) == (0, [])
    clock.advance(days=1)
    assert (others(), others(), told(session, "group_roles_rest_soon")) == (0, 0, ["femke@example.org"])
    clock.advance(days=7)
    assert (others(), others()) == (1, 0)
    assert femke.actor().roles == {Role.REPORTER}
    assert told(session, "group_roles_rest") == ["charlie@example.org", "femke@example.org"]
    [*_earlier, (actor, details)] = entries(session, Tag.PERSON_CHANGED)
    assert (actor, details["roles"], details["by"]) == ("system", "reporter", "group")
    found = standing(session, femke)
    assert found is not None
    assert (found.holding, found.resting) == (frozenset(), {Role.RESPONDER, Role.SECOND})
    assert come(Role.RESPONDER, Role.SECOND) == {Role.REPORTER, Role.RESPONDER, Role.SECOND}
    assert powers.open_requests(session, now=clock.now()) == []
    assert breaks(session) == []


def test_while_nobody_signs_in_there_nothing_rests(session, team, clock, femke, come, others) -> None:
    """The provider is away, or is what the breach is about: no time passes for anybody."""
    come(Role.RESPONDER)
    others()
    clock.advance(days=365)
    assert (rest_unheard(session, now=clock.now()), told(session, "group_roles_rest_soon")) == (0, [])
    assert Role.RESPONDER in femke.actor().roles


@pytest.mark.parametrize("gone", [(), (Role.RESPONDER,)])
def test_what_the_group_stopped_giving_meanwhile_does_not_come_back(
    session, team, clock, femke, come, others, gone
) -> None:
    """And is asked about anew when it is given again."""
    come(Role.RESPONDER, Role.SECOND)
    agree(session, clock, team)
    clock.advance(days=30)
    others()
    assert come(*gone) == {Role.REPORTER, *gone}
    assert come(Role.SECOND) == {Role.REPORTER}
    assert len(powers.open_requests(session, now=clock.now())) == 1


def test_what_was_given_here_never_rests(session, team, clock, femke, come, others) -> None:
    by_hand(session, clock, team, femke, Role.RESPONDER)
    come(Role.RESPONDER, Role.AUDITOR)
    clock.advance(days=30)
    assert others() == 1
    assert femke.actor().roles == {Role.RESPONDER}


def test_what_is_taken_away_here_while_it_rests_is_gone(session, team, clock, femke, come, others) -> None:
    """An administrator who looks at the account and saves it has the last word: the officer is asked anew."""
    come(Role.SECOND)
    agree(session, clock, team)
    clock.advance(days=30)
    others()
    by_hand(session, clock, team, femke, Role.REPORTER)
    assert come(Role.SECOND) == {Role.REPORTER}


def test_a_sign_in_at_either_provider_confirms(session, team, clock, femke, come, others) -> None:
    """The house moves from one to the other, and she is tied to both."""
    come(Role.RESPONDER)
    clock.advance(days=1)
    come(Role.RESPONDER, issuer=ELSEWHERE)
    clock.advance(days=29)
    come(Role.RESPONDER)
    clock.advance(days=20)
    assert (others(), told(session, "group_roles_rest_soon")) == (0, [])


def test_the_last_administrator_does_not_rest(session, team, clock, femke, come, others) -> None:
    come(Role.ADMIN)
    agree(session, clock, team)
    session.get_one(Person, team.admin.id).active = False
    clock.advance(days=40)
    assert (others(), Role.ADMIN in femke.actor().roles) == (0, True)
    session.get_one(Person, team.admin.id).active = True
    assert (others(), femke.actor().roles) == (1, {Role.REPORTER})
