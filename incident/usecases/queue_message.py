"""Queue what must leave the house: outbox rows, written in the transaction of the fact they tell about.

An audience becomes one e-mail row per person and one row for the incident's Slack conversation; an urgent message also
goes to each person directly in Slack. The same ``dedupe`` never gives the same recipient a second row, so a use case
may tell overlapping audiences, and a repetition is harmless.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.events import Tag
from incident.domain.people import SYSTEM
from incident.domain.roster import Audience, OnCall
from incident.store import audit
from incident.store.insert import insert_missing
from incident.store.models import Incident, OutboxMessage, SlackRoom
from incident.usecases.directory import DEFAULT_LANGUAGE, Directory, Recipient, load_directory
from incident.usecases.ports import Channel

ROOM = "room"
"""The recipient of a Slack row whose conversation is looked up when it is sent."""
PERSONAL = frozenset({Channel.EMAIL})
BOTH = frozenset({Channel.EMAIL, Channel.SLACK})
_OUTSIDE_THE_ROOM = frozenset({Audience.REPORTER})


def queue(
    session: Session,
    *,
    incident: Incident | None,
    template: str,
    params: Mapping[str, Any],
    to: Recipient | Iterable[Recipient],
    now: datetime,
    dedupe: str,
    urgent: bool = False,
    channels: Collection[Channel] = BOTH,
    directory: Directory | None = None,
) -> list[UUID]:
    """Queue a message to an audience, a person, or several of these; returns the ids of the rows that were new.

    ``params`` are scalars or lists of scalars and hold no personal data of victims. ``dedupe`` names the occasion
    ("reported:DL-2026-0001-K"); together with channel and recipient it is unique.
    """
    wanted = _listed(to)
    known = directory or load_directory(session)
    persons = _unique(person for one in wanted for person in known.persons(one, incident, now))
    rows = _personal_rows(persons, channels, urgent)
    if Audience.REPORTER in wanted:
        rows += _reporter_in_slack(incident, persons, channels)
    if incident is not None and Channel.SLACK in channels and not _OUTSIDE_THE_ROOM.issuperset(wanted):
        rows.append((Channel.SLACK, room_of(session, incident), DEFAULT_LANGUAGE))
        params = {**params, "mentions": [person.slack_user_id for person in persons if person.slack_user_id]}
    ids = (
        queue_one(
            session,
            incident=incident,
            channel=channel,
            recipient=recipient,
            language=language,
            template=template,
            params=params,
            now=now,
            dedupe=dedupe,
            urgent=urgent,
        )
        for channel, recipient, language in rows
    )
    return [row_id for row_id in ids if row_id is not None]


def queue_one(
    session: Session,
    *,
    incident: Incident | None,
    channel: Channel,
    recipient: str,
    template: str,
    params: Mapping[str, Any],
    now: datetime,
    dedupe: str,
    language: str = DEFAULT_LANGUAGE,
    urgent: bool = False,
    fallback_of: UUID | None = None,
) -> UUID | None:
    """Queue one message to one address of a channel; None when this occasion already has a row for it."""
    row_id = uuid4()
    added = insert_missing(
        session, OutboxMessage, id=row_id, incident_id=incident.id if incident else None, created_at=now, due_at=now,
        channel=channel.value, recipient=recipient, language=language,
        payload={"template": template, "params": dict(params)}, dedupe_key=f"{dedupe}:{channel.value}:{recipient}",
        urgent=urgent, lane=lane_of(channel, recipient), maybe_sent=False, attempts=0, fallback_of=fallback_of,
    )  # fmt: skip
    if not added:
        return None
    chain = incident.reference if incident is not None else audit.SYSTEM_CHAIN
    audit.append(
        session, chain, Tag.MESSAGE_QUEUED, SYSTEM.key, now,
        message=str(row_id), template=template, channel=channel.value,
    )  # fmt: skip
    return row_id


def lane_of(channel: Channel, recipient: str) -> str | None:
    """Slack takes one message a second and conversation; the other channels are not limited."""
    return f"{channel.value}:{recipient}" if channel is Channel.SLACK else None


def room_of(session: Session, incident: Incident) -> str:
    """The incident's Slack conversation, or :data:`ROOM` while it has none of its own."""
    query = select(SlackRoom.channel_id).where(SlackRoom.incident_id == incident.id)
    return session.scalars(query).first() or ROOM


def _personal_rows(
    persons: Iterable[OnCall], channels: Collection[Channel], urgent: bool
) -> list[tuple[Channel, str, str]]:
    rows = []
    for person in persons:
        language = person.language or DEFAULT_LANGUAGE
        if Channel.EMAIL in channels:
            rows.append((Channel.EMAIL, person.email, language))
        if urgent and Channel.SLACK in channels and person.slack_user_id:
            rows.append((Channel.SLACK, person.slack_user_id, language))
    return rows


def _reporter_in_slack(
    incident: Incident | None, persons: tuple[OnCall, ...], channels: Collection[Channel]
) -> list[tuple[Channel, str, str]]:
    """A reporter who wrote from Slack is answered there, with or without an account."""
    slack_id = incident.reporter_slack_id if incident is not None else None
    if slack_id is None or Channel.SLACK not in channels:
        return []
    language = next((person.language for person in persons if person.language), DEFAULT_LANGUAGE)
    return [(Channel.SLACK, slack_id, language)]


def _listed(to: Recipient | Iterable[Recipient]) -> tuple[Recipient, ...]:
    return (to,) if isinstance(to, (Audience, UUID)) else tuple(to)


def _unique(persons: Iterable[OnCall]) -> tuple[OnCall, ...]:
    return tuple({person.id: person for person in persons}.values())


__all__ = ["BOTH", "PERSONAL", "ROOM", "Audience", "lane_of", "queue", "queue_one", "room_of"]
