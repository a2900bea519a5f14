"""Stage two of a tick, without its network part: what to send next, and what to write down about how it went.

Between :func:`take` and :func:`conclude` nothing of the database is held. A worker that dies in between leaves a lease
that runs out; whoever takes the message then first asks the channel whether it has arrived.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import SYSTEM
from incident.domain.kinds import OutboxOutcome
from incident.domain.reminders.roster import Audience
from incident.domain.retries import Failure, next_attempt
from incident.store import audit
from incident.store.audit_many import NewEntry, append_many
from incident.store.due import LEASE, Claimed, claim_message, give_back, pause_lane, settle_message
from incident.store.models import Incident, Person, SlackRoom
from incident.usecases.common.directory import load_directory
from incident.usecases.messages.ports import Channel, DeliveryFailed, OutgoingMessage, Receipt
from incident.usecases.messages.queue import ROOM, queue_one

NOT_SET_UP = "this channel is not set up here"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message in this worker's hands: the row it came from and what the messenger gets."""

    claimed: Claimed
    message: OutgoingMessage


@dataclass(frozen=True, slots=True)
class Result:
    """How an attempt ended: a receipt, a failure, or (both None) no messenger for the channel."""

    receipt: Receipt | None = None
    failure: DeliveryFailed | None = None


def take(
    session: Session, worker: str, now: datetime, default_room: str | None = None, lease: timedelta = LEASE
) -> Parcel | None:
    """Claim the next message that may leave; the caller commits before it sends."""
    claimed = claim_message(session, worker, now, lease)
    if claimed is None:
        return None
    return Parcel(claimed, _message(session, claimed, default_room))


def conclude(session: Session, parcel: Parcel, result: Result, now: datetime, random: Random) -> OutboxOutcome | None:
    """Write down how an attempt ended; None means that the message will be tried again, or is no longer ours."""
    if result.receipt is not None:
        return _sent(session, parcel, result.receipt, now)
    if result.failure is None:
        settled = settle_message(session, parcel.claimed, OutboxOutcome.CANCELLED, now, error=NOT_SET_UP)
        return OutboxOutcome.CANCELLED if settled else None
    return _failed(session, parcel, result.failure, now, random)


def _message(session: Session, claimed: Claimed, default_room: str | None) -> OutgoingMessage:
    return OutgoingMessage(
        id=claimed.id,
        channel=claimed.channel,
        recipient=_recipient(session, claimed, default_room),
        language=claimed.language,
        template=str(claimed.payload["template"]),
        params=claimed.payload["params"],
        dedupe_key=claimed.dedupe_key,
        incident_reference=_reference(session, claimed),
        urgent=claimed.urgent,
        attempt=claimed.attempts,
    )


def _reference(session: Session, claimed: Claimed) -> str | None:
    """The case a message is about: most messages name it themselves."""
    if claimed.incident_id is None:
        return None
    named = claimed.payload["params"].get("reference")
    if named is not None:
        return str(named)
    return session.scalars(select(Incident.reference).where(Incident.id == claimed.incident_id)).first()


def _recipient(session: Session, claimed: Claimed, default_room: str | None) -> str:
    """The address; the room of an incident is looked up now, because it may have been opened since."""
    if claimed.recipient != ROOM:
        return claimed.recipient
    query = select(SlackRoom.channel_id).where(SlackRoom.incident_id == claimed.incident_id)
    return session.scalars(query).first() or default_room or ROOM


def _sent(session: Session, parcel: Parcel, receipt: Receipt, now: datetime) -> OutboxOutcome | None:
    if not settle_message(session, parcel.claimed, OutboxOutcome.SENT, now, receipt=receipt.reference):
        return None
    _record(session, parcel, Tag.MESSAGE_SENT, now, attempts=parcel.claimed.attempts)
    return OutboxOutcome.SENT


def _failed(
    session: Session, parcel: Parcel, failure: DeliveryFailed, now: datetime, random: Random
) -> OutboxOutcome | None:
    claimed, kind = parcel.claimed, Failure(failure.permanent, failure.retry_after, failure.whole_channel)
    # A mailing is spread over hours on purpose: only its attempts count, not how long ago it was queued.
    age = timedelta() if claimed.channel == Channel.SUBJECTS else now - claimed.created_at
    pause = next_attempt(kind, claimed.attempts, age, random)
    if pause is None:
        return _given_up(session, parcel, failure, now)
    if failure.whole_channel:
        pause_lane(session, claimed.channel, now + pause)
    elif failure.retry_after is not None and claimed.lane is not None:
        pause_lane(session, claimed.lane, now + pause)
    unsure = claimed.maybe_sent or failure.unknown_outcome
    counts = failure.retry_after is None
    give_back(session, claimed, now + pause, error=failure.reason, maybe_sent=unsure, counts=counts)
    return None


def _given_up(session: Session, parcel: Parcel, failure: DeliveryFailed, now: datetime) -> OutboxOutcome | None:
    """The message is a dead letter: red on the page, on the record, and on its way over the fallback channel."""
    if not settle_message(session, parcel.claimed, OutboxOutcome.FAILED, now, error=failure.reason):
        return None
    _record(session, parcel, Tag.MESSAGE_FAILED, now, attempts=parcel.claimed.attempts, permanent=failure.permanent)
    fall_back(session, parcel, now)
    return OutboxOutcome.FAILED


def fall_back(session: Session, parcel: Parcel, now: datetime) -> list[UUID]:
    """Queue the message by e-mail when Slack failed; after e-mail there is only the banner, which every page shows.

    A person who has an e-mail row for the same occasion already gets no second one.
    """
    claimed = parcel.claimed
    if claimed.channel != Channel.SLACK:
        return []
    incident = session.get(Incident, claimed.incident_id) if claimed.incident_id else None
    occasion = claimed.dedupe_key.removesuffix(f":{claimed.channel}:{claimed.recipient}")
    rows = (
        queue_one(
            session,
            incident=incident,
            channel=Channel.EMAIL,
            recipient=email,
            language=language,
            template=parcel.message.template,
            params=parcel.message.params,
            now=now,
            dedupe=occasion,
            urgent=claimed.urgent,
            fallback_of=claimed.id,
        )
        for email, language in _fallback_addresses(session, claimed, incident, now)
    )
    return [row for row in rows if row is not None]


def _fallback_addresses(
    session: Session, claimed: Claimed, incident: Incident | None, now: datetime
) -> list[tuple[str, str]]:
    """The person behind a direct message; for a room those on duty and the DPO."""
    person = session.scalars(select(Person).where(Person.slack_user_id == claimed.recipient, Person.active)).first()
    if person is not None:
        return [(person.email, person.language or claimed.language)]
    directory = load_directory(session)
    wanted = (Audience.DUTY, Audience.DPO)
    people = {known.email: known for one in wanted for known in directory.persons(one, incident, now)}
    return [(email, known.language or claimed.language) for email, known in people.items()]


def _record(session: Session, parcel: Parcel, tag: Tag, now: datetime, **details: Any) -> None:
    chain = parcel.message.incident_reference or audit.SYSTEM_CHAIN
    about = {"message": str(parcel.claimed.id), "template": parcel.message.template, "channel": parcel.claimed.channel}
    append_many(session, [NewEntry(chain, tag, SYSTEM.key, now, {**about, **details})])


__all__ = ["Parcel", "Result", "conclude", "fall_back", "take"]
