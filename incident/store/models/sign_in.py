"""Who is signed in where, and who is who at the identity provider."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from incident.store.db import Base
from incident.store.models.columns import Committed, Key, Sha256, Short
from incident.store.models.person import Person


class SignIn(Base):
    """One sign-in in one browser, known by the hash of a secret that only its cookie holds; without it, no entry.

    ``stamp`` is the person's uniquifier of that moment: a new one, after a changed password or a lost second factor,
    ends every sign-in before it. ``proved_at`` is when the person last proved who they are, None where the identity
    provider does not say. ``elsewhere`` says that it was there, and ``strong`` that this one asked for what counts as a
    second factor.
    """

    __tablename__ = "sign_in"

    id: Mapped[Key]
    sha256: Mapped[Sha256] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    stamp: Mapped[str] = mapped_column(String(64))
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]
    kept: Mapped[bool] = mapped_column(default=False)
    elsewhere: Mapped[bool] = mapped_column(default=False)
    strong: Mapped[bool] = mapped_column(default=False)
    browser: Mapped[Short] = mapped_column(default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class ProviderIdentity(Committed, Base):
    """Somebody at the identity provider, whose sign-in there opens this account.

    ``roles`` are those, with commas between, that nothing but the groups there have given: they go when the group goes,
    and what was given here stays. ``heard_at`` is when the provider last said which groups give roles.
    """

    UNCOMMITTED = frozenset({"heard_at"})

    __tablename__ = "provider_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[Key]
    issuer: Mapped[Short]
    subject: Mapped[Short]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    roles: Mapped[Short] = mapped_column(default="")
    linked_at: Mapped[datetime]
    heard_at: Mapped[datetime]
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
