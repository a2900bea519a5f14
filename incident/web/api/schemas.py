"""What goes into the API, as typed models from which the description is made."""

from datetime import UTC, datetime
from typing import Annotated, NamedTuple

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    WithJsonSchema,
)

from incident.law.vocabulary import SubjectGroup, Ternary


def _text_only(value: object) -> object:
    if not isinstance(value, str) or "-" not in value[1:]:
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


class BatchItem(Report):
    """One of several reports; its key makes a repetition harmless."""

    key: str | None = Field(None, strict=True, min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._:-]+$")


class Unfit(NamedTuple):
    """What stands where a report should, and is none: the first field that is wrong, and why."""

    field: str
    reason: str


def _by_itself(value: object) -> BatchItem | Unfit:
    try:
        return BatchItem.model_validate(value)
    except ValidationError as problem:
        first = problem.errors()[0]
        return Unfit(".".join(str(part) for part in first["loc"]), first["msg"])


class Batch(BaseModel):
    """Several reports at once; one that is not as described is refused alone, in its result."""

    model_config = ConfigDict(extra="forbid")

    reports: list[Annotated[BatchItem | Unfit, PlainValidator(_by_itself, json_schema_input_type=BatchItem)]] = Field(
        min_length=1, max_length=20
    )


class TimelineNote(BaseModel):
    """Something that happened in an incident."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(strict=True, min_length=1, max_length=20_000)
    happened_at: Stamp | None = None
