"""A report by somebody without an account: through which way it came, and the code that lets its sender come back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from incident.store.db import Base
from incident.store.models.columns import Committed, Sha256, Short


class PublicReport(Committed, Base):
    """One such report. Of the code only a keyed hash is kept; ``contact`` is what the sender left, if anything."""

    __tablename__ = "public_report"

    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    way: Mapped[str] = mapped_column(String(60))
    code_hash: Mapped[Sha256] = mapped_column(unique=True)
    anonymous: Mapped[bool]
    contact: Mapped[Short] = mapped_column(default="")
    recorded_at: Mapped[datetime]
