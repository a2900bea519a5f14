"""The facts by which the installation's health is judged, in few statements over small partial indexes."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from incident.domain.kernel.health import HealthFacts
from incident.domain.kinds import DeadlineState
from incident.store.models import Deadline, OutboxLane, OutboxMessage, Reminder, SettingVersion, WorkerHeartbeat

FAILED: ColumnElement[str] = literal_column("'failed'")
"""Written out, so that both databases use the small index over dead letters."""
SOON = timedelta(minutes=5)
"""A reminder whose message keeps failing is looked at again within this time."""


def health_facts(session: Session, now: datetime) -> HealthFacts:
    """Read what :func:`incident.domain.kernel.health.judge` wants to know."""
    waiting = OutboxMessage.settled_at.is_(None)
    due = (waiting, OutboxMessage.due_at <= now)
    tried = (OutboxMessage.attempts > 0, OutboxMessage.last_error.is_not(None))
    unsettled = Reminder.settled_at.is_(None)
    running = Deadline.state == DeadlineState.OPEN
    row = session.execute(
        select(
            select(func.max(WorkerHeartbeat.last_sweep_at)).scalar_subquery(),
            select(func.min(OutboxMessage.due_at)).where(*due).scalar_subquery(),
            select(func.min(Reminder.due_at)).where(unsettled, Reminder.due_at <= now).scalar_subquery(),
            _count(OutboxMessage, *due),
            _count(OutboxMessage, waiting, *tried),
            _count(OutboxMessage, OutboxMessage.outcome == FAILED),
            _count(Reminder, unsettled, Reminder.due_at <= now + SOON, Reminder.attempts > 0),
            _count(Deadline, running),
            _count(Deadline, running, Deadline.due_at <= now),
        )
    ).one()
    swept_at, message_at, reminder_at, backlog, retrying, failed, stuck, clocks, overdue = row
    return HealthFacts(
        newest_sweep_at=swept_at,
        oldest_message_at=message_at,
        oldest_reminder_at=reminder_at,
        backlog=backlog,
        retrying=retrying,
        failed=failed,
        stuck_reminders=stuck,
        open_clocks=clocks,
        overdue_clocks=overdue,
        channels=_channels(session),
        paused_channels=_paused(session, now),
    )


def alarm_facts(session: Session, now: datetime) -> HealthFacts:
    """What the banner of every page needs, in one statement that costs the same whatever the number of incidents."""
    unsettled = Reminder.settled_at.is_(None)
    due = (OutboxMessage.settled_at.is_(None), OutboxMessage.due_at <= now)
    swept_at, message_at, reminder_at, failed, stuck = session.execute(
        select(
            select(func.max(WorkerHeartbeat.last_sweep_at)).scalar_subquery(),
            select(func.min(OutboxMessage.due_at)).where(*due).scalar_subquery(),
            select(func.min(Reminder.due_at)).where(unsettled, Reminder.due_at <= now).scalar_subquery(),
            _count(OutboxMessage, OutboxMessage.outcome == FAILED),
            _count(Reminder, unsettled, Reminder.due_at <= now + SOON, Reminder.attempts > 0),
        )
    ).one()
    return HealthFacts(
        newest_sweep_at=swept_at,
        oldest_message_at=message_at,
        oldest_reminder_at=reminder_at,
        failed=failed,
        stuck_reminders=stuck,
    )


def _count(model: type[Any], *where: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(model).where(*where).scalar_subquery()


def _channels(session: Session) -> tuple[str, ...]:
    query = select(SettingVersion.document).where(SettingVersion.name == "channels")
    document = session.scalars(query.order_by(SettingVersion.version.desc()).limit(1)).first()
    return tuple(document["channels"]) if document else ()


def _paused(session: Session, now: datetime) -> tuple[str, ...]:
    """Whole channels that asked for a pause of more than the usual second."""
    later = now + timedelta(seconds=2)
    return tuple(session.scalars(select(OutboxLane.name).where(OutboxLane.next_at > later).order_by(OutboxLane.name)))
