"""What an incident's place in Slack needs now, as it was read in one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Exists, select

from incident.slack.card import Card
from incident.slack.members import member_of
from incident.store.models import OutboxMessage, SlackRoom
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.rooms import GONE, ROOM

WANTED, OPENING, OPEN, ARCHIVED = "wanted", "opening", "open", "archived"
UNSENT: Final = "unsent"
DOUBTFUL: Final = timedelta(hours=1)
"""For so long what the line held back may still arrive: Slack knows no repetition, so a double is taken back."""


@dataclass(frozen=True, slots=True)
class Setback:
    """What keeps a place from being up to date: a word for it, and the pause that Slack asks for."""

    code: str
    pause: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What one incident needs in Slack now, read in one transaction."""

    incident_id: UUID
    card: Card
    place: str | None
    channel: str | None
    thread: str | None
    announcement: str | None
    trouble: str | None
    headline_ts: str | None
    digest: str | None
    duties: tuple[str, ...]
    invited: tuple[str, ...]
    topic: str | None
    confirmed: bool
    unfinished: bool
    tried_at: datetime | None
    unsent: bool
    restricted: bool
    doubtful_until: datetime | None

    @property
    def may_open(self) -> bool:
        """Whether a channel of its own may be made: while the case is open, where the workspace lets us."""
        return self.confirmed and self.card.open

    @property
    def unopened(self) -> str:
        """The state of a place for which no channel was opened."""
        return WANTED if self.channel is None else OPEN

    @property
    def members(self) -> frozenset[str]:
        """Who may be in its room."""
        return frozenset(map(member_of, self.duties))

    @property
    def gone(self) -> bool:
        """Whether a person closed the room to us when it was last looked at."""
        return self.trouble in GONE and self.thread is None


def unsent(room: SlackRoom) -> Exists:
    """Whether something is still to be posted in an incident's room."""
    waiting = select(OutboxMessage.id).where(
        OutboxMessage.incident_id == room.incident_id,
        OutboxMessage.channel == Channel.SLACK,
        OutboxMessage.recipient.in_((ROOM, room.channel_id or ROOM)),
        OutboxMessage.settled_at.is_(None),
    )
    return waiting.exists()


def digest(plan: Plan, now: datetime) -> str:
    """What the headline says, as one value: it is edited when this changes, so at most once an hour by itself."""
    hour = int(now.timestamp() // 3600) if plan.card.open else 0
    return sha256(repr((plan.card, plan.duties, plan.restricted, hour)).encode()).hexdigest()


def said(plan: Plan | None, now: datetime) -> dict[str, Any]:
    """The columns of what the headline says and of the end that it names; of nothing where nobody knows."""
    if plan is None:
        return {"headline_sha256": None, "told_due_at": None}
    until = plan.doubtful_until
    doubtful_until = until if until is not None and now < until else None
    return {"headline_sha256": digest(plan, now), "told_due_at": plan.card.due_at, "doubtful_until": doubtful_until}


def begun(plan: Plan, now: datetime) -> dict[str, Any]:
    """The same of a headline that was just posted, or found where somebody before did not finish."""
    return {**said(None, now), "doubtful_until": now + DOUBTFUL} if plan.unfinished else said(plan, now)
