"""The drill: who was called over which channel, and who said that the call arrived."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from incident.store.db import Base
from incident.store.models.columns import Key


class DrillCall(Base):
    """One call of one drill; its ``id`` stands in the link by which the person confirms it."""

    __tablename__ = "drill_call"
    __table_args__ = (
        UniqueConstraint("drill", "person_id", "channel"),
        Index("ix_drill_call_person", "person_id", "channel"),
        Index("ix_drill_call_at", "called_at"),
    )

    id: Mapped[Key]
    drill: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[str] = mapped_column(String(20))
    called_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
