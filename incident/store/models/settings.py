"""What the organisation sets: profile and policies, version by version; tokens; requests for power; inbound keys."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from incident.domain.kernel.json import JsonObject
from incident.store.db import Base
from incident.store.models.columns import Authored, Committed, Key, PersonKey, Sha256, Short
from incident.store.models.person import Person


class SettingVersion(Committed, Authored, Base):
    """One version of one named document: ``organisation``, ``ladder``, ``roster`` or ``template:...``."""

    __tablename__ = "setting_version"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[JsonObject]


class Token(Committed, Base):
    """A secret that we know only by its hash: set-up link, API key, calendar feed, link to an incident's status."""

    UNCOMMITTED = frozenset({"used_at"})
    __tablename__ = "token"

    id: Mapped[Key]
    sha256: Mapped[Sha256] = mapped_column(unique=True)
    purpose: Mapped[str] = mapped_column(String(20))
    label: Mapped[Short] = mapped_column(default="")
    scopes: Mapped[str] = mapped_column(String(60), default="")
    person_id: Mapped[PersonKey]
    opens_id: Mapped[UUID | None] = mapped_column(ForeignKey("incident.id"), index=True)
    """The incident whose status it opens. The token itself is no part of the incident's record."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class PowerRequest(Committed, Base):
    """An act of an administrator over somebody who decides, which waits for another person or was answered by one."""

    __tablename__ = "power_request"

    __table_args__ = (
        Index(
            "ix_power_request_open",
            "asked_at",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    details: Mapped[JsonObject]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    settled_by: Mapped[PersonKey]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    used_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)
    asker: Mapped[Person] = relationship(foreign_keys=[asked_by], lazy="joined", innerjoin=True)


class Inbound(Base):
    """A request seen before: its key, and the result that a repetition gets again."""

    __tablename__ = "inbound"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    result: Mapped[JsonObject]
    at: Mapped[datetime]


class SignInThrottle(Base):
    """Failed sign-ins per account, browser and address, and how often something was asked; shared by all processes."""

    __tablename__ = "sign_in_throttle"

    subject: Mapped[str] = mapped_column(String(120), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    blocked_until: Mapped[datetime | None]
    last_at: Mapped[datetime]


class SlackRoom(Base):
    """Where an incident lives in Slack; the database is the truth, Slack a view that can be rebuilt.

    ``announcement`` is the message in the security channel, once the incident has a room of its own. ``update_due_at``
    is when the next word on how it stands was promised, ``update_asked`` whether somebody was reminded of it. ``topic``
    and ``invited`` (entries ``member duty``) are what Slack was told of the room, so that it is not told again;
    ``told_due_at`` is the end of the clock that the headline tells, None while nobody knows what stands there; until
    ``doubtful_until`` an earlier request for the headline, given up, may still put a second one beside it.
    """

    __tablename__ = "slack_room"

    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    channel_id: Mapped[str | None] = mapped_column(String(32))
    channel_name: Mapped[str | None] = mapped_column(String(80))
    is_thread: Mapped[bool] = mapped_column(default=False)
    announcement: Mapped[str | None] = mapped_column(String(64))
    headline_ts: Mapped[str | None] = mapped_column(String(32))
    headline_sha256: Mapped[str | None] = mapped_column(String(64))
    told_due_at: Mapped[datetime | None]
    doubtful_until: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(20), default="wanted")
    last_error: Mapped[str | None]
    update_due_at: Mapped[datetime | None]
    update_asked: Mapped[bool] = mapped_column(default=False)
    topic: Mapped[str | None]
    invited: Mapped[list[Any] | None]
