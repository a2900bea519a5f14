"""Stage one of a tick: due rungs become messages, and due injects of an exercise. Finding nothing costs two reads of
small indexes."""

import threading
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from incident.store.db import only_reads
from incident.store.due_reminders import due_incidents
from incident.usecases.clock.fire import Fired, Outlets, fire_reminders
from incident.usecases.exercise.play import deliver_inject, due_injects

Now = Callable[[Session], datetime]
log = structlog.get_logger(__name__)


class Sweeper:
    """Finds what is due and settles it, batch by batch, until nothing is left that this process can have."""

    def __init__(self, sessions: sessionmaker[Session], now: Now, outlets: Outlets, stop: threading.Event) -> None:
        self._sessions = sessions
        self._now = now
        self._outlets = outlets
        self._stop = stop
        self.swept_at: datetime | None = None

    def sweep(self) -> int:
        """One pass; returns how many messages were made. A database that is away is tried again at the next tick."""
        said = 0
        try:
            while not self._stop.is_set() and self._anything():
                fired = self._batch()
                said += fired.said
                if fired.incidents == 0:
                    break
            self._play()
        except DBAPIError as problem:
            log.warning("database_away", error=type(problem).__name__)
        return said

    def _anything(self) -> bool:
        with self._sessions() as session:
            only_reads(session)
            now = self._now(session)
            self.swept_at = now
            return bool(due_incidents(session, now, 1))

    def _play(self) -> None:
        """Deliver what the script of an exercise holds for now, each in a transaction of its own."""
        with self._sessions() as session:
            only_reads(session)
            due = due_injects(session, self._now(session))
        for inject in due:
            if self._stop.is_set():
                return
            with self._sessions() as session, session.begin():
                delivered = deliver_inject(session, inject, self._now(session))
            log.info("inject_delivered" if delivered else "inject_was_delivered")

    def _batch(self) -> Fired:
        with self._sessions() as session, session.begin():
            fired = fire_reminders(session, self._now(session), self._outlets)
        late = max((lateness.total_seconds() for lateness in fired.lateness), default=0.0)
        log.info("reminders_fired", said=fired.said, collapsed=fired.collapsed, late_seconds=int(late))
        for reference, error in fired.problems:
            log.error("reminder_cannot_be_made", case=reference, error=error)
        return fired
