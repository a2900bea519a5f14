"""Whoever is asked by mail gets a link to the very place; signing in by whichever way leads there and not beside it."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from incident.domain.kernel.people import Role
from incident.store.db import db
from incident.store.models import OutboxMessage, Person
from incident.usecases.messages.channels import write_down
from incident.usecases.messages.ports import Channel
from incident.usecases.response.triage import DenyBreach, deny_breach
from tests.browser.conftest import Site
from tests.browser.test_passkeys import named, plug_in
from tests.browser.watched import Watched
from tests.factories import make_incident
from tests.web.client import PASSWORD

__all__ = ["named"]


def asked(site: Site, template: str) -> str:
    """The path of the link in the mail."""
    with site.app.app_context():
        rows = db.session().scalars(select(OutboxMessage).where(OutboxMessage.channel == "email"))
        return next(str(row.payload["params"]["path"]) for row in rows if row.payload["template"] == template)


def proposed(site: Site) -> str:
    """A decision that waits for a second person, and the link that this person got."""
    site.account("Rita", Role.RESPONDER)
    with site.app.app_context():
        session, now = db.session(), site.clock.now()
        write_down(session, {Channel.EMAIL}, now)
        rita = session.scalars(select(Person).where(Person.name == "Rita")).one()
        incident = make_incident(session, rita.actor(), now)
        deny_breach(DenyBreach(rita.actor(), incident.reference, "Nothing left the house."), session=session, now=now)
        session.commit()
    return asked(site, "second_asked")


def signed_out(page: Page) -> None:
    page.locator("details.me > summary").click()
    page.locator("form[action='/logout'] button").click()
    page.wait_for_url("**/login**")


@pytest.mark.parametrize("way", ["password", "passkey"])
def test_the_second_person_lands_at_the_decision(named: Site, watched: Callable[..., Watched], way: str) -> None:
    """Also the part behind #, which no server ever sees."""
    email = named.account("Femke", Role.DPO)
    path = proposed(named)
    assert "#waiting-" in path
    window = watched()
    page = window.page
    if way == "passkey":
        plug_in(page)
        page.goto(f"{named.base}/login")
        page.fill("#email", email)
        page.fill("#password", PASSWORD)
        page.locator("form[action='/login'] button.button-main").click()
        page.goto(f"{named.base}/account/passkeys")
        page.fill("#name", "my telephone")
        page.locator("button[data-passkey=make]").click()
        expect(page.locator("main")).to_contain_text("my telephone")
        signed_out(page)
    page.goto(named.base + path)
    assert urlsplit(page.url).path == "/login"
    if way == "passkey":
        page.locator("button[data-passkey=prove]").click()
    else:
        page.fill("#email", email)
        page.fill("#password", PASSWORD)
        page.locator("form[action='/login'] button.button-main").click()
    page.wait_for_url(named.base + path)
    expect(page.locator(":target")).to_be_visible()
