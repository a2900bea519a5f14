"""Letters to data subjects for the printer, in parts that a printer and a browser can bear."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import IllegalMove, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kinds import MailingChannel, MailingState
from incident.domain.recipients import Addressed
from incident.store.models import MailingRecipient
from incident.store.sealing import Sealer
from incident.usecases.common.record import record
from incident.usecases.mailing.mailing import mailing_for
from incident.usecases.mailing.texts import all_letters
from incident.usecases.notices.ports import PrintableNotice

LETTERS_PER_PART = 100


def letters_to_print(
    session: Session, mailing_id: UUID, part: int, *, actor: Actor, now: datetime, sealer: Sealer
) -> list[tuple[PrintableNotice, Addressed]]:
    """The letters of one part, counted from 1, now marked as printed. Raises IllegalMove before they are released."""
    mailing, incident = mailing_for(session, mailing_id, actor, Permission.SUBMIT)
    if mailing.channel is not MailingChannel.LETTER or mailing.state is not MailingState.RELEASED:
        raise IllegalMove("These letters are not released. Somebody else has to release them before they are printed.")
    first = (part - 1) * LETTERS_PER_PART
    letters = list(all_letters(session, mailing, sealer, first=first, number=LETTERS_PER_PART))
    if not letters:
        raise NotFound("There is no such part.")
    rows = select(MailingRecipient.id).where(MailingRecipient.mailing_id == mailing.id)
    chosen = list(session.scalars(rows.order_by(MailingRecipient.row).offset(first).limit(LETTERS_PER_PART)))
    first_time = func.coalesce(MailingRecipient.printed_at, now)
    session.execute(update(MailingRecipient).where(MailingRecipient.id.in_(chosen)).values(printed_at=first_time))
    record(
        session,
        incident,
        Tag.NOTICE_RELEASED,
        actor,
        now,
        mailing=str(mailing.id),
        step="printed",
        letters=len(letters),
    )
    return letters
