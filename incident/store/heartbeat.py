"""The sign of life of a worker process: one row per process, written every few seconds."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from incident.store.due import AHEAD
from incident.store.insert import insert_missing
from incident.store.models import OutboxMessage, WorkerHeartbeat

FORGET_AFTER = timedelta(days=2)


def newest_beat(session: Session) -> datetime | None:
    """When a worker that has not been stopped was last seen, or None."""
    rows = session.execute(select(WorkerHeartbeat.seen_at, WorkerHeartbeat.detail))
    return max((seen for seen, detail in rows if not detail.get("stopped")), default=None)


def beat(
    session: Session,
    worker: str,
    started_at: datetime,
    now: datetime,
    swept_at: datetime | None,
    detail: Mapping[str, bool | int] | None = None,
) -> None:
    """Write down that this worker is alive, when it last looked for due rungs, and how many messages wait.

    ``detail`` says whether it was ``stopped``, whether its checkpoints are ``checkpoints_stuck`` in the house,
    whether the authority gives no stamps (``stamps_missing``), whether the last back-up is too old (``backup_old``),
    in how many restricted incidents nobody is there who may act (``unwatched``), how many reports of a flood wait
    (``flood``), and how many mails with reports have long not been taken in (``mail_stuck``).

    Signs from the future were written before the clock was set back; whoever is alive writes a new one.
    """
    waiting = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.settled_at.is_(None))
    backlog = session.scalars(waiting.where(OutboxMessage.due_at <= now)).one()
    values = {"seen_at": now, "last_sweep_at": swept_at, "backlog": backlog, "detail": dict(detail or {})}
    if not insert_missing(session, WorkerHeartbeat, worker=worker, started_at=started_at, **values):
        session.execute(update(WorkerHeartbeat).where(WorkerHeartbeat.worker == worker).values(**values))
    gone = or_(WorkerHeartbeat.seen_at < now - FORGET_AFTER, WorkerHeartbeat.seen_at > now + AHEAD)
    session.execute(delete(WorkerHeartbeat).where(gone))
