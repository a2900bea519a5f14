"""Rows as both databases take them: any process makes them ready, and the one that writes hands them on as they are.

A register that is filled has dozens of rows for an incident. Between the program and the database each would be looked
at once more for every column; so they go to SQLite many in a statement, and to PostgreSQL as a copy.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import cast

from sqlalchemy import Connection, Table, Uuid, inspect, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from incident.store.db import Base, Json
from incident.store.models.columns import Committed
from incident.store.proof.canonical import written

TOGETHER = 50
"""Rows in a statement, which is read once; what more of them gain is lost on running one so long."""
_DIALECT = sqlite.dialect()


@dataclass(frozen=True, slots=True)
class Ready:
    """Rows of one table by their columns; instants are UTC without a zone, keys and JSON are text.

    Between processes each object is looked at, and of a column there is one where there are hundreds of rows.
    """

    table: str
    columns: dict[str, Sequence[object]]

    def lines(self) -> list[tuple[object, ...]]:
        """The rows."""
        return list(zip(*self.columns.values(), strict=True))


def ready(model: type[Base] | type[Committed], rows: Sequence[Mapping[str, object]]) -> Ready:
    """Make rows ready that hand over the same columns and leave none to the defaults of the program.

    Their keys may be text already.
    """
    table = cast(Table, inspect(model).local_table)
    columns = tuple(rows[0]) if rows else ()
    if any(tuple(row) != columns for row in rows):
        raise ValueError(f"rows of {table} differ in their columns")
    values = zip(*(row.values() for row in rows), strict=True)
    return Ready(table.name, {name: _stored(table, name, each) for name, each in zip(columns, values, strict=True)})


def insert_ready(session: Session, rows: Ready) -> None:
    """Insert the rows past the session; entries of the log that commit to them come with them."""
    if not rows.columns:
        return
    connection = session.connection()
    quote = connection.dialect.identifier_preparer.quote
    into = f"{quote(rows.table)} ({', '.join(map(quote, rows.columns))})"
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY {into} FROM STDIN", rows.lines())
    else:
        _insert_together(connection, f"INSERT INTO {into} VALUES", rows.lines())


def _insert_together(connection: Connection, statement: str, lines: Sequence[tuple[object, ...]]) -> None:
    """SQLite writes out the words of the register after each statement, which costs more than all else of a row."""
    line = f"({', '.join('?' * len(lines[0]))})"
    for size in (TOGETHER, 1):
        end = len(lines) - len(lines) % size
        values = [tuple(chain.from_iterable(lines[start : start + size])) for start in range(0, end, size)]
        if values:
            connection.exec_driver_sql(f"{statement} {', '.join([line] * size)}", values)
        lines = lines[end:]


def _copy(connection: Connection, statement: str, lines: Sequence[tuple[object, ...]]) -> None:
    # Whoever uses SQLite needs no driver for the other.
    from psycopg import Connection as Driver

    # The instants have no zone, and PostgreSQL would read them in that of its settings.
    connection.execute(text("SET LOCAL TIME ZONE 'UTC'"))
    driver = connection.connection.driver_connection
    assert isinstance(driver, Driver), "only psycopg copies"
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for line in lines:
            copy.write_row(line)


def _stored(table: Table, column: str, values: Sequence[object]) -> Sequence[object]:
    """What the database keeps of a column; what rows share is written once."""
    kind = table.columns[column].type
    if kind is Json:
        return [str(written(value)) for value in values]
    if isinstance(kind, Uuid):
        return [value and str(value).replace("-", "") for value in values]
    write = _writer(table, column)
    if write is None:
        return values
    stored = {value: write(value) for value in set(values)}
    return [stored[value] for value in values]


@cache
def _writer(table: Table, column: str) -> Callable[[object], object] | None:
    return table.columns[column].type.dialect_impl(_DIALECT).bind_processor(_DIALECT)
