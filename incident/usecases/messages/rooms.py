"""Where a message about an incident goes in Slack: its room, or the security channel while that is closed to us."""

from datetime import datetime
from typing import Final, TypeGuard
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from incident.store.models import Incident, SlackRoom

ROOM: Final = "room"
"""The recipient of a Slack row whose conversation is looked up when it is sent."""
THREAD: Final = "/"
"""Parts a channel from the message under which a thread hangs: ``C0123/1700000000.000100``."""
GONE: Final = frozenset({"is_archived", "is_inactive", "channel_is_archived", "channel_not_found", "not_in_channel"})
"""Slack's words for a conversation that a person archived or deleted, or took us out of."""


def room_of(session: Session, incident: Incident | None) -> str | None:
    """The incident's Slack conversation; None while it has none."""
    if incident is None:
        return None
    return session.scalars(select(SlackRoom.channel_id).where(SlackRoom.incident_id == incident.id)).first()


def is_private(room: str | None) -> TypeGuard[str]:
    """Whether this is a channel of an incident's own, and no thread in a channel of others."""
    return room is not None and room != ROOM and THREAD not in room


def headline_tells(session: Session, incident_id: UUID, due_at: datetime) -> bool:
    """Whether the headline as it stands in the incident's place tells of a clock that ends then."""
    room = session.get(SlackRoom, incident_id, populate_existing=True)
    return room is not None and room.last_error is None and room.told_due_at == due_at


def place_now(session: Session, incident_id: UUID, recipient: str, default_room: str | None) -> str:
    """Where what was meant for an incident's place is posted now; any other recipient stays as it is."""
    room = session.get(SlackRoom, incident_id, populate_existing=True)
    if room is None or room.channel_id is None:
        return (default_room or ROOM) if recipient == ROOM else recipient
    if recipient not in (ROOM, room.channel_id) or session.get_one(Incident, incident_id).circle is not None:
        return recipient
    if room.last_error in GONE and not room.is_thread:
        return room.announcement or default_room or room.channel_id
    return room.channel_id


def room_is_gone(session: Session, incident_id: UUID, place: str, code: str | None) -> bool:
    """Write down that an incident's own room is closed to us; whether messages go elsewhere from now on."""
    if code not in GONE:
        return False
    its_own = (SlackRoom.incident_id == incident_id, SlackRoom.channel_id == place, SlackRoom.is_thread.is_(False))
    elsewhere = SlackRoom.announcement.is_not(None)
    noted = session.execute(update(SlackRoom).where(*its_own, elsewhere).values(last_error=code))
    return bool(noted.rowcount)  # type: ignore[attr-defined]
