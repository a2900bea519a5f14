"""The bot beside the pages and the worker: one record, seen from everywhere."""

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from bot.slack_here.workspace import Channel
from incident import create_app
from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.store.db import db
from incident.usecases.clock.fire import Outlets
from incident.wiring import wire
from incident.worker import Worker
from tests.bot.conftest import settle
from tests.fake_slack import FakeSlack, HttpTransport, SlackUser
from tests.fake_slack.server import BOT_TOKEN, SIGNING_SECRET
from tests.fake_slack.user import texts
from tests.web.conftest import Team


@pytest.fixture
def whole(
    slack: FakeSlack, security: Channel, make_settings: Callable[..., Settings], migrated_url: str, clock: FixedClock
) -> Iterator[Flask]:
    """The application as it is deployed: pages, API and Slack over HTTP."""
    settings = make_settings(
        DATABASE_URL=migrated_url,
        SLACK_BOT_TOKEN=BOT_TOKEN,
        SLACK_SIGNING_SECRET=SIGNING_SECRET,
        SLACK_API_URL=slack.url,
        SLACK_CHANNEL=security.id,
    )
    made = create_app(settings, wire(settings, clock))
    made.testing = True
    yield made
    settle(made)
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


def test_what_is_reported_in_slack_is_on_the_page_at_once(whole: Flask, slack: FakeSlack, clock: FixedClock) -> None:
    """Slack's address needs no cookie and no form token; the page shows the reporter's words to who may see them."""
    team = Team(whole, clock)
    team.set_up()
    rik = SlackUser(slack, HttpTransport(whole), "U1", "Rik Reporter", None, locale="en-GB")
    assert rik.command("/datalek").status == 200
    rik.modal()
    rik.fill({"What happened?": "Mail to the wrong customer"}).submit()
    reference = next(word for word in texts(rik.modal("Report received")["blocks"]).split() if "DL-" in word).strip(
        "*."
    )
    page = team.visitor("Anna", Role.RESPONDER).get(f"/incidents/{reference}")
    assert page.status == 200
    assert "Mail to the wrong customer" in page.text
    assert "Rik Reporter" in page.text


def test_who_reported_in_slack_is_asked_from_the_page(
    whole: Flask, slack: FakeSlack, security: Channel, clock: FixedClock
) -> None:
    """The page says where the report came from, and the question waits in Slack, without an account."""
    team = Team(whole, clock)
    team.set_up()
    rik = SlackUser(slack, HttpTransport(whole), "U1", "Rik Reporter", None, locale="en-GB")
    rik.command("/datalek")
    rik.modal()
    rik.fill({"What happened?": "Mail to the wrong customer"}).submit()
    rik.modal("Report received")
    with whole.app_context():
        worker = Worker(db.engine, whole.extensions["meldklok"], Outlets(), threading.Event())
    worker._announce()
    anna = team.visitor("Anna", Role.RESPONDER)
    slack.wait_for(lambda: security.messages)
    reference = security.messages[0].text.partition(":")[0]
    page = anna.get(f"/incidents/{reference}/reporter")
    assert "This report came from Slack, by Rik Reporter." in page.text
    told = anna.submit(f"/incidents/{reference}/reporter", text="Which mailbox?")
    assert "A message in Slack tells the reporter that a question waits." in told.text
    assert "Which mailbox?" in told.text
    clock.advance(minutes=1)
    worker.tick()
    assert "There is a question about your report." in rik.direct_texts()[-1]


def test_slack_without_a_signature_is_turned_away_by_the_whole_application(whole: Flask) -> None:
    """401 from our door, not a redirect to a sign-in page and not a 500."""
    with whole.test_client() as client:
        assert client.post("/slack/events", data="{}").status_code == 401
        assert client.get("/slack/events").status_code == 405


def test_the_worker_brings_the_outbox_to_slack(
    whole: Flask, slack: FakeSlack, security: Channel, clock: FixedClock
) -> None:
    """Announced in the channel, and to whoever is on duty in person; the same tick again sends nothing."""
    team = Team(whole, clock)
    team.set_up()
    email = team.account("Anna", Role.DPO)
    anna = SlackUser(slack, HttpTransport(whole), "U2ANNA", "Anna", email, locale="en-GB")
    anna.command("/datalek", "mine")
    anna.told("You have no open reports")
    anna.command("/datalek")
    anna.modal()
    anna.fill({"What happened?": "Laptop lost"}).submit()
    settle(whole)
    with whole.app_context():
        worker = Worker(db.engine, whole.extensions["meldklok"], Outlets(), threading.Event())
    clock.advance(seconds=1)  # The headline took this channel's second.
    worker.tick()
    asked = [message for message in security.messages if "<@U2ANNA>" in message.text]
    assert len(asked) == len({message.text for message in asked}) == 1
    assert {message.thread_ts for message in asked} == {security.messages[0].ts}
    direct = slack.workspace.direct("U2ANNA").messages
    assert len(direct) == len({message.text for message in direct}) == 1, "the first reminder says nothing besides"
    assert "Is it a breach?" in texts([message.blocks for message in direct])  # type: ignore[arg-type]
    before = len(slack.called("chat.postMessage"))
    worker.tick()
    assert len(slack.called("chat.postMessage")) == before
