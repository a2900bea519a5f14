"""The back-up of every night, where a folder for it is set. When it is due stands in rows, as everything does."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import Engine, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from incident.store.archive import BadArchive
from incident.store.backup import ENDING, back_up, file_name
from incident.store.backup_runs import is_old
from incident.store.insert import insert_missing
from incident.store.models import BackupRun
from incident.wiring import Deps

FROM_HOUR = 2
LEASE = timedelta(minutes=20)
"""A back-up of which no part was written for so long was cut off: another worker begins it anew."""
RETRY = timedelta(minutes=15)
FORGOTTEN_DRAFT = timedelta(days=1)
log = structlog.get_logger(__name__)


class Archivist:
    """Makes one back-up a day. A database or a folder that is away is asked again."""

    def __init__(
        self, sessions: sessionmaker[Session], engine: Engine, now: Callable[[Session], datetime], deps: Deps
    ) -> None:
        self._sessions = sessions
        self._engine = engine
        self._now = now
        self._deps = deps
        self.old = False
        """Whether back-ups are wanted and the last good one is too old."""

    def tick(self) -> None:
        """Make today's back-up when its hour has come and no other worker has it in hand."""
        folder = self._deps.settings.backup_dir
        if folder is None:
            return
        try:
            with self._sessions() as session, session.begin():
                now = self._now(session)
                day = now.astimezone(self._deps.settings.zone)
                mine = day.hour >= FROM_HOUR and _claim(session, f"{day:%Y-%m-%d}", now)
            if mine:
                self._make(f"{day:%Y-%m-%d}", folder, now)
            with self._sessions() as session:
                self.old = is_old(session, self._now(session))
        except DBAPIError as problem:
            log.warning("database_away", error=type(problem).__name__)

    def _make(self, day: str, folder: Path, now: datetime) -> None:
        path, key = folder / file_name(now), self._deps.settings.encryption_keys[0]
        try:
            manifest = back_up(self._engine, self._deps.blobs, key, path, now, alive=self._renewing(day))
        except (OSError, BadArchive) as problem:
            reason = (getattr(problem, "strerror", "") or type(problem).__name__)[:255]
            self._write_down(day, problem=reason, lease_until=now + RETRY)
            log.error("backup_failed", error=reason)
            return
        self._write_down(day, done_at=now, file=path.name, problem="")
        log.info("backup_made", file=path.name, rows=sum(manifest.rows.values()), damaged=len(manifest.damaged))
        _tidy(folder, self._deps.settings.backup_keep, now)

    def _renewing(self, day: str) -> Callable[[bytes], None]:
        """Keeps others from beginning the back-up of the day, as long as it goes on."""
        renewed_at = self._deps.clock.now()

        def renew(_part: bytes) -> None:
            nonlocal renewed_at
            if self._deps.clock.now() - renewed_at < LEASE / 4:
                return
            renewed_at = self._deps.clock.now()
            try:
                with self._sessions() as session:
                    now = self._now(session)
                self._write_down(day, lease_until=now + LEASE)
            except DBAPIError as problem:
                # A part of files needs no database, and the next one asks again.
                log.warning("database_away", error=type(problem).__name__)

        return renew

    def _write_down(self, day: str, **values: object) -> None:
        with self._sessions() as session, session.begin():
            session.execute(update(BackupRun).where(BackupRun.name == day).values(**values))


def _claim(session: Session, day: str, now: datetime) -> bool:
    """Whether this worker makes the back-up of the day: nobody has begun it, or whoever did has given it up."""
    values = {"lease_until": now + LEASE, "file": "", "problem": ""}
    if insert_missing(session, BackupRun, name=day, **values):
        return True
    free = (BackupRun.name == day, BackupRun.done_at.is_(None), BackupRun.lease_until <= now)
    taken = update(BackupRun).where(*free).values(lease_until=now + LEASE).returning(BackupRun.name)
    return session.execute(taken).first() is not None


def _tidy(folder: Path, keep: int, now: datetime) -> None:
    """Remove the oldest archives, and what killed processes left; only now that there is a new one."""
    gone = sorted(folder.glob(f"meldklok-*{ENDING}"))[:-keep]
    drafts = folder.glob(f".meldklok-*{ENDING}.*.draft")
    gone += [path for path in drafts if path.stat().st_mtime < (now - FORGOTTEN_DRAFT).timestamp()]
    for path in gone:
        path.unlink(missing_ok=True)
