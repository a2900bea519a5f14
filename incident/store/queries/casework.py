"""Timeline, tasks and evidence of one incident, each in one statement."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.store.audit import entries
from incident.store.models import AuditEntry, Evidence, Incident, Task, TimelineEntry
from incident.store.queries.keyset import beyond


def timeline_of(session: Session, incident_id: UUID) -> list[TimelineEntry]:
    """Every entry in the order in which things happened."""
    query = select(TimelineEntry).where(TimelineEntry.incident_id == incident_id)
    return list(session.scalars(query.order_by(TimelineEntry.happened_at, TimelineEntry.recorded_at)))


def timeline_after(
    session: Session, incident_id: UUID, place: tuple[datetime, datetime, UUID] | None, limit: int
) -> list[TimelineEntry]:
    """At most ``limit`` entries after the one that happened then, was recorded then and has this id."""
    columns = (TimelineEntry.happened_at, TimelineEntry.recorded_at, TimelineEntry.id)
    query = select(TimelineEntry).where(TimelineEntry.incident_id == incident_id, *beyond(columns, place))
    return list(session.scalars(query.order_by(*columns).limit(limit)))


def tasks_of(session: Session, incident_id: UUID) -> list[Task]:
    """Tasks and measures, open ones first."""
    query = select(Task).where(Task.incident_id == incident_id)
    return list(session.scalars(query.order_by(Task.done_at.is_not(None), Task.position)))


def tasks_after(session: Session, incident_id: UUID, place: tuple[datetime, UUID] | None, limit: int) -> list[Task]:
    """At most ``limit`` tasks and measures, in the order in which they were written down."""
    columns = (Task.recorded_at, Task.id)
    query = select(Task).where(Task.incident_id == incident_id, *beyond(columns, place))
    return list(session.scalars(query.order_by(*columns).limit(limit)))


def evidence_of(session: Session, incident_id: UUID) -> list[Evidence]:
    """Every file, newest first."""
    query = select(Evidence).where(Evidence.incident_id == incident_id)
    return list(session.scalars(query.order_by(Evidence.recorded_at.desc())))


def chain_of(session: Session, incident: Incident) -> list[AuditEntry]:
    """The audit chain of the incident, oldest first."""
    return entries(session, incident.reference)
