"""What follows from time alone: slow messages go other ways, mailings that are through are written down, and what is
kept for a set time only is erased."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from incident.domain.kernel.people import SYSTEM
from incident.store.blobs import BlobStore
from incident.store.insert import insert_missing
from incident.store.models import Inbound
from incident.usecases.common.errands import forget_ended
from incident.usecases.common.inbound import forget_requests, recorded
from incident.usecases.common.limits import forget_counts
from incident.usecases.mailing.certificate import begin_mailings, end_mailings
from incident.usecases.mailing.erase_people import erase_recipients
from incident.usecases.messages.drill import fail_drills
from incident.usecases.messages.handover import hand_over
from incident.usecases.messages.morning import tell_waiting
from incident.usecases.messages.other_ways import rescue_slow
from incident.usecases.messages.reporter import warn_reporters
from incident.usecases.people.sessions import forget_old_sign_ins
from incident.usecases.people.unheard import rest_unheard
from incident.usecases.response.updates import ask_for_updates
from incident.usecases.retention.erase import erase_due, forget_links, removable, remove_files, removed

REMEMBER_REQUESTS = timedelta(days=30)
"""Nobody sends a form again, and Slack no event, after so long."""
ERASE_FROM_HOUR = 1
"""UTC."""
log = structlog.get_logger(__name__)


class Housekeeper:
    """Survives a database that is away: it is asked again at the next tick."""

    def __init__(
        self, sessions: sessionmaker[Session], now: Callable[[Session], datetime], blobs: BlobStore, zone: ZoneInfo
    ) -> None:
        self._sessions = sessions
        self._now = now
        self._blobs = blobs
        self._zone = zone

    def rescue(self) -> int:
        """Send messages that do not leave other ways too; returns how many went one."""
        try:
            with self._sessions() as session, session.begin():
                now = self._now(session)
                rescued = rescue_slow(session, now)
                warn_reporters(session, now)
                ask_for_updates(session, now)
                hand_over(session, now)
                tell_waiting(session, now, self._zone)
        except DBAPIError as problem:
            log.warning("database_away", error=type(problem).__name__)
            return 0
        if rescued:
            log.warning("messages_went_other_ways", messages=rescued)
        return rescued

    def erase(self) -> int:
        """Once a night, erase what the policies no longer let us keep; returns how many rows went.

        Of two workers each batch is done by one. Files go afterwards, outside of any transaction.
        """
        erased, gone = 0, list[str]()
        try:
            with self._sessions() as session, session.begin():
                now = self._now(session)
                night = f"erasure:{now:%Y-%m-%d}"
                waits = now.hour >= ERASE_FROM_HOUR and recorded(session, night) is None
                gone = removable(session, now)
            if waits:
                erased = self._night(night, now)
            if gone:
                remove_files(gone, self._blobs)
                with self._sessions() as session, session.begin():
                    removed(session, gone)
        except (DBAPIError, OSError) as problem:
            log.warning("erasing_failed", error=type(problem).__name__)
        if erased or gone:
            log.info("data_erased", rows=erased, files=len(gone))
        return erased

    def _night(self, night: str, now: datetime) -> int:
        erased = 0
        for number in count():
            found = self._batch(f"{night}:{number}", night, now)
            if found is None:
                break
            erased += found
        return erased

    def _batch(self, key: str, night: str, now: datetime) -> int | None:
        """Erase some; None once there is nothing left for this night."""
        with self._sessions() as session, session.begin():
            if recorded(session, night) is not None:
                return None
            if not insert_missing(session, Inbound, key=key, result={}, at=now):
                return 0
            found = erase_due(session, actor=SYSTEM, now=now)
            if not found:
                insert_missing(session, Inbound, key=night, result={}, at=now)
            return sum(found.values())

    def write_mailings(self) -> None:
        """Write down which mailings have begun to tell people, and which are through."""
        try:
            with self._sessions() as session, session.begin():
                now = self._now(session)
                begin_mailings(session, now)
                end_mailings(session, now)
        except DBAPIError as problem:
            log.warning("mailings_not_written", error=type(problem).__name__)

    def tidy(self) -> int:
        """Write what failed or was not confirmed (drills, roles of groups), and erase what is due."""
        try:
            with self._sessions() as session, session.begin():
                now = self._now(session)
                fail_drills(session, now)
                erased = erase_recipients(session, actor=SYSTEM, now=now)
                forget_ended(session, now)
                forget_requests(session, now - REMEMBER_REQUESTS)
                forget_old_sign_ins(session, now=now)
                rest_unheard(session, now=now)
                forget_counts(session, now=now)
                forget_links(session, now=now)
        except DBAPIError as problem:
            log.warning("housekeeping_failed", error=type(problem).__name__)
            return 0
        if erased:
            log.info("recipients_erased", mailings=erased)
        return erased
