"""Connections to PostgreSQL: whether one still stands when it is used again, and what it remembers until then.

Whoever ends a connection, or goes, leaves a word on it: a server that stops, an administrator, a failover. To look for
one asks nobody. Only a connection that has rested for a while is asked, as something between may have dropped it
without a word; so is one with a word on it, which may be a harmless one.
"""

import time
from collections.abc import Callable
from select import POLLIN, poll
from typing import Final

from psycopg import Connection
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection as Asking
from sqlalchemy import Dialect, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

RESTED: Final = 10.0
"""Seconds after which nobody relies on silence; what stands between drops nothing that was used so lately."""
_SINCE: Final = "meldklok_since"


def watch(engine: Engine) -> None:
    """Let an engine's pool know which of its connections stand, and keep what they have prepared."""
    if not event.contains(engine, "checkin", note):
        event.listen(engine, "checkin", note)
        event.listen(engine, "checkout", check(engine.dialect))
        event.listen(engine, "rollback", keep_prepared)


def note(connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
    """It is back in the pool, and was there just now."""
    entry.info[_SINCE] = time.monotonic()


def check(dialect: Dialect) -> Callable[[DBAPIConnection, ConnectionPoolEntry, PoolProxiedConnection], None]:
    """What to do before a connection is used; one that is gone makes the pool connect anew."""

    def look(connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
        since = entry.info.get(_SINCE)
        if since is None or (time.monotonic() - since < RESTED and _is_silent(connection)):
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as problem:
            raise InvalidatePoolError from problem

    return look


def keep_prepared(connection: Asking) -> None:
    """End a transaction that could only read by COMMIT, as the driver forgets its prepared statements at a ROLLBACK.

    To plan the statements of a page anew takes the database longer than to answer them. A connection that was lost has
    nothing to keep, and whoever asks it hides why it was lost.
    """
    if connection.invalidated:
        return
    driver = connection.connection.driver_connection
    assert isinstance(driver, Connection), "only psycopg speaks to PostgreSQL here"
    if driver.read_only and driver.info.transaction_status is TransactionStatus.INTRANS:
        driver.commit()


def _is_silent(connection: DBAPIConnection) -> bool:
    assert isinstance(connection, Connection), "only psycopg speaks to PostgreSQL here"
    if connection.closed:
        return False
    line = poll()
    line.register(connection.fileno(), POLLIN)
    return not line.poll(0)
