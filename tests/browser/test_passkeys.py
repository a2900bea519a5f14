"""Passkeys in Chromium with the browser's own virtual authenticator: make one, sign in with it, prove with it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from incident import create_app
from incident.domain.kernel.people import Role
from incident.domain.organisation import load_profile
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.store.db import db
from incident.usecases.common.settings import SaveOrganisation, save_organisation
from incident.wiring import wire
from tests.browser.conftest import Site, serving
from tests.browser.watched import Watched
from tests.factories import make_actor
from tests.ports import free_port


@pytest.fixture
def named(make_settings: Callable[..., Settings], lite_url: str, clock: FixedClock) -> Iterator[Site]:
    """A server under a name: a browser makes no passkey for a bare number."""
    port = free_port()
    base = f"http://localhost:{port}"
    settings = make_settings(DATABASE_URL=lite_url, BASE_URL=base)
    app = create_app(settings, wire(settings, clock))
    with app.app_context():
        command = SaveOrganisation(make_actor(db.session(), "Setter", [Role.ADMIN], clock.now()), load_profile())
        save_organisation(command, session=db.session(), now=clock.now())
        db.session.commit()
    with serving(app, port):
        yield Site(app, clock, base)


def plug_in(page: Page, *, knows_its_owner: bool = True) -> None:
    """Give the browser a device that holds passkeys and answers at once."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": knows_its_owner,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.parametrize(("width", "dark", "language"), [(390, True, "nl-NL"), (1280, False, "en-GB")])
def test_a_life_with_a_passkey(browser: Browser, named: Site, width: int, dark: bool, language: str) -> None:
    """Make one, sign out, sign in by one press, and do a step of power with it."""
    email = named.account("Ada", Role.ADMIN)
    context = browser.new_context(
        viewport={"width": width, "height": 860}, color_scheme="dark" if dark else "light", locale=language
    )
    context.set_default_timeout(30_000)
    window = Watched(context.new_page(), named.base)
    page = window.page
    plug_in(page)
    window.sign_in(email)
    window.open("/account/passkeys")
    window.check()
    page.fill("#name", "my telephone")
    with page.expect_navigation():
        page.locator("button[data-passkey=make]").click()
    expect(page.locator("main")).to_contain_text("my telephone")
    window.check()
    page.locator("details.me > summary").click()
    page.locator("form[action='/logout'] button").click()
    page.wait_for_url(f"{named.base}/login**")
    window.check()
    page.locator("button[data-passkey=prove]").click()
    page.wait_for_url(f"{named.base}/")
    named.clock.advance(hours=2)
    window.open("/people/new")
    page.fill("#name", "Bas Smit")
    page.fill("#email", "bas@example.org")
    page.locator("input[name=roles][value=reporter]").check()
    with page.expect_navigation():
        page.locator("main form button.button-main").click()
    window.faults = [fault for fault in window.faults if "status of 403" not in fault]
    window.check()
    with page.expect_navigation():
        page.locator("button[data-passkey=prove]").click()
    window.open("/people")
    expect(page.locator("main")).to_contain_text("Bas Smit")
    context.close()


def test_a_device_that_does_not_know_its_owner_makes_none(browser: Browser, named: Site) -> None:
    """The page says so, and nothing is sent."""
    email = named.account("Ada", Role.ADMIN)
    context = browser.new_context()
    context.set_default_timeout(30_000)
    window = Watched(context.new_page(), named.base)
    plug_in(window.page, knows_its_owner=False)
    window.sign_in(email)
    window.open("/account/passkeys")
    window.page.fill("#name", "a stolen key")
    window.page.locator("button[data-passkey=make]").click()
    expect(window.page.locator("#credential-refused")).to_be_visible()
    window.page.reload()
    expect(window.page.locator("main")).not_to_contain_text("a stolen key")
    context.close()
