"""What is kept for a set time only is erased when that time is over: people of mailings, marks of requests."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from incident.domain.kernel.people import SYSTEM
from incident.usecases.common.inbound import forget_requests
from incident.usecases.mailing.mailing import erase_recipients

REMEMBER_REQUESTS = timedelta(days=30)
"""Nobody sends a form again, and Slack no event, after so long."""
log = structlog.get_logger(__name__)


class Housekeeper:
    """Erases the people of mailings whose time is over."""

    def __init__(self, sessions: sessionmaker[Session], now: Callable[[Session], datetime]) -> None:
        self._sessions = sessions
        self._now = now

    def tidy(self) -> int:
        """Erase what is due; a database that is away is asked again at the next tick."""
        try:
            with self._sessions() as session, session.begin():
                now = self._now(session)
                erased = erase_recipients(session, actor=SYSTEM, now=now)
                forget_requests(session, now - REMEMBER_REQUESTS)
        except DBAPIError as problem:
            log.warning("housekeeping_failed", error=type(problem).__name__)
            return 0
        if erased:
            log.info("recipients_erased", mailings=erased)
        return erased
