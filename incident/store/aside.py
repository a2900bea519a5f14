"""A short way to the database beside the request's own: for notes that must not be lost with the request, nor delay it.

It takes a connection of its own and gives up after a moment. While somebody else writes to a SQLite file, or all
connections are taken, the note is not made, and what it was about goes on.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool

from incident.store.db import harden

PATIENCE: Final = timedelta(milliseconds=300)


def aside(engine: Engine) -> sessionmaker[Session]:
    """Sessions on such connections to the same database."""
    if engine.dialect.name != "sqlite":
        options = f"{engine.url.query.get('options', '')} -c lock_timeout={_milliseconds()}"
        wait = {"options": options, "connect_timeout": 2}
        return sessionmaker(create_engine(engine.url, poolclass=NullPool, hide_parameters=True, connect_args=wait))
    short = harden(create_engine(engine.url, poolclass=NullPool, hide_parameters=True))
    event.listen(short, "connect", _impatient)
    return sessionmaker(short)


def _impatient(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_milliseconds()}")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def _milliseconds() -> int:
    return int(PATIENCE.total_seconds() * 1000)
