"""A running server with the examples, and a browser that reports every error it sees."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask_security import hash_password
from playwright.sync_api import Browser, ConsoleMessage, Page, Request
from werkzeug.serving import make_server

from incident import create_app
from incident.clock import FixedClock
from incident.domain.people import Role
from incident.settings import Settings
from incident.store.db import db
from incident.usecases.accounts import issue_setup_token
from incident.wiring import wire
from tests.factories import make_person

PASSWORD = "a sentence is easy to remember"
AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']}"


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
def site(make_settings: Callable[..., Settings], databases: object, clock: FixedClock) -> Iterator[Site]:
    """A server on a fresh database; it stands at Monday 2 March 2026, 10:00 in Amsterdam."""
    kind = databases.get("sqlite")  # type: ignore[attr-defined]
    url = kind.migrated()
    settings = make_settings(DATABASE_URL=url)
    app = create_app(settings, wire(settings, clock))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(app, clock, f"http://127.0.0.1:{server.port}")
    server.shutdown()
    thread.join()
    kind.drop(url)


@dataclass
class Watched:
    """A page in a browser; what it should never do is noted and fails the test at the end."""

    page: Page
    base: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "404" not in message.text:
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and f"{address.scheme}://{address.netloc}" != self.base:
            self.faults.append(f"request to another host: {request.url}")

    def open(self, path: str) -> Page:
        """Go to an address of this site."""
        self.page.goto(self.base + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def sign_in(self, email: str) -> None:
        """Sign in at the front door."""
        self.open("/login")
        self.page.fill("#email", email)
        self.page.fill("#password", PASSWORD)
        self.page.locator("main button.button-main").click()
        self.page.wait_for_url(self.base + "/**")

    def check(self) -> None:
        """No accessibility violation, nothing wider than the window, nothing it should never do."""
        page = self.page
        where = page.url.removeprefix(self.base)
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert too_wide <= 0, f"{where} is {too_wide} pixels too wide"
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate(f"axe.run(document, {RULES})")["violations"]
        told = [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]
        assert told == [], where
        assert self.faults == [], where


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
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Watched(context.new_page(), site.base)

    yield make
    for context in contexts:
        context.close()
