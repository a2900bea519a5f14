"""Tell the room how a case stands, promise when it hears more, and ask for that in time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.events import OPEN_STATUSES
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.store.insert import insert_missing
from incident.store.models import Incident, SlackRoom, TimelineEntry
from incident.usecases.common.access import incident_for
from incident.usecases.messages.channels import configured
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.queue import Audience, queue, queue_one
from incident.usecases.messages.rooms import ROOM, is_private, room_of
from incident.usecases.response.casework import AddTimelineEntry, add_timeline_entry
from incident.usecases.response.triage import must_be_open

UPDATE = "update"
"""The kind of such an entry on the timeline."""


@dataclass(frozen=True, slots=True)
class GiveUpdate:
    """What everybody in the room may know; without ``next_at`` nothing more is promised."""

    actor: Actor
    incident: UUID | str
    text: str
    next_at: datetime | None = None


def give_update(command: GiveUpdate, *, session: Session, now: datetime) -> TimelineEntry:
    """Put it on the timeline and send it to the incident's conversation in Slack.

    Raises Invalid without a text or for a promise in the past, IllegalMove once the incident is closed.
    """
    incident = incident_for(session, command.incident, command.actor, Permission.RECORD)
    must_be_open(incident)
    if command.next_at is not None and command.next_at <= now:
        raise Invalid("The next update must lie in the future.", field="next")
    entry = add_timeline_entry(
        AddTimelineEntry(command.actor, incident.id, command.text, kind=UPDATE), session=session, now=now
    )
    insert_missing(session, SlackRoom, incident_id=incident.id, is_thread=False, state="wanted", update_asked=False)
    room = session.get_one(SlackRoom, incident.id, populate_existing=True)
    room.update_due_at, room.update_asked = command.next_at, False
    place = room_of(session, incident)
    if Channel.SLACK in configured(session) and (incident.circle is None or is_private(place)):
        queue_one(
            session,
            incident=incident,
            channel=Channel.SLACK,
            recipient=place or ROOM,
            template="status_update",
            params={"reference": incident.reference, "who": command.actor.name, "said": entry.text},
            now=now,
            dedupe=f"update:{entry.id}",
        )
    return entry


def ask_for_updates(session: Session, now: datetime) -> int:
    """Remind whoever has the case, or else is on duty, of an update that is due; once. Says how many were asked for."""
    query = (
        select(SlackRoom, Incident)
        .join(Incident, Incident.id == SlackRoom.incident_id)
        .where(SlackRoom.update_due_at <= now, SlackRoom.update_asked.is_(False), Incident.status.in_(OPEN_STATUSES))
    )
    due = session.execute(query).all()
    for room, incident in due:
        room.update_asked = True
        queue(
            session,
            incident=incident,
            template="update_due",
            params={"reference": incident.reference},
            to=Audience.ASSIGNEE,
            now=now,
            dedupe=f"update_due:{incident.reference}:{room.update_due_at}",
        )
    return len(due)
