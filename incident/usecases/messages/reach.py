"""Whom reminders reach: everybody of the roster with a channel of their own, and nobody else."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.reminders.roster import Audience, OnCall
from incident.store.models import Incident, OutboxMessage
from incident.usecases.common.directory import Directory
from incident.usecases.messages.channels import configured
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.queue import PERSONAL, ROOM, personal_addresses


def unreached(session: Session, directory: Directory, now: datetime) -> tuple[OnCall, ...]:
    """The people of the roster for whom there is neither e-mail nor Slack; the terminal of a trial reaches nobody."""
    channels = configured(session) - {Channel.TERMINAL}
    if Channel.EMAIL in channels:
        return ()
    people = directory.persons(Audience.EVERYBODY, None, now)
    return tuple(person for person in people if not personal_addresses([person], channels, urgent=True))


def is_addressed_to_somebody(session: Session, reference: str) -> bool:
    """Whether a message about this incident was queued to a person or a conversation that is set up."""
    query = select(OutboxMessage.recipient, OutboxMessage.channel).join(
        Incident, Incident.id == OutboxMessage.incident_id
    )
    channels = configured(session)
    found = session.execute(query.where(Incident.reference == reference))
    return any(row.recipient != ROOM and row.channel in channels and row.channel in PERSONAL for row in found)
