"""Real workers, a real mail server that keeps what it gets, and a PostgreSQL that can be killed."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

import psutil
from aiosmtpd.controller import Controller
from psycopg import sql

from tests.databases import PostgresDatabases
from tests.nursery import environment, nursery, runs

HEADERS = BytesHeaderParser()


class MailSink:
    """An SMTP server on this machine that takes its time and remembers every message by its Message-ID."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.taken: Counter[str] = Counter()
        self.attempts: dict[str, list[str]] = {}
        self._lock = threading.Lock()
        self._controller = QuickController(self, hostname="127.0.0.1", port=0)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take the message, then wait before saying so: in between lies the moment in which a kill makes a double."""
        import asyncio

        mail = HEADERS.parsebytes(envelope.content)
        key = str(mail["Message-ID"])
        with self._lock:
            self.taken[key] += 1
            self.attempts.setdefault(key, []).append(str(mail["X-Meldklok-Attempt"]))
        await asyncio.sleep(self.seconds)
        return "250 OK"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._controller.port}"

    @property
    def doubles(self) -> int:
        return sum(self.taken.values()) - len(self.taken)

    def __enter__(self) -> "MailSink":
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()


class QuickController(Controller):
    """A controller that listens on a free port, and learns which one before the library knocks on it."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Workers:
    """Worker processes."""

    def __init__(self, environ: dict[str, str]) -> None:
        self._environ = environ
        self._log = Path(environ["DATA_DIR"]) / "workers.log"
        self.alive: list[int] = []
        self.kills = 0

    def spawn(self, number: int = 1) -> None:
        for _ in range(number):
            self.alive.append(nursery().start("leased", self._environ, self._log))

    def kill(self, pid: int) -> None:
        """``kill -9``."""
        self.alive.remove(pid)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.kills += 1

    def stop(self) -> None:
        """SIGTERM to all, and SIGKILL to whoever does not listen."""
        for pid in self.alive:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not any(runs(pid) for pid in self.alive), 20)
        for pid in self.alive:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@contextmanager
def workers(number: int, **variables: str) -> Iterator[Workers]:
    """That many workers with these settings."""
    usual = {"LOG_LEVEL": "error", "WORKER_TICK": "0.2", "LEASE_SECONDS": "60"}
    crew = Workers(environment(**{**usual, **variables}))
    try:
        crew.spawn(number)
        yield crew
    finally:
        crew.stop()


def wait_until(condition: Callable[[], bool], seconds: float, every: float = 0.1) -> bool:
    """Whether the condition came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(every)
    return condition()


class MortalPostgres:
    """A PostgreSQL of our own that keeps what it commits, and can be killed and brought back."""

    def __init__(self) -> None:
        self._databases = PostgresDatabases()
        self._databases._run(sql.SQL("ALTER SYSTEM SET synchronous_commit = on"))
        self._databases._run(sql.SQL("SELECT pg_reload_conf()"))
        self.url = self._databases.migrated()
        self.deaths = 0

    def kill(self) -> None:
        """``kill -9`` of the server and of all its children at once."""
        server = psutil.Process(self._databases.server_pid)
        family = [*server.children(recursive=True), server]
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, 10)
        self.deaths += 1

    def revive(self) -> None:
        """Start it again on the same data; it recovers by itself."""
        self._databases._server.ensure_postgres_running()

    def close(self) -> None:
        self._databases.close()
