"""Answer a repeated request with the first result: a view submitted twice, an event delivered twice, a form resent."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from incident.domain.kernel.json import Json
from incident.store.insert import insert_missing
from incident.store.models import Inbound

Result = Mapping[str, Json]
"""What is remembered of an act, to be told again when the same request comes twice."""

FOLLOWED: Final = "slack:reaction:"
"""How the marks of messages begin that stand on a timeline: what becomes of these is followed for good."""


def once(session: Session, key: str, now: datetime, compute: Callable[[], Result]) -> tuple[Result, bool]:
    """The result for ``key`` and whether it was computed just now.

    The row is written first and in the same transaction: a second request with the same key waits for the first one's
    commit and then gets its result; when the first rolls back, the second computes.
    """
    if insert_missing(session, Inbound, key=key, result={}, at=now):
        result = dict(compute())
        session.execute(update(Inbound).where(Inbound.key == key).values(result=result))
        return result, True
    return session.get_one(Inbound, key, populate_existing=True).result, False


def recorded(session: Session, key: str) -> Result | None:
    """What an earlier request gave; None for one that never came, or was forgotten since."""
    row = session.get(Inbound, key)
    return row.result if row is not None else None


def forget_requests(session: Session, before: datetime) -> None:
    """Drop the marks of requests that were seen before this moment, except of messages that are followed."""
    old = delete(Inbound).where(Inbound.at < before, ~Inbound.key.startswith(FOLLOWED, autoescape=True))
    session.execute(old.execution_options(synchronize_session=False))
