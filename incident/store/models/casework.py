"""The running case file: timeline entries, tasks and measures."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from incident.domain.kernel.people import Source
from incident.domain.kinds import TaskKind
from incident.store.db import Base
from incident.store.models.columns import Authored, Committed, IncidentKey, Key, PersonKey, Short, choice


class TimelineEntry(Committed, Authored, Base):
    """Something that happened, with the time it happened apart from the time it was recorded."""

    __tablename__ = "timeline_entry"

    id: Mapped[Key]
    incident_id: Mapped[IncidentKey]
    happened_at: Mapped[datetime]
    source: Mapped[Source] = mapped_column(choice(Source))
    kind: Mapped[str] = mapped_column(String(40), default="note")
    text: Mapped[str]
    permalink: Mapped[str | None]
    evidence_id: Mapped[UUID | None] = mapped_column(ForeignKey("evidence.id"))
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("timeline_entry.id"))


class Task(Committed, Authored, Base):
    """Something to do, with an owner and a date."""

    __tablename__ = "task"

    id: Mapped[Key]
    incident_id: Mapped[IncidentKey]
    kind: Mapped[TaskKind] = mapped_column(choice(TaskKind), default=TaskKind.TASK)
    title: Mapped[str]
    owner_id: Mapped[PersonKey] = mapped_column(index=True)
    owner_name: Mapped[Short] = mapped_column(default="")
    due_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(default=0)
