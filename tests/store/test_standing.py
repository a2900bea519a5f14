"""Connections to PostgreSQL that are used again: those that still stand without a question, with what they know."""

from collections.abc import Iterator
from select import select

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from incident.store import standing
from incident.store.db import harden, only_reads

pytestmark = pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine with one connection, as the pages have them."""
    found = harden(create_engine(database_url, pool_size=1, max_overflow=0))
    yield found
    found.dispose()


@pytest.fixture
def asked(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The connections that were asked whether they stand."""
    found: list[object] = []
    ping = engine.dialect.do_ping

    def counted(connection: object) -> bool:
        found.append(connection)
        return ping(connection)  # type: ignore[arg-type]

    monkeypatch.setattr(engine.dialect, "do_ping", counted)
    return found


def backend(engine: Engine) -> int:
    """The process of the server behind the connection."""
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT pg_backend_pid()")))


def test_one_that_was_used_just_now_is_not_asked_and_one_that_has_rested_is(
    engine: Engine, asked: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page goes over the line once less; what has rested may have been dropped on the way without a word."""
    first = backend(engine)
    assert (backend(engine), len(asked)) == (first, 0)
    monkeypatch.setattr(standing, "RESTED", 0.0)
    assert (backend(engine), len(asked)) == (first, 1)


def test_one_that_was_ended_is_made_anew(engine: Engine, asked: list[object], database_url: str) -> None:
    """The server leaves a word on the line when it goes, so nobody is shown an error for it."""
    first = backend(engine)
    admin = create_engine(database_url)
    with admin.connect() as connection:
        ended = text("SELECT pg_terminate_backend(:pid, 10000)")
        assert connection.scalar(ended, {"pid": first})
    admin.dispose()
    assert backend(engine) != first
    assert len(asked) == 1


def end_the_own(engine: Engine, database_url: str) -> None:
    """The server ends a connection in the midst of its transaction."""
    admin = create_engine(database_url, poolclass=NullPool)
    with Session(engine) as session, session.begin(), admin.connect() as other:
        pid = session.scalar(text("SELECT pg_backend_pid()"))
        other.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": pid})
        session.execute(text("SELECT 1"))


def test_one_that_is_lost_in_a_transaction_says_so(engine: Engine, database_url: str) -> None:
    """Whoever waits for a database that is back soon, as a worker that has sent something, must know what happened."""
    with pytest.raises(OperationalError, match="terminating connection"):
        end_the_own(engine, database_url)


def test_a_harmless_word_ends_nothing(engine: Engine, asked: list[object], database_url: str) -> None:
    """A message that came by itself is looked at with a question, and the connection goes on."""
    with engine.connect() as connection:
        connection.execute(text("LISTEN elsewhere"))
        connection.commit()
        line = connection.connection.driver_connection
    first = backend(engine)
    admin = create_engine(database_url)
    with admin.begin() as connection:
        connection.execute(text("NOTIFY elsewhere"))
    admin.dispose()
    assert select([line], [], [], 10)[0] == [line]
    assert (backend(engine), len(asked)) == (first, 1)


def test_what_was_prepared_for_one_page_serves_the_next(engine: Engine) -> None:
    """The driver forgets at a ROLLBACK what it has prepared, so a transaction that could only read ends by COMMIT."""
    for _page in range(6):
        with Session(engine) as session:
            only_reads(session)
            session.execute(text("SELECT 'of every page'"))
    with Session(engine) as session:
        kept = session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert kept == ["SELECT 'of every page'"]


def test_a_page_that_reads_cannot_write(engine: Engine) -> None:
    """Its end would keep what it had written."""
    with Session(engine) as session:
        only_reads(session)
        with pytest.raises(InternalError, match="read-only transaction"):
            session.execute(text("CREATE TABLE written (id int)"))
    with Session(engine) as session:
        session.execute(text("CREATE TABLE written (id int)"))
        session.rollback()
        assert session.scalar(text("SELECT to_regclass('written')")) is None
