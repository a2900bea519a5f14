"""Alembic's environment: one connection, one transaction, one process at a time.

SQLite alters a table by copying it, and dropping the old copy would cascade into its children: foreign keys are off
while the tables move and are checked as a whole before the commit.
"""

from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.pool import NullPool

import incident.store.models  # noqa: F401 - the tables register themselves
from incident.store.db import BUSY_TIMEOUT_MS, Base

ADVISORY_LOCK = 7_200_331


def _on_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=OFF"):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
    if broken:
        raise RuntimeError(f"The migration would leave table {broken[0]} with a reference to a row that is gone.")


def migrate() -> None:
    """Run the wanted migrations in one transaction."""
    engine = create_engine(context.config.attributes["database_url"], poolclass=NullPool)
    sqlite = engine.dialect.name == "sqlite"
    if sqlite:
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    with engine.begin() as connection:
        if not sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
        )
        context.run_migrations()
        if sqlite:
            _check_foreign_keys(connection)


migrate()
