"""The engine, the session and the column types.

SQLite: write-ahead log, a busy time-out, foreign keys, and every transaction begins IMMEDIATE unless it says that it
only reads. The driver's own habit (a deferred BEGIN) loses updates silently when two processes write. How writers wait
for each other: :mod:`incident.store.line`. PostgreSQL: which connections still stand, :mod:`incident.store.standing`.
"""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, MetaData, String, Text, Uuid, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from incident.domain.kernel.json import JsonObject
from incident.store.line import ASK_EVERY, ASK_FIRST_EVERY, Line
from incident.store.proof.canonical import instant

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_TIMEOUT_MS = 30_000
"""Longer than the writers of all threads take one after the other on a slow machine: who waits longer is refused."""
READING = "meldklok_reading"
FIRST = "meldklok_first"
MOST_WAITING = "meldklok_most_waiting"
"""The option of an engine: how many may go on waiting to write while another program holds the SQLite file."""
_LINE = Line()

Json = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, always UTC; a naive one is a programming error and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite has no zones, so it gets naive UTC."""
        moment = None if value is None else _aware(value)
        return moment.replace(tzinfo=None) if moment is not None and dialect.name == "sqlite" else moment

    def bind_processor(self, dialect: Dialect) -> Callable[..., object] | None:
        """SQLite keeps a text, which is written in one step: a register that is filled has dozens for an incident."""
        return _to_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Give every instant its zone back, in one step: a page reads hundreds and insight tens of thousands."""
        return from_text if dialect.name == "sqlite" else _from_driver


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a naive datetime must not reach the database")
    return value.astimezone(UTC)


@lru_cache(maxsize=8192)
def _to_text(value: datetime | None) -> str | None:
    """As the canonical form has it, which is mostly asked of the same rows; without the zone."""
    return None if value is None else instant(_aware(value))[:26].replace("T", " ")


def from_text(text: str | None) -> datetime | None:
    """The instant that SQLite keeps as this text."""
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


def _from_driver(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)


class Base(DeclarativeBase):
    """The parent of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime, JsonObject: Json, list[Any]: Json, str: Text}  # noqa: RUF012


db = SQLAlchemy(metadata=Base.metadata)


def _on_connect(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(READING, False):
        connection.exec_driver_sql("BEGIN")
        return
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection), "only SQLite begins by hand"
    [patience] = driver.execute("PRAGMA busy_timeout").fetchone()
    driver.execute("PRAGMA busy_timeout=0")
    try:
        every = ASK_FIRST_EVERY if options.get(FIRST) else ASK_EVERY
        _LINE.wait(driver, patience / 1000, every, options.get(MOST_WAITING))
        if not driver.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout={patience}")


def harden(engine: Engine) -> Engine:
    """Give a SQLite engine the settings above, and one of PostgreSQL connections that are there when they are used."""
    if engine.dialect.name == "sqlite" and not event.contains(engine, "connect", _on_connect):
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    elif engine.dialect.name == "postgresql":
        # Whoever uses SQLite needs no driver for the other.
        from incident.store.standing import watch

        watch(engine)
    return engine


def only_reads(session: Session, *, compares: bool = False) -> None:
    """Promise that this transaction only reads, so that it waits for no writer on SQLite; not once it has begun.

    Where it compares what it reads, all its statements see one instant.
    """
    if not session.in_transaction():
        reading = {READING: True, "postgresql_readonly": True}
        session.connection(execution_options=one_instant(session.get_bind().dialect) if compares else reading)


def one_instant(dialect: Dialect) -> dict[str, object]:
    """The options of a connection that only reads, and whose statements all see the instant at which it began."""
    if dialect.name == "postgresql":
        return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return {READING: True}


def is_reading(session: Session) -> bool:
    """Whether this transaction has promised only to read."""
    return bool(session.connection().get_execution_options().get(READING, False))


__all__ = [
    "Base",
    "Json",
    "String",
    "Text",
    "UtcDateTime",
    "Uuid",
    "db",
    "from_text",
    "harden",
    "is_reading",
    "one_instant",
    "only_reads",
]
