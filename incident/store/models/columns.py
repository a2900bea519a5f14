"""Column shapes that many tables share."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID, uuid4

from sqlalchemy import Enum, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

Key = Annotated[UUID, mapped_column(primary_key=True, default=uuid4)]
IncidentKey = Annotated[UUID, mapped_column(ForeignKey("incident.id"), index=True)]
PersonKey = Annotated[UUID | None, mapped_column(ForeignKey("person.id"))]
Sha256 = Annotated[str, mapped_column(String(64))]
Short = Annotated[str, mapped_column(String(255))]


def choice(enum: type[StrEnum]) -> Any:
    """A column type for a closed list, stored as text with a check, the same on every database."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


class Authored:
    """Who wrote the row and when the system recorded it."""

    author_id: Mapped[PersonKey]
    author_name: Mapped[Short] = mapped_column(default="")
    recorded_at: Mapped[datetime]
