"""Reminders that could not leave before the next one is made: the newer one counts them, and they leave no more.

While a channel is away the ladder goes on, so several messages to one person about one deadline would wait for it. When
it is back everybody gets the newest, which says how many earlier ones did not arrive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from incident.domain.kernel.json import JsonObject
from incident.domain.kinds import OutboxOutcome
from incident.store.models import OutboxMessage
from incident.usecases.messages.afterwards import REMINDERS, deadline_of
from incident.usecases.messages.ports import Channel

Place = tuple[UUID, str, str, str]
"""A deadline, a template, and where to: what a newer message can stand for."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """Messages that still wait and are in nobody's hands, by what they are about and for whom."""

    rows: dict[Place, list[tuple[UUID, int]]]

    def folded_into(self, newer: Sequence[JsonObject]) -> list[UUID]:
        """The messages for which these new rows stand; the rows count them as missed."""
        folded: list[UUID] = []
        for row in newer:
            place = _place(row["dedupe_key"], row["payload"]["template"], row["channel"], row["recipient"])
            older = self.rows.pop(place, [])
            if older:
                missed = row["payload"]["params"]["missed"] + sum(worth for _, worth in older)
                params = {**row["payload"]["params"], "missed": missed, "late": missed > 0}
                row["payload"] = {**row["payload"], "params": params}
                folded += [message for message, _ in older]
        return folded


def unsent_reminders(session: Session, incidents: Sequence[UUID]) -> Unsent:
    """What waits about these incidents. What is just being sent, or may have arrived, is left alone.

    With each stands how many messages it is worth: itself, unless it arrived another way, and those it counts already.
    """
    query = select(OutboxMessage).where(
        OutboxMessage.incident_id.in_(incidents),
        OutboxMessage.settled_at.is_(None),
        OutboxMessage.claimed_by.is_(None),
        OutboxMessage.maybe_sent.is_(False),
        # No reminder goes to data subjects, and of a mailing there are thousands.
        OutboxMessage.channel != Channel.SUBJECTS,
    )
    waiting = [message for message in session.scalars(query) if message.payload["template"] in REMINDERS]
    arrived = _arrived_another_way(session, waiting) if waiting else frozenset()
    rows: dict[Place, list[tuple[UUID, int]]] = {}
    for message in waiting:
        place = _place(message.dedupe_key, str(message.payload["template"]), message.channel, message.recipient)
        worth = int(message.payload["params"].get("missed") or 0) + (message.id not in arrived)
        rows.setdefault(place, []).append((message.id, worth))
    return Unsent(rows)


def _arrived_another_way(session: Session, messages: Sequence[OutboxMessage]) -> frozenset[UUID | None]:
    found = select(OutboxMessage.fallback_of).where(
        OutboxMessage.fallback_of.in_([message.id for message in messages]), OutboxMessage.outcome == OutboxOutcome.SENT
    )
    return frozenset(session.scalars(found))


def fold(session: Session, messages: Sequence[UUID], now: datetime) -> int:
    """Settle them as counted by another; fewer than asked means that one is being sent at this moment."""
    if not messages:
        return 0
    guard = (OutboxMessage.id.in_(messages), OutboxMessage.settled_at.is_(None), OutboxMessage.claimed_by.is_(None))
    values = {"settled_at": now, "outcome": OutboxOutcome.COLLAPSED}
    statement = update(OutboxMessage).where(*guard).values(values).execution_options(synchronize_session=False)
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def _place(dedupe_key: str, template: str, channel: str, recipient: str) -> Place:
    return (deadline_of(dedupe_key), template, channel, recipient)
