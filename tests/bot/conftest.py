"""A strict Slack, an application with the bot, and the people of a response."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from typing import Any

import pytest
import structlog
from flask import Flask
from slack_sdk import WebClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import shared
from bot.http import install
from bot.slack_here.workspace import Channel
from bot.warm import warm_up
from incident.domain.kernel.people import SYSTEM, Actor, Role
from incident.domain.organisation import load_profile
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.store.db import db, only_reads
from incident.usecases.common.settings import SaveOrganisation, save_organisation
from incident.usecases.people.accounts import NewPerson, add_person
from incident.wiring import new_app, wire
from tests.fake_slack import BOT, Failure, FakeSlack, HttpTransport, SlackUser
from tests.fake_slack.server import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET

PATIENT = 60
"""Seconds in place of the three after which Bolt gives up: on a busy machine to store a report takes that long."""


@pytest.fixture(autouse=True)
def quiet_logs() -> Iterator[list[Any]]:
    """What was logged, as a list instead of on the screen."""
    seen = structlog.testing.LogCapture()
    before = structlog.get_config()
    structlog.configure(processors=[seen], cache_logger_on_first_use=False)
    yield seen.entries
    structlog.configure(**before)


@pytest.fixture
def slack(clock: FixedClock) -> Iterator[FakeSlack]:
    """A workspace whose time is that of the test's clock."""
    with FakeSlack(lambda: clock.now().timestamp()) as fake:
        shared._known.clear()
        yield fake


@pytest.fixture
def security(slack: FakeSlack) -> Channel:
    """The channel in which reports are announced."""
    return slack.workspace.add_channel("security", (BOT,), private=True)


@pytest.fixture
def make_app(
    slack: FakeSlack, security: Channel, make_settings: Callable[..., Settings], migrated_url: str, clock: FixedClock
) -> Callable[..., Flask]:
    """A function that makes an application with the bot on the fake Slack."""

    def make(**variables: str) -> Flask:
        given = {
            "DATABASE_URL": migrated_url,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": slack.url,
            "SLACK_CHANNEL": security.id,
            "BASE_URL": "https://meldklok.example.org",
            **variables,
        }
        warm_up(clock.now())
        app = new_app(wire(make_settings(**{key: value for key, value in given.items() if value}), clock))
        install(app)
        with app.app_context():
            setter = Actor(None, "Setter", frozenset({Role.ADMIN}))
            save_organisation(SaveOrganisation(setter, load_profile()), session=db.session(), now=clock.now())
            db.session.commit()
        return app

    return make


@pytest.fixture
def app(make_app: Callable[..., Flask], quiet_logs: list[Any]) -> Iterator[Flask]:
    """The application over HTTP."""
    made = make_app()
    for listener in made.extensions["slack_bolt"]._listeners:
        listener.ack_timeout = PATIENT
    yield made
    settle(made)
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def socket_app(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """The application with an app-level token: Socket Mode."""
    made = make_app(SLACK_APP_TOKEN=APP_TOKEN)
    yield made
    with made.app_context():
        db.engine.dispose()


def settle(app: Flask) -> None:
    """Let everything that was begun come to its end."""
    app.extensions["slack_bolt"].listener_runner.listener_executor.shutdown(wait=True)


@contextmanager
def holding(slack: FakeSlack, method: str = "*") -> Iterator[None]:
    """Slack does what it is asked and answers nothing meanwhile: before a client gave up waiting, Bolt would."""
    answering = Event()
    slack.fail_always(method, Failure(act=answering.wait, after=True))
    patient = property(lambda _: 2 * PATIENT, lambda client, seconds: client.__dict__.update(timeout=seconds))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(WebClient, "timeout", patient, raising=False)
        try:
            yield
        finally:
            slack.failures.clear()
            answering.set()


@dataclass(frozen=True)
class Cast:
    """The people of a response."""

    reporter: SlackUser
    analyst: SlackUser
    dpo: SlackUser
    second: SlackUser


@pytest.fixture
def http(app: Flask) -> HttpTransport:
    """Signed requests to the application."""
    return HttpTransport(app)


@pytest.fixture
def cast(app: Flask, slack: FakeSlack, http: HttpTransport) -> Cast:
    """A reporter without an account, and three people with one; the analyst is on duty. All read English."""
    add_account(app, "anna@alumio.example", "Anna Analyst", {Role.RESPONDER}, duty_order=1)
    add_account(app, "daan@alumio.example", "Daan Officer", {Role.DPO})
    add_account(app, "sara@alumio.example", "Sara Second", {Role.SECOND})

    def user(id: str, name: str, email: str | None, **more: Any) -> SlackUser:
        return SlackUser(slack, http, id, name, email, **{"locale": "en-GB", **more})

    return Cast(
        user("U1REPORT", "Rik Reporter", "rik@alumio.example"),
        user("U2ANNA", "Anna Analyst", "anna@alumio.example"),
        user("U3DAAN", "Daan Officer", "daan@alumio.example"),
        user("U4SARA", "Sara Second", "sara@alumio.example"),
    )


def add_account(app: Flask, email: str, name: str, roles: set[Role], **more: Any) -> None:
    """An account with roles."""
    with app.app_context():
        session = db.session()
        now = app.extensions["meldklok"].clock.now()
        person = add_person(session, NewPerson(SYSTEM, email, name, frozenset(roles)), now=now)
        for key, value in more.items():
            setattr(person, key, value)
        session.commit()


@pytest.fixture
def database(app: Flask) -> Iterator[Callable[[], Session]]:
    """A function that gives a session as others left the database."""
    with app.app_context():

        def fresh() -> Session:
            session = db.session()
            session.rollback()
            session.expire_all()
            only_reads(session)
            return session

        yield fresh
        db.session.rollback()


def the_incident(session: Session) -> Any:
    """The only incident."""
    from incident.store.models import Incident

    return session.scalars(select(Incident)).one()
