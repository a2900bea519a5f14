"""Reports of one breach that were merged: the one that goes on, and its duplicates."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.store.models import Incident


def survivor(session: Session, incident: Incident) -> Incident:
    """The incident that goes on for this one: itself where it is no duplicate."""
    seen = {incident.id}
    while incident.duplicate_of_id is not None and incident.duplicate_of_id not in seen:
        incident = session.get_one(Incident, incident.duplicate_of_id)
        seen.add(incident.id)
    return incident


def family(session: Session, incident: Incident) -> list[Incident]:
    """The incident that goes on, then what was merged into it, also by way of another; locked."""
    found = [survivor(session, incident)]
    newest = {found[0].id}
    while newest:
        query = select(Incident).where(Incident.duplicate_of_id.in_(newest)).order_by(Incident.reference)
        rows = [row for row in session.scalars(query.with_for_update()) if row not in found]
        found += rows
        newest = {row.id for row in rows}
    return found
