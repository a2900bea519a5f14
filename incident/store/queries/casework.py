"""Timeline, tasks and evidence of one incident, each in one statement."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.store.audit import entries
from incident.store.models import AuditEntry, Evidence, Incident, Task, TimelineEntry


def timeline_of(session: Session, incident_id: UUID) -> list[TimelineEntry]:
    """Every entry in the order in which things happened."""
    query = select(TimelineEntry).where(TimelineEntry.incident_id == incident_id)
    return list(session.scalars(query.order_by(TimelineEntry.happened_at, TimelineEntry.recorded_at)))


def tasks_of(session: Session, incident_id: UUID) -> list[Task]:
    """Tasks and measures, open ones first."""
    query = select(Task).where(Task.incident_id == incident_id)
    return list(session.scalars(query.order_by(Task.done_at.is_not(None), Task.position)))


def evidence_of(session: Session, incident_id: UUID) -> list[Evidence]:
    """Every file, newest first."""
    query = select(Evidence).where(Evidence.incident_id == incident_id)
    return list(session.scalars(query.order_by(Evidence.recorded_at.desc())))


def chain_of(session: Session, incident: Incident) -> list[AuditEntry]:
    """The audit chain of the incident, oldest first."""
    return entries(session, incident.reference)
