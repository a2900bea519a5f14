"""The messages of a mailing that was released: made turn by turn, in the order of the list.

The request that releases a mailing makes the first turn, and a worker all others: a small list is made at once, and a
large one keeps nobody waiting. What is still to be made stands in the rows, so whoever is killed loses one turn.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from incident.store.models import Mailing, MailingRecipient, OutboxMessage
from incident.store.queries.mailings import TO_MAKE, unmade_of
from incident.usecases.messages.ports import Channel

TURN: Final = 2_000
"""So many messages are made at once: some tenths of a second."""


def make_messages(session: Session, mailing: Mailing, now: datetime) -> int:
    """Make the messages of the next turn and return how many: one for each person.

    The throttle is the distance between their due times; the first one follows the last one of the turn before.
    """
    people = session.scalars(
        select(MailingRecipient.id).where(unmade_of(mailing.id)).order_by(MailingRecipient.row).limit(TURN)
    ).all()
    first, distance = _free_from(session, mailing, now), timedelta(minutes=1) / mailing.per_minute
    rows = [_message(mailing, who, now, first + distance * number) for number, who in enumerate(people)]
    if rows:
        session.execute(insert(OutboxMessage), rows)
        session.execute(
            update(MailingRecipient),
            [{"id": who, "outbox_id": row["id"]} for who, row in zip(people, rows, strict=True)],
        )
    return len(rows)


def anything_to_make(session: Session) -> bool:
    """Whether messages of a mailing wait for somebody who makes them."""
    return session.scalars(select(Mailing.id).where(TO_MAKE).limit(1)).first() is not None


def make_next_messages(session: Session, now: datetime) -> int:
    """Make a turn of the mailing that has waited longest; 0 where none waits, or others are at it."""
    oldest = select(Mailing).where(TO_MAKE).order_by(Mailing.released_at).limit(1)
    mailing = session.scalars(oldest.with_for_update(skip_locked=True, of=Mailing)).first()
    return make_messages(session, mailing, now) if mailing is not None else 0


def _free_from(session: Session, mailing: Mailing, now: datetime) -> datetime:
    """When the throttle lets the next message leave."""
    mine = select(func.max(OutboxMessage.due_at)).join(MailingRecipient, MailingRecipient.outbox_id == OutboxMessage.id)
    last = session.scalar(mine.where(MailingRecipient.mailing_id == mailing.id))
    return max(now, last + timedelta(minutes=1) / mailing.per_minute) if last is not None else now


def _message(mailing: Mailing, recipient: UUID, now: datetime, due_at: datetime) -> dict[str, object]:
    return {
        "id": uuid4(),
        "incident_id": mailing.incident_id,
        "created_at": now,
        "due_at": due_at,
        "channel": Channel.SUBJECTS.value,
        "recipient": str(recipient),
        "language": mailing.default_language,
        "payload": {"template": "subject_notice", "params": {"mailing": str(mailing.id)}},
        "dedupe_key": f"mailing:{mailing.id}:{recipient}",
        "urgent": False,
        "attempts": 0,
        "maybe_sent": False,
    }
