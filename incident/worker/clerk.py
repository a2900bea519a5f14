"""Long work that somebody asked for on a page: done step by step, so that whoever is killed loses one step."""

import threading
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from incident.store.db import only_reads
from incident.usecases.mailing.make_messages import anything_to_make, make_next_messages

log = structlog.get_logger(__name__)


class Clerk:
    """Does what waits. A database that is away is asked again at the next tick."""

    def __init__(
        self, sessions: sessionmaker[Session], now: Callable[[Session], datetime], stop: threading.Event
    ) -> None:
        self._sessions = sessions
        self._now = now
        self._stop = stop

    def tick(self) -> int:
        """Take steps until nothing waits or the process is to stop; returns how many."""
        steps = 0
        try:
            while not self._stop.is_set() and self._messages():
                steps += 1
        except DBAPIError as problem:
            log.warning("database_away", error=type(problem).__name__)
        return steps

    def _messages(self) -> int:
        """Make some messages of a mailing that was released; returns how many."""
        with self._sessions() as session:
            only_reads(session)
            if not anything_to_make(session):
                return 0
        with self._sessions() as session, session.begin():
            made = make_next_messages(session, self._now(session))
        log.info("messages_made", messages=made)
        return made
