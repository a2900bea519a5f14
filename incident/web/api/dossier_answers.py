"""What comes out of the API of decisions, evidence, mailings and the talk with the reporter, as typed models."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import AliasChoices, BaseModel, Field

from incident.domain.kinds import DecisionState, MailingChannel, MailingState, Subject
from incident.usecases.mailing.texts import MailingProgress
from incident.web.api.answers import Next, Row

if TYPE_CHECKING:
    from incident.store.models import Mailing


class DecisionOut(Row):
    """What a named person decided and why, and what the second person said where one had to look at it."""

    id: UUID
    recorded_at: datetime
    subject: Subject
    act: bool = Field(description="Whether to do it: notify, inform, call it a breach.")
    proposed_act: bool | None = Field(description="What was proposed then; null where nothing was.")
    deviates: bool
    ground: str | None = Field(description="The legal ground for not informing, or the duty that it is about.")
    reason: str
    fact_version: int
    author: str = Field(validation_alias=AliasChoices("author", "author_name"))
    state: DecisionState
    second: str = Field(validation_alias=AliasChoices("second", "second_name"))
    second_at: datetime | None
    second_reason: str
    self_reviewed: bool = Field(description="Nobody else could look at it, and its author did so alone.")


class Decisions(BaseModel):
    """A part of the decisions, in the order in which they were made; those that were replaced stay."""

    decisions: list[DecisionOut]
    next: Next


class EvidenceOut(Row):
    """A file that is kept. Its SHA-256 is checked at every reading."""

    id: UUID
    recorded_at: datetime
    filename: str
    media_type: str
    size: int = Field(description="In bytes.")
    sha256: str = Field(validation_alias=AliasChoices("sha256", "blob_sha256"))
    harmful_sha256: str | None = Field(
        description="Of the harmful file in this archive, which opens with the password infected; null of any other."
    )
    description: str
    effective_at: datetime | None = Field(description="The moment that it is about.")
    author: str = Field(validation_alias=AliasChoices("author", "author_name"))
    submission: UUID | None = Field(
        validation_alias=AliasChoices("submission", "submission_id"), description="What it is the confirmation of."
    )


class EvidenceFiles(BaseModel):
    """A part of the files, in the order in which they came."""

    evidence: list[EvidenceOut]
    next: Next


class LetterOut(BaseModel):
    """A text that a mailing sends: which version of a notice, in which language, for which group of people."""

    version: str
    language: str
    group: str


class FiguresOut(Row):
    """How many people a mailing has and how far their messages are; never who they are."""

    people: int
    sent: int
    waiting: int
    failed: int
    stopped: int
    bounced: int
    last_sent_at: datetime | None
    expected_at: datetime | None


class MailingOut(BaseModel):
    """One sending of approved letters to a list of people: who started and who released it, and its figures."""

    id: UUID
    recorded_at: datetime
    channel: MailingChannel
    state: MailingState
    author: str
    started_by: str
    started_at: datetime | None
    released_by: str
    released_at: datetime | None
    ended_at: datetime | None
    letters: list[LetterOut]
    figures: FiguresOut
    recipients_sha256: str = Field(description="Of the list; it outlives the people in it.")
    erase_after: datetime
    erased_at: datetime | None

    @classmethod
    def of(cls, row: "Mailing", figures: MailingProgress) -> "MailingOut":
        """The mailing with its figures."""
        return cls(
            id=row.id,
            recorded_at=row.recorded_at,
            channel=row.channel,
            state=row.state,
            author=row.author_name,
            started_by=row.started_name,
            started_at=row.started_at,
            released_by=row.released_name,
            released_at=row.released_at,
            ended_at=row.ended_at,
            letters=[LetterOut(**letter) for letter in row.letters],
            figures=FiguresOut.of(figures),
            recipients_sha256=row.recipients_sha256,
            erase_after=row.erase_after,
            erased_at=row.erased_at,
        )


class Mailings(BaseModel):
    """A part of the mailings, in the order in which they were prepared."""

    mailings: list[MailingOut]
    next: Next


class SaidOut(BaseModel):
    """What the team asked the reporter (``asked_reporter``), or what the reporter added (``reporter_said``)."""

    id: UUID
    recorded_at: datetime
    kind: str
    author: str = Field(validation_alias=AliasChoices("author", "author_name"))
    text: str


class ReporterOut(BaseModel):
    """Who reported, and a part of the talk with somebody who has no account, oldest first."""

    name: str
    has_account: bool
    way: str | None = Field(description="The reporting page by which it came, or @mail; null with an account.")
    anonymous: bool | None
    contact: str | None = Field(description="What a reporter without an account left to be reached at; not verified.")
    said: list[SaidOut]
    next: Next
