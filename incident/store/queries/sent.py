"""Which texts of an incident have left the house: they are frozen, whatever becomes known afterwards."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.law.rulesets import AUTHORITY_ZONE
from incident.store.models import Mailing, Notice, NoticeVersion, Submission


def sent_versions(session: Session, incident_id: UUID) -> frozenset[UUID]:
    """The versions that were submitted, or that a released mailing sends."""
    submitted = session.scalars(select(Submission.version_id).where(Submission.incident_id == incident_id))
    return frozenset(submitted) | released_versions(session, incident_id)


def released_versions(session: Session, incident_id: UUID) -> frozenset[UUID]:
    """The versions that a released mailing sends."""
    released = select(Mailing.letters).where(Mailing.incident_id == incident_id, Mailing.released_at.is_not(None))
    return frozenset(UUID(letter["version"]) for letters in session.scalars(released) for letter in letters)


@dataclass(frozen=True, slots=True)
class EarlierText:
    """A text that left the house: the day that its readers know it by, and the version of the facts it told."""

    day: date
    fact_version: int


def earlier_text(session: Session, notice: Notice) -> EarlierText | None:
    """The newest text that the same readers got before ``notice``; its day is the one that stands on a letter of a
    mailing, and otherwise that on which it was sent."""
    same = (Notice.addressee, Notice.recipient, Notice.group, Notice.language)
    query = (
        select(Submission.mailing_id, Submission.submitted_at, NoticeVersion.recorded_at, NoticeVersion.fact_version)
        .join(Notice, Notice.id == Submission.notice_id)
        .join(NoticeVersion, NoticeVersion.id == Submission.version_id)
        .where(Submission.incident_id == notice.incident_id, Notice.id != notice.id)
        .where(*(column == getattr(notice, column.key) for column in same))
        .order_by(Submission.submitted_at.desc())
    )
    found = session.execute(query.limit(1)).first()
    if found is None:
        return None
    mailing, sent, written, fact_version = found
    return EarlierText((written if mailing else sent).astimezone(AUTHORITY_ZONE).date(), fact_version)
