"""Queue what must leave the house: outbox rows, written in the transaction of the fact they tell about.

An audience becomes one e-mail row per person and one row for the incident's Slack conversation and for the further
channels where these are set up; an urgent message also goes to each person directly in Slack. The
same ``dedupe`` never gives the same recipient a second row, so a use case may tell overlapping audiences, and a
repetition is harmless. About an example nothing ever leaves the house.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.json import Json
from incident.domain.kernel.people import SYSTEM
from incident.domain.reminders.roster import Audience, OnCall, unique
from incident.store import audit
from incident.store.insert import RowValues, insert_missing_rows
from incident.store.models import Incident, OutboxMessage
from incident.usecases.common.directory import DEFAULT_LANGUAGE, Directory, Recipient, load_directory
from incident.usecases.messages.channels import configured
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.rooms import ROOM, is_private, room_of

PERSONAL = frozenset({Channel.EMAIL, Channel.SLACK})
IMPERSONAL = frozenset({Channel.APPRISE})
FORGOTTEN = "erased:"
"""So begins the dedupe key of a message whose words were erased: it can never be sent again."""
_OUTSIDE_THE_ROOM = frozenset({Audience.REPORTER})


@dataclass(frozen=True, slots=True)
class Address:
    """One way to one recipient."""

    channel: Channel
    recipient: str
    language: str = DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True)
class Message:
    """What is said, before it is known to whom."""

    template: str
    params: Mapping[str, Json]
    dedupe: str
    urgent: bool = False


def queue(
    session: Session,
    *,
    incident: Incident | None,
    template: str,
    params: Mapping[str, Json],
    to: Recipient | Iterable[Recipient],
    now: datetime,
    dedupe: str,
    urgent: bool = False,
    personally: bool = False,
    channels: Collection[Channel] | None = None,
    directory: Directory | None = None,
) -> list[UUID]:
    """Queue a message to an audience, a person, or several of these; returns the ids of the rows that were new.

    ``params`` are scalars or lists of scalars and hold no personal data of victims. ``dedupe`` names the occasion
    ("reported:DL-2026-0001-K"); together with channel and recipient it is unique. ``personally`` tells the persons
    alone, each directly in Slack too, and neither the room nor the house.
    """
    if incident is not None and incident.is_silent:
        return []
    wanted = _listed(to)
    known = directory or load_directory(session)
    persons = unique(person for one in wanted for person in known.persons(one, incident, now))
    open_channels = configured(session) if channels is None else channels
    addresses = personal_addresses(persons, open_channels, urgent or personally)
    if Audience.REPORTER in wanted:
        addresses += _reporter_in_slack(incident, persons, open_channels)
        params = {**params, "no_account": not persons}
    if not personally and not _OUTSIDE_THE_ROOM.issuperset(wanted):
        addresses += house_addresses(open_channels, incident, room_of(session, incident))
        params = {**params, "mentions": mentions(persons)}
    message = Message(template, params, dedupe, urgent)
    return _store(session, incident, [message_values(message, address, incident, now) for address in addresses], now)


def queue_one(
    session: Session,
    *,
    incident: Incident | None,
    channel: Channel,
    recipient: str,
    template: str,
    params: Mapping[str, Json],
    now: datetime,
    dedupe: str,
    language: str = DEFAULT_LANGUAGE,
    urgent: bool = False,
    fallback_of: UUID | None = None,
) -> UUID | None:
    """Queue one message to one address of a channel; None when this occasion already has a row for it."""
    if incident is not None and incident.is_silent:
        return None
    message, address = Message(template, params, dedupe, urgent), Address(channel, recipient, language)
    values = {**message_values(message, address, incident, now), "fallback_of": fallback_of}
    return next(iter(_store(session, incident, [values], now)), None)


def message_values(message: Message, address: Address, incident: Incident | None, now: datetime) -> RowValues:
    """One row of the outbox."""
    return {
        "id": uuid4(),
        "incident_id": incident.id if incident is not None else None,
        "created_at": now,
        "due_at": now,
        "channel": address.channel.value,
        "recipient": address.recipient,
        "language": address.language,
        "payload": {"template": message.template, "params": dict(message.params)},
        "dedupe_key": f"{message.dedupe}:{address.channel.value}:{address.recipient}",
        "urgent": message.urgent,
        "lane": lane_of(address.channel, address.recipient),
        "maybe_sent": False,
        "attempts": 0,
        "fallback_of": None,
    }


def _store(session: Session, incident: Incident | None, rows: list[RowValues], now: datetime) -> list[UUID]:
    ids = insert_missing_rows(session, OutboxMessage, rows)
    if ids:
        chain = incident.reference if incident is not None else audit.SYSTEM_CHAIN
        template = rows[0]["payload"]["template"]
        audit.append(session, chain, Tag.MESSAGE_QUEUED, SYSTEM.key, now, template=template, messages=len(ids))
    return ids


def lane_of(channel: Channel, recipient: str) -> str | None:
    """Slack takes one message a second and conversation, threads included, and so does a subscriber to events.

    None for the other channels, which are not limited, and for the place of an incident: which conversation that is is
    looked up when the message is sent.
    """
    if channel is Channel.EVENTS:
        return f"{channel.value}:{recipient}"
    if channel is not Channel.SLACK or recipient == ROOM:
        return None
    return f"{channel.value}:{recipient.partition('/')[0]}"


def personal_addresses(persons: Iterable[OnCall], channels: Collection[Channel], urgent: bool) -> list[Address]:
    """Where each person is reached: by e-mail, and directly in Slack too when it is urgent.

    In a trial without either, the terminal shows what they would have got.
    """
    addresses = []
    for person in persons:
        language = person.language or DEFAULT_LANGUAGE
        addresses += [
            Address(channel, person.email, language)
            for channel in (Channel.EMAIL, Channel.TERMINAL)
            if channel in channels
        ]
        if urgent and Channel.SLACK in channels and person.slack_user_id:
            addresses.append(Address(Channel.SLACK, person.slack_user_id, language))
    return addresses


def house_addresses(channels: Collection[Channel], incident: Incident | None, room: str | None) -> list[Address]:
    """Where the house as a whole is told: the case's conversation, and the channels that have one address.

    Of a restricted incident the house is not told; a room of its own is for those who may know of it.
    """
    if incident is not None and incident.circle is not None:
        return [Address(Channel.SLACK, room)] if Channel.SLACK in channels and is_private(room) else []
    addresses = [Address(channel, channel.value) for channel in sorted(IMPERSONAL & set(channels))]
    if incident is not None and Channel.SLACK in channels:
        addresses.append(Address(Channel.SLACK, room or ROOM))
    return addresses


def mentions(persons: Iterable[OnCall]) -> list[str]:
    """The Slack ids of those who are named in the room."""
    return [person.slack_user_id for person in persons if person.slack_user_id]


def _reporter_in_slack(
    incident: Incident | None, persons: tuple[OnCall, ...], channels: Collection[Channel]
) -> list[Address]:
    """A reporter who wrote from Slack is answered there: in the language of the account, or else of their Slack."""
    if incident is None or incident.reporter_slack_id is None or Channel.SLACK not in channels:
        return []
    if incident.circle is not None and not persons:
        return []
    account = next((person.language for person in persons if person.language), None)
    return [
        Address(Channel.SLACK, incident.reporter_slack_id, account or incident.reporter_language or DEFAULT_LANGUAGE)
    ]


def _listed(to: Recipient | Iterable[Recipient]) -> tuple[Recipient, ...]:
    return (to,) if isinstance(to, (Audience, UUID)) else tuple(to)


__all__ = ["ROOM", "Audience", "Channel", "lane_of", "queue", "queue_one", "room_of"]
