"""Rows of columns, read past the session, and conditions that are put together once.

The session takes as long again to hand on rows that it has nothing to do with as the database takes to find them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar, TypeVarTuple

from sqlalchemy import ColumnElement, Dialect, Enum, Row, Select, String, Uuid, literal, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.selectable import TypedReturnsRows
from sqlalchemy.types import TypeDecorator

from incident.store.db import UtcDateTime, from_text

AT_ONCE: Final = 1000
WHOLE_INSTANT = len("2026-03-01 09:00:00.000000")
Value = TypeVar("Value")
Columns = TypeVarTuple("Columns")
Statement = Select[*tuple[Any, ...]]
"""A statement of columns of many kinds: whoever asks it knows what each row holds."""


def read(
    session: Session, statement: TypedReturnsRows[*Columns], values: Mapping[str, object] | None = None
) -> Sequence[Row[*Columns]]:
    """What a statement of columns finds, after everything that waits in the session was written."""
    session.flush()
    return session.connection().execute(statement, values).all()


def read_along(session: Session, statement: Statement) -> Iterator[Row[*tuple[Any, ...]]]:
    """The same of a statement that finds very many, a thousand in memory at a time."""
    session.flush()
    for some in session.connection().execute(statement, execution_options={"yield_per": AT_ONCE}).partitions():
        yield from some


def among(column: InstrumentedAttribute[Value], *values: Value) -> ColumnElement[bool]:
    """Whether a column is one of a few values that are always the same.

    A list of any length would have its statement worded anew each time it is asked.
    """
    return column.in_([literal(value, column.type) for value in values])


class _AsStored(TypeDecorator[object]):
    """What the driver gives, except that SQLite's texts for instants and keys are brought into their canonical form."""

    impl = String
    cache_ok = True

    def __init__(self, kept: type[object]) -> None:
        super().__init__()
        self.kept = kept

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[..., object] | None:
        """Nothing is made of a value that is text before and after."""
        return _CANONICAL.get(self.kept) if dialect.name == "sqlite" else None


def as_stored(column: ColumnElement[object]) -> ColumnElement[object]:
    """A column for whoever wants the canonical form of its value alone, and would make an object only to write it."""
    kept = next((one for one in (UtcDateTime, Uuid, Enum) if isinstance(column.type, one)), None)
    return column if kept is None else type_coerce(column, _AsStored(kept)).label(column.key)


def _instant(text: str | None) -> str | datetime | None:
    if text is None or len(text) != WHOLE_INSTANT:
        return from_text(text)
    return f"{text[:10]}T{text[11:]}+00:00"


def _key(text: str | None) -> str | None:
    return None if text is None else f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


_CANONICAL = {UtcDateTime: _instant, Uuid: _key}
