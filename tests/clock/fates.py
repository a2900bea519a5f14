"""The read side of the outbox: what waits, what failed, what left, for pages and commands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from incident.domain.kinds import OutboxOutcome
from incident.store.models import Incident, OutboxMessage

MOST = 200


class Fate(StrEnum):
    """What has become of a message, in the words of a page."""

    WAITING = "waiting"
    RETRYING = "retrying"
    SENT = "sent"
    SHOWN = "shown"
    FAILED = "failed"
    CANCELLED = "cancelled"
    COLLAPSED = "collapsed"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message; ``reference`` is None for messages of the system. ``rescued`` says that it left another way."""

    id: UUID
    reference: str | None
    template: str
    channel: str
    recipient: str
    created_at: datetime
    due_at: datetime
    settled_at: datetime | None
    fate: Fate
    attempts: int
    error: str | None
    urgent: bool
    rescued: bool


def messages(
    session: Session, *, fate: Fate | None = None, incident_id: UUID | None = None, limit: int = MOST
) -> list[MessageRow]:
    """Messages of one fate (or all), the newest first; of one incident where it is named."""
    query = select(OutboxMessage, Incident.reference).outerjoin(Incident, Incident.id == OutboxMessage.incident_id)
    if fate is not None:
        query = query.where(*_where(fate))
    if incident_id is not None:
        query = query.where(OutboxMessage.incident_id == incident_id)
    rows = session.execute(query.order_by(OutboxMessage.created_at.desc(), OutboxMessage.id).limit(limit)).all()
    ids = [message.id for message, _ in rows]
    rescued = set(session.scalars(select(OutboxMessage.fallback_of).where(OutboxMessage.fallback_of.in_(ids))))
    return [_row(message, reference, message.id in rescued) for message, reference in rows]


def _where(fate: Fate) -> tuple[ColumnElement[bool], ...]:
    waiting = OutboxMessage.settled_at.is_(None)
    match fate:
        case Fate.WAITING:
            return (waiting, OutboxMessage.last_error.is_(None))
        case Fate.RETRYING:
            return (waiting, OutboxMessage.last_error.is_not(None))
        case _:
            return (OutboxMessage.outcome == OutboxOutcome(fate.value),)


def _row(message: OutboxMessage, reference: str | None, rescued: bool) -> MessageRow:
    return MessageRow(
        id=message.id,
        reference=reference,
        template=str(message.payload["template"]),
        channel=message.channel,
        recipient=message.recipient,
        created_at=message.created_at,
        due_at=message.due_at,
        settled_at=message.settled_at,
        fate=_fate(message),
        attempts=message.attempts,
        error=message.last_error,
        urgent=message.urgent,
        rescued=rescued,
    )


def _fate(message: OutboxMessage) -> Fate:
    if message.outcome is not None:
        return Fate(message.outcome.value)
    return Fate.RETRYING if message.last_error else Fate.WAITING
