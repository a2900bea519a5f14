"""Stage two of a tick, without its network part: what to send next, and what to write down about how it went.

Between :func:`take` and :func:`conclude` nothing of the database is held. A worker that dies in between leaves a lease
that runs out; whoever takes the message then first asks the channel whether it has arrived.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import SYSTEM
from incident.domain.kinds import MailingState, OutboxOutcome
from incident.domain.retries import Failure, matters_until, next_attempt
from incident.store import audit
from incident.store.audit import Scalar
from incident.store.audit_many import NewEntry, append_many
from incident.store.due import (
    LANE_PAUSE,
    LEASE,
    Claimed,
    Left,
    claim_letters,
    claim_message,
    enter_lane,
    give_back,
    give_back_untried,
    leave_lane,
    pause_lane,
    settle_message,
    settle_sent,
)
from incident.store.models import Incident, Mailing, OutboxMessage
from incident.usecases.common.directory import load_directory
from incident.usecases.messages.afterwards import as_it_stands
from incident.usecases.messages.channels import configured
from incident.usecases.messages.other_ways import take_other_ways
from incident.usecases.messages.ports import Channel, DeliveryFailed, OutgoingMessage, Receipt
from incident.usecases.messages.queue import PERSONAL, Audience, lane_of, queue, queue_one
from incident.usecases.messages.rooms import place_now, room_is_gone

NOT_SET_UP = "this channel is not set up here"
FEW_ATTEMPTS = 8
"""Before these are spent a message is not given up for its age, and is not itself suspected when a channel fails."""

A_MOMENT = timedelta(seconds=1)
PERSON = ("U", "W")
"""How the ids of people in Slack begin."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message in this worker's hands: the row it came from and what the messenger gets."""

    claimed: Claimed
    message: OutgoingMessage

    @property
    def lane(self) -> str | None:
        """The lane of the conversation in which it is posted, which may have been looked up just now."""
        return lane_of(Channel(self.claimed.channel), self.message.recipient)


@dataclass(frozen=True, slots=True)
class Result:
    """How an attempt ended: a receipt, a failure, or (both None) no messenger for the channel."""

    receipt: Receipt | None = None
    failure: DeliveryFailed | None = None

    @property
    def stops_the_rest(self) -> bool:
        """Whether what would leave after it by the same way cannot leave now either."""
        return self.failure is not None and (self.failure.whole_channel or self.failure.retry_after is not None)


Attempt = tuple[Parcel, Result]


def take(
    session: Session,
    worker: str,
    now: datetime,
    default_room: str | None = None,
    lease: timedelta = LEASE,
    left: Left = Left.NOTHING,
) -> Parcel | None:
    """Claim the next message that may leave and is not ``left`` to others; the caller commits before it sends.

    A reminder that waited for its channel says what is true now; one whose deadline has ended is not needed any more.
    What finds its conversation busy waits in that one's lane and lets the messages of other cases pass. A subscriber to
    events gets the next one when it has answered: slow ones hold one thread each, whatever waits for them.
    """
    while (claimed := claim_message(session, worker, now, lease, left)) is not None:
        if _was_stopped(session, claimed):
            settle_message(session, claimed, OutboxOutcome.CANCELLED, now)
            continue
        present = as_it_stands(session, claimed, now)
        if present is not None:
            parcel = Parcel(present, _message(session, present, default_room))
            if parcel.lane in (None, claimed.lane) or enter_lane(session, str(parcel.lane), now):
                if claimed.channel == Channel.EVENTS:
                    pause_lane(session, str(claimed.lane), now + lease)
                return parcel
            give_back(session, claimed, now + LANE_PAUSE, lane=parcel.lane)
            continue
        settle_message(session, claimed, OutboxOutcome.NOT_NEEDED, now)
        _record(session, Parcel(claimed, _message(session, claimed, None)), Tag.MESSAGE_NOT_NEEDED, now)
    return None


def take_letters(session: Session, first: Parcel, most: int, now: datetime, lease: timedelta = LEASE) -> list[Parcel]:
    """So many more letters of the mailing of which the ``first`` was taken, in the same transaction."""
    if first.claimed.channel != Channel.SUBJECTS:
        return []
    return [Parcel(one, _letter(first.message, one)) for one in claim_letters(session, first.claimed, most, now, lease)]


def _letter(first: OutgoingMessage, claimed: Claimed) -> OutgoingMessage:
    """Another letter of the same mailing, to somebody else."""
    return replace(
        first,
        id=claimed.id,
        recipient=claimed.recipient,
        language=claimed.language,
        dedupe_key=claimed.dedupe_key,
        attempt=claimed.attempts,
    )


def _was_stopped(session: Session, claimed: Claimed) -> bool:
    """Whether a person stopped the mailing of a letter that was on its way then and has come back."""
    if claimed.channel != Channel.SUBJECTS:
        return False
    mailing = UUID(claimed.payload["params"]["mailing"])
    return session.scalar(select(Mailing.state).where(Mailing.id == mailing)) is MailingState.STOPPED


def conclude_letters(
    session: Session, done: Sequence[Attempt], untried: Sequence[Parcel], now: datetime
) -> list[Parcel]:
    """Settle the letters of a mailing that have left, and return those that are to be told: see :func:`tell_letters`.

    The ``untried`` go back as they were. Of a letter whose lease ran out nothing is said: whoever took it over does.
    """
    give_back_untried(session, [one.claimed for one in untried])
    receipts = [(parcel.claimed, result.receipt.reference) for parcel, result in done if result.receipt is not None]
    ours = settle_sent(session, receipts, now) if receipts else []
    return [parcel for parcel, _result in done if parcel.claimed in ours]


def tell_letters(session: Session, sent: Sequence[Parcel], now: datetime) -> None:
    """Tell in the chain of their incident which letters have left: those of as many attempts by one entry.

    From here to the commit all other acts of the incident wait, so this comes last.
    """
    of_attempt: dict[int, list[Parcel]] = {}
    for parcel in sent:
        of_attempt.setdefault(parcel.claimed.attempts, []).append(parcel)
    entries = [_entry(some, Tag.MESSAGE_SENT, now, attempts=attempts) for attempts, some in of_attempt.items()]
    append_many(session, entries)


def conclude(session: Session, parcel: Parcel, result: Result, now: datetime, random: Random) -> OutboxOutcome | None:
    """Write down how an attempt ended; None means that the message will be tried again, or is no longer ours."""
    if parcel.claimed.channel == Channel.EVENTS:
        leave_lane(session, parcel.claimed, now)
    if result.receipt is not None:
        return _sent(session, parcel, result.receipt, now)
    if result.failure is None:
        return _not_set_up(session, parcel, now)
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
        only_for=_only_for(session, claimed),
    )


def _only_for(session: Session, claimed: Claimed) -> frozenset[str] | None:
    """Who may be in the room of a restricted incident while something is posted there."""
    if claimed.channel != Channel.SLACK or claimed.incident_id is None or claimed.recipient.startswith(PERSON):
        return None
    incident = session.get_one(Incident, claimed.incident_id)
    if incident.circle is None:
        return None
    return frozenset(str(one.slack_user_id) for one in load_directory(session).in_its_room(incident))


def _reference(session: Session, claimed: Claimed) -> str | None:
    """The case a message is about: most messages name it themselves."""
    if claimed.incident_id is None:
        return None
    named = claimed.payload["params"].get("reference")
    if named is not None:
        return str(named)
    return session.scalars(select(Incident.reference).where(Incident.id == claimed.incident_id)).first()


def _recipient(session: Session, claimed: Claimed, default_room: str | None) -> str:
    """The address; the place of an incident is looked up now, because it may have been opened or closed since."""
    if claimed.channel != Channel.SLACK or claimed.incident_id is None or claimed.recipient.startswith(PERSON):
        return claimed.recipient
    return place_now(session, claimed.incident_id, claimed.recipient, default_room)


def _sent(session: Session, parcel: Parcel, receipt: Receipt, now: datetime) -> OutboxOutcome | None:
    """Sent is what a channel to people gave a receipt for; the terminal of a trial reaches nobody."""
    shown = parcel.claimed.channel == Channel.TERMINAL
    outcome = OutboxOutcome.SHOWN if shown else OutboxOutcome.SENT
    if not settle_message(session, parcel.claimed, outcome, now, receipt=receipt.reference):
        return None
    tag = Tag.MESSAGE_SHOWN if shown else Tag.MESSAGE_SENT
    _record(session, parcel, tag, now, attempts=parcel.claimed.attempts)
    if parcel.message.template == "incident_reported" and not shown:
        _tell_reporter_that_it_arrived(session, parcel.claimed, now)
    return outcome


def _tell_reporter_that_it_arrived(session: Session, claimed: Claimed, now: datetime) -> None:
    """Whoever reported in Slack hears once that somebody has it, and who; a channel is nobody."""
    incident = session.get(Incident, claimed.incident_id)
    if incident is None or incident.reporter_slack_id is None:
        return
    people = load_directory(session).people
    person = next((one for one in people if claimed.recipient in (one.email, one.slack_user_id)), None)
    if person is None or incident.reporter_slack_id == person.slack_user_id or incident.reporter_id == person.id:
        return
    queue(
        session,
        incident=incident,
        template="report_arrived",
        params={"reference": incident.reference, "who": person.name},
        to=Audience.REPORTER,
        now=now,
        dedupe=f"arrived:{incident.reference}",
        channels={Channel.SLACK} & configured(session),
        personally=True,
    )


def _not_set_up(session: Session, parcel: Parcel, now: datetime) -> OutboxOutcome | None:
    """Queued before the worker had said which channels there are: it goes the ways there are."""
    claimed = parcel.claimed
    if not settle_message(session, claimed, OutboxOutcome.CANCELLED, now, error=NOT_SET_UP):
        return None
    if claimed.channel in PERSONAL:
        if Channel.TERMINAL in configured(session):
            _show_instead(session, parcel, now)
        else:
            _other_ways(session, claimed, now, down=True)
    return OutboxOutcome.CANCELLED


def _show_instead(session: Session, parcel: Parcel, now: datetime) -> None:
    claimed = parcel.claimed
    queue_one(
        session,
        incident=session.get(Incident, claimed.incident_id) if claimed.incident_id else None,
        channel=Channel.TERMINAL,
        recipient=claimed.recipient,
        language=claimed.language,
        template=parcel.message.template,
        params=parcel.message.params,
        now=now,
        urgent=claimed.urgent,
        dedupe=claimed.dedupe_key.removesuffix(f":{claimed.channel}:{claimed.recipient}"),
        fallback_of=claimed.id,
    )


def _failed(
    session: Session, parcel: Parcel, failure: DeliveryFailed, now: datetime, random: Random
) -> OutboxOutcome | None:
    claimed, kind = parcel.claimed, Failure(failure.permanent, failure.retry_after, failure.whole_channel)
    pause = next_attempt(kind, claimed.attempts, random)
    if pause is None or _too_late(claimed, now):
        return _given_up(session, parcel, failure, now)
    if failure.whole_channel:
        pause_lane(session, _what_is_away(parcel), now + pause)
    elif failure.retry_after is not None and parcel.lane is not None:
        pause_lane(session, parcel.lane, now + pause)
    gone = claimed.incident_id and room_is_gone(session, claimed.incident_id, parcel.message.recipient, failure.code)
    due_at = now if gone else _place_in_line(claimed, now, pause) if failure.whole_channel else now + pause
    unsure = claimed.maybe_sent or failure.unknown_outcome
    counts = failure.retry_after is None
    give_back(session, claimed, due_at, error=failure.reason, maybe_sent=unsure, counts=counts)
    if failure.needs_repair and not gone:
        _other_ways(session, claimed, now, down=failure.whole_channel)
    return None


def _what_is_away(parcel: Parcel) -> str:
    """A subscriber to events is away for itself alone; a server of any other channel is away for everybody."""
    own = parcel.lane if parcel.claimed.channel == Channel.EVENTS else None
    return own or parcel.claimed.channel


def _place_in_line(claimed: Claimed, now: datetime, pause: timedelta) -> datetime:
    """While the channel is away a message keeps its place, so that the most urgent leaves first when it is back.

    One that was tried often lets another knock first, in case that it is not the channel but this message.
    """
    return claimed.due_at if claimed.attempts < FEW_ATTEMPTS else now + pause + A_MOMENT


def _too_late(claimed: Claimed, now: datetime) -> bool:
    about = claimed.payload["params"].get("due_at")
    deadline = datetime.fromisoformat(str(about)) if about else None
    return claimed.attempts > FEW_ATTEMPTS and now > matters_until(claimed.created_at, deadline)


def _given_up(session: Session, parcel: Parcel, failure: DeliveryFailed, now: datetime) -> OutboxOutcome | None:
    """The message is a dead letter: red on the page, on the record, and on its way to somebody else."""
    if not settle_message(session, parcel.claimed, OutboxOutcome.FAILED, now, error=failure.reason):
        return None
    _record(session, parcel, Tag.MESSAGE_FAILED, now, attempts=parcel.claimed.attempts, permanent=failure.permanent)
    _other_ways(session, parcel.claimed, now, down=failure.whole_channel)
    return OutboxOutcome.FAILED


def _other_ways(session: Session, claimed: Claimed, now: datetime, *, down: bool) -> None:
    take_other_ways(session, session.get_one(OutboxMessage, claimed.id), now, down=down)


def _record(session: Session, parcel: Parcel, tag: Tag, now: datetime, **details: Scalar) -> None:
    append_many(session, [_entry([parcel], tag, now, **details)])


def _entry(parcels: Sequence[Parcel], tag: Tag, now: datetime, **details: Scalar) -> NewEntry:
    """One entry for messages to which the same happened; it names each of them."""
    message = parcels[0].message
    named = " ".join(str(one.claimed.id) for one in parcels)
    about: dict[str, Scalar] = {"message": named, "template": message.template, "channel": message.channel}
    if len(parcels) > 1:
        about["messages"] = len(parcels)
    return NewEntry(message.incident_reference or audit.SYSTEM_CHAIN, tag, SYSTEM.key, now, {**about, **details})


__all__ = ["Attempt", "Parcel", "Result", "conclude", "conclude_letters", "take", "take_letters", "tell_letters"]
