"""The figures of the clock: the empty sweep, many reminders at once, and how late a reminder is."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from bench.figure import Figure, measure, spread
from bench.place import Place
from incident.domain.kinds import OutboxOutcome
from incident.store.models import OutboxMessage, Reminder
from incident.usecases.clock.fire import Outlets
from incident.usecases.messages.ports import Channel
from incident.worker.sender import Sender
from incident.worker.sweeper import Sweeper
from tests.clock.processes import wait_until, workers

FEW = 1_000
BURST, BURST_SECONDS = 10_000, 60.0
STEADY, STEADY_SECONDS = 300, 30
SEED_SECONDS = 300.0
ROOT = Path(__file__).resolve().parents[1]


def figures(where: Place, many: int) -> Iterator[Figure]:
    """Measure with few and with many open clocks, then with many reminders due."""
    where.seed(FEW)
    few = _empty_sweep(where, FEW)
    yield few
    yield _empty_outbox(where)
    seconds = where.seed(many - FEW)
    limit = SEED_SECONDS * (many - FEW) / 100_000
    yield spread(f"seed {many - FEW} incidents", [seconds], unit="s", limit=limit)
    much = _empty_sweep(where, many)
    yield much
    ratio = much.median / few.median
    yield spread(f"empty sweep: {many} to {FEW} open", [ratio], unit="ratio", limit=1.5)
    with _mail_sink() as url:
        yield _burst(where, min(BURST, many // 2), url)
        yield _steady(where, url)


def _sweeper(where: Place) -> Sweeper:
    sessions = sessionmaker(where.engine, expire_on_commit=False)
    return Sweeper(sessions, lambda _: datetime.now(UTC), Outlets(frozenset({Channel.EMAIL})), threading.Event())


def _empty_sweep(where: Place, number: int) -> Figure:
    name = f"sweep that finds nothing, {number} open"
    return measure(name, _sweeper(where).sweep, 300, where.engine, limit=5.0)


def _empty_outbox(where: Place) -> Figure:
    sessions = sessionmaker(where.engine, expire_on_commit=False)
    sender = Sender(sessions, {}, lambda _: datetime.now(UTC), "bench", None, threading.Event())
    return measure("look for messages, none due", sender.drain, 300, where.engine, limit=5.0)


def _make_due(where: Place, number: int, spread_over: timedelta = timedelta()) -> None:
    """Let one rung of so many clocks fall due, evenly from now on; what was due before is not touched."""
    now = datetime.now(UTC)
    with Session(where.engine) as session, session.begin():
        waiting = select(Reminder.id).where(Reminder.rung == "left-6h", Reminder.planned_at > now + timedelta(days=1))
        ids = list(session.scalars(waiting.limit(number)))
        step = spread_over / max(len(ids), 1)
        values = [{"id": one, "planned_at": now + step * place} for place, one in enumerate(ids)]
        session.execute(update(Reminder), [{**row, "due_at": row["planned_at"]} for row in values])


def _sent(where: Place) -> int:
    with Session(where.engine) as session:
        sent = OutboxMessage.outcome == OutboxOutcome.SENT
        return session.scalars(select(func.count()).select_from(OutboxMessage).where(sent)).one()


def _burst(where: Place, number: int, url: str) -> Figure:
    """From the moment they are due until the last has left, with two workers that run already."""
    with workers(2, **where.variables, SMTP_URL=url, WORKER_TICK="2"):
        time.sleep(5)
        _make_due(where, number)
        begun = time.perf_counter()
        done = wait_until(lambda: _sent(where) >= number, 10 * BURST_SECONDS, every=0.25)
        seconds = time.perf_counter() - begun
    name = f"{number} reminders due at once leave" if done else f"{_sent(where)} of {number} reminders left"
    return spread(name, [seconds], unit="s", limit=BURST_SECONDS * number / BURST)


def _steady(where: Place, url: str) -> Figure:
    """How long after its planned moment a reminder has left, with one worker and the usual tick."""
    before = _sent(where)
    begun = datetime.now(UTC)
    with workers(1, **where.variables, SMTP_URL=url, WORKER_TICK="2"):
        time.sleep(4)
        begun = datetime.now(UTC)
        _make_due(where, STEADY, timedelta(seconds=STEADY_SECONDS))
        wait_until(lambda: _sent(where) >= before + STEADY, STEADY_SECONDS + 30)
    with Session(where.engine) as session:
        query = (
            select(OutboxMessage.settled_at, Reminder.planned_at)
            .join(Reminder, OutboxMessage.incident_id == Reminder.incident_id)
            .where(OutboxMessage.settled_at >= begun, Reminder.rung == "left-6h", Reminder.planned_at >= begun)
        )
        late = [(settled - planned).total_seconds() for settled, planned in session.execute(query) if settled]
    return spread("lateness of a reminder, steady", late, unit="s", limit=5.0)


@contextmanager
def _mail_sink() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.sink"], cwd=ROOT, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    try:
        assert process.stdout is not None
        yield f"smtp://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait()
