"""Other ways: a message that its own channel does not take in time goes by the person's other channels.

Where a person has no other channel, other people of the response are told. The message itself goes on waiting for its
own channel; the same occasion never reaches the same address twice. What concerns no incident (a password, a drill)
is for that person and that channel alone.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Role
from incident.domain.reminders.roster import Audience, OnCall
from incident.domain.retries import SLOW_AFTER
from incident.store.models import Incident, OutboxLane, OutboxMessage
from incident.usecases.common.directory import load_directory
from incident.usecases.messages.afterwards import UNWATCHED
from incident.usecases.messages.channels import configured
from incident.usecases.messages.outsiders import TO_OUTSIDERS
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.queue import PERSONAL, Address, personal_addresses, queue_one

BATCH = 100


def rescue_slow(session: Session, now: datetime) -> int:
    """Send messages that have failed to leave for five minutes other ways too; returns how many went one."""
    down = _down(session, now)
    slow = (
        OutboxMessage.settled_at.is_(None),
        OutboxMessage.other_ways_at.is_(None),
        OutboxMessage.channel.in_(PERSONAL),
        OutboxMessage.created_at <= now - SLOW_AFTER,
        or_(OutboxMessage.last_error.is_not(None), OutboxMessage.channel.in_(down)),
    )
    found = session.scalars(select(OutboxMessage).where(*slow).order_by(OutboxMessage.created_at).limit(BATCH)).all()
    return sum(bool(take_other_ways(session, message, now, down=message.channel in down)) for message in found)


def take_other_ways(session: Session, message: OutboxMessage, now: datetime, *, down: bool) -> list[UUID]:
    """Queue a message for the other ways there are, once; ``down`` says that its channel takes nobody's messages."""
    if message.other_ways_at is not None:
        return []
    message.other_ways_at = now
    if message.incident_id is None:
        return []
    incident = session.get_one(Incident, message.incident_id)
    occasion = message.dedupe_key.removesuffix(f":{message.channel}:{message.recipient}")
    rows = (
        queue_one(
            session,
            incident=incident,
            channel=way.channel,
            recipient=way.recipient,
            language=way.language,
            template=str(message.payload["template"]),
            params=message.payload["params"],
            now=now,
            dedupe=occasion,
            urgent=message.urgent,
            fallback_of=message.id,
        )
        for way in _ways(session, message, incident, now, down)
    )
    return [row for row in rows if row is not None]


def _down(session: Session, now: datetime) -> frozenset[str]:
    """The channels that take nobody's messages at present."""
    lanes = select(OutboxLane.name).where(OutboxLane.name.in_(PERSONAL), OutboxLane.next_at > now)
    return frozenset(session.scalars(lanes))


def _ways(session: Session, message: OutboxMessage, incident: Incident, now: datetime, down: bool) -> list[Address]:
    for_reporter = message.payload["template"] in TO_OUTSIDERS or message.recipient == incident.reporter_slack_id
    if message.channel not in PERSONAL or for_reporter:
        return []
    known, channels = load_directory(session), configured(session)
    outside = message.payload["template"] == UNWATCHED
    directory = known if outside else known.within(incident)
    other = channels - {Channel(message.channel)}
    person = next((one for one in directory.people if message.recipient in (one.email, one.slack_user_id)), None)
    if person is not None and (own := personal_addresses([person], other, urgent=True)):
        return own
    if person is not None and person.roles <= {Role.REPORTER}:
        return []
    audiences = (Audience.DUTY, Audience.DPO) if person is None else (Audience.DUTY, Audience.DPO, Audience.DEPUTY)
    people = [one for audience in audiences for one in directory.persons(audience, incident, now)]
    people = list(known.openers(incident, now)) if outside else people
    return _without(person, people, other if down else channels)


def _without(person: OnCall | None, people: list[OnCall], channels: Collection[Channel]) -> list[Address]:
    """How to reach these people, but for the one who cannot be reached."""
    fresh = {one.id: one for one in people if person is None or one.id != person.id}
    return personal_addresses(fresh.values(), channels, urgent=True)
