"""Letters to data subjects for the printer, in parts that a printer and a browser can bear.

A worker makes the parts; each is a row that it claims for a time, so that whoever is killed half-way loses one part of
work. They are sealed as the people are, and go with them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import IllegalMove, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kinds import MailingChannel, MailingState
from incident.domain.recipients import Addressed
from incident.store.models import Mailing, MailingRecipient, PrintPart
from incident.store.sealing import Sealer
from incident.usecases.common.record import record
from incident.usecases.mailing.mailing import LETTERS_PER_PART, mailing_for
from incident.usecases.mailing.texts import all_letters
from incident.usecases.notices.own_templates import house_files
from incident.usecases.notices.ports import PrintableNotice

LEASE: Final = timedelta(minutes=5)
RETRY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Claim:
    """One part, and until when nobody else makes it: whoever keeps it must still hold exactly this claim."""

    part: UUID
    until: datetime


@dataclass(frozen=True, slots=True)
class PartToMake:
    """The letters of one part, in the order of the list, and the house's own files by their SHA-256."""

    letters: list[tuple[PrintableNotice, Addressed]]
    house: Mapping[str, str]


def parts_of(session: Session, mailing: Mailing) -> Sequence[PrintPart]:
    """The parts of a mailing, without what is in them."""
    query = select(PrintPart).where(PrintPart.mailing_id == mailing.id)
    return session.scalars(query.order_by(PrintPart.number)).all()


def _to_make(now: datetime) -> Select[PrintPart]:
    free = or_(PrintPart.lease_until.is_(None), PrintPart.lease_until <= now)
    wanted = (Mailing.state == MailingState.RELEASED, Mailing.erased_at.is_(None))
    query = select(PrintPart).join(Mailing, Mailing.id == PrintPart.mailing_id)
    return query.where(PrintPart.made_at.is_(None), free, *wanted).order_by(Mailing.released_at, PrintPart.number)


def anything_to_make(session: Session, now: datetime) -> bool:
    """Whether a part waits for somebody who makes it."""
    return session.scalars(_to_make(now).limit(1)).first() is not None


def claim_part(session: Session, now: datetime) -> Claim | None:
    """Claim the next part for five minutes; None where there is none.

    Commit before it is made: the claim of a part that cannot be made must stand, so that the others have their turn.
    """
    query = _to_make(now).limit(1).with_for_update(skip_locked=True, of=PrintPart)
    part = session.scalars(query).first()
    if part is None:
        return None
    part.lease_until = now + LEASE
    return Claim(part.id, part.lease_until)


def prepare_part(session: Session, claim: Claim, *, sealer: Sealer) -> PartToMake:
    """What stands in the part, without the people who were erased; only reads. Raises CannotOpen, NotFound."""
    part = session.get(PrintPart, claim.part)
    if part is None:
        raise NotFound("There is no such part.")
    mailing = session.get_one(Mailing, part.mailing_id)
    letters = all_letters(session, mailing, sealer, first=_first(part.number), number=LETTERS_PER_PART)
    return PartToMake(list(letters), house_files(session))


def keep_part(session: Session, claim: Claim, content: bytes, now: datetime, sealer: Sealer) -> bool:
    """Keep what was made; False where somebody of it was erased, or the key was changed, since it was claimed."""
    part = _still(session, claim)
    if part is None:
        return False
    part.sealed, part.made_at, part.problem = sealer.seal(content, _place(part.id)), now, ""
    return True


def part_failed(session: Session, claim: Claim, problem: str, now: datetime) -> None:
    """Write down why a part could not be made; it is tried again a minute later."""
    part = _still(session, claim)
    if part is not None:
        part.problem, part.lease_until = problem[:255], now + RETRY


def _still(session: Session, claim: Claim) -> PrintPart | None:
    """The part, locked, as long as nobody else has claimed it and nobody of it was erased."""
    mine = (PrintPart.id == claim.part, PrintPart.lease_until == claim.until, PrintPart.made_at.is_(None))
    return session.scalars(select(PrintPart).where(*mine).with_for_update()).one_or_none()


def letters_to_print(
    session: Session, mailing_id: UUID, number: int, *, actor: Actor, now: datetime, sealer: Sealer
) -> bytes:
    """The file of one part, counted from 1; its letters now count as printed.

    Raises IllegalMove before the letters are released or while the part is being made, NotFound for no such part.
    """
    mailing, incident = mailing_for(session, mailing_id, actor, Permission.SUBMIT)
    if mailing.channel is not MailingChannel.LETTER or mailing.state is not MailingState.RELEASED:
        raise IllegalMove("These letters are not released. Somebody else has to release them before they are printed.")
    query = select(PrintPart).where(PrintPart.mailing_id == mailing.id, PrintPart.number == number)
    part = session.scalars(query).one_or_none()
    if part is None:
        raise NotFound("There is no such part.")
    if part.sealed is None:
        raise IllegalMove("This part is still being made. Look at the page of the mailing again in a moment.")
    rows = select(MailingRecipient.id).where(MailingRecipient.mailing_id == mailing.id)
    mine = rows.order_by(MailingRecipient.row).offset(_first(number)).limit(LETTERS_PER_PART)
    printed = update(MailingRecipient).where(MailingRecipient.id.in_(list(session.scalars(mine))))
    session.execute(printed.values(printed_at=func.coalesce(MailingRecipient.printed_at, now)))
    tag, id = Tag.NOTICE_RELEASED, str(mailing.id)
    record(session, incident, tag, actor, now, mailing=id, step="printed", letters=part.letters)
    return sealer.open(part.sealed, _place(part.id))


def _first(number: int) -> int:
    """How many letters stand in the parts before this one."""
    return (number - 1) * LETTERS_PER_PART


def _place(part_id: UUID) -> str:
    """Where a sealed part belongs."""
    return f"print_part.sealed:{part_id}"
