"""What the recipient of the data answered, as the newest assessment of the risk has it: letters say it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from incident.store.models import Assessment


def recipient_response(session: Session, incident_id: UUID, until: datetime | None = None) -> str:
    """The answer on record, or on record at that moment; empty where nobody assessed it."""
    return session.scalars(_newest(incident_id, until)).one_or_none() or ""


def _newest(incident_id: UUID, until: datetime | None) -> Select[str]:
    answer = select(Assessment.answers["recipient_response"].as_string()).where(Assessment.incident_id == incident_id)
    known = answer if until is None else answer.where(Assessment.recorded_at <= until)
    return known.order_by(Assessment.number.desc()).limit(1)
