"""Signing in at an identity provider as a person does it: the button, the provider's own page, and back again."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from playwright.sync_api import Browser, expect

from incident import create_app
from incident.domain.kernel.people import Role
from incident.domain.organisation import load_profile
from incident.platform.clock import FixedClock, SystemClock
from incident.platform.settings import Settings
from incident.store.db import db
from incident.usecases.common.settings import SaveOrganisation, save_organisation
from incident.wiring import wire
from tests.browser.conftest import Site, serving
from tests.browser.watched import Watched
from tests.databases import Lazily
from tests.factories import make_actor
from tests.oidc import Liar, kept_program, running, variables
from tests.ports import free_port

EYES = pytest.mark.parametrize(("width", "dark", "language"), [(390, True, "nl-NL"), (1280, False, "en-GB")])


@pytest.fixture
def house(
    make_settings: Callable[..., Settings], databases: Lazily
) -> Iterator[Callable[..., AbstractContextManager[Site]]]:
    """An installation behind a server whose people sign in at ``issuer``, with the time of this machine."""
    kind = databases.get("sqlite")
    url = kind.migrated()

    @contextmanager
    def made(issuer: str) -> Iterator[Site]:
        port = free_port()
        more = {"OIDC_DOMAINS": "example.org", "BASE_URL": f"http://127.0.0.1:{port}", "DATABASE_URL": url}
        settings = make_settings(**variables(issuer, **more))
        app = create_app(settings, wire(settings, SystemClock()))
        with app.app_context():
            now = SystemClock().now()
            command = SaveOrganisation(make_actor(db.session(), "Setter", [Role.ADMIN], now), load_profile())
            save_organisation(command, session=db.session(), now=now)
            db.session.commit()
        with serving(app, port) as base:
            yield Site(app, FixedClock(now), base)

    yield made
    kind.drop(url)


def opened(browser: Browser, site: Site, width: int, dark: bool, language: str) -> Watched:
    context = browser.new_context(
        viewport={"width": width, "height": 860}, color_scheme="dark" if dark else "light", locale=language
    )
    context.set_default_timeout(30_000)
    context.route(lambda url: "127.0.0.1" not in url, lambda route: route.abort())
    return Watched(context.new_page(), site.base)


def check(window: Watched, issuer: str) -> None:
    """The page at hand is in order; that the browser was at the provider, and that a question is a 403, is meant."""
    window.faults = [fault for fault in window.faults if issuer not in fault and "status of 403" not in fault]
    window.check()


@EYES
def test_the_whole_way_in_and_out(
    browser: Browser, house: Callable[..., AbstractContextManager[Site]], width: int, dark: bool, language: str
) -> None:
    """At a provider that others made: no password is typed here, and after signing out the page says what remains."""
    person = {"sub": "olga", "email": "olga@example.org", "email_verified": True}
    with kept_program(person) as issuer, house(issuer) as site:
        window = opened(browser, site, width, dark, language)
        page = window.open("/login?next=/account")
        check(window, issuer)
        page.locator("a[href^='/login/provider']").click()
        page.wait_for_url(f"{issuer}/**")
        page.get_by_role("button", name="olga").click()
        page.wait_for_url(f"{site.base}/account")
        # What the provider's own page asks for is its own affair; from here on everything counts again.
        window.faults.clear()
        page.reload()
        expect(page.locator("main")).to_contain_text(issuer)
        check(window, issuer)
        page.locator("details.me > summary").click()
        page.locator("form[action='/logout'] button").click()
        expect(page.locator("a[href='/login/provider/leave']")).to_be_visible()
        check(window, issuer)
        page.context.close()


@EYES
def test_a_proof_in_another_window_loses_nothing_that_was_typed(
    browser: Browser, house: Callable[..., AbstractContextManager[Site]], width: int, dark: bool, language: str
) -> None:
    """The step waits here while the provider asks there."""
    ada = {"sub": "ada", "email": "ada@example.org", "email_verified": True, "auth_time": 1_700_000_000}
    with running(Liar(SystemClock().now, claims=ada)) as liar, house(liar.url) as site:
        site.account("Ada", Role.ADMIN)
        window = opened(browser, site, width, dark, language)
        page = window.open("/login/provider?next=/people/new")
        page.wait_for_url(f"{site.base}/people/new")
        page.fill("#name", "Bas Smit")
        page.fill("#email", "bas@example.org")
        page.locator("input[name=roles][value=reporter]").check()
        with page.expect_navigation():
            page.locator("main form button.button-main").click()
        check(window, liar.url)
        liar.claims = {**ada, "auth_time": int(SystemClock().now().timestamp()) + 1}
        with page.context.expect_page() as there:
            page.locator("a[href^='/account/verify/provider']").click()
        proved = Watched(there.value, site.base)
        proved.page.wait_for_url(f"{site.base}/login/provider/back**")
        check(proved, liar.url)
        with page.expect_navigation():
            page.locator("main form button.button-main").click()
        page.wait_for_load_state()
        page.goto(f"{site.base}/people")
        expect(page.locator("main")).to_contain_text("Bas Smit")
        page.context.close()
