"""Rows of columns, read past the session, and conditions that are put together once.

The session takes as long again to hand on rows that it has nothing to do with as the database takes to find them.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar, TypeVarTuple

from sqlalchemy import ColumnElement, Row, literal
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.selectable import TypedReturnsRows

Value = TypeVar("Value")
Columns = TypeVarTuple("Columns")


def read(
    session: Session, statement: TypedReturnsRows[*Columns], values: Mapping[str, object] | None = None
) -> Sequence[Row[*Columns]]:
    """What a statement of columns finds, after everything that waits in the session was written."""
    session.flush()
    return session.connection().execute(statement, values).all()


def among(column: InstrumentedAttribute[Value], *values: Value) -> ColumnElement[bool]:
    """Whether a column is one of a few values that are always the same.

    A list of any length would have its statement worded anew each time it is asked.
    """
    return column.in_([literal(value, column.type) for value in values])
