"""Channels that another organisation reads along in (Slack Connect): no details there."""

import time
from typing import Final

from slack_sdk import WebClient

from bot.turn import Turn
from bot.words import refusal_text
from incident.domain.kernel.errors import DomainError, NotAllowed
from incident.slack import place
from incident.slack.errors import TROUBLE
from incident.slack.shapes import Block

REMEMBERED_SECONDS: Final = 300
_known: dict[str, tuple[float, bool]] = {}


def refuse_in_shared_channel(turn: Turn) -> None:
    """Raise NotAllowed in a shared channel.

    Must not be called before the answer has been given: it may ask Slack.
    """
    refuse_shared(turn, turn.channel)


def refuse_shared(turn: Turn, channel: str) -> None:
    """The same for any channel."""
    if channel and not channel.startswith("D") and is_shared(turn.client, channel):
        raise NotAllowed(
            "This channel is shared with another organisation, so nothing about incidents is shown here. Look in the "
            "App Home of Meldklok."
        )


def tell_unless_shared(turn: Turn, text: str, rows: list[Block] | None) -> None:
    """Details stay out of a channel that another organisation reads along in."""
    try:
        refuse_in_shared_channel(turn)
    except DomainError as refusal:
        turn.tell(refusal_text(refusal, turn.language))
        return
    turn.tell(text, rows)


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
    shared = place.is_shared(info)
    _known[channel] = (time.monotonic() + REMEMBERED_SECONDS, shared)
    return shared
