"""A list a part at a time: how much, from where on, and the address of what follows."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

from flask import request, url_for
from pydantic import BaseModel, ConfigDict, Field, PlainValidator, StringConstraints, TypeAdapter, WithJsonSchema

from incident.domain.kernel.events import Status
from incident.web.api.schemas import Stamp

MOST: Final = 200
Row = TypeVar("Row")
Place = tuple[Any, ...]
NOT_OURS: Final = "This is no cursor of this list. Take the address in 'next' as it stands, or begin without a cursor."
LONGEST: Final = 300


def encoded(place: Place) -> str:
    """The place of a row as a text that means nothing to anybody else."""
    return urlsafe_b64encode(_places(Place).dump_json(place)).decode().rstrip("=")


def _places(kind: Any) -> TypeAdapter[Place]:
    return TypeAdapter(kind)


def _decoder(kind: Any) -> Callable[[object], Place]:
    adapter = _places(kind)

    def decoded(value: object) -> Place:
        try:
            text = str(value)[:LONGEST]
            return adapter.validate_json(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except ValueError as problem:
            raise ValueError(NOT_OURS) from problem

    return decoded


_TEXT: Final = WithJsonSchema({"type": "string", "maxLength": LONGEST})
_REFERENCE = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{1,32}$")]
AfterIncident = Annotated[tuple[datetime, str], PlainValidator(_decoder(tuple[Stamp, _REFERENCE])), _TEXT]
AfterEntry = Annotated[tuple[datetime, datetime, UUID], PlainValidator(_decoder(tuple[Stamp, Stamp, UUID])), _TEXT]
AfterRow = Annotated[tuple[datetime, UUID], PlainValidator(_decoder(tuple[Stamp, UUID])), _TEXT]


class Paging(BaseModel):
    """How many at once."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=MOST, description="How many at once, at most.")


class Entries(Paging):
    """Which part of a timeline."""

    cursor: AfterEntry | None = Field(None, description="Stands in the address that 'next' gives.")


class Rows(Paging):
    """Which part of a list of one incident."""

    cursor: AfterRow | None = Field(None, description="Stands in the address that 'next' gives.")


class Calls(Paging):
    """Which part of the calls of a subscription."""

    cursor: AfterRow | None = Field(None, description="Stands in the address that 'next' gives.")


class Incidents(Paging):
    """Which incidents, and which part of them."""

    cursor: AfterIncident | None = Field(None, description="Stands in the address that 'next' gives.")
    status: Status | None = None
    reported_from: Stamp | None = Field(None, description="Received at this instant or later.")
    reported_to: Stamp | None = Field(None, description="Received before this instant.")
    changed_since: Stamp | None = Field(None, description="Something of it changed at this instant or later.")


def part(rows: Sequence[Row], limit: int, place: Callable[[Row], Place]) -> tuple[Sequence[Row], str | None]:
    """The rows to show, and the address of those that follow, where one more was found than is shown."""
    if len(rows) <= limit:
        return rows, None
    shown = rows[:limit]
    here = {**(request.view_args or {}), **request.args.to_dict(), "cursor": encoded(place(shown[-1]))}
    return shown, url_for(request.endpoint or "", _external=True, **here)
