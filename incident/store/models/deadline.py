"""Deadlines and their reminders: rows, so that no restart can lose one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from incident.domain.kernel.json import JsonObject
from incident.domain.kinds import DeadlineState, ReminderKind, ReminderOutcome
from incident.store.db import Base
from incident.store.models.columns import Committed, IncidentKey, Key, choice


class Deadline(Committed, Base):
    """A period that runs, as the law package computed it from one version of the facts."""

    __tablename__ = "deadline"
    __table_args__ = (
        Index(
            "ix_deadline_open", "due_at", sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")
        ),
    )

    id: Mapped[Key]
    incident_id: Mapped[IncidentKey]
    obligation: Mapped[str] = mapped_column(String(120))
    starts_at: Mapped[datetime]
    due_at: Mapped[datetime]
    provisional: Mapped[bool] = mapped_column(default=False)
    ruleset: Mapped[str] = mapped_column(String(80))
    trace: Mapped[JsonObject]
    state: Mapped[DeadlineState] = mapped_column(choice(DeadlineState), default=DeadlineState.OPEN)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    met_at: Mapped[datetime | None]
    settled_because: Mapped[str] = mapped_column(default="")
    superseded_by: Mapped[UUID | None] = mapped_column(ForeignKey("deadline.id"))
    delay_reason: Mapped[str] = mapped_column(default="")


class Reminder(Base):
    """One rung of the ladder under one deadline.

    ``planned_at`` is when the ladder wants it and never changes once it is settled; ``due_at`` is when the worker looks
    at it next, which is later only while building its message keeps failing.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("deadline_id", "rung"),
        Index(
            "ix_reminder_due",
            "due_at",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    deadline_id: Mapped[UUID] = mapped_column(ForeignKey("deadline.id"))
    incident_id: Mapped[IncidentKey]
    rung: Mapped[str] = mapped_column(String(40))
    kind: Mapped[ReminderKind] = mapped_column(choice(ReminderKind), default=ReminderKind.REMINDER)
    audience: Mapped[str] = mapped_column(String(120), default="duty")
    unless: Mapped[str | None] = mapped_column(String(20))
    planned_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[ReminderOutcome | None] = mapped_column(choice(ReminderOutcome))


__all__ = ["Deadline", "DeadlineState", "Reminder", "ReminderKind", "ReminderOutcome"]
