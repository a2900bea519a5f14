"""Whom reminders reach: everybody of the roster with a channel of their own, and nobody else."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.reminders.roster import Audience, OnCall
from incident.store.models import Incident, OutboxMessage, Person
from incident.usecases.common.directory import Directory
from incident.usecases.messages.channels import configured
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.queue import PERSONAL, personal_addresses


def unreached(session: Session, directory: Directory, now: datetime) -> tuple[OnCall, ...]:
    """The people of the roster for whom there is neither e-mail nor Slack; the terminal of a trial reaches nobody."""
    channels = configured(session) - {Channel.TERMINAL}
    if Channel.EMAIL in channels:
        return ()
    people = directory.persons(Audience.EVERYBODY, None, now)
    return tuple(person for person in people if not personal_addresses([person], channels, urgent=True))


def addressed(session: Session, reference: str) -> tuple[str, ...]:
    """The names of those to whom a message about this incident is on its way, over a channel that is set up."""
    mine = OutboxMessage.recipient.in_((Person.email, Person.slack_user_id))
    query = select(Person.name, Person.email).join(OutboxMessage, mine).join(Incident)
    query = query.where(Person.active, Incident.reference == reference)
    query = query.where(OutboxMessage.channel.in_(PERSONAL & configured(session))).distinct().order_by(Person.email)
    return tuple(name or email for name, email in session.execute(query))
