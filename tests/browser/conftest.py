"""A running server with the examples, and a browser that reports every error it sees."""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask_security import hash_password
from playwright.sync_api import Browser, expect
from sqlalchemy import make_url
from werkzeug.serving import make_server

from incident import create_app
from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.store.db import db
from incident.usecases.people.accounts import issue_setup_token
from incident.wiring import wire
from tests.browser.scene import copy_of, played
from tests.browser.sweep import Eyes, Sweep
from tests.browser.watched import PASSWORD, Watched
from tests.databases import Lazily
from tests.factories import make_person
from tests.promises.scenario.installation import Installation

__all__ = ["PASSWORD", "Watched"]
# On a busy machine an answer takes longer than the five seconds that Playwright waits for what is expected.
expect.set_options(timeout=60_000)


@dataclass
class Site:
    """The server under test."""

    app: Flask
    clock: FixedClock
    base: str

    def setup_path(self) -> str:
        """The path of the link that makes the first account."""
        with self.app.app_context():
            secret = issue_setup_token(db.session(), now=self.clock.now())
            db.session.commit()
        return f"/setup/{secret}"

    def account(self, name: str, *roles: Role) -> str:
        """Make an account; gives the e-mail address."""
        with self.app.app_context():
            person = make_person(
                db.session(), name, list(roles), self.clock.now(), password=hash_password(PASSWORD), language="en"
            )
            email = person.email
            db.session.commit()
        return email


@pytest.fixture
def site(make_settings: Callable[..., Settings], lite_url: str, clock: FixedClock) -> Iterator[Site]:
    """A server on a fresh database; it stands at Monday 2 March 2026, 10:00 in Amsterdam."""
    settings = make_settings(DATABASE_URL=lite_url)
    app = create_app(settings, wire(settings, clock))
    with serving(app) as base:
        yield Site(app, clock, base)


@contextmanager
def serving(app: Flask, port: int = 0) -> Iterator[str]:
    """The application behind a real server; gives its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3_600
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def watched(browser: Browser, site: Site) -> Iterator[Callable[..., Watched]]:
    """A function that opens a browser window: ``watched(width=390, dark=True)``."""
    contexts = []

    def make(width: int = 1280, dark: bool = False, script: bool = True, language: str = "en-GB") -> Watched:
        context = browser.new_context(
            viewport={"width": width, "height": 860},
            color_scheme="dark" if dark else "light",
            locale=language,
            java_script_enabled=script,
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        return Watched(context.new_page(), site.base)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def scene(databases: Lazily, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, str]]:
    """A server on the scenario, for all tests of a module; gives it and its address."""
    kind, shared = databases.get("sqlite"), tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    first, url = kind.migrated(), kind.migrated()
    lies = played(shared, Path(str(make_url(first).database)))
    made = copy_of(lies, tmp_path_factory.mktemp("scene"), Path(str(make_url(url).database)))
    with serving(made.app) as base:
        yield made, base
    kind.drop(first)
    kind.drop(url)


@pytest.fixture
def sweep(browser: Browser, scene: tuple[Installation, str]) -> Iterator[Callable[..., Sweep]]:
    """A function that opens a window for a sweep: ``sweep(EYES)``, or ``sweep(EYES, app, address)`` of another site."""
    made, base = scene
    contexts = []

    def begin(eyes: Eyes, app: Flask | None = None, address: str = "") -> Sweep:
        context = browser.new_context(
            viewport={"width": 1280, "height": 900}, locale="nl-NL" if eyes.language == "nl" else "en-GB"
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        return Sweep(Watched(context.new_page(), address or base), app or made.app, eyes)

    yield begin
    for context in contexts:
        context.close()
