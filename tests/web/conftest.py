"""An application on a fresh database, and people who can sign in to it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask, has_app_context
from flask_security import hash_password

from incident import create_app
from incident.domain.kernel.people import Role
from incident.domain.organisation import load_profile
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.store.db import db, is_reading
from incident.store.places import Folder
from incident.usecases.common.settings import SaveOrganisation, save_organisation
from incident.wiring import wire
from tests.factories import make_actor, make_person
from tests.web.client import PASSWORD, Visitor


@contextmanager
def opened(settings: Settings, clock: FixedClock) -> Iterator[Flask]:
    """The application with these settings; what it holds of the database is let go of at the end."""
    made = create_app(settings, wire(settings, clock))
    made.testing = True
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(settings: Settings, clock: FixedClock) -> Iterator[Flask]:
    """The application, on each kind of database."""
    with opened(settings, clock) as made:
        yield made


@pytest.fixture
def lite_app(make_settings: Callable[..., Settings], lite_url: str, clock: FixedClock) -> Iterator[Flask]:
    """The application on SQLite only."""
    with opened(make_settings(DATABASE_URL=lite_url), clock) as made:
        yield made


@dataclass
class Team:
    """People with accounts, and browsers in which they are signed in."""

    app: Flask
    clock: FixedClock

    def account(self, name: str, *roles: Role) -> str:
        """Make an account; gives the e-mail address."""
        with self.app.app_context():
            password = hash_password(PASSWORD)
            person = make_person(db.session(), name, list(roles), self.clock.now(), password=password, language="en")
            email = person.email
            db.session.commit()
        return email

    def visitor(self, name: str, *roles: Role) -> Visitor:
        """Somebody signed in."""
        visitor = Visitor(self.app)
        page = visitor.sign_in(self.account(name, *roles))
        assert page.status == 200, page.title
        return visitor

    def set_up(self) -> None:
        """Say whose installation it is, as the first run does."""
        with self.app.app_context():
            actor = make_actor(db.session(), "Setter", [Role.ADMIN], self.clock.now())
            session = db.session()
            command = SaveOrganisation(actor, load_profile())
            save_organisation(command, session=session, now=self.clock.now())
            db.session.commit()


@pytest.fixture
def team(app: Flask, clock: FixedClock) -> Team:
    """People of an installation that is set up."""
    made = Team(app, clock)
    made.set_up()
    return made


@pytest.fixture
def lite(lite_app: Flask, clock: FixedClock) -> Team:
    """The same on SQLite only."""
    made = Team(lite_app, clock)
    made.set_up()
    return made


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were put or read while a transaction that writes was open: with a slow bucket, everybody waits."""
    found: list[str] = []
    read, write = Folder.read, Folder.write

    def look(name: str) -> None:
        session = db.session() if has_app_context() and db.session.registry.has() else None
        if session is not None and session.in_transaction() and not is_reading(session):
            found.append(name)

    def watched_read(folder: Folder, name: str) -> bytes:
        look(name)
        return read(folder, name)

    def watched_write(folder: Folder, name: str, content: bytes, *, once: bool = False) -> None:
        look(name)
        write(folder, name, content, once=once)

    monkeypatch.setattr(Folder, "read", watched_read)
    monkeypatch.setattr(Folder, "write", watched_write)
    return found
