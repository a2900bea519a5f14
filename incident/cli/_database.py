"""Open the database for one command."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from incident.domain.kernel.people import Actor, Role, Source
from incident.platform.settings import Settings
from incident.wiring import Deps

OPERATOR = Actor(id=None, name="operator", roles=frozenset(Role), source=Source.CLI)
"""Whoever may run commands on the machine may do everything; the audit chain says that it was done from there."""


@contextmanager
def unit_of_work() -> Iterator[tuple[Session, Deps]]:
    """A session and the working parts; commits at the end, rolls back when anything is raised."""
    from incident.store.db import db
    from incident.wiring import new_app, wire

    deps = wire(Settings.load())
    with new_app(deps).app_context():
        session = db.session()
        yield session, deps
        session.commit()
