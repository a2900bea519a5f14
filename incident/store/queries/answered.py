"""What the recipient of the data answered, as the newest assessment of the risk has it: letters say it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, select
from sqlalchemy.orm import Session

from incident.store.models import Assessment, Incident


def recipient_response(session: Session, incident_id: UUID, until: datetime | None = None) -> str:
    """The answer on record, or on record at that moment; empty where nobody assessed it."""
    return session.scalars(_newest(incident_id, until)).one_or_none() or ""


def response_beside() -> ScalarSelect[str | None]:
    """The answer on record beside the incident that a statement reads."""
    return _answers().where(Assessment.incident_id == Incident.id).limit(1).scalar_subquery()


def _newest(incident_id: UUID, until: datetime | None) -> Select[str]:
    found = _answers().where(Assessment.incident_id == incident_id).limit(1)
    return found if until is None else found.where(Assessment.recorded_at <= until)


def _answers() -> Select[str]:
    return select(Assessment.answers["recipient_response"].as_string()).order_by(Assessment.number.desc())
