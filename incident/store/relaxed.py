"""A second way to the same SQLite file for the sending threads: one that does not wait for the disk at every commit.

What these threads write down is how a send went. A killed process loses none of it. After a power cut the last entries
may be missing, and then their messages leave once more, under the same key: at least once holds in any case. Facts and
acts go through the strict engine. On PostgreSQL many commits share one wait, so nothing is relaxed there.
"""

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from incident.store.db import harden


def relaxed(engine: Engine) -> Engine:
    """An engine of its own for SQLite; the given one for every other database."""
    if engine.dialect.name != "sqlite":
        return engine
    second = harden(create_engine(engine.url, execution_options=engine.get_execution_options()))
    event.listen(second, "connect", _no_wait)
    return second


def _no_wait(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
