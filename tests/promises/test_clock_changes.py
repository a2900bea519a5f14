"""The clock of the machine is set back and forward: the next reminder is on time, and /health says what is wrong.

Real waits, real threads: only what the machine says the time is changes.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from incident import worker as module
from incident.domain.kernel.health import judge
from incident.domain.kernel.people import Role
from incident.platform.settings import Settings
from incident.store.db import harden
from incident.store.models import OutboxMessage, Person, Reminder
from incident.store.queries.vital_signs import health_facts
from incident.usecases.clock.fire import Outlets
from incident.usecases.messages.ports import Channel, OutgoingMessage, Receipt
from incident.usecases.messages.queue import queue_one
from incident.wiring import wire
from incident.worker import Worker
from tests.factories import make_incident, make_person

SOON = timedelta(seconds=2)
PATIENCE_SECONDS = 15.0


class Recorder:
    """Takes everything, and notes when."""

    def __init__(self) -> None:
        self.taken: list[tuple[datetime, OutgoingMessage]] = []

    def send(self, message: OutgoingMessage) -> Receipt:
        self.taken.append((datetime.now(UTC), message))
        return Receipt("taken")

    def waits_for(self, fits: Callable[[OutgoingMessage], bool]) -> datetime | None:
        """When the first such message came; None when it did not within the patience of this test."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            for when, message in self.taken:
                if fits(message):
                    return when
            time.sleep(0.05)
        return None


@pytest.fixture
def engine(lite_url: str) -> Iterator[Engine]:
    """SQLite: on PostgreSQL the database's clock counts, not this machine's."""
    opened = harden(create_engine(lite_url))
    yield opened
    opened.dispose()


@pytest.fixture
def post(engine: Engine, make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """A worker that runs as in an installation, with quick beats."""
    monkeypatch.setattr(module, "BEAT_SECONDS", 0.3)
    recorder, stop = Recorder(), threading.Event()
    settings = make_settings(WORKER_TICK="0.2", DATABASE_URL=str(engine.url))
    deps = replace(wire(settings), messengers={Channel.EMAIL: recorder})
    thread = threading.Thread(target=Worker(engine, deps, Outlets(), stop).run)
    with Session(engine) as session, session.begin():
        make_person(session, "Alice", [Role.RESPONDER, Role.DPO], datetime.now(UTC), duty_order=1)
    thread.start()
    assert recorder_is_heard(engine)
    yield recorder
    stop.set()
    thread.join(10)


def recorder_is_heard(engine: Engine) -> bool:
    """Whether the worker has looked at the clock once."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if is_well(engine):
            return True
        time.sleep(0.1)
    return False


def is_well(engine: Engine) -> bool:
    with Session(engine) as session:
        now = datetime.now(UTC)
        return judge(health_facts(session, now), now).ok


def plan_a_reminder(engine: Engine) -> datetime:
    """A report whose only waiting rung is due in two seconds."""
    now = datetime.now(UTC)
    with Session(engine) as session, session.begin():
        alice = session.scalars(select(Person)).one().actor()
        incident = make_incident(session, alice, now)
        rungs = session.scalars(select(Reminder).where(Reminder.incident_id == incident.id)).all()
        for rung in rungs:
            rung.planned_at = rung.due_at = now + (SOON if rung.rung == "left-24h" else timedelta(days=30))
        session.query(OutboxMessage).filter(OutboxMessage.incident_id == incident.id).delete()
    return now + SOON


@pytest.mark.parametrize(
    "jump",
    [timedelta(hours=-20), timedelta(hours=-1), timedelta(hours=1), timedelta(days=2), timedelta(days=9999)],
    ids=str,
)
def test_the_next_reminder_is_on_time(engine: Engine, post: Recorder, jump: timedelta) -> None:
    with time_machine.travel(datetime.now(UTC) + jump, tick=True):
        due_at = plan_a_reminder(engine)
        came = post.waits_for(lambda message: message.template == "reminder")
        assert came is not None
        # Every jump is hours or more; that a busy disk holds a commit for some seconds is not asked here.
        assert timedelta(0) <= came - due_at < timedelta(seconds=PATIENCE_SECONDS)
        assert recorder_is_heard(engine)


def test_a_message_made_before_the_clock_was_set_back_leaves_at_once(engine: Engine, post: Recorder) -> None:
    """It was made "tomorrow": nobody waits until then."""
    with time_machine.travel(datetime.now(UTC) - timedelta(hours=20), tick=True):
        assert recorder_is_heard(engine)
        ahead = datetime.now(UTC) + timedelta(hours=20)
        with Session(engine) as session, session.begin():
            queue_one(
                session,
                incident=None,
                channel=Channel.EMAIL,
                recipient="alice@example.org",
                template="test",
                params={},
                now=ahead,
                dedupe="ahead",
            )
        assert post.waits_for(lambda message: message.template == "test") is not None


def test_a_sweep_in_the_future_is_a_failure_as_long_as_no_worker_looks(engine: Engine, post: Recorder) -> None:
    """The worker is gone, then the clock is set back: what it left behind is no sign of life."""
    with Session(engine) as session:
        facts = health_facts(session, datetime.now(UTC))
    judged = judge(facts, datetime.now(UTC) - timedelta(hours=20))
    assert (judged.keys[0], judged.ok) == ("worker_ahead", False)
