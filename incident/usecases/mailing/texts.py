"""What each person of a mailing gets, and how far the mailing has come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from incident.domain.fact_sheet import from_json
from incident.domain.kernel.errors import NotFound
from incident.domain.kinds import OutboxOutcome
from incident.domain.recipients import Addressed
from incident.store.models import FactSheet, Incident, Mailing, MailingRecipient, Notice, NoticeVersion, OutboxMessage
from incident.store.queries.mailings import STOPPED, UNMADE
from incident.store.sealing import Sealer
from incident.usecases.mailing.mailing import letters_of, opened
from incident.usecases.notices.ports import PrintableNotice
from incident.usecases.notices.render import imprint, printable


def personal_notice(session: Session, recipient_id: UUID, sealer: Sealer) -> tuple[PrintableNotice, Addressed]:
    """The letter this person gets, and the person. Raises NotFound without a letter, or once the data were erased."""
    version_id, person = letter_and_person(session.get(MailingRecipient, recipient_id), sealer)
    return letter(session, version_id), person


def letter_and_person(row: MailingRecipient | None, sealer: Sealer) -> tuple[UUID, Addressed]:
    """The version of the letter that the person of this row gets, and the person; raises as :func:`personal_notice`."""
    if row is None:
        raise NotFound("There is no such person in the list.")
    if row.version_id is None:
        raise NotFound("There is no letter for this person yet.")
    return row.version_id, opened(row, sealer)


def letter(session: Session, version_id: UUID) -> PrintableNotice:
    """A version that was released, with what stands around it now."""
    chosen = NoticeVersion.id == version_id
    facts = and_(FactSheet.incident_id == Notice.incident_id, FactSheet.version == NoticeVersion.fact_version)
    query = select(NoticeVersion, Notice, Incident, FactSheet).join(Notice, Notice.id == NoticeVersion.notice_id)
    query = query.join(Incident, Incident.id == Notice.incident_id).outerjoin(FactSheet, facts).where(chosen)
    version, notice, incident, known = session.execute(query).one()
    sheet = printable(incident, notice, version, imprint(session), approved=True)
    contact = from_json(known.facts).contact_email.strip() if known else ""
    return replace(sheet, reply_to=contact or sheet.organisation.dpo_email or sheet.organisation.email)


def all_letters(
    session: Session, mailing: Mailing, sealer: Sealer, *, first: int = 0, number: int | None = None
) -> Iterator[tuple[PrintableNotice, Addressed]]:
    """Every person's letter in the order of the list, or those of ``number`` rows after the ``first`` ones.

    Whoever was erased gets none. Raises CannotOpen for a person whom no key opens.
    """
    ids = [UUID(one.version) for one in letters_of(mailing)]
    notices = {version_id: letter(session, version_id) for version_id in ids}
    query = select(MailingRecipient).where(MailingRecipient.mailing_id == mailing.id).order_by(MailingRecipient.row)
    query = query.offset(first).limit(number) if number is not None else query
    for row in session.scalars(query.execution_options(yield_per=500)):
        if row.version_id is not None and row.sealed is not None:
            yield notices[row.version_id], opened(row, sealer)


@dataclass(frozen=True, slots=True)
class MailingProgress:
    """How many people a mailing has, and how far their messages are; ``expected_at`` is when the last one is due.

    Nobody is counted twice: what came back is no longer ``sent``, so that ``sent``, ``waiting``, ``failed``,
    ``stopped`` and ``bounced`` make up ``people`` once a mailing by e-mail is released.
    """

    people: int
    sent: int
    waiting: int
    failed: int
    stopped: int
    bounced: int
    last_sent_at: datetime | None
    expected_at: datetime | None


def progress(session: Session, mailing: Mailing) -> MailingProgress:
    """Counted from the outbox, where each message is."""
    return progress_of_each(session, [mailing.id])[mailing.id]


def progress_of_each(session: Session, mailings: Sequence[UUID]) -> dict[UUID, MailingProgress]:
    """The same for several mailings at once."""
    message = or_(MailingRecipient.outbox_id.is_not(None), UNMADE, STOPPED)
    outcome = type_coerce(
        case((STOPPED, OutboxOutcome.CANCELLED.value), else_=OutboxMessage.outcome), OutboxMessage.outcome.type
    )
    counts = (
        select(
            MailingRecipient.mailing_id,
            outcome.label("ended"),
            func.count(),
            func.count(MailingRecipient.bounced_at),
            func.count(case((MailingRecipient.bounced_at.is_(None) & message, MailingRecipient.id))),
            func.max(OutboxMessage.settled_at),
            func.max(OutboxMessage.due_at),
        )
        .select_from(MailingRecipient)
        .join(Mailing, Mailing.id == MailingRecipient.mailing_id)
        .outerjoin(OutboxMessage, OutboxMessage.id == MailingRecipient.outbox_id)
        .where(MailingRecipient.mailing_id.in_(mailings))
        .group_by(MailingRecipient.mailing_id, "ended")
    )
    rows: dict[UUID, list[_Count]] = {mailing: [] for mailing in mailings}
    for mailing, outcome, people, bounced, messages, settled_at, due_at in session.execute(counts):
        rows[mailing].append(_Count(outcome, people, bounced, messages, settled_at, due_at))
    return {mailing: _summed(found) for mailing, found in rows.items()}


class _Count(NamedTuple):
    """How many people of one mailing have messages that ended in one way, ``messages`` those that did not come back."""

    outcome: OutboxOutcome | None
    people: int
    bounced: int
    messages: int
    settled_at: datetime | None
    due_at: datetime | None


def _summed(rows: Sequence[_Count]) -> MailingProgress:
    found = {row.outcome: row for row in rows}
    messages = {outcome: row.messages for outcome, row in found.items()}
    sent, waiting = found.get(OutboxOutcome.SENT), found.get(None)
    return MailingProgress(
        people=sum(row.people for row in rows),
        sent=messages.get(OutboxOutcome.SENT, 0),
        waiting=messages.get(None, 0),
        failed=messages.get(OutboxOutcome.FAILED, 0),
        stopped=messages.get(OutboxOutcome.CANCELLED, 0),
        bounced=sum(row.bounced for row in rows),
        last_sent_at=sent.settled_at if sent else None,
        expected_at=waiting.due_at if waiting else None,
    )
