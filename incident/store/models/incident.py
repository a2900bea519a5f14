"""The incident: its identity, and the few derived columns by which lists are ordered and filtered."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from incident.domain.kernel.events import Status
from incident.domain.kernel.people import Source
from incident.domain.kinds import Part
from incident.law.vocabulary import RiskLevel
from incident.store.db import Base
from incident.store.models.columns import Committed, Key, PersonKey, Short, bytewise, choice


class ReferenceCounter(Base):
    """The last number given out in a year; the row is the lock."""

    __tablename__ = "reference_counter"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Incident(Committed, Base):
    """One report and all that follows from it.

    ``aware_at``, ``due_at``, ``risk``, ``systems`` and ``kind`` repeat what the newest fact sheet, the open deadlines
    and the newest assessment say; they are written together with those and never by hand. Nobody's incidents are no
    part of the index by person: most of an imported register is nobody's, and SQLite would take them for few.
    """

    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_status_due_at", "status", "due_at"),
        Index("ix_incident_reported_at_reference", "reported_at", "reference", postgresql_include=["id"]),
        Index("ix_incident_status_reported_at", "status", "reported_at"),
        Index("ix_incident_risk_reported_at", "risk", "reported_at"),
        Index("ix_incident_kind_reported_at", "kind", "reported_at"),
        Index(
            "ix_incident_assignee_id_reported_at",
            "assignee_id",
            "reported_at",
            sqlite_where=text("assignee_id IS NOT NULL"),
            postgresql_where=text("assignee_id IS NOT NULL"),
        ),
        Index(
            "ix_incident_notified",
            "reported_at",
            "reference",
            sqlite_where=text("notified_at IS NOT NULL"),
            postgresql_where=text("notified_at IS NOT NULL"),
        ),
        Index(
            "ix_incident_exercise_id",
            "exercise_id",
            sqlite_where=text("exercise_id IS NOT NULL"),
            postgresql_where=text("exercise_id IS NOT NULL"),
        ),
    )

    id: Mapped[Key]
    reference: Mapped[str] = mapped_column(bytewise(32), unique=True)
    summary: Mapped[str]
    status: Mapped[Status] = mapped_column(choice(Status), default=Status.REPORTED)
    source: Mapped[Source] = mapped_column(choice(Source))
    import_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    """By what an entry of an older register is known again when a newer file of it comes."""
    reported_at: Mapped[datetime]
    reporter_id: Mapped[PersonKey]
    reporter_name: Mapped[Short] = mapped_column(default="")
    reporter_slack_id: Mapped[str | None] = mapped_column(String(32), index=True)
    reporter_language: Mapped[str | None] = mapped_column(String(8))
    assignee_id: Mapped[PersonKey]
    parts: Mapped[dict[str, str] | None] = mapped_column(
        JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    )
    """Who sees to a part of it: the account, by the name of the part."""

    is_breach: Mapped[str] = mapped_column(String(10), default="unknown")
    aware_at: Mapped[datetime | None]
    awareness_stated: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime | None]
    notified_at: Mapped[datetime | None]
    risk: Mapped[RiskLevel | None] = mapped_column(choice(RiskLevel))
    kind: Mapped[Short | None]
    systems: Mapped[str] = mapped_column(default="")
    subjects: Mapped[int | None]
    fact_version: Mapped[int] = mapped_column(default=0)
    is_example: Mapped[bool] = mapped_column(default=False)
    exercise_id: Mapped[UUID | None] = mapped_column(ForeignKey("exercise.id"))
    """The exercise that it is played in; then it is an example, and its circle are those who take part."""
    in_flood: Mapped[bool] = mapped_column(default=False)
    """Whether it came in while more came through a public page than people can be told of one by one."""
    closed_at: Mapped[datetime | None]
    cause: Mapped[Short | None]
    lessons: Mapped[str] = mapped_column(default="")
    duplicate_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("incident.id"))
    held_at: Mapped[datetime | None]
    held_by: Mapped[Short | None]
    held_because: Mapped[str | None]
    circle: Mapped[list[str] | None] = mapped_column(
        JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    )
    """The accounts that may know of a restricted incident, beside the DPO's; None where it is not restricted."""

    def holder(self, part: Part | None) -> UUID | None:
        """Who has it, or a part of it."""
        if part is None:
            return self.assignee_id
        key = (self.parts or {}).get(part)
        return UUID(key) if key else None

    @property
    def waits_quietly(self) -> bool:
        """Whether it came in a flood and nobody has taken it up: all such are told of together, none by itself."""
        return self.in_flood and self.status is Status.REPORTED and self.assignee_id is None

    @property
    def is_silent(self) -> bool:
        """Whether nobody is told of it by itself: an example that nobody plays, or one of a flood."""
        return (self.is_example and not self.is_exercise) or self.waits_quietly

    @property
    def is_exercise(self) -> bool:
        """Whether it is only played: those who take part hear of it, and nobody else."""
        return self.exercise_id is not None

    @property
    def insiders(self) -> frozenset[UUID] | None:
        """The circle as ids."""
        return None if self.circle is None else frozenset(map(UUID, self.circle))
