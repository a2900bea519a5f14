"""Several processes that go through a long register together, all as it stood at one instant.

PostgreSQL gives the instant a name. On SQLite nobody can write for the moment in which all of them begin to read.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from typing import TypeVar

from sqlalchemy import URL, Engine, create_engine, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from incident.store.db import harden, only_reads
from incident.store.models import AuditHead

PATIENCE = 300
"""Seconds for the others to start in, on a machine that has little time for them."""
Answer = TypeVar("Answer")
Task = Callable[[Session, Sequence[str]], Answer]
_own: list[Session] = []
"""The session of a process that helps."""


class Readers:
    """Whoever goes through parts of the register at the instant at which ``session`` reads."""

    def __init__(self, session: Session, pool: ProcessPoolExecutor | None = None) -> None:
        self._session, self._pool = session, pool

    def each(self, task: Task[Answer], parts: Sequence[Sequence[str]]) -> Iterator[Answer]:
        """What the task answers to each part, in their order."""
        if self._pool is None:
            return (task(self._session, part) for part in parts)
        return self._pool.map(_answer, [task] * len(parts), parts)


@contextmanager
def together(session: Session) -> Iterator[Readers]:
    """As many readers as there are processors. The session must have written nothing: it begins to read anew."""
    engine, context, number = session.get_bind(), get_context("spawn"), os.cpu_count() or 1
    assert isinstance(engine, Engine), "others can only read where they can connect"
    step, named = context.Barrier(number + 1), engine.dialect.name == "postgresql"
    _begin_anew(session)
    instant = session.scalar(text("SELECT pg_export_snapshot()")) if named else None
    with ProcessPoolExecutor(number, context, _join, (engine.url, instant, step)) as pool:
        for _ in range(number):
            pool.submit(int)
        with _or_nobody(step):
            step.wait(PATIENCE)
            with nullcontext() if named else engine.begin():
                if not named:
                    _begin_anew(session)
                step.wait(PATIENCE)
                step.wait(PATIENCE)
        yield Readers(session, pool)


@contextmanager
def _or_nobody(step: Barrier) -> Iterator[None]:
    """Where one of them fails the others wait no longer."""
    try:
        yield
    except BaseException:
        step.abort()
        raise


def _begin_anew(session: Session) -> None:
    session.rollback()
    only_reads(session, compares=True)
    _look(session)


def _look(session: Session) -> None:
    """On SQLite the instant of a transaction is that of its first look."""
    session.execute(select(AuditHead.chain).limit(1))


def _join(url: URL, instant: str | None, step: Barrier) -> None:
    """Begin to read in a process that helps, when all of them are there."""
    with _or_nobody(step):
        session = Session(harden(create_engine(url, poolclass=NullPool)))
        step.wait(PATIENCE)
        step.wait(PATIENCE)
        only_reads(session, compares=True)
        if instant is not None:
            session.execute(text(f"SET TRANSACTION SNAPSHOT '{instant}'"))
        _look(session)
        step.wait(PATIENCE)
    _own.append(session)


def _answer(task: Task[Answer], part: Sequence[str]) -> Answer:
    return task(_own[0], part)
