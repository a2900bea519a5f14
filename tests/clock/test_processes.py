"""Many real workers on one database: every message once, none lost, whoever is killed and whenever."""

import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, func, insert, select
from sqlalchemy.orm import Session

from bot.slack_here.workspace import BOT
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import SYSTEM, Role
from incident.domain.kinds import OutboxOutcome, ReminderKind
from incident.store.audit_many import NewEntry, append_many
from incident.store.commitments import insert_many
from incident.store.db import harden
from incident.store.models import Deadline, Inbound, Incident, OutboxMessage, Reminder, WorkerHeartbeat
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.queue import queue_one
from tests.clock.processes import MailSink, MortalPostgres, Workers, wait_until, workers
from tests.factories import make_person
from tests.fake_slack import Failure, FakeSlack
from tests.fake_slack.server import BOT_TOKEN
from tests.soak import often

pytestmark = pytest.mark.slow


def due_rows(engine: Engine, number: int, apart: timedelta = timedelta(0)) -> None:
    """A duty officer, and so many cases with one reminder each that is due now, or so far apart from now on."""
    now = datetime.now(UTC)
    start, end = now - timedelta(hours=48), now + timedelta(hours=24)
    incidents = [
        {
            "id": uuid4(),
            "reference": f"T-{n:05d}",
            "summary": "x",
            "status": "confirmed",
            "source": "web",
            "reported_at": start,
        }
        for n in range(number)
    ]
    deadlines = [
        {
            "id": uuid4(),
            "incident_id": one["id"],
            "obligation": "gdpr_34",
            "starts_at": start,
            "due_at": end,
            "ruleset": "t",
            "trace": {},
            "created_at": start,
            "state": "open",
        }
        for one in incidents
    ]
    reminders = [
        {
            "id": uuid4(),
            "deadline_id": one["id"],
            "incident_id": one["incident_id"],
            "rung": "left-24h",
            "kind": ReminderKind.REMINDER,
            "audience": "duty",
            "planned_at": now + n * apart,
            "due_at": now + n * apart,
        }
        for n, one in enumerate(deadlines)
    ]
    # The messages of the day, which a worker that lives for a minute queues, are not counted here.
    days = [
        {"key": f"{name}:{(now + timedelta(days=n)).date()}", "result": {}, "at": now}
        for name in ("digest", "morning")
        for n in (0, 1)
    ]
    with Session(engine) as session, session.begin():
        session.execute(insert(Inbound), days)
        make_person(session, "Alice", [Role.RESPONDER], now, duty_order=1)
        insert_many(session, Incident, incidents)
        insert_many(session, Deadline, deadlines)
        session.execute(insert(Reminder), reminders)
        # One entry for each case, all at once: left to the commit, each would look through what all of them wrote.
        append_many(session, [NewEntry(one["reference"], Tag.RECORD_SEALED, SYSTEM.key, now) for one in incidents])


def count(engine: Engine, *where: Any) -> int:
    with Session(engine) as session:
        return session.scalars(select(func.count()).select_from(OutboxMessage).where(*where)).one()


def all_settled(engine: Engine, number: int) -> bool:
    return count(engine, OutboxMessage.settled_at.is_not(None)) >= number


def heartbeats(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalars(select(func.count()).select_from(WorkerHeartbeat)).one()


@pytest.fixture
def place(migrated_url: str, tmp_path: Path) -> Any:
    """The variables of an installation on a fresh database, and an engine on the same."""
    engine = harden(create_engine(migrated_url))
    yield {"DATABASE_URL": migrated_url, "DATA_DIR": str(tmp_path), "MAIL_FROM": "meldklok@example.org"}, engine
    engine.dispose()


def test_six_workers_and_many_due_rows_every_message_once(place: Any) -> None:
    variables, engine = place
    rows = often(500, 2_000)
    due_rows(engine, rows)
    with MailSink() as sink, workers(6, **variables, SMTP_URL=sink.url):
        assert wait_until(lambda: all_settled(engine, rows), 300)
        assert (len(sink.taken), sink.doubles) == (rows, 0)
        assert wait_until(lambda: heartbeats(engine) == 6, 120)
    with Session(engine) as session:
        unsettled = select(func.count()).select_from(Reminder).where(Reminder.settled_at.is_(None))
        assert session.scalars(unsettled).one() == 0
    assert count(engine, OutboxMessage.outcome == OutboxOutcome.SENT) == rows


class Butcher:
    """Kills workers at random, and counts the kills that fell between sending and settling."""

    def __init__(self, engine: Engine, crew: Workers, sink: MailSink, seed: int) -> None:
        self._engine = engine
        self._crew = crew
        self._sink = sink
        self._random = random.Random(seed)
        self.between = 0

    def kill_one(self) -> None:
        pid = self._random.choice(self._crew.alive)
        self._crew.kill(pid)
        with Session(self._engine) as session:
            held = select(OutboxMessage.dedupe_key).where(
                OutboxMessage.claimed_by.contains(f":{pid}:"), OutboxMessage.settled_at.is_(None)
            )
            self.between += len(session.scalars(held).all())
        self._crew.spawn()


def test_random_kills_of_workers_lose_nothing(place: Any, record_property: Any) -> None:
    """Of a hundred kills on each database, or some. What a killed worker held may come twice, with the same Message-ID.

    On a busy machine a worker that lives takes seconds to settle what it has sent: the lease is longer than that, or it
    would end under a living worker, and what then comes twice is no work of a kill.
    """
    variables, engine = place
    kills, rows = often(25, 100), often(200, 800)
    due_rows(engine, rows)
    with MailSink(0.15) as sink, workers(4, **variables, SMTP_URL=sink.url, LEASE_SECONDS="20") as crew:
        butcher = Butcher(engine, crew, sink, seed=4)
        wait_until(lambda: sum(sink.taken.values()) > 0, 20)
        for _ in range(kills):
            butcher.kill_one()
            time.sleep(0.08)
        assert wait_until(lambda: all_settled(engine, rows), 300)
        assert crew.kills == kills
        record_property("kills", kills)
        assert len(sink.taken) == rows
        assert sink.doubles <= butcher.between
        for key, seen in sink.attempts.items():
            assert len(set(seen)) == len(seen), f"{key} came twice as the same attempt"
    assert count(engine, OutboxMessage.outcome == OutboxOutcome.SENT) == rows


def slack_rows(engine: Engine, slack: FakeSlack, number: int) -> None:
    """One message for each of so many conversations."""
    with Session(engine) as session, session.begin():
        for place in range(number):
            channel = slack.workspace.add_channel(f"c{place}", (BOT,))
            queue_one(
                session,
                incident=None,
                channel=Channel.SLACK,
                recipient=channel.id,
                template="test",
                params={},
                now=datetime.now(UTC),
                dedupe=f"occasion{place}",
            )


def test_random_kills_during_delivery_to_slack_neither_lose_nor_double(place: Any, record_property: Any) -> None:
    """Slack can be searched: what a killed worker had posted is found by its key, so nothing comes twice.

    The lease is long here too, for the same reason.
    """
    variables, engine = place
    kills, rows = often(12, 30), often(60, 150)
    with FakeSlack() as slack:
        slack.fail_always("chat.postMessage", Failure.slow(0.2))
        slack_rows(engine, slack, rows)
        tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": "x" * 32, "SLACK_API_URL": slack.url}
        with workers(3, **variables, **tokens, LEASE_SECONDS="20") as crew:
            posted = Posted(slack)
            wait_until(lambda: posted.number > 0, 20)
            for _ in range(kills):
                crew.kill(random.choice(crew.alive))
                crew.spawn()
                time.sleep(0.1)
            assert wait_until(lambda: all_settled(engine, rows), 300)
            assert (posted.number, posted.most) == (rows, 1)
            record_property("kills", crew.kills)
    assert count(engine, OutboxMessage.outcome == OutboxOutcome.SENT) == rows


class Posted:
    """What stands in the conversations of a fake Slack."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack

    def _counts(self) -> list[int]:
        with self._slack.workspace.lock:
            return [len(channel.messages) for channel in self._slack.workspace.channels.values()]

    @property
    def number(self) -> int:
        return sum(self._counts())

    @property
    def most(self) -> int:
        return max(self._counts())


@pytest.mark.postgresql
def test_killing_postgresql_again_and_again_loses_nothing(tmp_path: Path, record_property: Any) -> None:
    """The server dies in the middle of everything. What was sent but not yet settled is settled when it is back."""
    postgres = MortalPostgres()
    engine = create_engine(postgres.url, pool_pre_ping=True)
    rows, kills = often(200, 500), often(4, 10)
    variables = {"DATABASE_URL": postgres.url, "DATA_DIR": str(tmp_path), "MAIL_FROM": "meldklok@example.org"}
    try:
        due_rows(engine, rows)
        # No worker dies here, so the lease is the usual one: a short one would end on a busy machine and make a double.
        with MailSink(0.1) as sink, workers(3, **variables, SMTP_URL=sink.url, LEASE_SECONDS="60"):
            for _ in range(kills):
                before = sum(sink.taken.values())
                wait_until(lambda before=before: sum(sink.taken.values()) >= before + 10, 15)
                postgres.kill()
                time.sleep(0.3)
                postgres.revive()
            assert wait_until(lambda: all_settled(engine, rows), 300)
            assert postgres.deaths == kills
            record_property("kills", kills)
            assert len(sink.taken) == rows
            assert sink.doubles == 0
        assert count(engine, OutboxMessage.outcome == OutboxOutcome.SENT) == rows
    finally:
        engine.dispose()
        postgres.close()
