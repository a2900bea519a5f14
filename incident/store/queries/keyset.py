"""Lists a part at a time: each part begins after the last row of the one before, whatever came in between."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from incident.domain.kernel.json import Json


def beyond(
    columns: Sequence[InstrumentedAttribute[Json]], place: Sequence[Json] | None, *, down: bool = False
) -> tuple[ColumnElement[bool], ...]:
    """The condition for rows that stand after ``place`` in the order of these columns; without a place there is none.

    The columns together tell every two rows apart. ``down`` is for lists that begin with the newest.
    """
    if place is None:
        return ()
    here = tuple_(*columns)
    there = tuple_(*(literal(value, column.type) for column, value in zip(columns, place, strict=True)))
    return (here < there if down else here > there,)
