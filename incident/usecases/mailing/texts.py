"""What each person of a mailing gets, and how far the mailing has come."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import NotFound
from incident.domain.kinds import OutboxOutcome
from incident.domain.recipients import Addressed
from incident.store.models import Incident, Mailing, MailingRecipient, Notice, NoticeVersion, OutboxMessage
from incident.store.sealing import Sealer
from incident.usecases.mailing.mailing import letters_of, opened
from incident.usecases.notices.ports import PrintableNotice
from incident.usecases.notices.render import imprint, printable


def personal_notice(session: Session, recipient_id: UUID, sealer: Sealer) -> tuple[PrintableNotice, Addressed]:
    """The letter this person gets, and the person. Raises NotFound without a letter, or once the data were erased."""
    row = session.get(MailingRecipient, recipient_id)
    mailing = session.get(Mailing, row.mailing_id) if row else None
    if row is None or mailing is None:
        raise NotFound("There is no such person in the list.")
    if row.version_id is None:
        raise NotFound("There is no letter for this person yet.")
    return _notice(session, mailing, row.version_id), opened(row, sealer)


def _notice(session: Session, mailing: Mailing, version_id: UUID) -> PrintableNotice:
    chosen = NoticeVersion.id == version_id
    query = select(NoticeVersion, Notice).join(Notice, Notice.id == NoticeVersion.notice_id).where(chosen)
    version, notice = session.execute(query).one()
    incident = session.get_one(Incident, mailing.incident_id)
    return printable(incident, notice, version, imprint(session), approved=True)


def all_letters(
    session: Session, mailing: Mailing, sealer: Sealer, *, first: int = 0, number: int | None = None
) -> Iterator[tuple[PrintableNotice, Addressed]]:
    """Every person's letter in the order of the list, or ``number`` of them after the ``first`` ones."""
    ids = [UUID(letter.version) for letter in letters_of(mailing)]
    notices = {version_id: _notice(session, mailing, version_id) for version_id in ids}
    query = select(MailingRecipient).where(MailingRecipient.mailing_id == mailing.id).order_by(MailingRecipient.row)
    query = query.offset(first).limit(number) if number is not None else query
    for row in session.scalars(query.execution_options(yield_per=500)):
        if row.version_id is not None:
            yield notices[row.version_id], opened(row, sealer)


@dataclass(frozen=True, slots=True)
class MailingProgress:
    """How many people a mailing has, and how far their messages are; ``expected_at`` is when the last one is due."""

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
    mine = MailingRecipient.mailing_id == mailing.id
    counts = (
        select(
            OutboxMessage.outcome,
            func.count(),
            func.count(MailingRecipient.bounced_at),
            func.count(MailingRecipient.outbox_id),
            func.max(OutboxMessage.settled_at),
            func.max(OutboxMessage.due_at),
        )
        .select_from(MailingRecipient)
        .outerjoin(OutboxMessage, OutboxMessage.id == MailingRecipient.outbox_id)
        .where(mine)
        .group_by(OutboxMessage.outcome)
    )
    rows = session.execute(counts).all()
    found = {outcome: (queued, last) for outcome, _people, _bounced, queued, last, _due in rows}
    none = (0, None)
    sent, last = found.get(OutboxOutcome.SENT, none)
    return MailingProgress(
        people=sum(people for _outcome, people, *_rest in rows),
        sent=sent,
        waiting=found.get(None, none)[0],
        failed=found.get(OutboxOutcome.FAILED, none)[0],
        stopped=found.get(OutboxOutcome.CANCELLED, none)[0],
        bounced=sum(bounced for _outcome, _people, bounced, *_rest in rows),
        last_sent_at=last,
        expected_at=next((row[-1] for row in rows if row[0] is None), None),
    )
