"""Notices: immutable versions, approvals by hash, submissions, and the files that prove them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from incident.domain.kernel.json import JsonObject
from incident.domain.kinds import Addressee, NoticeKind
from incident.store.db import Base
from incident.store.models.columns import Authored, Committed, IncidentKey, Key, Sha256, Short, choice


class Notice(Committed, Base):
    """A text to one kind of addressee, in one language."""

    __tablename__ = "notice"

    id: Mapped[Key]
    incident_id: Mapped[IncidentKey]
    addressee: Mapped[Addressee] = mapped_column(choice(Addressee))
    kind: Mapped[NoticeKind] = mapped_column(choice(NoticeKind), default=NoticeKind.INITIAL)
    language: Mapped[str] = mapped_column(String(8))
    recipient: Mapped[Short] = mapped_column(default="")
    group: Mapped[Short] = mapped_column(default="")
    created_at: Mapped[datetime]
    supersedes: Mapped[UUID | None] = mapped_column(ForeignKey("notice.id"))
    withdrawn_reason: Mapped[str] = mapped_column(default="")

    @property
    def whom(self) -> str:
        """To whom, as the timeline keeps it: the kind of addressee, and which customer or group of people."""
        return ": ".join(filter(None, (self.addressee.value, self.recipient or self.group)))

    @property
    def may_be_incomplete(self) -> bool:
        """GDPR art. 33(4): information may reach the authority in phases; a letter to people has no open ends.

        A withdrawal says that there is nothing to complete.
        """
        phases = (NoticeKind.FOLLOW_UP, NoticeKind.WITHDRAWAL)
        in_phases = self.addressee is Addressee.AUTHORITY and self.kind in phases
        return in_phases or self.kind is NoticeKind.PROVISIONAL


class NoticeVersion(Committed, Authored, Base):
    """One immutable text. For the authority the text is the filled form as data."""

    __tablename__ = "notice_version"
    __table_args__ = (UniqueConstraint("notice_id", "number"),)

    id: Mapped[Key]
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"), index=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
    form: Mapped[JsonObject]
    body_sha256: Mapped[Sha256]
    template_ref: Mapped[Short]
    fact_version: Mapped[int]
    facts_sha256: Mapped[Sha256]
    missing: Mapped[list[Any]]
    ruleset: Mapped[str] = mapped_column(String(80))


class Approval(Committed, Authored, Base):
    """A person's yes to exactly these bytes; void once the text or the facts change."""

    __tablename__ = "approval"

    id: Mapped[Key]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("notice_version.id"), index=True)
    body_sha256: Mapped[Sha256]
    facts_sha256: Mapped[Sha256]
    single_officer: Mapped[bool] = mapped_column(default=False)
    single_officer_reason: Mapped[str] = mapped_column(default="")
    unsaid_reason: Mapped[str] = mapped_column(default="")
    """Why the text may go without something that the law asks of it, where no words of that were found."""
    void_at: Mapped[datetime | None]
    void_because: Mapped[str] = mapped_column(default="")


class Rendition(Committed, Base):
    """The bytes of one version in one format."""

    __tablename__ = "rendition"
    __table_args__ = (UniqueConstraint("version_id", "format"),)

    id: Mapped[Key]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("notice_version.id"), index=True)
    format: Mapped[str] = mapped_column(String(10))
    blob_sha256: Mapped[Sha256]
    renderer: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]


class Submission(Committed, Authored, Base):
    """What a person did at the authority's portal, by mail or by letter; recorded afterwards.

    The submission of a mailing is written from the mailing itself when it ends: ``delivery`` says how many people it
    was for, how many it reached, and when the first and the last message left.
    """

    __tablename__ = "submission"

    id: Mapped[Key]
    incident_id: Mapped[IncidentKey]
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"), index=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("notice_version.id"))
    submitted_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(30))
    reference: Mapped[Short] = mapped_column(default="")
    by_name: Mapped[Short] = mapped_column(default="")
    body_sha256: Mapped[Sha256]
    recipients: Mapped[int | None]
    late: Mapped[bool] = mapped_column(default=False)
    delay_reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    mailing_id: Mapped[UUID | None] = mapped_column(ForeignKey("mailing.id"))
    delivery: Mapped[JsonObject] = mapped_column(default=dict)

    @property
    def last_at(self) -> datetime | None:
        """When the last message of the mailing left; None for a submission of one piece."""
        last = self.delivery.get("last")
        return datetime.fromisoformat(last) if last else None


class Evidence(Committed, Authored, Base):
    """A file, kept under its SHA-256."""

    __tablename__ = "evidence"

    id: Mapped[Key]
    incident_id: Mapped[IncidentKey]
    submission_id: Mapped[UUID | None] = mapped_column(ForeignKey("submission.id"), index=True)
    blob_sha256: Mapped[Sha256]
    filename: Mapped[Short]
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    description: Mapped[str] = mapped_column(default="")
    effective_at: Mapped[datetime | None]
    slack_permalink: Mapped[str | None]
    harmful_sha256: Mapped[str | None] = mapped_column(String(64))
    """Of a file that may be harmful: the SHA-256 of itself. What is kept is an archive in which it lies encrypted."""


class BlobRemoval(Base):
    """A file whose last row was erased: its bytes go as well, once nobody can be uploading the same."""

    __tablename__ = "blob_removal"

    sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class CopiedAnswer(Base):
    """The tick 'copied to the portal' beside one answer of one version."""

    __tablename__ = "copied_answer"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("notice_version.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(20), primary_key=True)
    copied_at: Mapped[datetime]


class CopiedElsewhere(Base):
    """The same tick beside one answer of a report at another portal; it holds while the answer is as it was copied."""

    __tablename__ = "copied_elsewhere"

    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    report: Mapped[str] = mapped_column(String(60), primary_key=True)
    question: Mapped[str] = mapped_column(String(20), primary_key=True)
    text_mark: Mapped[str] = mapped_column(String(8))
    copied_at: Mapped[datetime]
