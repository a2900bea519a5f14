"""Alembic's environment: one connection, one transaction, one process at a time.

SQLite alters a table by copying it, and dropping the old copy would cascade into its children: foreign keys are off
while the tables move and are checked as a whole before the commit.
"""

from typing import Any, Literal

from alembic import context
from flask_security import AsaList
from sqlalchemy import JSON, Connection, Enum, create_engine, event, text
from sqlalchemy.pool import NullPool

import incident.store.models  # noqa: F401 - the tables register themselves
from incident.store.db import BUSY_TIMEOUT_MS, Base, UtcDateTime

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


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types as the plain types they are: a migration must not change when the code does."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    if isinstance(item, JSON):
        return "JSON"
    return "sa.Text()" if isinstance(item, AsaList) else False


def _wanted(_item: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """Whether a comparison looks at this thing: not at the full-text index; some tables only where these are named."""
    if (kind == "table" and (name or "").startswith("incident_words")) or (kind, name) == ("column", "words"):
        return False
    tables = context.config.attributes.get("tables")
    return kind != "table" or tables is None or name in tables


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
            include_object=_wanted,
            render_as_batch=True,
            compare_type=True,
            render_item=_render,
        )
        context.run_migrations()
        if sqlite:
            _check_foreign_keys(connection)


migrate()
