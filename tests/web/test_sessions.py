"""A session is worth what its cookie is worth: who can read it, plant it, keep it, or use it after it was ended."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from incident import create_app
from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.store.db import db
from incident.wiring import wire
from tests.web.client import PASSWORD, Visitor
from tests.web.conftest import Team


@pytest.fixture
def secure(make_settings: Callable[..., Settings], databases: object, clock: FixedClock) -> Iterator[Team]:
    """An installation behind https."""
    kind = databases.get("sqlite")  # type: ignore[attr-defined]
    url = kind.migrated()
    settings = make_settings(DATABASE_URL=url, BASE_URL="https://meldklok.example.org")
    made: Flask = create_app(settings, wire(settings, clock))
    yield Team(made, clock)
    with made.app_context():
        db.session.remove()
        db.engine.dispose()
    kind.drop(url)


def test_behind_https_no_cookie_travels_without_it(secure: Team) -> None:
    """Secure, out of the reach of scripts, and not sent along from other sites."""
    answer = secure.app.test_client().get("/login", base_url="https://meldklok.example.org")
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}, cookie


def test_a_cookie_from_before_signing_in_opens_nothing_afterwards(lite: Team) -> None:
    """Whoever planted it in the victim's browser has not become the victim."""
    email = lite.account("Femke", Role.DPO)
    victim, thief = Visitor(lite.app), Visitor(lite.app)
    victim.get("/login")
    planted = victim.client.get_cookie("meldklok")
    assert planted is not None
    thief.client.set_cookie("meldklok", planted.value)
    victim.submit("/login", email=email, password=PASSWORD)
    assert victim.get("/account").path == "/account"
    assert thief.get("/account").path.startswith("/login")


def test_a_changed_password_ends_every_other_session(lite: Team) -> None:
    """Somebody who had the old password is out at once."""
    email = lite.account("Femke", Role.DPO)
    here, elsewhere = Visitor(lite.app), Visitor(lite.app)
    for visitor in (here, elsewhere):
        visitor.sign_in(email)
    here.get("/account/password")
    new = "quite another sentence to remember"
    here.submit("/account/password", password=PASSWORD, new_password=new, new_password_confirm=new)
    assert here.get("/account").path == "/account"
    assert elsewhere.get("/account").path.startswith("/login")


def test_a_forged_host_leads_nobody_astray(lite: Team) -> None:
    """No address that we write comes from what the browser claims to have asked for."""
    email = lite.account("Femke", Role.DPO)
    visitor = Visitor(lite.app)
    visitor.sign_in(email)
    for path in ("/", "/account", "/login", "/report"):
        answer = visitor.client.get(path, headers={"Host": "evil.example.com"})
        assert "evil.example.com" not in answer.text
        assert "evil.example.com" not in answer.headers.get("Location", "")


def test_signing_out_ends_the_cookies_of_this_and_every_other_device(lite: Team) -> None:
    """A copy of the session cookie, or of the one that keeps people signed in, opens nothing afterwards."""
    email = lite.account("Femke", Role.DPO)
    here, elsewhere, thief = Visitor(lite.app), Visitor(lite.app), Visitor(lite.app)
    for visitor in (here, elsewhere):
        visitor.get("/login")
        visitor.submit("/login", email=email, password=PASSWORD, remember="y")
    for name in ("meldklok", "remember_token"):
        kept = here.client.get_cookie(name)
        assert kept is not None
        thief.client.set_cookie(name, kept.value)
    assert thief.get("/account").path == "/account"
    here.submit("/logout")
    for visitor in (here, elsewhere, thief):
        assert visitor.get("/account").path.startswith("/login")
