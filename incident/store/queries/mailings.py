"""Mailings of one incident and the people in them, page by page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from incident.domain.kinds import MailingChannel, MailingState, OutboxOutcome
from incident.store.models import Mailing, MailingRecipient, OutboxMessage

PAGE = 50
UNMADE: Final = and_(
    MailingRecipient.outbox_id.is_(None),
    Mailing.channel == MailingChannel.EMAIL,
    Mailing.released_at.is_not(None),
)
"""Whose message a worker has not made yet, of a statement that joins the mailing."""
TO_MAKE: Final = and_(
    Mailing.state == MailingState.RELEASED,
    Mailing.channel == MailingChannel.EMAIL,
    Mailing.ended_at.is_(None),
    exists().where(MailingRecipient.mailing_id == Mailing.id, MailingRecipient.outbox_id.is_(None)),
)
"""The mailings of which messages are still to be made."""
WAITS: Final = or_(
    and_(OutboxMessage.id.is_not(None), OutboxMessage.outcome.is_(None)),
    UNMADE & (Mailing.state == MailingState.RELEASED),
)
STOPPED: Final = or_(
    OutboxMessage.outcome == OutboxOutcome.CANCELLED,
    MailingRecipient.outbox_id.is_(None) & (Mailing.state == MailingState.STOPPED),
)
"""Whose message or letter was kept from leaving."""
_BACK = MailingRecipient.bounced_at.is_not(None)
STATES: Final[Mapping[str, ColumnElement[bool]]] = MappingProxyType(
    {
        "unreached": or_(_BACK, OutboxMessage.outcome == OutboxOutcome.FAILED, STOPPED),
        "failed": and_(~_BACK, OutboxMessage.outcome == OutboxOutcome.FAILED),
        "bounced": _BACK,
        "cancelled": and_(~_BACK, STOPPED),
        "waiting": and_(~_BACK, WAITS),
        "sent": and_(~_BACK, OutboxMessage.outcome == OutboxOutcome.SENT),
        "printed": and_(
            ~_BACK,
            OutboxMessage.id.is_(None),
            MailingRecipient.printed_at.is_not(None),
            Mailing.state != MailingState.STOPPED,
        ),
    }
)
"""What can be asked of the people of a mailing; ``unreached`` are those who need another way of being told."""


@dataclass(frozen=True, slots=True)
class MailingRow:
    """One person, still sealed, with the message to them where one was made."""

    person: MailingRecipient
    message: OutboxMessage | None
    unmade: bool = False
    stopped: bool = False

    @property
    def state(self) -> str:
        """``bounced``, ``sent``, ``failed``, ``cancelled``, ``waiting``, ``printed``, or ``listed``."""
        if self.person.bounced_at is not None:
            return "bounced"
        if self.message is None and (self.stopped or self.unmade):
            return "cancelled" if self.stopped else "waiting"
        if self.message is None:
            return "printed" if self.person.printed_at is not None else "listed"
        return self.message.outcome.value if self.message.outcome is not None else "waiting"


@dataclass(frozen=True, slots=True)
class Unserved:
    """People for whom there is no approved letter in their language and group."""

    language: str
    group: str
    people: int


def without_letter(session: Session, mailing: Mailing) -> list[Unserved]:
    """Who would get nothing from this mailing, by language and group."""
    query = (
        select(MailingRecipient.language, MailingRecipient.group, func.count())
        .where(MailingRecipient.mailing_id == mailing.id, MailingRecipient.version_id.is_(None))
        .group_by(MailingRecipient.language, MailingRecipient.group)
        .order_by(MailingRecipient.language, MailingRecipient.group)
    )
    return [Unserved(*row) for row in session.execute(query)]


def mailings_of(session: Session, incident_id: UUID) -> list[Mailing]:
    """Every mailing of an incident, newest first."""
    query = select(Mailing).where(Mailing.incident_id == incident_id)
    return list(session.scalars(query.order_by(Mailing.recorded_at.desc())))


def find_mailing(session: Session, incident_id: UUID, mailing_id: UUID) -> Mailing | None:
    """The mailing, where this incident has it."""
    mailing = session.get(Mailing, mailing_id)
    return mailing if mailing is not None and mailing.incident_id == incident_id else None


def people_of(session: Session, mailing_id: UUID, page: int, state: str = "") -> Sequence[MailingRow]:
    """One page of the list in the order of the file, of one state when asked; pages count from 1."""
    query = _rows(*_chosen(mailing_id, state)).order_by(MailingRecipient.row)
    found = session.execute(query.limit(PAGE).offset((max(page, 1) - 1) * PAGE))
    return [MailingRow(*row) for row in found]


def person_of(session: Session, mailing_id: UUID, row: int) -> MailingRow | None:
    """The person in this row of the file, or None."""
    found = session.execute(_rows(MailingRecipient.mailing_id == mailing_id, MailingRecipient.row == row)).first()
    return MailingRow(*found) if found else None


def people_at_address(session: Session, mailing_id: UUID, fingerprint: str) -> list[MailingRow]:
    """The people of one e-mail address, by its fingerprint: two people may share one."""
    mine = (MailingRecipient.mailing_id == mailing_id, MailingRecipient.address_fingerprint == fingerprint)
    return [MailingRow(*found) for found in session.execute(_rows(*mine).order_by(MailingRecipient.row))]


def first_row(session: Session, mailing_id: UUID) -> int:
    """The row of the first person in the list."""
    return session.scalar(select(func.min(MailingRecipient.row)).where(MailingRecipient.mailing_id == mailing_id)) or 0


def count_people(session: Session, mailing_id: UUID, state: str = "") -> int:
    """How many people the mailing has, of one state when asked."""
    query = _rows(*_chosen(mailing_id, state)).with_only_columns(func.count(), maintain_column_froms=True)
    return session.scalar(query) or 0


def unmade_of(mailing: UUID) -> ColumnElement[bool]:
    """The people of a released mailing whose message is still to be made."""
    return and_(MailingRecipient.mailing_id == mailing, MailingRecipient.outbox_id.is_(None))


def count_unmade(session: Session, mailing_id: UUID) -> int:
    """How many messages of a released mailing are still to be made."""
    return session.scalar(select(func.count()).select_from(MailingRecipient).where(unmade_of(mailing_id))) or 0


def everybody(session: Session, mailing_id: UUID, state: str = "") -> Iterator[MailingRecipient]:
    """All people of a mailing in the order of the file, of one state when asked; read bit by bit."""
    query = _rows(*_chosen(mailing_id, state)).order_by(MailingRecipient.row)
    for person, *_message in session.execute(query.execution_options(yield_per=500)):
        yield person


def _chosen(mailing_id: UUID, state: str) -> tuple[ColumnElement[bool], ...]:
    mine = MailingRecipient.mailing_id == mailing_id
    return (mine, STATES[state]) if state in STATES else (mine,)


def _rows(*where: ColumnElement[bool]) -> Select[MailingRecipient, OutboxMessage, bool, bool]:
    return (
        select(MailingRecipient, OutboxMessage, UNMADE, Mailing.state == MailingState.STOPPED)
        .join(Mailing, Mailing.id == MailingRecipient.mailing_id)
        .outerjoin(OutboxMessage, OutboxMessage.id == MailingRecipient.outbox_id)
        .where(*where)
    )
