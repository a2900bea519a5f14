"""How the back-ups went: when the last good one was made, and whether that is too long ago."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incident.store.models import BackupRun

TOO_OLD = timedelta(hours=36)


def newest_backup(session: Session) -> datetime | None:
    """When the last whole back-up was begun, or None."""
    return session.scalars(select(func.max(BackupRun.done_at))).one()


def last_problem(session: Session) -> str:
    """Why the back-up that was begun last did not become one; empty when it did, or is being made."""
    query = select(BackupRun.problem).order_by(BackupRun.lease_until.desc()).limit(1)
    return session.scalars(query).first() or ""


def is_old(session: Session, now: datetime) -> bool:
    """Whether the last good back-up is too old, or the first one does not succeed."""
    newest = newest_backup(session)
    return now - newest > TOO_OLD if newest else bool(last_problem(session))
