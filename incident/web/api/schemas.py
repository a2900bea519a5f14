"""What goes in and out of the API, as typed models from which the description is made."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from incident.domain.kernel.events import Status
from incident.law.vocabulary import RiskLevel, SubjectGroup, Ternary


def _text_only(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("state date, time and offset as RFC 3339 text, like 2026-11-22T23:40:00+01:00")
    return value


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as problem:
        raise ValueError("this moment does not exist in UTC: state one between the years 1 and 9999") from problem


Stamp = Annotated[
    AwareDatetime,
    BeforeValidator(_text_only),
    AfterValidator(_in_utc),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class Report(BaseModel):
    """A report; nothing but ``summary`` is compulsory."""

    model_config = ConfigDict(extra="forbid")

    summary: str = Field(strict=True, min_length=1, max_length=20_000, description="What happened.")
    noticed_at: Stamp | None = Field(None, description="When somebody noticed it.")
    noticed_by: str = Field("", strict=True, max_length=255, description="Who noticed it.")
    aware_at: Stamp | None = Field(None, description="Since when the organisation is aware; stated by a person.")
    systems: list[Annotated[str, Field(strict=True, max_length=255)]] = Field([], max_length=50)
    subject_groups: list[SubjectGroup] = Field([], max_length=20)
    subjects: int | None = Field(None, strict=True, ge=0, le=2_000_000_000, description="Roughly how many people.")
    ongoing: Ternary = Ternary.UNKNOWN


class TimelineNote(BaseModel):
    """Something that happened in an incident."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(strict=True, min_length=1, max_length=20_000)
    happened_at: Stamp | None = None


class IncidentOut(BaseModel):
    """One incident."""

    reference: str
    status: Status
    summary: str
    reported_at: datetime
    aware_at: datetime | None
    due_at: datetime | None = Field(description="The deadline that runs out first, strictly counted.")
    risk: RiskLevel | None
    notified_at: datetime | None
    closed_at: datetime | None

    @classmethod
    def of(cls, row: object) -> "IncidentOut":
        """The model of a stored incident."""
        return cls.model_validate(row, from_attributes=True)


class IncidentPage(BaseModel):
    """A page of incidents, newest first, and how many there are in all."""

    incidents: list[IncidentOut]
    total: int
    page: int


class DeadlineOut(BaseModel):
    """One deadline with the reasons it came from."""

    obligation: str
    state: str
    starts_at: datetime
    due_at: datetime
    provisional: bool
    met_at: datetime | None
    ruleset: str


class Deadlines(BaseModel):
    """All deadlines of an incident, superseded ones included."""

    deadlines: list[DeadlineOut]


class Added(BaseModel):
    """The id of what was added."""

    id: str


class Problem(BaseModel):
    """Why a request was refused; ``field`` names the input it is about."""

    message: str
    field: str | None = None
    reference: str | None = None


class Paging(BaseModel):
    """Which page; 50 incidents each."""

    page: int = Field(1, ge=1, le=1_000_000)
    status: Status | None = None
