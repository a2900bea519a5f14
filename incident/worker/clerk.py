"""Long work that somebody asked for on a page: done step by step, so that whoever is killed loses one step."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from mmap import ACCESS_READ, mmap
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from incident.documents.glyphs import can_print
from incident.domain.kernel.errors import DomainError
from incident.domain.recipients import RecipientList
from incident.store.blobs import DamagedBlob
from incident.store.db import only_reads
from incident.store.shelf import put_ahead
from incident.usecases.common import errands
from incident.usecases.common.errands import Errand
from incident.usecases.mailing.make_messages import anything_to_make, make_next_messages
from incident.usecases.mailing.read_list import LISTS, channel_of, our_fault, people_in, read_step, refuse_list
from incident.usecases.register.export import EXPORTS, not_made
from incident.usecases.response.attach_evidence import damaged
from incident.wiring import Deps

log = structlog.get_logger(__name__)


class Clerk:
    """Does what waits. A database or a place of files that is away is asked again at the next tick."""

    def __init__(
        self, sessions: sessionmaker[Session], now: Callable[[Session], datetime], deps: Deps, stop: threading.Event
    ) -> None:
        self._sessions = sessions
        self._now = now
        self._deps = deps
        self._stop = stop

    def make_messages(self) -> int:
        """Make the messages of mailings that were released; returns in how many turns."""
        return self._as_long_as(self._messages)

    def read_lists(self) -> int:
        """Read the lists that were left here; returns how many."""
        return self._as_long_as(self._list)

    def make_exports(self) -> int:
        """Make the long exports of the register that were asked for; returns how many."""
        return self._as_long_as(self._export)

    def _as_long_as(self, act: Callable[[], object]) -> int:
        """Act until nothing waits or the process is to stop; returns how often."""
        times = 0
        try:
            while not self._stop.is_set() and act():
                times += 1
        except (DBAPIError, OSError) as problem:
            log.warning("long_work_waits", error=type(problem).__name__)
        return times

    def _messages(self) -> int:
        with self._sessions() as session:
            only_reads(session)
            if not anything_to_make(session):
                return 0
        with self._sessions() as session, session.begin():
            made = make_next_messages(session, self._now(session))
        log.info("messages_made", messages=made)
        return made

    def _claimed(self, kind: str) -> Errand | None:
        with self._sessions() as session:
            only_reads(session)
            if not errands.anything_to_do(session, kind, self._now(session)):
                return None
        with self._sessions() as session, session.begin():
            return errands.claim(session, kind, self._now(session))

    def _list(self) -> bool:
        """A surprise is a refusal like any other: whoever waits must hear of it, and other lists have their turn."""
        errand = self._claimed(LISTS)
        if errand is None:
            return False
        try:
            self._read(errand)
        except (DBAPIError, OSError):
            raise
        except DomainError as problem:
            self._refuse(errand, problem)
        except Exception:
            log.exception("list_surprised_us", mailing=str(errand.id))
            self._refuse(errand, our_fault())
        return True

    def _read(self, errand: Errand) -> None:
        found = self._people(errand)
        step: Errand | None = errand
        while step is not None and not self._stop.is_set():
            with self._sessions() as session, session.begin():
                now, deps = self._now(session), self._deps
                step = read_step(session, step, found, now, sealer=deps.sealer, blobs=deps.blobs)
        log.info("list_read", mailing=str(errand.id), people=len(found.people))

    def _people(self, errand: Errand) -> RecipientList:
        """What the list holds, read when no transaction is open any more. Raises DomainError."""
        with self._sessions() as session:
            only_reads(session)
            channel = channel_of(session, errand)
        try:
            content = self._deps.blobs.get(errand.file)
        except DamagedBlob as problem:
            raise damaged() from problem
        return people_in(channel, str(errand.about["filename"]), content, can_print)

    def _refuse(self, errand: Errand, problem: DomainError) -> None:
        with self._sessions() as session, session.begin():
            refuse_list(session, errand, problem, self._now(session))
        log.warning("list_not_read", mailing=str(errand.id), reason=problem.message)

    def _export(self) -> bool:
        errand = self._claimed(EXPORTS)
        if errand is None:
            return False
        with TemporaryDirectory() as folder:
            path = Path(folder) / "register"
            try:
                held = self._written(errand, path)
            except ExportFailed as problem:
                log.error("export_not_made", export=str(errand.id), status=problem.args[0])
                self._end(errand, problem=not_made().message)
            else:
                if held is not None:
                    self._keep(held, path)
        return True

    def _written(self, errand: Errand, path: Path) -> Errand | None:
        """Write the file; None where somebody else has taken the errand, or the process is to stop."""
        held: Errand | None = errand
        for done in written_apart(str(errand.id), path):
            with self._sessions() as session, session.begin():
                held = errands.step(session, errand, self._now(session), done=done, all=int(errand.about["rows"]))
            if held is None or self._stop.is_set():
                return None
            errand = held
        return held

    def _keep(self, errand: Errand, path: Path) -> None:
        with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
            with self._sessions() as session:
                shelf = put_ahead(session, self._deps.blobs, [content], self._now(session))
            for digest in shelf.files:
                self._end(errand, file=digest)
        log.info("export_made", export=str(errand.id))

    def _end(self, errand: Errand, *, file: str = "", problem: str = "") -> None:
        with self._sessions() as session, session.begin():
            errands.end(session, errand, self._now(session), file=file, problem=problem)


class ExportFailed(Exception):
    """The process that makes an export ended without a file; its status."""


def written_apart(export_id: str, path: Path) -> Iterator[int]:
    """Have the file written by a process of its own, which tells how far it is. Raises ExportFailed."""
    command = [sys.executable, "-m", "incident.web.export_apart", export_id, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None, "a pipe was asked for"
        try:
            yield from map(int, child.stdout)
        except GeneratorExit:
            child.kill()
            raise
    if child.returncode != 0:
        raise ExportFailed(child.returncode)
