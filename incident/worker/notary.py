"""What leaves the house as proof: signed checkpoints, by the daily mail and to a place that others keep."""

from collections.abc import Callable
from datetime import datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from incident.delivery.checkpoints import is_there, leave
from incident.delivery.stamps import Authority
from incident.store.db import only_reads
from incident.store.models import CheckpointRow
from incident.store.places import Place
from incident.store.proof.note import Signer
from incident.store.proof.timestamp import BadStamp
from incident.store.tree import checkpoint_sizes, is_due, keep_stamp, leaves_of, unstamped
from incident.usecases.messages.checkpoints import new_checkpoint
from incident.usecases.messages.digest import queue_digest

log = structlog.get_logger(__name__)


class Notary:
    """Makes checkpoints and lets them leave. A database or a place that is away is asked again."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        now: Callable[[Session], datetime],
        signer: Callable[[], Signer],
        zone: ZoneInfo,
        place: Place | None,
        authority: Authority | None = None,
    ) -> None:
        self._sessions = sessions
        self._now = now
        self._signer = signer
        self._zone = zone
        self._place = place
        self._authority = authority
        self.stuck_since: datetime | None = None
        """Since when checkpoints cannot be left outside; None while they can."""

        self.unstamped_since: datetime | None = None
        """Since when the authority gives no stamp for the newest checkpoint; None while it does, or is not asked."""

    def digest(self) -> None:
        """Queue today's digest with its checkpoint when its hour has come and nobody has queued it yet."""
        try:
            with self._sessions() as session, session.begin():
                if queue_digest(session, self._now(session), self._zone, self._signer()):
                    log.info("digest_queued")
        except DBAPIError as problem:
            log.warning("database_away", error=type(problem).__name__)

    def anchor(self) -> None:
        """Make a checkpoint after an approval, a submission or a closing, and take what is new outside."""
        try:
            with self._sessions() as session, session.begin():
                if is_due(session):
                    log.info("checkpoint_made", size=new_checkpoint(session, self._signer(), self._now(session)).size)
            if self._place is not None:
                self._leave(self._place)
        except DBAPIError as problem:
            log.warning("database_away", error=type(problem).__name__)

    def stamp(self) -> None:
        """Have the newest checkpoint stamped by the authority, where there is one; nobody waits for it."""
        if self._authority is None:
            return
        try:
            with self._sessions() as session:
                only_reads(session)
                row, now = unstamped(session), self._now(session)
            if row is not None:
                answer, moment = self._authority.stamp(row.note)
                with self._sessions() as session, session.begin():
                    keep_stamp(session, row.size, answer, moment)
                log.info("checkpoint_stamped", size=row.size)
            self.unstamped_since = None
        except BadStamp as problem:
            self.unstamped_since = self.unstamped_since or now
            log.error("checkpoint_not_stamped", error=str(problem)[:200])
        except DBAPIError as problem:
            log.warning("database_away", error=type(problem).__name__)

    def _leave(self, place: Place) -> None:
        """What is new goes outside, oldest first; no transaction is open meanwhile, because a place may be slow."""
        with self._sessions() as session:
            only_reads(session)
            sizes, now = checkpoint_sizes(session), self._now(session)
        try:
            missing = list(takewhile(lambda size: not is_there(place, size), sizes))
            for size in reversed(missing):
                leave(place, size, *self._checkpoint(size))
            self.stuck_since = None
        except OSError as problem:
            self.stuck_since = self.stuck_since or now
            log.error("checkpoint_cannot_leave", error=type(problem).__name__)

    def _checkpoint(self, size: int) -> tuple[str, list[tuple[int, str, int, str]]]:
        with self._sessions() as session:
            only_reads(session)
            row = session.get_one(CheckpointRow, size)
            return row.note, [(leaf.number, leaf.chain, leaf.seq, leaf.hash) for leaf in leaves_of(session, row)]
