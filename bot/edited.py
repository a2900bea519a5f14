"""A message on a timeline that is edited or deleted afterwards: the timeline follows it, and what it said stays."""

from datetime import datetime
from typing import Final
from uuid import UUID

from bot.report import moment_of
from bot.sensitive import without_numbers
from bot.timeline import form_key, pin_key, shown_text
from bot.turn import Turn
from bot.turnstile import one_writer
from bot.words import words
from incident.slack.shapes import Received
from incident.usecases.common.inbound import FOLLOWED, Result, once, recorded
from incident.usecases.response.casework import follow_message

CHANGED, DELETED, TOMBSTONE = "message_changed", "message_deleted", "tombstone"
KINDS: Final = frozenset({CHANGED, DELETED})


def concerns_us(body: Received) -> bool:
    """Whether a person's message was edited or deleted; nothing else that is written is looked at."""
    event: Received = body.get("event") or {}
    if event.get("type") != "message":
        return True
    message: Received = event.get("previous_message") or event.get("message") or {}
    return event.get("subtype") in KINDS and not message.get("bot_id")


def follow_edit(turn: Turn) -> None:
    """Write down what became of a message that somebody put on a timeline; of any other nothing is kept.

    In the place of a deleted message that has replies Slack puts a tombstone, and calls that a change.
    """
    event: Received = turn.body["event"]
    before, after = event.get("previous_message") or {}, event.get("message") or {}
    ts = str(event.get("deleted_ts") or after.get("ts") or "")
    keys = (pin_key(turn.channel, ts), form_key(turn.channel, ts))
    entries = {put["entry"] for key in keys if (put := recorded(turn.session, key)) and "entry" in put}
    deleted = event["subtype"] == DELETED or after.get("subtype") == TOMBSTONE
    if not entries or (not deleted and after.get("text") == before.get("text")):
        return
    say = words(turn.deps.settings.slack_language)
    text = say("The message was deleted in Slack.")
    if not deleted:
        text = say("The message was edited in Slack:") + "\n" + without_numbers(shown_text(after))
    event_ts = str(event.get("event_ts") or "")
    what = DELETED if deleted else f"{CHANGED}:{event_ts}"
    for entry in entries:
        _keep(turn, f"{FOLLOWED}{entry}:{what}", moment_of(event_ts) or turn.now, UUID(str(entry)), text)


def _keep(turn: Turn, key: str, at: datetime, entry: UUID, text: str) -> None:
    """Slack may deliver the event again: it counts once. A message is deleted once, whatever becomes of its tomb."""

    def compute() -> Result:
        follow_message(turn.session, entry, text, happened_at=at, now=turn.now)
        return {}

    turn.session.rollback()
    with one_writer(turn.deps.settings):
        once(turn.session, key, turn.now, compute)
        turn.commit()
