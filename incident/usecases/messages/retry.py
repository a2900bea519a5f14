"""Send again: a message that did not arrive gets a fresh start, as the same message with the same reference."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import Conflict, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, may, require
from incident.domain.kinds import OutboxOutcome
from incident.store import audit
from incident.store.models import Incident, OutboxMessage
from incident.usecases.common.access import find_incident
from incident.usecases.messages.queue import FORGOTTEN

MISSING = "There is no such message, or it is not yours to see."


@dataclass(frozen=True, slots=True)
class SendAgain:
    """Try a message again, now, that could not be delivered so far."""

    actor: Actor
    message_id: UUID


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Take a message off the banner, because its content has reached the person another way."""

    actor: Actor
    message_id: UUID


def send_again(command: SendAgain, *, session: Session, now: datetime) -> OutboxMessage:
    """Queue a message anew, due at once.

    It may have arrived after all, so its channel is searched first. Raises NotFound for a message the actor may not
    see, and Conflict when nothing is the matter with it (any more) or its words were erased.
    """
    message = _message_for(session, command.message_id, command.actor)
    if message.dedupe_key.startswith(FORGOTTEN):
        raise Conflict("What stood in this message was erased, so it cannot be sent again.")
    values = {
        "settled_at": None,
        "outcome": None,
        "due_at": now,
        "created_at": now,
        "attempts": 0,
        "maybe_sent": True,
        "claimed_by": None,
        "lease_until": None,
        "other_ways_at": None,
        "last_error": None,
    }
    _change(session, message, values)
    _record(session, message, Tag.MESSAGE_REQUEUED, command.actor, now)
    return message


def give_up(command: GiveUp, *, session: Session, now: datetime) -> OutboxMessage:
    """Mark a message as cancelled; the record keeps who did so and when."""
    message = _message_for(session, command.message_id, command.actor)
    _change(session, message, {"outcome": OutboxOutcome.CANCELLED, "settled_at": now})
    _record(session, message, Tag.MESSAGE_GIVEN_UP, command.actor, now)
    return message


def _message_for(session: Session, message_id: UUID, actor: Actor) -> OutboxMessage:
    message = session.get(OutboxMessage, message_id)
    if message is None:
        raise NotFound(MISSING)
    if message.incident_id is None:
        if not may(actor, Permission.MANAGE_SETTINGS):
            raise NotFound(MISSING)
    else:
        find_incident(session, message.incident_id, actor)
        require(actor, Permission.RECORD)
    return message


def _change(session: Session, message: OutboxMessage, values: Mapping[str, object]) -> None:
    """Guarded: two people who press the button at once queue the message once."""
    waits = and_(
        OutboxMessage.settled_at.is_(None), OutboxMessage.last_error.is_not(None), OutboxMessage.claimed_by.is_(None)
    )
    guard = or_(OutboxMessage.outcome == OutboxOutcome.FAILED, waits)
    statement = (
        update(OutboxMessage)
        .where(OutboxMessage.id == message.id, guard)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    if not session.execute(statement).rowcount:  # type: ignore[attr-defined]
        raise Conflict("Nothing is the matter with this message any more, or it is being sent at this moment.")
    session.refresh(message)


def _record(session: Session, message: OutboxMessage, tag: Tag, actor: Actor, now: datetime) -> None:
    query = select(Incident.reference).where(Incident.id == message.incident_id)
    chain = session.scalars(query).first() or audit.SYSTEM_CHAIN
    audit.append(session, chain, tag, actor.key, now, message=str(message.id), channel=message.channel)
