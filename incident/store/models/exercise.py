"""Exercises: who plays which script, and its injects as rows, so that no restart can lose one or play it twice."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from incident.store.db import Base
from incident.store.models.columns import Committed, IncidentKey, Key, PersonKey, Short


class Exercise(Committed, Base):
    """One script played by some people; ``pace`` is how many times as fast it is. It runs until it is ended."""

    __tablename__ = "exercise"

    id: Mapped[Key]
    number: Mapped[int] = mapped_column(unique=True)
    scenario: Mapped[str] = mapped_column(String(40))
    pace: Mapped[int]
    language: Mapped[str] = mapped_column(String(8))
    people: Mapped[list[Any]]
    started_at: Mapped[datetime]
    started_by: Mapped[PersonKey]
    started_name: Mapped[Short]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[PersonKey]
    ended_name: Mapped[Short] = mapped_column(default="")


class ExerciseInject(Committed, Base):
    """One message of the script; settled when it was delivered, or when the exercise ended before it came."""

    __tablename__ = "exercise_inject"
    __table_args__ = (
        UniqueConstraint("exercise_id", "name"),
        Index(
            "ix_exercise_inject_due",
            "due_at",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    exercise_id: Mapped[UUID] = mapped_column(ForeignKey("exercise.id"))
    incident_id: Mapped[IncidentKey]
    name: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    delivered: Mapped[bool] = mapped_column(default=False)
