"""Moments that a kill from outside seldom hits: a process that kills itself right before or after it stores a report.

``kill -9`` of oneself is like that of anybody else: no handler, no clean end, nothing is flushed or rolled back.
"""

import os
import signal
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.orm import Session

from incident.store.models import Incident

MARK: Final = "meldklok_test_reported"
BEFORE_COMMIT, AFTER_COMMIT = "before_commit", "after_commit"


def arm(moment: str | None = None) -> None:
    """Die at this moment of the next transaction that registers an incident."""
    if moment is None:
        return
    event.listen(Session, "after_flush", _notice)
    event.listen(Session, moment, _die)


def _notice(session: Session, _context: Any) -> None:
    if any(isinstance(row, Incident) for row in session.new):
        session.info[MARK] = True


def _die(session: Session) -> None:
    if session.info.get(MARK):
        os.kill(os.getpid(), signal.SIGKILL)
