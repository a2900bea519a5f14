"""Somebody who has a mailbox, a telephone and no Slack: each link of a mail leads, through their factor, to the act."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from passlib.totp import TOTP
from playwright.sync_api import Page, expect
from sqlalchemy import select

from incident.delivery.messages import MessageTexts
from incident.domain.kernel.people import Role
from incident.domain.kinds import DecisionState
from incident.store.db import db
from incident.store.models import Approval, Decision, DrillCall, Person
from incident.usecases.clock.fire import Outlets, fire_reminders
from incident.usecases.messages.channels import write_down
from incident.usecases.messages.deliver import take
from incident.usecases.messages.drill import StartDrill, start_drill
from incident.usecases.messages.ports import Channel
from incident.usecases.response.triage import DenyBreach, deny_breach
from tests.browser.conftest import Site
from tests.browser.test_passkeys import named, plug_in
from tests.browser.watched import PASSWORD, Watched
from tests.factories import make_actor, make_incident
from tests.web import test_main_job as job
from tests.web.client import Visitor
from tests.web.test_proof_of_person import set_up_factor

__all__ = ["named"]
MAIN = "main form button.button-main"


def mails(site: Site, template: str) -> list[str]:
    """Where the mails to Bas of this kind lead, as they are sent."""
    found = []
    with site.app.app_context():
        session = db.session()
        while (parcel := take(session, "worker", site.clock.now())) is not None:
            message = parcel.message
            if message.template == template and message.recipient == "bas@example.org":
                mail = MessageTexts(site.base).render(message)
                assert mail.url in mail.text
                found.append(mail.url)
        session.commit()
    return found


def second_asked(site: Site) -> str:
    """Somebody says that it was no breach, and Bas is asked."""
    with site.app.app_context():
        session, now = db.session(), site.clock.now()
        rita = make_actor(session, "Rita", [Role.RESPONDER], now)
        incident = make_incident(session, rita, now)
        deny_breach(DenyBreach(rita, incident.reference, "Nothing left the house."), session=session, now=now)
        session.commit()
    [link] = mails(site, "second_asked")
    return link


def approval_waits(site: Site) -> str:
    """A colleague has drafted the dossier; a reminder of the clock says what is next."""
    author = Visitor(site.app)
    author.sign_in(site.account("Femke", Role.DPO, Role.ADMIN))
    author.get("/settings/organisation")
    assert author.submit("/settings/organisation", **job.ORGANISATION).problems == []
    reference = job.report(author)
    job.triage(author, reference)
    job.facts(author, reference)
    job.risk(author, reference)
    job.decisions(author, reference)
    author.get(f"/incidents/{reference}/notices")
    assert "Still missing: 0" in author.submit("/notices", addressee="authority").text
    with site.app.app_context():
        session = db.session()
        fire_reminders(session, site.clock.advance(hours=30), Outlets(frozenset({Channel.EMAIL})))
        session.commit()
    return mails(site, "reminder")[-1]


def drill_called(site: Site) -> str:
    """Everybody is called."""
    with site.app.app_context():
        session, now = db.session(), site.clock.now()
        start_drill(StartDrill(make_actor(session, "Keeper", [Role.DPO], now)), session=session, now=now)
        session.commit()
    [link] = mails(site, "drill")
    return link


def decides(page: Page) -> str:
    """Agree, at the decision itself."""
    expect(page.locator(":target")).to_be_visible()
    page.locator("input[type=radio][value=yes]").first.check()
    page.locator("main form[action$='/decisions/second'] button.button-main").click()
    return "The incident is closed."


def approves(page: Page) -> str:
    """Read and approve the dossier."""
    page.locator("main form[action$='/approve'] button.button-main").click()
    return "Approved."


def confirms(page: Page) -> str:
    """The one button."""
    page.locator(MAIN).click()
    return "Your confirmation is on record"


def done(site: Site) -> list[object]:
    """What is on record as done by Bas."""
    with site.app.app_context():
        session = db.session()
        bas = session.scalars(select(Person.id).where(Person.name == "Bas")).one()
        decided = select(Decision.state).where(Decision.second_id == bas)
        called = select(DrillCall.confirmed_at).where(DrillCall.person_id == bas, DrillCall.confirmed_at.is_not(None))
        approved = select(Approval.id).where(Approval.author_id == bas)
        return [*session.scalars(decided), *session.scalars(called), *session.scalars(approved)]


def signs_in(page: Page, email: str, app: TOTP | None) -> None:
    """With the password and a code of the telephone, or with the passkey alone."""
    if app is None:
        page.locator("button[data-passkey=prove]").click()
        return
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.locator("form[action='/login'] button.button-main").click()
    # The code that set the factor up is spent; the next one counts half a minute early.
    page.fill("#code", str(app.generate(int(time.time()) + 30).token))
    page.locator(MAIN).first.click()


def with_passkey(window: Watched, email: str) -> None:
    """Make a passkey on this telephone, and sign out."""
    plug_in(window.page)
    window.sign_in(email)
    window.open("/account/passkeys")
    window.page.fill("#name", "my telephone")
    window.page.locator("button[data-passkey=make]").click()
    expect(window.page.locator("main")).to_contain_text("my telephone")
    window.page.locator("details.me > summary").click()
    window.page.locator("form[action='/logout'] button").click()
    window.page.wait_for_url("**/login**")


@pytest.mark.parametrize("way", ["code", "passkey"])
@pytest.mark.parametrize(
    ("begin", "act"),
    [(second_asked, decides), (approval_waits, approves), (drill_called, confirms)],
    ids=["decide", "approve", "drill"],
)
def test_from_the_mail_to_the_act_on_a_telephone(
    named: Site, watched: Callable[..., Watched], way: str, begin: Callable[[Site], str], act: Callable[[Page], str]
) -> None:
    """Nobody is signed in by the link; whoever proves who they are lands at that very thing, and one press does it."""
    email = named.account("Bas", Role.DPO)
    with named.app.app_context():
        write_down(db.session(), {Channel.EMAIL}, named.clock.now())
        db.session.commit()
    link = begin(named)
    window = watched(width=390, dark=True)
    window.base, page, app = named.base, window.page, None
    if way == "passkey":
        with_passkey(window, email)
    else:
        visitor = Visitor(named.app)
        visitor.sign_in(email)
        app = set_up_factor(visitor)
    page.goto(link)
    assert urlsplit(page.url).path == "/login"
    signs_in(page, email, app)
    page.wait_for_url(link)
    window.check()
    assert done(named) == []
    said = act(page)
    expect(page.locator("main, .messages").first).to_contain_text(said)
    window.check()
    assert len(done(named)) == 1
    assert done(named)[0] not in {DecisionState.PROPOSED, DecisionState.REFUSED}
