"""Somebody writes to the bot in a channel: answered there, to that person alone."""

import re
from typing import Final

from bot import blocks
from bot.commands import help_text, show_incident
from bot.report import SAYING, readable
from bot.turn import Turn
from incident.domain.kernel.reference import meant_reference
from incident.slack import limits
from incident.slack.rooms_found import incident_in_channel

MENTION: Final = re.compile(r"<@\w+(\|[^>]*)?>")


def answer_mention(turn: Turn) -> None:
    """The incident that is named, or that has this room; else the form, with what was written already in it.

    An event brings no right to open a window, so a button does that.
    """
    words = readable(MENTION.sub(" ", str(turn.body["event"].get("text") or ""))).strip()
    first = next(iter(words.split()), "")
    here = incident_in_channel(turn.session, turn.channel, turn.actor)
    reference = meant_reference(first) or (here.reference if here is not None and not words else None)
    if reference is not None:
        show_incident(turn, reference)
        return
    turn.session.rollback()
    text = turn.say("Is this a data breach? Report it here; the clock of 72 hours may be running.")
    button = blocks.button(turn.say("Report a data breach"), SAYING, words[: limits.BUTTON_VALUE // 2], style="danger")
    rows = [blocks.section(text), *blocks.actions([button]), blocks.context(help_text(turn))]
    turn.later.append(lambda: turn.tell(text, rows))
