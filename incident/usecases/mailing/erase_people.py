"""Erase the people of mailings, when their time is over or when one of them asks. Counts, times and proofs stay."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.store.models import Incident, Mailing, MailingRecipient, OutboxMessage, PrintPart
from incident.usecases.common.record import record
from incident.usecases.mailing.mailing import LETTERS_PER_PART

NOBODY: Final = {"sealed": None, "address_fingerprint": "", "bounce_reason": ""}
"""What a row of a list holds of a person who was erased; the words of a mail server quote addresses."""
WHOLE: Final[dict[str, Any]] = {"synchronize_session": False}


def erase_recipients(session: Session, *, actor: Actor, now: datetime) -> int:
    """Erase the people of mailings whose time is over. Returns how many mailings."""
    over = (Mailing.erase_after <= now, Mailing.erased_at.is_(None), Incident.held_at.is_(None))
    due = select(Mailing).join(Incident, Incident.id == Mailing.incident_id).where(*over)
    mailings = list(session.scalars(due.with_for_update(skip_locked=True, of=Mailing)))
    for mailing in mailings:
        _forget(session, MailingRecipient.mailing_id == mailing.id)
        session.execute(delete(PrintPart).where(PrintPart.mailing_id == mailing.id))
        mailing.erased_at = now
        incident = session.get_one(Incident, mailing.incident_id)
        policy = {"policy": "recipients", "due": mailing.erase_after.date().isoformat()}
        record(session, incident, Tag.RECIPIENTS_ERASED, actor, now, mailing=str(mailing.id), **policy)
    return len(mailings)


def forget_people(session: Session, rows: Sequence[MailingRecipient]) -> dict[UUID, int]:
    """Erase these people, in their list and in what was laid out for the printer; how many, by incident."""
    _forget(session, MailingRecipient.id.in_([row.id for row in rows]))
    found: dict[UUID, int] = {}
    for mailing in session.scalars(select(Mailing).where(Mailing.id.in_({row.mailing_id for row in rows}))):
        mine = {row.id for row in rows if row.mailing_id == mailing.id}
        _unprint(session, mailing, mine)
        found[mailing.incident_id] = found.get(mailing.incident_id, 0) + len(mine)
    return found


def _forget(session: Session, who: ColumnElement[bool]) -> None:
    session.execute(update(MailingRecipient).where(who).values(NOBODY).execution_options(**WHOLE))
    sent = select(MailingRecipient.outbox_id).where(who, MailingRecipient.outbox_id.is_not(None))
    words = update(OutboxMessage).where(OutboxMessage.id.in_(sent), OutboxMessage.last_error.is_not(None))
    session.execute(words.values(last_error=None).execution_options(**WHOLE))


def _unprint(session: Session, mailing: Mailing, people: set[UUID]) -> None:
    """Take the files with these people away: a worker makes them again without them, and a file of nobody goes.

    What is being made of them just now is not kept, because its claim ends here.
    """
    query = select(MailingRecipient.id, MailingRecipient.sealed.is_not(None))
    listed = session.execute(
        query.where(MailingRecipient.mailing_id == mailing.id).order_by(MailingRecipient.row)
    ).all()
    for number, first in enumerate(range(0, len(listed), LETTERS_PER_PART), start=1):
        part = listed[first : first + LETTERS_PER_PART]
        if people.isdisjoint(key for key, _ in part):
            continue
        this = (PrintPart.mailing_id == mailing.id, PrintPart.number == number)
        left = sum(kept for _, kept in part)
        anew = update(PrintPart).values(sealed=None, made_at=None, lease_until=None, letters=left)
        session.execute((anew if left else delete(PrintPart)).where(*this).execution_options(**WHOLE))
