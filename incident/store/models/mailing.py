"""Letters and e-mails to data subjects, person by person. Who they are is sealed, and erased after a set time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from incident.domain.kinds import MailingChannel, MailingState
from incident.store.db import Base
from incident.store.models.columns import Authored, Committed, IncidentKey, Key, PersonKey, Sha256, Short, choice


class Mailing(Committed, Authored, Base):
    """One sending of approved notices to a list of people.

    ``letters`` are the approved versions in the order in which they were chosen, each with its language and group.
    ``ended_at`` is when the last message was settled, or when somebody wrote down that the letters were posted: then
    the submissions were written. Of letters that were stopped before, it is when they were. ``recipients_sha256`` says
    which rows the list had, and outlives the people in them.
    """

    __tablename__ = "mailing"

    id: Mapped[Key]
    incident_id: Mapped[IncidentKey]
    channel: Mapped[MailingChannel] = mapped_column(choice(MailingChannel))
    state: Mapped[MailingState] = mapped_column(choice(MailingState), default=MailingState.DRAFT)
    letters: Mapped[list[Any]]
    default_language: Mapped[str] = mapped_column(String(8))
    recipients_sha256: Mapped[Sha256] = mapped_column(default="")
    per_minute: Mapped[int]
    started_by: Mapped[PersonKey]
    started_name: Mapped[Short] = mapped_column(default="")
    started_at: Mapped[datetime | None]
    released_by: Mapped[PersonKey]
    released_name: Mapped[Short] = mapped_column(default="")
    released_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    erase_after: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class MailingRecipient(Base):
    """One person of a mailing. ``sealed`` holds name and address; ``fingerprint`` only tells equal ones apart, and
    ``address_fingerprint`` finds the people of one e-mail address.

    ``version_id`` is the letter that this person gets: None until there is one in the person's language and group.
    """

    __tablename__ = "mailing_recipient"
    __table_args__ = (UniqueConstraint("mailing_id", "fingerprint"),)

    id: Mapped[Key]
    mailing_id: Mapped[UUID] = mapped_column(ForeignKey("mailing.id"), index=True)
    row: Mapped[int]
    language: Mapped[str] = mapped_column(String(8))
    group: Mapped[Short] = mapped_column(default="")
    version_id: Mapped[UUID | None] = mapped_column(ForeignKey("notice_version.id"))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    fingerprint: Mapped[str] = mapped_column(String(64))
    address_fingerprint: Mapped[str] = mapped_column(String(64), default="")
    outbox_id: Mapped[UUID | None] = mapped_column(ForeignKey("outbox.id"), index=True)
    printed_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    bounce_reason: Mapped[str] = mapped_column(default="")


class PrintPart(Base):
    """Some of the letters of a mailing as one file for the printer, made by a worker: sealed, and gone with the people.

    Until ``lease_until`` nobody else makes it: it is being made, or it failed with ``problem`` and is tried again then.
    """

    __tablename__ = "print_part"
    __table_args__ = (UniqueConstraint("mailing_id", "number"),)

    id: Mapped[Key]
    mailing_id: Mapped[UUID] = mapped_column(ForeignKey("mailing.id"))
    number: Mapped[int]
    letters: Mapped[int]
    lease_until: Mapped[datetime | None]
    made_at: Mapped[datetime | None]
    problem: Mapped[Short] = mapped_column(default="")
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
