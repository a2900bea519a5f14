"""The application with the four examples, and shortcuts to what stands in its database."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from incident.demo.examples import load_examples
from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.store.db import db
from incident.store.models import Incident
from tests.factories import make_actor
from tests.web.conftest import Team, app, lite, lite_app, team

__all__ = ["app", "lite", "lite_app", "team"]


@pytest.fixture
def in_app(lite_app: Flask) -> Callable[[Callable[[Session], Any]], Any]:
    """A function that runs something in the application's database and commits."""

    def run(act: Callable[[Session], Any]) -> Any:
        with lite_app.app_context():
            found = act(db.session())
            db.session.commit()
            return found

    return run


@pytest.fixture
def examples(lite: Team, clock: FixedClock, in_app: Callable[..., Any]) -> list[str]:
    """The references of the four examples."""

    def load(session: Session) -> list[str]:
        actor = make_actor(session, "Loader", [Role.DPO], clock.now())
        writer = lite.app.extensions["meldklok"].writer
        made: list[Incident] = load_examples(session, actor=actor, now=clock.now(), writer=writer)
        return [incident.reference for incident in made]

    found: list[str] = in_app(load)
    return found
