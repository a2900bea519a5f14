"""How the clock's machinery is doing: the newest sweep and the oldest message that should have left."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incident.store.models import OutboxMessage, Reminder, WorkerHeartbeat

SILENCE, WAITING = timedelta(minutes=2), timedelta(minutes=10)
"""After so long without a sweep, or with a due message still here, the installation is not healthy."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """``swept_at`` is None when no worker ever ran; ``oldest_due`` is None when nothing waits."""

    swept_at: datetime | None
    oldest_due: datetime | None
    oldest_reminder: datetime | None

    def problems(self, now: datetime) -> tuple[str, ...]:
        """What is wrong, as keys: ``worker`` (silent or never seen), ``outbox`` or ``reminders`` (stuck)."""
        found = []
        if self.swept_at is None or now - self.swept_at > SILENCE:
            found.append("worker")
        if self.oldest_due is not None and now - self.oldest_due > WAITING:
            found.append("outbox")
        if self.oldest_reminder is not None and now - self.oldest_reminder > WAITING:
            found.append("reminders")
        return tuple(found)


def pulse(session: Session) -> Pulse:
    """Read all of it in one statement."""
    swept = select(func.max(WorkerHeartbeat.last_sweep_at)).scalar_subquery()
    due = select(func.min(OutboxMessage.due_at)).where(OutboxMessage.settled_at.is_(None)).scalar_subquery()
    rung = select(func.min(Reminder.due_at)).where(Reminder.settled_at.is_(None)).scalar_subquery()
    return Pulse(*session.execute(select(swept, due, rung)).one())
