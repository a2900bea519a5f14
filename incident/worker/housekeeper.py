"""What follows from time alone: slow messages go other ways, mailings that are through are written down, and what is
kept for a set time only is erased."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from incident.domain.kernel.people import SYSTEM
from incident.usecases.common.inbound import forget_requests
from incident.usecases.common.limits import forget_counts
from incident.usecases.mailing.certificate import end_mailings
from incident.usecases.mailing.mailing import erase_recipients
from incident.usecases.messages.other_ways import rescue_slow
from incident.usecases.messages.reporter import warn_reporters
from incident.usecases.people.sessions import forget_old_sign_ins

REMEMBER_REQUESTS = timedelta(days=30)
"""Nobody sends a form again, and Slack no event, after so long."""
log = structlog.get_logger(__name__)


class Housekeeper:
    """Survives a database that is away: it is asked again at the next tick."""

    def __init__(self, sessions: sessionmaker[Session], now: Callable[[Session], datetime]) -> None:
        self._sessions = sessions
        self._now = now

    def rescue(self) -> int:
        """Send messages that do not leave other ways too; returns how many went one."""
        try:
            with self._sessions() as session, session.begin():
                now = self._now(session)
                rescued = rescue_slow(session, now)
                warn_reporters(session, now)
        except DBAPIError as problem:
            log.warning("database_away", error=type(problem).__name__)
            return 0
        if rescued:
            log.warning("messages_went_other_ways", messages=rescued)
        return rescued

    def tidy(self) -> int:
        """Write the submissions of mailings that are through, and erase what is due."""
        try:
            with self._sessions() as session, session.begin():
                now = self._now(session)
                end_mailings(session, now)
                erased = erase_recipients(session, actor=SYSTEM, now=now)
                forget_requests(session, now - REMEMBER_REQUESTS)
                forget_old_sign_ins(session, now=now)
                forget_counts(session, now=now)
        except DBAPIError as problem:
            log.warning("housekeeping_failed", error=type(problem).__name__)
            return 0
        if erased:
            log.info("recipients_erased", mailings=erased)
        return erased
