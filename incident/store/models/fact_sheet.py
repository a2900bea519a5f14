"""What is known, stored whole, version by version; and what is just being typed, per person."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from incident.domain.kernel.json import JsonObject
from incident.store.db import Base
from incident.store.models.columns import Authored, Committed, IncidentKey, Key, Sha256


class FactSheet(Committed, Authored, Base):
    """One immutable version. ``origins`` says for each stated field who stated it, when, and in which version."""

    __tablename__ = "fact_sheet"

    incident_id: Mapped[IncidentKey] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chapter: Mapped[str] = mapped_column(String(30), default="")
    facts: Mapped[JsonObject]
    origins: Mapped[JsonObject]
    sha256: Mapped[Sha256]
    reason: Mapped[str] = mapped_column(default="")


class FactDraft(Base):
    """Unrecorded typing of one person in one chapter, so that nothing typed is lost."""

    __tablename__ = "fact_draft"

    id: Mapped[Key]
    incident_id: Mapped[IncidentKey]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    form: Mapped[str] = mapped_column(String(40))
    base_version: Mapped[int]
    values: Mapped[JsonObject]
    updated_at: Mapped[datetime]
