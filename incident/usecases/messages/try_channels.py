"""Send oneself a test message, to see that a channel works."""

from datetime import datetime

from sqlalchemy.orm import Session

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, require
from incident.store.models import Person
from incident.usecases.common.directory import DEFAULT_LANGUAGE
from incident.usecases.messages.channels import configured
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.queue import queue_one


def try_channel(session: Session, actor: Actor, name: str, *, now: datetime) -> str:
    """Queue a test message over one channel to oneself, or to the house's address where the channel has only that.

    Returns the recipient. Raises Invalid for a channel that is not set up, or that does not know the person.
    """
    require(actor, Permission.MANAGE_SETTINGS)
    channel = next((one for one in configured(session) if one.value == name), None)
    person = session.get(Person, actor.id) if actor.id is not None else None
    if channel is None or person is None:
        raise Invalid("This channel is not set up: see docs/operations.md.")
    recipient = _recipient(channel, person)
    if (
        queue_one(
            session,
            incident=None,
            channel=channel,
            recipient=recipient,
            template="test",
            params={},
            now=now,
            dedupe=f"test:{now.isoformat(timespec='seconds')}",
            language=person.language or DEFAULT_LANGUAGE,
            urgent=True,
        )
        is None
    ):
        raise Invalid("A test message is on its way already. Wait a second and try again.")
    return recipient


def _recipient(channel: Channel, person: Person) -> str:
    if channel in (Channel.EMAIL, Channel.TERMINAL):
        return person.email
    if channel is Channel.SLACK:
        if not person.slack_user_id:
            raise Invalid("Your account has no Slack member ID. An administrator can add it on the page People.")
        return person.slack_user_id
    return channel.value
