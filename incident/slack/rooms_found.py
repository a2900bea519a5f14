"""What Slack asks of the record: whose room a conversation is, and what a person still has to do, or has reported."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import OPEN_STATUSES
from incident.domain.kernel.people import Actor
from incident.store.models import Incident, SlackRoom, Task


def incident_in_channel(session: Session, channel: str) -> Incident | None:
    """The incident whose room this is, or whose announcement: the case goes on in that thread when its room is gone.

    A thread is named as the record names it, channel and message; None for any other place, also the security channel.
    """
    if not channel:
        return None
    query = select(Incident).join(SlackRoom, SlackRoom.incident_id == Incident.id)
    return session.scalars(query.where(or_(SlackRoom.channel_id == channel, SlackRoom.announcement == channel))).first()


def open_tasks_of(session: Session, actor: Actor) -> list[tuple[str, str, str | None]]:
    """The open tasks of a person in open incidents: reference, title, and the day by which; the first to end first."""
    if actor.id is None:
        return []
    query = (
        select(Incident.reference, Task.title, Task.due_at)
        .join(Incident, Incident.id == Task.incident_id)
        .where(Task.owner_id == actor.id, Task.done_at.is_(None), Incident.status.in_(OPEN_STATUSES))
        .order_by(Task.due_at.is_(None), Task.due_at, Task.position)
        .limit(100)
    )
    rows = session.execute(query)
    return [(reference, title, f"{due:%d-%m-%Y}" if due else None) for reference, title, due in rows]


def closed_reports_of(session: Session, actor: Actor, most: int = 5) -> list[Incident]:
    """The newest of a person's own reports that are closed, or judged to be no breach."""
    mine = [Incident.reporter_id == actor.id] if actor.id is not None else []
    if actor.slack_id is not None:
        mine.append(Incident.reporter_slack_id == actor.slack_id)
    if not mine:
        return []
    query = select(Incident).where(or_(*mine), Incident.status.not_in(OPEN_STATUSES), Incident.is_example.is_(False))
    return list(session.scalars(query.order_by(Incident.reported_at.desc()).limit(most)))
