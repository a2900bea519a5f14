"""Open the database for one command."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from incident.domain.kernel.people import Actor, Role, Source

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from incident.wiring import Deps

OPERATOR = Actor(id=None, name="operator", roles=frozenset(Role), source=Source.CLI)
"""Whoever may run commands on the machine may do everything; the audit chain says that it was done from there."""
RUNNING_SECONDS = 30


@contextmanager
def unit_of_work() -> Iterator[tuple["Session", "Deps"]]:
    """A session and the working parts; commits at the end, rolls back when anything is raised."""
    from incident.platform.settings import Settings
    from incident.store.db import db
    from incident.wiring import new_app, wire

    deps = wire(Settings.load())
    with new_app(deps).app_context():
        session = db.session()
        yield session, deps
        session.commit()


def refuse_while_running() -> None:
    """Raises ClickException while a worker shows signs of life: processes that run would go on as it was before."""
    from incident.store.heartbeat import newest_beat

    with unit_of_work() as (session, deps):
        seen = newest_beat(session)
        if seen is not None and (deps.clock.now() - seen).total_seconds() < RUNNING_SECONDS:
            raise click.ClickException("Meldklok is running. Stop it first, run this again, and start it afterwards.")
