"""How often something may be asked, counted in the database: it holds across processes, and after a restart."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import TooMany
from incident.store.insert import insert_missing
from incident.store.models import SignInThrottle

FORGOTTEN: Final = timedelta(days=1)
"""Longer than every window and every pause."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``times`` ``within`` a window that begins with the first one."""

    kind: str
    times: int
    within: timedelta


RESETS: Final = Limit("reset", 3, timedelta(hours=1))
"""Mails with a password link to one account: each works for hours, so nobody needs more."""
RESETS_FROM: Final = Limit("reset_from", 20, timedelta(hours=1))
"""The same from one network address, for whichever accounts."""
REPORTS: Final = Limit("report", 100, timedelta(hours=1))
"""Reports of one person or program. Each starts a clock and wakes people; a loop is not a hundred breaches."""


def spend(session: Session, limit: Limit, whose: str, *, now: datetime) -> timedelta | None:
    """Count one more: None while that is within the limit, else how long to wait. Neither name nor address is kept."""
    subject = f"{limit.kind}:{sha256(whose.encode()).hexdigest()[:40]}"
    insert_missing(session, SignInThrottle, subject=subject, failures=0, last_at=now)
    row = session.get_one(SignInThrottle, subject, with_for_update=True, populate_existing=True)
    if now - row.last_at >= limit.within:
        row.failures, row.last_at = 0, now
    if row.failures >= limit.times:
        return limit.within - (now - row.last_at)
    row.failures += 1
    session.flush()
    return None


def count_report(session: Session, who: str, *, now: datetime) -> None:
    """Count a report of this person or program. Raises TooMany; a report that is refused is not counted."""
    wait = spend(session, REPORTS, who, now=now)
    if wait is not None:
        raise TooMany(
            "You have sent 100 reports within an hour. Add what belongs together to one of them, "
            "or try again in %(minutes)s minutes.",
            seconds=int(wait.total_seconds()) + 1,
        )


def forget_counts(session: Session, *, now: datetime) -> None:
    """Erase what counts for nothing any more."""
    session.execute(delete(SignInThrottle).where(SignInThrottle.last_at < now - FORGOTTEN))
