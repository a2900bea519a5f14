"""Checks of the database: is it there, is its schema the one we need, does it agree about the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from incident.doctor.finding import Finding, fail, ok, warn
from incident.platform.clock import stopwatch
from incident.platform.settings import Settings, SettingsError
from incident.wiring import ensure_key

SKEW_SECONDS, STANDBY_SECONDS = 5, 3
LONGEST_WAIT = """
SELECT CAST(extract(epoch FROM max(clock_timestamp() - state_change)) AS float) FROM pg_stat_activity
WHERE wait_event = 'SyncRep' AND datname = current_database()
AND clock_timestamp() - state_change > make_interval(secs => :longest)
"""
"""What the database tells everybody of their own connections."""


@contextmanager
def connection(settings: Settings) -> Iterator[Connection]:
    """A connection of its own, closed afterwards."""
    engine = create_engine(settings.database_url, poolclass=NullPool)
    try:
        with engine.connect() as opened:
            yield opened
    finally:
        engine.dispose()


def reachable(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether the database answers."""
    try:
        with connection(settings) as opened:
            opened.execute(text("SELECT 1"))
            dialect = opened.dialect
    except SQLAlchemyError as problem:
        reason = str(getattr(problem, "orig", problem)).strip().split("\n")[0]
        cure = "Check DATABASE_URL and start the database."
        yield fail("database", "The database does not answer: %(reason)s.", cure, reason=reason.rstrip("."))
        return
    version = ".".join(str(part) for part in dialect.server_version_info or ())
    yield ok("database", "The database answers: %(database)s.", database=f"{dialect.name} {version}")


def at_head(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether the schema is the one that this version of the program needs; no page needs what moves it."""
    from incident.store import schema

    try:
        stands, needs = schema.current(settings.database_url), schema.head()
    except SQLAlchemyError:
        return
    if stands == needs:
        yield ok("schema", "The schema is at %(version)s, as needed.", version=needs)
    else:
        sentence = (
            "The schema is at version %(stands)s, and this program needs %(needs)s."
            if stands
            else "The database has no schema yet, and this program needs %(needs)s."
        )
        cure = "Run: %(command)s"
        yield fail("schema", sentence, cure, stands=stands, needs=needs, command="meldklok db upgrade")


def key(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether the encryption key is that of this database."""
    try:
        ensure_key(settings)
    except SQLAlchemyError:
        return
    except SettingsError:
        sentence = "The encryption key is not that of this database."
        yield fail("key", sentence, "Put the key back with which the database was sealed.")
        return
    yield ok("key", "The encryption key is that of this database.")


def same_time(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether a database on another machine agrees about the time; every deadline depends on it."""
    if settings.embedded:
        return
    passed = stopwatch()
    try:
        with connection(settings) as opened:
            theirs = opened.execute(text("SELECT clock_timestamp()")).scalar_one().astimezone(UTC)
    except SQLAlchemyError:
        return
    apart = abs((theirs - now - passed()).total_seconds())
    if apart > SKEW_SECONDS:
        sentence = "The clocks of this machine and of the database are %(seconds)s seconds apart."
        yield warn("time", sentence, "Let both machines set their clock by NTP.", seconds=round(apart))
    else:
        yield ok("time", "This machine and the database agree about the time.")


def standby(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether commits wait for a standby that is away: then every page can be read, and nothing can be saved."""
    if settings.embedded:
        return
    try:
        with connection(settings) as opened:
            waited = opened.execute(text(LONGEST_WAIT), {"longest": STANDBY_SECONDS}).scalar_one()
    except SQLAlchemyError:
        return
    if waited is not None:
        sentence = "Nothing can be saved: the database has waited %(seconds)s seconds for a standby."
        cure = "Bring the standby back, or take its name out of synchronous_standby_names on the first database."
        yield fail("standby", sentence, cure, seconds=round(waited))
