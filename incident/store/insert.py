"""Inserts that both databases understand and that two processes may do at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Executable, Table, bindparam, case, inspect, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from incident.store.db import Base
from incident.store.models.settings import SignInThrottle

RowValues = dict[str, Any]
"""What is to stand in a row, by the names of its columns."""


def insert_missing(session: Session, model: type[Base], **values: object) -> bool:
    """Insert the row unless one with its key exists; tells whether it was inserted here."""
    return session.execute(_adding(model, _dialect(session)), values).first() is not None


def insert_missing_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, object]]) -> list[Any]:
    """Insert those of the rows whose keys do not exist yet, in one statement; returns the first key column of these."""
    return list(session.scalars(_adding(model, _dialect(session)), list(rows))) if rows else []


def next_number(session: Session, model: type[Base], counter: str, **key: object) -> int:
    """Count ``counter`` of the row with this key one up and return it; the row is made when it does not exist."""
    counting = _counting(model, _dialect(session), counter, tuple(key))
    return int(session.execute(counting, {**key, counter: 1}).scalar_one())


def count_within(session: Session, subject: str, most: int, *, since: datetime, now: datetime) -> bool:
    """Count one more of ``subject`` in the window that began after ``since``, or in a new one; no when it is full."""
    values = {"subject": subject, "failures": 1, "last_at": now, "since": since, "most": most}
    return session.execute(_counting_within(_dialect(session)), values).first() is not None


# The values come as parameters, so that each statement is put together and compiled once.


@cache
def _adding(model: type[Base], dialect: str) -> Executable:
    table = _table(model)
    return _insert(table, dialect).on_conflict_do_nothing().returning(next(iter(table.primary_key.columns)))


@cache
def _counting(model: type[Base], dialect: str, counter: str, key: tuple[str, ...]) -> Executable:
    table = _table(model)
    one_up = {counter: table.c[counter] + 1}
    return _insert(table, dialect).on_conflict_do_update(index_elements=key, set_=one_up).returning(table.c[counter])


@cache
def _counting_within(dialect: str) -> Executable:
    table = _table(SignInThrottle)
    statement, over = _insert(table, dialect), table.c.last_at <= bindparam("since")
    # The bounds are no columns, so those that are must be named.
    values: dict[str, Any] = {name: bindparam(name) for name in ("subject", "failures", "last_at")}
    return (
        statement.values(values)
        .on_conflict_do_update(
            index_elements=["subject"],
            set_={
                "failures": case((over, 1), else_=table.c.failures + 1),
                "last_at": case((over, statement.excluded.last_at), else_=table.c.last_at),
            },
            where=or_(over, table.c.failures < bindparam("most")),
        )
        .returning(table.c.failures)
    )


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def _table(model: type[Base]) -> Table:
    return cast(Table, inspect(model).local_table)


def _insert(table: Table, dialect: str) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
