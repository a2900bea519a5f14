"""Everything that must leave the house, written in the transaction of the fact it tells about."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from incident.domain.kernel.json import JsonObject
from incident.domain.kinds import OutboxOutcome
from incident.store.db import Base
from incident.store.models.columns import Key, Short, choice


class OutboxMessage(Base):
    """One message to one recipient over one channel. ``payload`` is ``{"template": ..., "params": {...}}``.

    ``lane`` names what the channel limits to one message a second (a Slack conversation). ``maybe_sent`` says that an
    earlier attempt ended without an answer, so that the channel is searched before anything is sent again.
    ``other_ways_at`` is when it was sent other ways too, because its own did not take it. What shares a ``line`` leaves
    strictly in the order of its ``place``, the next after the one before was settled. ``over_at`` is since when
    something else stands in the place of what was sent, because it is no longer true.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_due",
            text("urgent DESC"),
            "due_at",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        Index(
            "ix_outbox_waiting",
            "created_at",
            sqlite_where=text("settled_at IS NULL AND channel NOT IN ('subjects', 'events')"),
            postgresql_where=text("settled_at IS NULL AND channel NOT IN ('subjects', 'events')"),
        ),
        Index(
            "ix_outbox_line",
            "line",
            "place",
            sqlite_where=text("settled_at IS NULL AND line IS NOT NULL"),
            postgresql_where=text("settled_at IS NULL AND line IS NOT NULL"),
        ),
        Index(
            "ix_outbox_events",
            "recipient",
            "created_at",
            sqlite_where=text("channel = 'events'"),
            postgresql_where=text("channel = 'events'"),
        ),
        Index(
            "ix_outbox_failed",
            "settled_at",
            sqlite_where=text("outcome = 'failed'"),
            postgresql_where=text("outcome = 'failed'"),
        ),
        Index(
            "ix_outbox_fallback",
            "fallback_of",
            sqlite_where=text("fallback_of IS NOT NULL"),
            postgresql_where=text("fallback_of IS NOT NULL"),
        ),
    )

    id: Mapped[Key]
    incident_id: Mapped[UUID | None] = mapped_column(ForeignKey("incident.id"), index=True)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[Short]
    language: Mapped[str] = mapped_column(String(8), default="nl")
    payload: Mapped[JsonObject]
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    urgent: Mapped[bool] = mapped_column(default=False)
    lane: Mapped[str | None] = mapped_column(String(300))
    line: Mapped[str | None] = mapped_column(String(120))
    place: Mapped[int | None]
    maybe_sent: Mapped[bool] = mapped_column(default=False)
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None]
    outcome: Mapped[OutboxOutcome | None] = mapped_column(choice(OutboxOutcome))
    receipt: Mapped[str | None]
    last_error: Mapped[str | None]
    fallback_of: Mapped[UUID | None] = mapped_column(ForeignKey("outbox.id"))
    other_ways_at: Mapped[datetime | None]
    over_at: Mapped[datetime | None]


class OutboxLane(Base):
    """When the next message may enter a lane, shared by all processes.

    A lane is one Slack conversation (``slack:C123``), one subscriber to events (``events:<key>``) or, after a rate
    limit or a revoked token, all of ``slack``.
    """

    __tablename__ = "outbox_lane"

    name: Mapped[str] = mapped_column(String(300), primary_key=True)
    next_at: Mapped[datetime]


class WorkerHeartbeat(Base):
    """The sign of life of one worker process."""

    __tablename__ = "worker_heartbeat"

    worker: Mapped[str] = mapped_column(String(80), primary_key=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    last_sweep_at: Mapped[datetime | None]
    backlog: Mapped[int] = mapped_column(default=0)
    detail: Mapped[JsonObject]
