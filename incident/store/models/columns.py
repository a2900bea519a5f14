"""Column shapes that many tables share."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import Enum, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from incident.domain.kernel.json import JsonObject
from incident.store.proof.canonical import new_salt

Key = Annotated[UUID, mapped_column(primary_key=True, default=uuid4)]
IncidentKey = Annotated[UUID, mapped_column(ForeignKey("incident.id"), index=True)]
PersonKey = Annotated[UUID | None, mapped_column(ForeignKey("person.id"))]
Sha256 = Annotated[str, mapped_column(String(64))]
Short = Annotated[str, mapped_column(String(255))]


def bytewise(length: int) -> String:
    """Names of our own making, in the order of their bytes on every database; no language has a say in it or costs."""
    return String(length).with_variant(String(length, "C"), "postgresql")


def choice(enum: type[StrEnum]) -> Enum:
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


class Committed:
    """A row of the record: the audit chain commits to its content (:mod:`incident.store.commitments`).

    ``UNCOMMITTED`` names columns that are no part of the record; ``COMMITTED_MORE`` relations that are, whose content
    ``committed_more`` gives. Whoever erases a row erases its salt with it.
    """

    UNCOMMITTED: ClassVar[frozenset[str]] = frozenset()
    COMMITTED_MORE: ClassVar[tuple[str, ...]] = ()

    salt: Mapped[str] = mapped_column(String(32), default=new_salt)

    def committed_more(self) -> JsonObject:
        """Content that stands in no column of the row."""
        return {}
