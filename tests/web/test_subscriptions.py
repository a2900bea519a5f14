"""The pages of subscriptions: made with a secret that is shown once, tried, red when calls fail, and ended."""

import re

from sqlalchemy import select, update

from incident.domain.kernel.people import Role
from incident.store.db import db
from incident.store.models import OutboxMessage
from tests.web.client import Page, Visitor, text_of
from tests.web.conftest import Team


def secret_on(page: Page) -> str:
    """The secret that a page shows."""
    return next(text_of(node) for node in page.tree.iter() if node.get("id") == "secret")


def press(visitor: Visitor, key: str, button: str) -> Page:
    """Press one of the buttons of a subscription."""
    visitor.get(f"/settings/events/{key}")
    return visitor.submit(f"/settings/events/{key}/{button}")


def test_a_subscription_from_its_making_to_its_end(team: Team) -> None:
    """One administrator: makes it, sends a test, sees the refusal in red, makes a new secret, removes it."""
    admin = team.visitor("Adam", Role.ADMIN)
    admin.get("/settings/events/new")
    refused = admin.submit(name="", url="example.org", kinds=[])
    assert refused.status == 200
    assert refused.problems[0] == "Give the subscription a name."
    made = admin.submit(name="Alerts", url="https://example.org/hook", kinds=["deadline.overdue"], is_on="y")
    assert made.status == 201
    secret = secret_on(made)
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    index = admin.get("/settings/events")
    assert "Alerts" in index.text
    assert "A deadline has passed" in index.text
    [key] = set(re.findall(r"/settings/events/([0-9a-f]{16})", index.html))
    edit = admin.get(f"/settings/events/{key}")
    assert secret not in edit.html
    tried = press(admin, key, "test")
    assert "A test is on its way" in tried.text
    assert "waiting" in tried.text
    with team.app.app_context():
        failed = update(OutboxMessage).where(OutboxMessage.channel == "events")
        db.session.execute(failed.values(last_error="the receiver answered 500", attempts=1))
        db.session.commit()
    assert "calls fail the receiver answered 500" in admin.get("/settings/events").text
    assert "the receiver answered 500" in admin.get(f"/settings/events/{key}").text
    assert "Alerts" in admin.get("/settings/channels").text
    fresh = press(admin, key, "secret")
    assert secret_on(fresh) != secret
    press(admin, key, "remove")
    assert "No other system is told anything." in admin.get("/settings/events").text
    with team.app.app_context():
        waiting = select(OutboxMessage).where(OutboxMessage.channel == "events", OutboxMessage.settled_at.is_(None))
        assert db.session.scalars(waiting).all() == []
