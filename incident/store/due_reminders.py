"""Reminders that are due: found by what is due, locked by the incident, settled by guarded updates."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from incident.domain.kinds import ReminderOutcome
from incident.store.models import Incident, Reminder


def due_incidents(session: Session, now: datetime, limit: int) -> list[UUID]:
    """Incidents with reminders that are due, the longest due first; costs what is due, not what is open."""
    due = select(Reminder.incident_id).where(Reminder.settled_at.is_(None), Reminder.due_at <= now)
    return list(dict.fromkeys(session.scalars(due.order_by(Reminder.due_at).limit(limit))))


def lock_incidents(session: Session, ids: Sequence[UUID]) -> list[Incident]:
    """Those of the incidents that no other transaction is changing, locked until the end of this one."""
    query = select(Incident).where(Incident.id.in_(ids)).order_by(Incident.id)
    return list(session.scalars(query.with_for_update(skip_locked=True, key_share=True)))


def settle_reminders(session: Session, ids: Sequence[UUID], outcome: ReminderOutcome, now: datetime) -> int:
    """Settle the rows that are not settled yet and say how many these were."""
    if not ids:
        return 0
    guard = (Reminder.id.in_(ids), Reminder.settled_at.is_(None))
    done = session.execute(update(Reminder).where(*guard).values(settled_at=now, outcome=outcome, last_error=None))
    return int(done.rowcount)  # type: ignore[attr-defined]


def postpone_reminders(session: Session, incident_id: UUID, now: datetime, pause: timedelta, problem: str) -> None:
    """Look at the due rows of an incident later: their message could not be made, and they must not block others."""
    guard = (Reminder.incident_id == incident_id, Reminder.settled_at.is_(None), Reminder.due_at <= now)
    values = {"due_at": now + pause, "attempts": Reminder.attempts + 1, "last_error": problem[:500]}
    session.execute(update(Reminder).where(*guard).values(values).execution_options(synchronize_session=False))
