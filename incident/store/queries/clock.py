"""The read side of the clock: what is due, what is on record, what stands between a message and its reader."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from incident.domain.kinds import DeadlineState, ReminderKind
from incident.domain.reminders.ladder import Reached
from incident.domain.reminders.roster import Audience
from incident.domain.reminders.sweep import DueRung
from incident.store.models import Deadline, Incident, Reminder, SlackRoom


def due_rungs(session: Session, incidents: Sequence[UUID], now: datetime) -> dict[UUID, list[tuple[DueRung, Deadline]]]:
    """The unsettled due rungs of these incidents, each with its deadline."""
    query = (
        select(Reminder, Deadline)
        .join(Deadline, Deadline.id == Reminder.deadline_id)
        .where(Reminder.incident_id.in_(incidents), Reminder.settled_at.is_(None), Reminder.due_at <= now)
        .order_by(Reminder.due_at)
        .execution_options(populate_existing=True)
    )
    found: dict[UUID, list[tuple[DueRung, Deadline]]] = defaultdict(list)
    for reminder, deadline in session.execute(query):
        found[reminder.incident_id].append((_rung(reminder, deadline), deadline))
    return dict(found)


def in_earnest() -> ColumnElement[bool]:
    """The condition of the deadlines that run and are neither made up nor played: an exercise is an example, too."""
    made_up = exists().where(Incident.id == Deadline.incident_id, Incident.is_example).correlate(Deadline)
    return and_(Deadline.state == DeadlineState.OPEN, ~made_up)


def open_deadlines(session: Session, incidents: Sequence[UUID]) -> dict[UUID, list[Deadline]]:
    """The running deadlines of these incidents, the first to end first."""
    query = select(Deadline).where(Deadline.incident_id.in_(incidents), Deadline.state == DeadlineState.OPEN)
    found: dict[UUID, list[Deadline]] = defaultdict(list)
    for deadline in session.scalars(query.order_by(Deadline.due_at)):
        found[deadline.incident_id].append(deadline)
    return dict(found)


def rooms(session: Session, incidents: Sequence[UUID]) -> dict[UUID, str]:
    """The Slack conversations of those incidents that have one of their own."""
    query = select(SlackRoom.incident_id, SlackRoom.channel_id)
    found = session.execute(query.where(SlackRoom.incident_id.in_(incidents), SlackRoom.channel_id.is_not(None)))
    return {incident_id: channel for incident_id, channel in found if channel}


def _rung(reminder: Reminder, deadline: Deadline) -> DueRung:
    return DueRung(
        id=reminder.id,
        deadline_id=deadline.id,
        name=reminder.rung,
        planned_at=reminder.planned_at,
        deadline_due_at=deadline.due_at,
        open=deadline.state is DeadlineState.OPEN,
        escalation=reminder.kind is ReminderKind.ESCALATION,
        audience=_audience(reminder.audience.split(",")),
        unless=Reached(reminder.unless) if reminder.unless else None,
    )


def _audience(names: Iterable[str]) -> tuple[Audience, ...]:
    return tuple(Audience(name) for name in names)
