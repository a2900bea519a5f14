"""The link with which the first person makes the first account."""

from incident.platform.settings import Settings
from incident.store.db import db
from incident.usecases.people.accounts import issue_setup_token
from incident.wiring import new_app, wire

PATH = "/setup"


def setup_link(settings: Settings) -> str | None:
    """A fresh link that works once, or None when somebody has an account; earlier links stop working."""
    deps = wire(settings)
    with new_app(deps).app_context():
        secret = issue_setup_token(db.session(), now=deps.clock.now())
        db.session.commit()
    return f"{settings.base_url}{PATH}/{secret}" if secret else None
