"""The incident: its identity, and the few derived columns by which lists are ordered and filtered."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from incident.domain.kernel.events import Status
from incident.domain.kernel.people import Source
from incident.law.vocabulary import RiskLevel
from incident.store.db import Base
from incident.store.models.columns import Committed, Key, PersonKey, Short, choice


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
        Index("ix_incident_reported_at_reference", "reported_at", "reference"),
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
    )

    id: Mapped[Key]
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    summary: Mapped[str]
    status: Mapped[Status] = mapped_column(choice(Status), default=Status.REPORTED)
    source: Mapped[Source] = mapped_column(choice(Source))
    reported_at: Mapped[datetime]
    reporter_id: Mapped[PersonKey]
    reporter_name: Mapped[Short] = mapped_column(default="")
    reporter_slack_id: Mapped[str | None] = mapped_column(String(32), index=True)
    reporter_language: Mapped[str | None] = mapped_column(String(8))
    assignee_id: Mapped[PersonKey]
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
    closed_at: Mapped[datetime | None]
    cause: Mapped[Short | None]
    lessons: Mapped[str] = mapped_column(default="")
    duplicate_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("incident.id"))
    erased_at: Mapped[datetime | None]
