"""Prepare the closing together with decisions not to act: once these are agreed, nobody has to come back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import IllegalMove
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, may
from incident.domain.kinds import DecisionState
from incident.store.models import Decision, Incident, Person
from incident.usecases.common.access import incident_for
from incident.usecases.response.close import CloseIncident, close_incident, obstacles, take_outcome
from incident.usecases.response.triage import must_be_open


@dataclass(frozen=True, slots=True)
class CloseWhenAgreed:
    """Cause and lessons now; the incident is closed in this person's name once all decisions that wait are agreed."""

    actor: Actor
    incident: UUID | str
    cause: str
    lessons: str


def close_when_agreed(command: CloseWhenAgreed, *, session: Session, now: datetime) -> Incident:
    """Keep cause and lessons with this person's decisions that wait; the wish ends with a decision that is refused.

    Raises IllegalMove where none of this person's decisions waits: then the incident can be closed, or not yet.
    """
    incident = incident_for(session, command.incident, command.actor, Permission.CLOSE)
    must_be_open(incident)
    query = select(Decision).where(Decision.incident_id == incident.id, Decision.state == DecisionState.PROPOSED)
    waiting = list(session.scalars(query.where(Decision.author_id == command.actor.id)))
    if not waiting:
        raise IllegalMove("Nothing waits for a second person. Close the incident itself.")
    take_outcome(incident, command.cause, command.lessons)
    for decision in waiting:
        decision.then_close = True
    session.flush()
    return incident


def close_if_prepared(session: Session, incident: Incident, decision: Decision, now: datetime) -> None:
    """Close the incident where its last decision was agreed, its author prepared that, and nothing else hinders.

    Somebody who may no longer close incidents by then has prepared nothing.
    """
    if not decision.then_close or incident.closed_at is not None or obstacles(session, incident):
        return
    author = session.get(Person, decision.author_id)
    if author is not None and author.active and may(author.actor(), Permission.CLOSE):
        command = CloseIncident(author.actor(), incident.id, incident.cause or "", incident.lessons)
        close_incident(command, session=session, now=now)
