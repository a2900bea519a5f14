"""What leaves the house as proof: signed checkpoints, by the daily mail and into a folder that others keep."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from incident.delivery.checkpoints import is_there, leave
from incident.store.proof.note import Signer
from incident.store.tree import is_due, leaves_of, make_checkpoint, not_left
from incident.usecases.messages.digest import queue_digest

log = structlog.get_logger(__name__)


class Notary:
    """Makes checkpoints and lets them leave. A database or a folder that is away is asked again."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        now: Callable[[Session], datetime],
        signer: Callable[[], Signer],
        zone: ZoneInfo,
        folder: Path | None,
    ) -> None:
        self._sessions = sessions
        self._now = now
        self._signer = signer
        self._zone = zone
        self._folder = folder
        self.stuck_since: datetime | None = None
        """Since when checkpoints cannot be written to the folder; None while they can."""

    def digest(self) -> None:
        """Queue today's digest with its checkpoint when its hour has come and nobody has queued it yet."""
        try:
            with self._sessions() as session, session.begin():
                if queue_digest(session, self._now(session), self._zone, self._signer()):
                    log.info("digest_queued")
        except DBAPIError as problem:
            log.warning("database_away", error=type(problem).__name__)

    def anchor(self) -> None:
        """Make a checkpoint after an approval, a submission or a closing, and take what is new to the folder."""
        try:
            with self._sessions() as session, session.begin():
                if is_due(session):
                    log.info("checkpoint_made", size=make_checkpoint(session, self._signer(), self._now(session)).size)
            if self._folder is not None:
                self._leave(self._folder)
        except DBAPIError as problem:
            log.warning("database_away", error=type(problem).__name__)

    def _leave(self, folder: Path) -> None:
        with self._sessions() as session:
            try:
                for row in not_left(session, lambda size: is_there(folder, size)):
                    leaves = [(leaf.number, leaf.chain, leaf.seq, leaf.hash) for leaf in leaves_of(session, row)]
                    leave(folder, row.size, row.note, leaves)
                self.stuck_since = None
            except OSError as problem:
                self.stuck_since = self.stuck_since or self._now(session)
                log.error("checkpoint_cannot_leave", error=type(problem).__name__)
