"""Inserts that both databases understand and that two processes may do at once."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from incident.store.db import Base

RowValues = dict[str, Any]
"""What is to stand in a row, by the names of its columns."""


def _insert(session: Session, model: type[Base]) -> tuple[postgresql.Insert | sqlite.Insert, Table]:
    table = cast(Table, inspect(model).local_table)
    dialect = session.get_bind().dialect.name
    statement = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return statement, table


def insert_missing(session: Session, model: type[Base], **values: object) -> bool:
    """Insert the row unless one with its key exists; tells whether it was inserted here."""
    statement, table = _insert(session, model)
    added = statement.values(**values).on_conflict_do_nothing().returning(next(iter(table.primary_key.columns)))
    return session.execute(added).first() is not None


def insert_missing_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, object]]) -> list[Any]:
    """Insert those of the rows whose keys do not exist yet, in one statement; returns the first key column of these."""
    if not rows:
        return []
    statement, table = _insert(session, model)
    added = statement.values(list(rows)).on_conflict_do_nothing().returning(next(iter(table.primary_key.columns)))
    return list(session.scalars(added))


def next_number(session: Session, model: type[Base], counter: str, **key: object) -> int:
    """Count ``counter`` of the row with this key one up and return it; the row is made when it does not exist."""
    statement, table = _insert(session, model)
    upsert = statement.values({**key, counter: 1}).on_conflict_do_update(
        index_elements=list(key), set_={counter: table.c[counter] + 1}
    )
    return int(session.execute(upsert.returning(table.c[counter])).scalar_one())
