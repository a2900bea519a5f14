"""Say who has it. An acknowledgement is for people; it silences no reminder, because the law asks for the act."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.store.models import Incident
from incident.usecases.common.access import incident_for
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.messages.queue import Audience, queue


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Somebody of the response says: I have it."""

    actor: Actor
    incident: UUID | str


def acknowledge(command: Acknowledge, *, session: Session, now: datetime) -> Incident:
    """Record who has the incident, and tell those on duty; a second person takes it over from the first.

    Saying it twice changes nothing. Reminders and escalations go on until the act itself is recorded.
    """
    incident = incident_for(session, command.incident, command.actor, Permission.RECORD)
    actor = command.actor
    if incident.acknowledged_at is not None and actor.id is not None and incident.assignee_id == actor.id:
        return incident
    incident.acknowledged_at = now
    if actor.id is not None:
        incident.assignee_id = actor.id
    record(session, incident, Tag.INCIDENT_ACKNOWLEDGED, actor, now)
    tell_timeline(session, incident, actor, kind="acknowledged", text=actor.name, happened_at=now, now=now)
    queue(
        session,
        incident=incident,
        template="acknowledged",
        params={"reference": incident.reference},
        to=(Audience.DUTY, Audience.DPO),
        now=now,
        dedupe=f"acknowledged:{incident.reference}:{now.isoformat()}",
    )
    return incident
