"""Which texts of an incident have left the house: they are frozen, whatever becomes known afterwards."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.store.models import Mailing, Submission


def sent_versions(session: Session, incident_id: UUID) -> frozenset[UUID]:
    """The versions that were submitted, or that a released mailing sends."""
    submitted = session.scalars(select(Submission.version_id).where(Submission.incident_id == incident_id))
    return frozenset(submitted) | released_versions(session, incident_id)


def released_versions(session: Session, incident_id: UUID) -> frozenset[UUID]:
    """The versions that a released mailing sends."""
    released = select(Mailing.letters).where(Mailing.incident_id == incident_id, Mailing.released_at.is_not(None))
    return frozenset(UUID(letter["version"]) for letters in session.scalars(released) for letter in letters)
