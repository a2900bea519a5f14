"""Limits before a view runs, counted in the database: for what a secret opens, and for files that cost much to read.

What is only read is counted by a short way beside: while the database is busy nobody waits, and nobody is refused.
"""

from datetime import timedelta
from typing import Final

from flask import Flask, abort, request
from sqlalchemy.exc import SQLAlchemyError

from incident.domain.kernel.errors import TooMany
from incident.store.aside import aside
from incident.store.db import db
from incident.usecases.common.limits import CALENDARS, ELSEWHERE, LISTS, READS, SET_UPS, Limit, spend
from incident.web.accounts.counted import network_of
from incident.web.clock import now
from incident.web.viewer import viewer

BY_NETWORK: Final[dict[str, Limit]] = {
    "api.list_incidents": READS,
    "api.show": READS,
    "api.deadlines": READS,
    "api.facts": READS,
    "api.assessment": READS,
    "api.timeline": READS,
    "api.tasks": READS,
    "api.notices": READS,
    "api.register": READS,
    "api.decisions": READS,
    "api.evidence": READS,
    "api.evidence_file": READS,
    "api.mailings": READS,
    "api.reporter": READS,
    "api.list_subscriptions": READS,
    "api.show_subscription": READS,
    "api.subscription_calls": READS,
    "shared.cover": CALENDARS,
    "shared.show": CALENDARS,
    "tokens.calendar": CALENDARS,
    "setup.first_person": SET_UPS,
    "passkeys.sign_in": ELSEWHERE,
    "provider.start": ELSEWHERE,
    "provider.back": ELSEWHERE,
    "provider.prove": ELSEWHERE,
    "provider.leave": ELSEWHERE,
}
"""What a secret in the address or in a header opens: limited before anybody looks whether it is right."""
BY_PERSON: Final[dict[str, Limit]] = {"imports.upload": LISTS, "notices.start": LISTS}
"""Forms with a list that a process of its own reads."""


def init_limits(app: Flask) -> None:
    """Count first; comes after the access check, so that whoever may not come in counts for nothing."""
    with app.app_context():
        beside = aside(db.engine)

    @app.before_request
    def count_first() -> None:
        endpoint = request.endpoint or ""
        if endpoint in BY_NETWORK:
            refuse(count_beside(BY_NETWORK[endpoint], network_of(request.remote_addr)))
        elif endpoint in BY_PERSON and request.method == "POST":
            wait = spend(db.session(), BY_PERSON[endpoint], viewer().key, now=now())
            db.session.commit()
            refuse(wait)

    def count_beside(limit: Limit, whose: str) -> timedelta | None:
        try:
            with beside() as short, short.begin():
                return spend(short, limit, whose, now=now())
        except SQLAlchemyError:
            return None


def refuse(wait: timedelta | None) -> None:
    """429 where there is anything to wait for: a page with what was typed, or JSON that says when to come back."""
    if wait is None:
        return
    if request.blueprint == "api":
        raise TooMany(
            "Too many requests from this network within an hour. Try again in %(minutes)s minutes.",
            seconds=int(wait.total_seconds()) + 1,
        )
    abort(429)
