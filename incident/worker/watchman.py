"""Who watches the watchman: this worker's sign of life, the ping to an outside dead-man's switch."""

import ssl
from collections.abc import Callable
from datetime import datetime

import httpx
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from incident.delivery.punctual_http import punctual_client
from incident.domain.kernel.health import judge
from incident.platform.settings import Settings
from incident.store.due import after_clock_was_set_back
from incident.store.heartbeat import beat
from incident.store.mail_intake import stuck_for_long
from incident.store.queries.incidents import count_of_flood
from incident.store.queries.vital_signs import health_facts
from incident.usecases.common.insiders import unwatched

Now = Callable[[Session], datetime]
PING_SECONDS = 5
log = structlog.get_logger(__name__)


class Watchman:
    """The jobs beside sweeping and sending. Each survives a database that is away."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        now: Now,
        worker: str,
        started_at: datetime,
        settings: Settings,
        swept_at: Callable[[], datetime | None],
        stuck_since: Callable[[], datetime | None],
        backup_old: Callable[[], bool] = lambda: False,
        unstamped_since: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        self._sessions = sessions
        self._now = now
        self._worker = worker
        self._started_at = started_at
        self._settings = settings
        self._swept_at = swept_at
        self._stuck_since = stuck_since
        self._unstamped_since = unstamped_since
        self._backup_old = backup_old

    def beat(self, stopped: bool = False) -> None:
        """Write the sign of life, and put right what a clock that was set back has left behind."""
        try:
            with self._sessions() as session, session.begin():
                now = self._now(session)
                detail: dict[str, bool | int] = {
                    "stopped": stopped,
                    "checkpoints_stuck": self._stuck_since() is not None,
                    "stamps_missing": self._unstamped_since() is not None,
                    "backup_old": self._backup_old(),
                    "unwatched": len(unwatched(session, now)),
                    "flood": count_of_flood(session),
                    "mail_stuck": stuck_for_long(session, now),
                }
                beat(session, self._worker, self._started_at, now, self._swept_at(), detail)
                if moved := after_clock_was_set_back(session, now):
                    log.warning("clock_was_set_back", messages=moved)
        except DBAPIError as problem:
            log.warning("database_away", error=type(problem).__name__)

    def ping(self) -> None:
        """Tell the outside that all is well; silence is the alarm, so an unwell installation does not ping."""
        url = self._settings.dead_man_url
        if url is None or not self._well():
            return
        try:
            with punctual_client(PING_SECONDS, ssl.create_default_context()) as client:
                client.get(url).raise_for_status()
        except httpx.HTTPError as problem:
            log.warning("dead_man_ping_failed", error=type(problem).__name__)

    def _well(self) -> bool:
        try:
            with self._sessions() as session:
                now = self._now(session)
                return judge(health_facts(session, now), now).ok
        except DBAPIError:
            return False
