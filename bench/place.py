"""Where a run measures: a fresh database of one kind, and the variables with which processes find it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from psycopg import sql
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from incident.demo.seed_register import Seed, seed_register
from incident.domain.kernel.people import Role
from incident.store.db import harden
from tests.databases import Databases, PostgresDatabases, SqliteDatabases
from tests.factories import make_person

AHEAD = timedelta(days=10)
"""Seeded clocks start this far in the future, so that nothing is due before a measurement makes it so."""


@dataclass(frozen=True, slots=True)
class Place:
    """A database with the product's schema and a duty officer."""

    kind: str
    url: str
    folder: Path
    engine: Engine

    def seed(self, number: int) -> float:
        """Add so many open incidents; returns the seconds it took."""
        begun = datetime.now(UTC)
        with Session(self.engine) as session:
            for _ in seed_register(Seed(number, number, live=True, ahead=AHEAD), session=session, now=begun):
                session.commit()
                session.expunge_all()
        return (datetime.now(UTC) - begun).total_seconds()

    def settle(self) -> None:
        """Let PostgreSQL look at what was written, as it would by itself after a while; SQLite never does that."""
        if self.kind == "postgresql":
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))

    @property
    def variables(self) -> dict[str, str]:
        """What a worker on this database needs in its environment."""
        return {"DATABASE_URL": self.url, "DATA_DIR": str(self.folder), "MAIL_FROM": "meldklok@example.org"}


@contextmanager
def place(kind: str) -> Iterator[Place]:
    """A fresh place that keeps what it commits: with fsync, as in production."""
    databases = _databases(kind)
    folder = Path(tempfile.mkdtemp(prefix="meldklok-bench-", dir=os.environ.get("TMPDIR")))
    url = databases.migrated()
    engine = harden(create_engine(url))
    try:
        with Session(engine) as session, session.begin():
            make_person(session, "Alice", [Role.RESPONDER], datetime.now(UTC), duty_order=1)
        yield Place(kind, url, folder, engine)
    finally:
        engine.dispose()
        databases.close()
        shutil.rmtree(folder, ignore_errors=True)


def _databases(kind: str) -> Databases:
    if kind == "sqlite":
        return SqliteDatabases()
    postgres = PostgresDatabases()
    for setting in ("fsync = on", "full_page_writes = on", "synchronous_commit = on"):
        postgres._run(sql.SQL("ALTER SYSTEM SET " + setting))
    postgres._run(sql.SQL("SELECT pg_reload_conf()"))
    return postgres
