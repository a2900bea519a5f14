"""What Slack asks of the record: whose room a conversation is, and what a person still has to do, or has reported."""

from datetime import UTC, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import OPEN_STATUSES
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import sees
from incident.store.models import Incident, SlackRoom, Task
from incident.usecases.common.access import note_read, visible
from incident.usecases.common.directory import load_directory


def incident_in_channel(session: Session, channel: str, actor: Actor) -> Incident | None:
    """The incident whose room this is, or whose announcement: the case goes on in that thread when its room is gone.

    Nobody's for whoever is in the room and may not know of a restricted incident. A thread is named as the record
    names it, channel and message; None for any other place, also the security channel.
    """
    if not channel:
        return None
    query = select(Incident).join(SlackRoom, SlackRoom.incident_id == Incident.id)
    here = or_(SlackRoom.channel_id == channel, SlackRoom.announcement == channel)
    found = session.scalars(query.where(here)).first()
    if found is None or not sees(found.insiders, actor.id, actor.roles):
        return None
    note_read(session, found, actor)
    return found


def may_not_be_here(session: Session, channel: str, member: str) -> bool:
    """Whether this is the room of a restricted incident and this member of Slack none of those who may know of it."""
    query = select(Incident).join(SlackRoom, SlackRoom.incident_id == Incident.id)
    own = SlackRoom.channel_id == channel, SlackRoom.is_thread.is_(False), Incident.circle.is_not(None)
    found = session.scalars(query.where(*own)).first() if channel else None
    if found is None:
        return False
    return member not in {one.slack_user_id for one in load_directory(session).in_its_room(found)}


def room_opened_at(session: Session, incident: Incident) -> datetime | None:
    """When an incident's own channel got its headline; None where it has none."""
    query = select(SlackRoom.headline_ts).where(SlackRoom.incident_id == incident.id, SlackRoom.is_thread.is_(False))
    ts = session.scalar(query)
    return datetime.fromtimestamp(float(ts), UTC) if ts else None


def open_tasks_of(session: Session, actor: Actor) -> list[tuple[str, str, datetime | None]]:
    """The open tasks of a person in open incidents: reference, title, and by when; the first to end first."""
    if actor.id is None:
        return []
    query = (
        select(Incident.reference, Task.title, Task.due_at)
        .join(Incident, Incident.id == Task.incident_id)
        .where(Task.owner_id == actor.id, Task.done_at.is_(None), Incident.status.in_(OPEN_STATUSES), *visible(actor))
        .order_by(Task.due_at.is_(None), Task.due_at, Task.position)
        .limit(100)
    )
    return [(reference, title, due) for reference, title, due in session.execute(query)]


def closed_reports_of(session: Session, actor: Actor) -> list[Incident]:
    """The five newest of a person's own reports that are closed, or judged to be no breach."""
    mine = [Incident.reporter_id == actor.id] if actor.id is not None else []
    if actor.slack_id is not None:
        mine.append(Incident.reporter_slack_id == actor.slack_id)
    if not mine:
        return []
    query = select(Incident).where(or_(*mine), Incident.status.not_in(OPEN_STATUSES), *visible(actor))
    query = query.where(Incident.is_example.is_(False))
    return list(session.scalars(query.order_by(Incident.reported_at.desc()).limit(5)))
