"""A session on both databases, a clock, and the people of a response organisation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Actor, Role
from incident.platform.clock import FixedClock
from incident.store.models import Incident
from tests.factories import make_actor, make_incident


@dataclass(frozen=True)
class Team:
    """Who takes part in the tests."""

    reporter: Actor
    responder: Actor
    dpo: Actor
    second: Actor
    auditor: Actor
    admin: Actor


@pytest.fixture
def team(session: Session, clock: FixedClock) -> Team:
    """One person for each role."""
    names = {
        "reporter": "Alice",
        "responder": "Bob",
        "dpo": "Charlie",
        "second": "Dora",
        "auditor": "Emil",
        "admin": "Fay",
    }
    made = {role: make_actor(session, name, [Role(role)], clock.now()) for role, name in names.items()}
    session.commit()
    return Team(**made)


@pytest.fixture
def report(session: Session, team: Team, clock: FixedClock) -> Callable[..., Incident]:
    """A function that reports an incident now."""

    def make(actor: Actor | None = None, **values: Any) -> Incident:
        incident = make_incident(session, actor or team.reporter, clock.now(), **values)
        session.commit()
        return incident

    return make
