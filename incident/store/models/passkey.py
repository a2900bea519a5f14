"""Keys that a person's own devices hold (WebAuthn)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from incident.store.db import Base
from incident.store.models.columns import Committed, Key, Short
from incident.store.models.person import Person


class Passkey(Committed, Base):
    """The public half of a key; the private one never leaves the device. Both texts are base64url."""

    UNCOMMITTED = frozenset({"sign_count", "used_at"})
    __tablename__ = "passkey"

    id: Mapped[Key]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    credential: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(default=0)
    name: Mapped[Short]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
