"""Check of the worker: without its sign of life no reminder leaves the house."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from incident.doctor.database import connection
from incident.doctor.finding import Finding, fail, ok
from incident.platform.settings import Settings
from incident.store.heartbeat import newest_beat

SILENCE = timedelta(minutes=2)
ADVICE = "Start it: meldklok worker (or meldklok run), and look at what it logs."


def heartbeat(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether a worker that nobody stopped has been seen within two minutes."""
    try:
        with connection(settings) as opened:
            seen_at = newest_beat(Session(opened))
    except SQLAlchemyError:
        return
    if seen_at is None:
        yield fail("worker", "The background program does not run here: nobody is reminded of anything.", ADVICE)
    elif now - seen_at > SILENCE:
        minutes = int((now - seen_at).total_seconds() // 60)
        yield fail(
            "worker",
            "The last sign of life of the background program is %(minutes)s minutes old.",
            ADVICE,
            minutes=minutes,
        )
    else:
        yield ok("worker", "The background program is running.")
