"""Mailings of one incident and the people in them, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from incident.store.models import Mailing, MailingRecipient, OutboxMessage

PAGE = 50


@dataclass(frozen=True, slots=True)
class MailingRow:
    """One person, still sealed, with the message to them where one was made."""

    person: MailingRecipient
    message: OutboxMessage | None

    @property
    def state(self) -> str:
        """``bounced``, ``sent``, ``failed``, ``cancelled``, ``waiting``, ``printed``, or ``listed``."""
        if self.person.bounced_at is not None:
            return "bounced"
        if self.message is None:
            return "printed" if self.person.printed_at is not None else "listed"
        return self.message.outcome.value if self.message.outcome is not None else "waiting"


def mailings_of(session: Session, incident_id: UUID) -> list[Mailing]:
    """Every mailing of an incident, newest first."""
    query = select(Mailing).where(Mailing.incident_id == incident_id)
    return list(session.scalars(query.order_by(Mailing.recorded_at.desc())))


def find_mailing(session: Session, incident_id: UUID, mailing_id: UUID) -> Mailing | None:
    """The mailing, where this incident has it."""
    mailing = session.get(Mailing, mailing_id)
    return mailing if mailing is not None and mailing.incident_id == incident_id else None


def people_of(session: Session, mailing_id: UUID, page: int) -> Sequence[MailingRow]:
    """One page of the list in the order of the file; pages count from 1."""
    query = _rows(MailingRecipient.mailing_id == mailing_id).order_by(MailingRecipient.row)
    found = session.execute(query.limit(PAGE).offset((max(page, 1) - 1) * PAGE))
    return [MailingRow(person, message) for person, message in found]


def person_of(session: Session, mailing_id: UUID, row: int) -> MailingRow | None:
    """The person in this row of the file, or None."""
    found = session.execute(_rows(MailingRecipient.mailing_id == mailing_id, MailingRecipient.row == row)).first()
    return MailingRow(*found) if found else None


def person_by_fingerprint(session: Session, mailing_id: UUID, fingerprint: str) -> MailingRow | None:
    """The person with this identity, or None."""
    mine = (MailingRecipient.mailing_id == mailing_id, MailingRecipient.fingerprint == fingerprint)
    found = session.execute(_rows(*mine)).first()
    return MailingRow(*found) if found else None


def first_row(session: Session, mailing_id: UUID) -> int:
    """The row of the first person in the list."""
    return session.scalar(select(func.min(MailingRecipient.row)).where(MailingRecipient.mailing_id == mailing_id)) or 0


def count_people(session: Session, mailing_id: UUID) -> int:
    """How many people the mailing has."""
    query = select(func.count()).select_from(MailingRecipient).where(MailingRecipient.mailing_id == mailing_id)
    return session.scalar(query) or 0


def _rows(*where: ColumnElement[bool]) -> Select[MailingRecipient, OutboxMessage]:
    return (
        select(MailingRecipient, OutboxMessage)
        .outerjoin(OutboxMessage, OutboxMessage.id == MailingRecipient.outbox_id)
        .where(*where)
    )
