"""Who is signed in where."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from incident.store.db import Base
from incident.store.models.columns import Key, Sha256, Short
from incident.store.models.person import Person


class SignIn(Base):
    """One sign-in in one browser, known by the hash of a secret that only its cookie holds; without it, no entry.

    ``stamp`` is the person's uniquifier of that moment: a new one, after a changed password or a lost second factor,
    ends every sign-in before it. ``proved_at`` is when the person last proved who they are.
    """

    __tablename__ = "sign_in"

    id: Mapped[Key]
    sha256: Mapped[Sha256] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    stamp: Mapped[str] = mapped_column(String(64))
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    proved_at: Mapped[datetime]
    kept: Mapped[bool] = mapped_column(default=False)
    browser: Mapped[Short] = mapped_column(default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
