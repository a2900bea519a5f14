"""Roles by groups at the identity provider: they go with the group, and what was given here is none of its business."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.cli._database import OPERATOR
from incident.delivery.messages import MessageTexts
from incident.domain.kernel.errors import DomainError
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.store.models import OutboxMessage, Person
from incident.usecases.common.insiders import unwatched
from incident.usecases.messages.ports import OutgoingMessage
from incident.usecases.people import accounts, powers
from incident.usecases.people.accounts import NewPerson
from incident.usecases.people.provider import Entry, settle, unlink
from incident.usecases.response.restrict import Restrict, restrict
from tests.promises.test_shared_power import change, entries, signed_in, told, waiting
from tests.usecases.conftest import Team

__all__ = ["signed_in"]
HERE, ELSEWHERE = "https://login.example.org", "https://new.example.org"
Come = Callable[..., frozenset[Role]]


@pytest.fixture
def femke(session: Session, team: Team, clock: FixedClock, signed_in: Callable[..., None]) -> Person:
    """Somebody who reports, in a house where others have signed in."""
    signed_in(team.admin, team.dpo)
    new = NewPerson(OPERATOR, "femke@example.org", "Femke", frozenset({Role.REPORTER}))
    return accounts.create_person(new, session=session, now=clock.now())


@pytest.fixture
def come(session: Session, femke: Person, clock: FixedClock) -> Come:
    """A sign-in of hers by which these groups give these roles; gives the roles that she has then."""

    def sign_in(*roles: Role, issuer: str = HERE) -> frozenset[Role]:
        settle(session, femke, Entry(issuer, "f-1", frozenset(roles)), now=clock.now())
        return femke.actor().roles

    return sign_in


def by_hand(session: Session, clock: FixedClock, team: Team, femke: Person, *roles: Role) -> frozenset[Role]:
    change(session, clock, team.admin, femke.actor(), *roles)
    return femke.actor().roles


def agree(session: Session, clock: FixedClock, team: Team) -> None:
    powers.agree(session, team.dpo, waiting(session, clock).id, now=clock.now())


def test_a_role_that_was_given_here_stays_when_a_group_had_it_too(session, team, clock, femke, come) -> None:
    """She handled incidents before anybody put her into a group."""
    by_hand(session, clock, team, femke, Role.RESPONDER)
    assert come(Role.RESPONDER, Role.AUDITOR) == {Role.RESPONDER, Role.AUDITOR}
    assert come() == {Role.RESPONDER}


def test_a_role_that_was_given_here_again_is_given_here(session, team, clock, femke, come) -> None:
    """Taken away and given anew by hand, while the group said nothing of it."""
    come(Role.RESPONDER)
    by_hand(session, clock, team, femke, Role.REPORTER)
    by_hand(session, clock, team, femke, Role.RESPONDER)
    assert come() == {Role.RESPONDER}


@pytest.mark.parametrize("role", [Role.DPO, Role.SECOND, Role.ADMIN])
def test_power_by_a_group_goes_with_the_group(session, team, clock, femke, come, role) -> None:
    """Also where she never came back between the agreement and the day on which she left the group."""
    come(role)
    agree(session, clock, team)
    assert femke.actor().roles == {Role.REPORTER, role}
    assert come() == {Role.REPORTER}
    [*_others, (actor, details)] = entries(session, Tag.PERSON_CHANGED)
    assert (actor, details["roles"], details["by"]) == ("system", "reporter", "group")
    assert told(session, "group_roles_gone") == ["charlie@example.org", "femke@example.org"]


def test_who_is_asked_hears_that_a_group_asks(session, come) -> None:
    """Nobody "wants to give herself" the role: whoever fills the groups at the provider does."""
    come(Role.DPO)
    [row, *_slack] = [row for row in session.scalars(select(OutboxMessage)) if row.payload["template"] == "power_asked"]
    assert row.payload["params"]["power"] == "group"
    params = row.payload["params"]
    words = MessageTexts().render(OutgoingMessage(row.id, "email", row.recipient, "en", "power_asked", params, "k"))
    assert "A group at the sign-in service gives Femke roles that decide. Nobody" in words.text


def test_power_that_was_given_here_is_no_groups(session, team, clock, femke, come) -> None:
    """The same role by an administrator and an officer, then a group besides."""
    by_hand(session, clock, team, femke, Role.REPORTER, Role.SECOND)
    agree(session, clock, team)
    come(Role.SECOND)
    assert come() == {Role.REPORTER, Role.SECOND}


def test_what_waits_is_withdrawn_when_the_group_is_gone(session, team, clock, femke, come) -> None:
    """Nobody agrees any more to what no group gives; back in the group she is asked about anew."""
    come(Role.DPO)
    row = waiting(session, clock)
    come()
    assert powers.open_requests(session, now=clock.now()) == []
    with pytest.raises(DomainError):
        powers.agree(session, team.dpo, row.id, now=clock.now())
    assert len(entries(session, Tag.POWER_REFUSED)) == 1
    come(Role.DPO)
    agree(session, clock, team)
    assert Role.DPO in femke.actor().roles


def test_an_administrators_request_is_not_a_groups_to_withdraw(session, team, clock, femke, come) -> None:
    """It waits for its answer, whatever the groups say meanwhile."""
    by_hand(session, clock, team, femke, Role.REPORTER, Role.SECOND)
    come()
    agree(session, clock, team)
    assert come() == {Role.REPORTER, Role.SECOND}


@pytest.mark.parametrize("groups_first", [True, False])
def test_what_a_person_and_a_group_ask_waits_side_by_side(session, team, clock, femke, come, groups_first) -> None:
    """Neither pushes the other aside, each has its own answer, and what was given by hand is no group's."""
    asks = [lambda: come(Role.DPO), lambda: by_hand(session, clock, team, femke, Role.REPORTER, Role.SECOND)]
    for ask in asks if groups_first else reversed(asks):
        ask()
    by_group = {bool(row.details.get("by_group")): row.id for row in powers.open_requests(session, now=clock.now())}
    assert by_group.keys() == {True, False}
    come(Role.DPO)
    powers.refuse(session, team.dpo, by_group[True], now=clock.now())
    powers.agree(session, team.dpo, by_group[False], now=clock.now())
    assert come() == {Role.REPORTER, Role.SECOND}


@pytest.mark.parametrize("groups_first", [True, False])
def test_the_same_role_by_hand_and_by_a_group_is_given_by_hand(session, team, clock, femke, come, groups_first) -> None:
    """Two people gave it here: it does not go with the group, in whichever order they agreed."""
    come(Role.SECOND)
    by_hand(session, clock, team, femke, Role.REPORTER, Role.SECOND)
    rows = sorted(powers.open_requests(session, now=clock.now()), key=lambda row: not row.details.get("by_group"))
    for row in rows if groups_first else reversed(rows):
        powers.agree(session, team.dpo, row.id, now=clock.now())
    assert come() == {Role.REPORTER, Role.SECOND}


def test_nobody_keeps_such_a_role_by_untying(session, team, clock, femke, come) -> None:
    """Else whoever is about to leave the group unties the account first, and signs in with a password."""
    come(Role.RESPONDER, Role.SECOND)
    agree(session, clock, team)
    come(Role.RESPONDER, Role.DPO)
    unlink(session, femke.actor(), femke, now=clock.now())
    assert femke.actor().roles == {Role.REPORTER}
    assert powers.open_requests(session, now=clock.now()) == []
    assert "femke@example.org" in told(session, "group_roles_gone")


def test_nor_when_the_house_moves_to_another_provider(session, team, clock, femke, come) -> None:
    """What the groups there gave, the groups here take."""
    come(Role.RESPONDER)
    assert come(issuer=ELSEWHERE) == {Role.REPORTER}


def test_the_last_administrator_stays_until_there_is_another(session, team, clock, femke, come) -> None:
    """The role is still the group's, and goes as soon as it can."""
    come(Role.ADMIN)
    agree(session, clock, team)
    session.get_one(Person, team.admin.id).active = False
    assert come() == {Role.REPORTER, Role.ADMIN}
    session.get_one(Person, team.admin.id).active = True
    assert come() == {Role.REPORTER}


def test_a_restricted_incident_keeps_nobody_in_a_role(session, team, clock, report, femke, come) -> None:
    """The role goes, and the house is told that nobody is left who may work on the incident."""
    come(Role.RESPONDER)
    incident = report()
    restrict(Restrict(team.dpo, incident.id, frozenset({femke.id}), "x"), session=session, now=clock.now())
    session.get_one(Person, team.dpo.id).active = False
    assert unwatched(session, clock.now()) == []
    assert come() == {Role.REPORTER}
    assert unwatched(session, clock.now()) == [incident.reference]
