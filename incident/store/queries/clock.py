"""The read side of the clock: what is due, what is on record, what stands between a message and its reader."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kinds import Addressee, DeadlineState, DecisionState, ReminderKind, Subject
from incident.domain.reminders.ladder import Step
from incident.domain.reminders.roster import Audience
from incident.domain.reminders.sweep import DueRung
from incident.store.models import Approval, Assessment, Deadline, Decision, Notice, NoticeVersion, Reminder, SlackRoom


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


def steps_on_record(session: Session, incidents: Sequence[UUID]) -> dict[UUID, frozenset[Step]]:
    """Which steps towards the authority each incident has on record: assessed, decided, approved."""
    steps: dict[UUID, set[Step]] = defaultdict(set)
    assessed = select(Assessment.incident_id).where(Assessment.incident_id.in_(incidents)).distinct()
    decided = select(Decision.incident_id).where(
        Decision.incident_id.in_(incidents),
        Decision.subject == Subject.AUTHORITY,
        Decision.state == DecisionState.FINAL,
    )
    approved = (
        select(Notice.incident_id)
        .join(NoticeVersion, NoticeVersion.notice_id == Notice.id)
        .join(Approval, Approval.version_id == NoticeVersion.id)
        .where(
            Notice.incident_id.in_(incidents),
            Notice.addressee == Addressee.AUTHORITY,
            Notice.withdrawn_reason == "",
            Approval.void_at.is_(None),
        )
    )
    for query, step in ((assessed, Step.ASSESSED), (decided, Step.DECIDED), (approved, Step.APPROVED)):
        for incident_id in session.scalars(query):
            steps[incident_id].add(step)
    return {incident_id: frozenset(found) for incident_id, found in steps.items()}


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
        unless=Step(reminder.unless) if reminder.unless else None,
    )


def _audience(names: Iterable[str]) -> tuple[Audience, ...]:
    return tuple(Audience(name) for name in names)
