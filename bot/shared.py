"""Channels that another organisation reads along in (Slack Connect): no details there."""

import time
from typing import Final

from slack_sdk import WebClient

from bot.turn import Turn
from incident.domain.kernel.errors import NotAllowed
from incident.slack.errors import TROUBLE

REMEMBERED_SECONDS: Final = 300
_known: dict[str, tuple[float, bool]] = {}


def refuse_in_shared_channel(turn: Turn) -> None:
    """Raise NotAllowed in a shared channel.

    Must not be called before the answer has been given: it may ask Slack.
    """
    channel = turn.channel
    if channel.startswith("D") or not channel:
        return
    if is_shared(turn.client, channel):
        raise NotAllowed(
            "This channel is shared with another organisation, so nothing about incidents is shown here. Look in the "
            "App Home of Meldklok."
        )


def is_shared(client: WebClient, channel: str) -> bool:
    """Whether others than our own organisation can be in the channel.

    A private channel that the app is not in cannot be looked at. What is shown there is seen by one person of our own
    only, so it counts as not shared.
    """
    expires, shared = _known.get(channel, (0.0, False))
    if time.monotonic() < expires:
        return shared
    try:
        info = client.conversations_info(channel=channel)["channel"]
    except TROUBLE:
        return False
    shared = bool(info.get("is_ext_shared") or info.get("is_shared") or info.get("is_pending_ext_shared"))
    _known[channel] = (time.monotonic() + REMEMBERED_SECONDS, shared)
    return shared
