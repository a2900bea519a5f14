"""How the record names a conversation in Slack."""

from incident.slack.shapes import Received
from incident.usecases.messages.rooms import THREAD


def split_room(room: str) -> tuple[str, str | None]:
    """The channel, and the message under which a thread hangs."""
    channel, _, thread = room.partition(THREAD)
    return channel, thread or None


def is_shared(channel: Received) -> bool:
    """Whether others than our own organisation can be in the channel that Slack describes so."""
    return any(channel.get(name) for name in ("is_ext_shared", "is_shared", "is_pending_ext_shared"))
