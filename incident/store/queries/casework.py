"""Timeline, tasks and evidence of one incident, each in one statement."""

from collections.abc import Collection
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from incident.store.audit import entries
from incident.store.models import AuditEntry, Decision, Evidence, Incident, Mailing, Task, TimelineEntry
from incident.store.queries.keyset import beyond

Recorded = TypeVar("Recorded", Decision, Evidence, Mailing, Task, TimelineEntry)
"""What somebody wrote down in an incident."""
Place = tuple[datetime, UUID]
"""Where a part of a list ended: when its last row was written down, and its id."""


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


def tasks_after(session: Session, incident_id: UUID, place: Place | None, limit: int) -> list[Task]:
    """At most ``limit`` tasks and measures, in the order in which they were written down."""
    return _recorded_after(session, Task, incident_id, place, limit)


def decisions_after(session: Session, incident_id: UUID, place: Place | None, limit: int) -> list[Decision]:
    """The same of decisions."""
    return _recorded_after(session, Decision, incident_id, place, limit)


def evidence_after(session: Session, incident_id: UUID, place: Place | None, limit: int) -> list[Evidence]:
    """The same of files."""
    return _recorded_after(session, Evidence, incident_id, place, limit)


def mailings_after(session: Session, incident_id: UUID, place: Place | None, limit: int) -> list[Mailing]:
    """The same of mailings."""
    return _recorded_after(session, Mailing, incident_id, place, limit)


def said_after(
    session: Session, incident_id: UUID, kinds: Collection[str], place: Place | None, limit: int
) -> list[TimelineEntry]:
    """The same of entries of these kinds."""
    return _recorded_after(session, TimelineEntry, incident_id, place, limit, TimelineEntry.kind.in_(kinds))


def _recorded_after(
    session: Session,
    table: type[Recorded],
    incident_id: UUID,
    place: Place | None,
    limit: int,
    *which: ColumnElement[bool],
) -> list[Recorded]:
    columns = (table.recorded_at, table.id)
    query = select(table).where(table.incident_id == incident_id, *which, *beyond(columns, place))
    return list(session.scalars(query.order_by(*columns).limit(limit)))


def evidence_of(session: Session, incident_id: UUID) -> list[Evidence]:
    """Every file, newest first."""
    query = select(Evidence).where(Evidence.incident_id == incident_id)
    return list(session.scalars(query.order_by(Evidence.recorded_at.desc())))


def chain_of(session: Session, incident: Incident) -> list[AuditEntry]:
    """The audit chain of the incident, oldest first."""
    return entries(session, incident.reference)
