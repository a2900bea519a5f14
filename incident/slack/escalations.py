"""Escalations in a conversation: one that has a newer one below it, or whose step was taken, calls nobody any more."""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import Row, Select, select, update
from sqlalchemy.orm import Session

from incident.domain.kernel.json import JsonObject
from incident.domain.kinds import OutboxOutcome
from incident.slack.errors import PLACE, TROUBLE, code_of
from incident.slack.plan import Plan
from incident.slack.shapes import Message
from incident.slack.text import escape_mrkdwn
from incident.slack.words import word
from incident.store.models import OutboxMessage
from incident.usecases.messages.ports import Channel

EVENT_TYPE: Final = "meldklok_message"
ESCALATION: Final = "escalation"
PERSON: Final = ("U", "W")
"""How the ids of Slack users begin; everything else is a conversation."""
LOST: Final = PLACE | {"message_not_found", "cant_update_message"}
"""Slack's words for a message that nobody can change any more."""


def key(dedupe_key: str) -> str:
    """What makes a message recognisable in Slack; tells a reader of the metadata nothing."""
    return sha256(dedupe_key.encode()).hexdigest()[:32]


def settled(reference: str, known_by: str, why: str, language: str) -> Message:
    """What stands in the place of an escalation that is settled, which is still known by its key."""
    text = f"*{escape_mrkdwn(reference)}* {word(why, language)}"
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"reference": reference, "key": known_by}}
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]
    return {"text": text, "blocks": blocks, "metadata": metadata}


def settle_taken(
    client: WebClient,
    unit: Callable[[], AbstractContextManager[Session]],
    plan: Plan,
    language: str,
    now: datetime,
) -> None:
    """Change what says in a conversation that nobody has taken a step which waits for nobody any more.

    Where Slack is in trouble it is tried again when the incident is looked at next.
    """
    reference, waiting = plan.card.reference, {step.code for step in plan.card.steps}
    with unit() as session:
        standing = [row for row in session.execute(_standing(plan.incident_id)) if _is_over(row, waiting)]
    done = []
    for row in standing:
        channel, _, ts = str(row.receipt).partition(":")
        try:
            client.chat_update(channel=channel, ts=ts, **settled(reference, key(row.dedupe_key), "taken", language))
        except TROUBLE as problem:
            if not isinstance(problem, SlackApiError) or code_of(problem) not in LOST:
                continue
        done.append(row.id)
    if done:
        with unit() as session:
            session.execute(update(OutboxMessage).where(OutboxMessage.id.in_(done)).values(over_at=now))


def _standing(incident: UUID) -> Select[UUID, str, str, str | None, JsonObject]:
    """The escalations of an incident that stand as they were sent: columns, for they outlive the transaction."""
    sent = OutboxMessage.id, OutboxMessage.dedupe_key, OutboxMessage.recipient, OutboxMessage.receipt
    return select(*sent, OutboxMessage.payload).where(
        OutboxMessage.incident_id == incident,
        OutboxMessage.channel == Channel.SLACK,
        OutboxMessage.outcome == OutboxOutcome.SENT,
        OutboxMessage.over_at.is_(None),
        OutboxMessage.payload["template"].as_string() == ESCALATION,
    )


def _is_over(row: Row[UUID, str, str, str | None, JsonObject], waiting: Collection[str]) -> bool:
    """Whether it stands in a conversation and names a step that nobody need take any more."""
    return not row.recipient.startswith(PERSON) and row.payload["params"].get("next_step") not in waiting
