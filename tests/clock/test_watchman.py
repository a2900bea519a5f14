"""Who watches the watchman: health, metrics, the digest, the ping, and a worker that is told to stop."""

import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.orm import Session, sessionmaker

from incident.domain.kernel.events import Tag
from incident.domain.kernel.health import HealthFacts, Level, judge
from incident.domain.kinds import OutboxOutcome
from incident.platform.clock import FixedClock
from incident.store.audit import append
from incident.store.db import harden
from incident.store.heartbeat import beat
from incident.store.models import AuditEntry, AuditHead, OutboxMessage, Person, TreeLeaf, WorkerHeartbeat
from incident.store.places import Folder
from incident.store.proof.note import Signer, read_note
from incident.store.queries.vital_signs import alarm_facts, health_facts
from incident.store.tree import is_due, make_checkpoint
from incident.store.verify import Problem, verify
from incident.usecases.messages.channels import configured, write_down
from incident.usecases.messages.digest import queue_digest
from incident.usecases.messages.handover import hand_over
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.queue import queue_one
from incident.web.metrics import exposition
from incident.worker.notary import Notary
from incident.worker.watchman import Watchman
from tests.clock.conftest import House
from tests.clock.processes import MailSink, wait_until, workers
from tests.clock.test_processes import due_rows
from tests.factories import blobs_in
from tests.promises.tampered import disarm

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WELL = HealthFacts(newest_sweep_at=NOW, channels=("email",))
MINUTE = timedelta(minutes=1)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SIGNER = Signer(bytes(range(32)))


def test_all_is_well() -> None:
    assert (judge(WELL, NOW).ok, judge(WELL, NOW).findings) == (True, ())


@pytest.mark.parametrize(
    ("facts", "key", "failing"),
    [
        (HealthFacts(channels=("email",)), "worker_never", True),
        (HealthFacts(newest_sweep_at=NOW - 3 * MINUTE, channels=("email",)), "worker_silent", True),
        (HealthFacts(NOW, oldest_message_at=NOW - 3 * MINUTE, channels=("email",)), "messages_late", True),
        (HealthFacts(NOW, oldest_reminder_at=NOW - 3 * MINUTE, channels=("email",)), "reminders_late", True),
        (HealthFacts(NOW, stuck_reminders=1, channels=("email",)), "reminders_stuck", True),
        (HealthFacts(NOW, failed=2, channels=("email",)), "messages_failed", True),
        (HealthFacts(NOW, retrying=1, channels=("email",)), "messages_retrying", False),
        (HealthFacts(NOW, channels=("slack",), paused_channels=("slack",)), "channel_paused", False),
        (HealthFacts(NOW + 3 * MINUTE, channels=("email",)), "worker_ahead", True),
        (HealthFacts(NOW, channels=("terminal", "apprise")), "no_channel", True),
        (HealthFacts(NOW, channels=("email",), unwatched=1), "nobody_there", True),
        (HealthFacts(NOW, channels=("email",), flood=3), "flood", False),
        (HealthFacts(NOW), "no_channel", True),
    ],
)
def test_each_trouble_is_named(facts: HealthFacts, key: str, failing: bool) -> None:
    health = judge(facts, NOW)
    assert health.keys == (key,)
    assert health.ok is not failing
    assert str(health.findings[0])


def test_two_minutes_without_a_sweep_is_the_limit() -> None:
    assert judge(WELL, NOW + 2 * MINUTE).ok
    assert not judge(WELL, NOW + 2 * MINUTE + timedelta(seconds=1)).ok


@pytest.mark.parametrize(
    ("minutes", "says"), [(119, "silent for 119 minutes"), (120, "silent for 2 hours"), (517, "silent for 8 hours")]
)
def test_what_lasts_for_hours_is_said_in_hours(minutes: int, says: str) -> None:
    (finding,) = judge(WELL, NOW + minutes * MINUTE).findings
    assert says in str(finding)


def test_the_worst_comes_first() -> None:
    facts = HealthFacts(NOW - 5 * MINUTE, retrying=1, channels=("email",))
    assert [finding.level for finding in judge(facts, NOW).findings] == [Level.FAILING, Level.WARNING]


def test_the_facts_come_from_the_database(house: House) -> None:
    session, now = house.session, house.clock.now()
    house.report()
    beat(session, "w1", now, now, now)
    write_down(session, {Channel.EMAIL}, now)
    queue_one(
        session,
        incident=None,
        channel=Channel.EMAIL,
        recipient="a@example.org",
        template="test",
        params={},
        now=now,
        dedupe="x",
    )
    session.commit()
    later = now + 5 * MINUTE
    facts = health_facts(session, later)
    assert (facts.newest_sweep_at, facts.oldest_message_at, facts.backlog) == (now, now, 1)
    assert facts.oldest_reminder_at == now
    assert facts.open_clocks > 0
    assert facts.channels == ("email",)
    assert set(judge(facts, later).keys) == {"worker_silent", "messages_late", "reminders_late"}


def test_checkpoints_that_cannot_leave_are_seen_on_every_page_until_they_do(
    engine: Engine, house: House, clock: FixedClock, make_settings: Any, tmp_path: Path
) -> None:
    """A folder that is away must not keep the proof in the house unseen."""
    folder, sessions, now = tmp_path / "kept", sessionmaker(engine), clock.now()
    house.report()
    house.session.commit()
    notary = Notary(sessions, lambda _: now, lambda: SIGNER, AMSTERDAM, Folder(folder))
    watchman = Watchman(sessions, lambda _: now, "w1", now, make_settings(), lambda: now, lambda: notary.stuck_since)
    for there in (False, True):
        if there:
            folder.mkdir()
        notary.anchor()
        watchman.beat()
        found = [judge(facts(house.session, now), now).keys for facts in (health_facts, alarm_facts)]
        house.session.rollback()
        assert ["checkpoints_stuck" in keys for keys in found] == [not there, not there]
    assert list(folder.iterdir())


def test_no_transaction_is_open_while_a_checkpoint_leaves(
    engine: Engine, house: House, clock: FixedClock, tmp_path: Path
) -> None:
    """A slow bucket would keep everybody from writing."""
    now, open_ones = clock.now(), list[int]()

    class Watching(Folder):
        def has(self, name: str) -> bool:
            open_ones.append(engine.pool.checkedout())  # type: ignore[attr-defined]
            return super().has(name)

        def write(self, name: str, content: bytes, *, once: bool = False) -> None:
            open_ones.append(engine.pool.checkedout())  # type: ignore[attr-defined]
            super().write(name, content, once=once)

    house.report()
    house.session.commit()
    before = engine.pool.checkedout()  # type: ignore[attr-defined]
    Notary(sessionmaker(engine), lambda _: now, lambda: SIGNER, AMSTERDAM, Watching(tmp_path)).anchor()
    assert len(list(tmp_path.glob("*.checkpoint"))) == 1
    assert set(open_ones) == {before}


@pytest.mark.parametrize(
    ("earlier", "due"), [(5 * MINUTE, True), (timedelta(hours=23), True), (timedelta(days=3), False)]
)
def test_an_act_that_began_before_a_checkpoint_and_was_seen_after_it_gets_one_of_its_own(
    house: House, clock: FixedClock, earlier: timedelta, due: bool
) -> None:
    """Not by looking through all acts ever made: what bears an older day waits for the daily checkpoint."""
    session, now = house.session, clock.now()
    house.report()
    make_checkpoint(session, SIGNER, now)
    append(session, "incident:x", Tag.INCIDENT_CLOSED, "someone", now - earlier)
    session.flush()
    assert is_due(session) is due
    make_checkpoint(session, SIGNER, now + MINUTE)
    assert not is_due(session)


def test_what_bears_an_older_moment_comes_into_the_first_checkpoint_of_the_next_day(
    house: House, clock: FixedClock, tmp_path: Path
) -> None:
    """The others compare no more than what came since; whoever alters it before that is found all the same."""
    session, now = house.session, clock.now()
    house.report()
    make_checkpoint(session, SIGNER, now)
    for chain, earlier in (("old", timedelta(days=3)), ("new", MINUTE)):
        append(session, chain, Tag.INCIDENT_CLOSED, "someone", now - earlier)

    def covered() -> set[str]:
        return set(session.scalars(select(TreeLeaf.chain))) & {"old", "new"}

    make_checkpoint(session, SIGNER, now + MINUTE)
    assert covered() == {"new"}
    with session.begin_nested() as point:
        disarm(session)
        session.execute(text("UPDATE audit_entry SET actor = 'x' WHERE chain = 'old'"))
        session.expunge_all()
        found = verify(session, blobs_in(tmp_path), SIGNER.public).findings
        assert [(one.problem, one.chain) for one in found] == [(Problem.ENTRY_ALTERED, "old")]
        point.rollback()
    make_checkpoint(session, SIGNER, now + timedelta(days=1))
    assert covered() == {"old", "new"}


def test_metrics_say_the_same_as_health(house: House) -> None:
    text = exposition(HealthFacts(NOW - MINUTE, failed=3, open_clocks=7, channels=("email",)), NOW).decode()
    assert "meldklok_sweep_age_seconds 60.0" in text
    assert "meldklok_outbox_failed 3.0" in text
    assert "meldklok_clocks_open 7.0" in text
    assert "meldklok_message_lateness_seconds -1.0" in text
    assert "meldklok_healthy 0.0" in text


def test_a_sign_of_life_is_one_row_per_worker_and_forgotten_in_time(session: Session, clock: FixedClock) -> None:
    now = clock.now()
    beat(session, "old", now, now - timedelta(days=3), None)
    for seconds in range(3):
        beat(session, "w1", now, now + timedelta(seconds=seconds), now)
    rows = session.scalars(select(WorkerHeartbeat)).all()
    assert [(row.worker, row.seen_at) for row in rows] == [("w1", now + timedelta(seconds=2))]


def test_the_digest_comes_once_a_day_from_eight_also_when_nothing_runs(house: House) -> None:
    session = house.session
    early = datetime(2026, 3, 2, 6, 59, tzinfo=UTC)
    moments = [
        early,
        early + MINUTE,
        early + 2 * MINUTE,
        early + timedelta(hours=10),
        early + timedelta(days=1, hours=1),
    ]
    assert [queue_digest(session, moment, AMSTERDAM, SIGNER) for moment in moments] == [False, True, False, False, True]
    rows = session.scalars(select(OutboxMessage)).all()
    assert {row.recipient for row in rows} == {"charlie@example.org"}
    assert len(rows) == 2


def test_the_digest_carries_a_checkpoint_of_the_log_out_of_the_house(house: House) -> None:
    """What the mail holds is signed, and covers all that happened before it."""
    incident = house.report()
    assert queue_digest(house.session, house.clock.now(), AMSTERDAM, SIGNER)
    [row] = house.queued("digest")
    params = row.payload["params"]
    checkpoint = read_note(params["checkpoint"], SIGNER.public)
    assert checkpoint.size == house.session.scalars(select(func.count()).select_from(TreeLeaf)).one()
    covered = house.session.scalars(select(TreeLeaf).where(TreeLeaf.chain == incident.reference)).one()
    assert covered.hash == house.session.get_one(AuditHead, incident.reference).hash
    assert params["open_clocks"] >= 1
    assert any(entry.startswith(incident.reference) for entry in params["also"])
    assert house.session.scalars(select(AuditEntry).where(AuditEntry.tag == Tag.CHAIN_ANCHORED.value)).one()


def test_a_made_up_example_counts_nowhere_outside(house: House) -> None:
    """Who tries it with the examples, and means it beside them, is told of real clocks alone."""
    hand_over(house.session, house.clock.now())
    example, real = house.report(), house.report()
    example.is_example = True
    house.session.get_one(Person, house.actors["alice"].id).active = False
    assert hand_over(house.session, house.clock.now()) == 1
    assert queue_digest(house.session, house.clock.now(), AMSTERDAM, SIGNER)
    for row in house.queued():
        assert (row.payload["params"]["open_clocks"], len(row.payload["params"]["also"])) == (1, 1)
        assert real.reference in row.payload["params"]["also"][0]
    assert health_facts(house.session, house.clock.now()).open_clocks == 1


def test_the_channels_that_a_worker_has_are_the_channels_that_are_queued_for(session: Session) -> None:
    assert configured(session) == {Channel.EMAIL, Channel.SLACK}
    assert write_down(session, {Channel.EMAIL, Channel.APPRISE}, NOW)
    assert not write_down(session, {Channel.APPRISE, Channel.EMAIL}, NOW)
    assert configured(session) == {Channel.EMAIL, Channel.APPRISE}


@pytest.fixture
def dead_man() -> Iterator[tuple[str, list[str]]]:
    """An outside switch that counts pings."""
    pings: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pings.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/ping", pings
    server.shutdown()
    server.server_close()


def test_only_a_well_installation_pings(
    engine: Engine, house: House, dead_man: tuple[str, list[str]], make_settings: Any
) -> None:
    url, pings = dead_man
    settings = make_settings(DEAD_MAN_URL=url)
    now = house.clock.now()
    watchman = Watchman(sessionmaker(engine), lambda _: now, "w1", now, settings, lambda: now, lambda: None)
    watchman.ping()
    assert pings == []
    watchman.beat()
    watchman.ping()
    assert pings == ["/ping"]


@pytest.mark.slow
def test_sigterm_finishes_what_is_being_sent_and_leaves_no_lease(migrated_url: str, tmp_path: Path) -> None:
    import os

    engine = harden(create_engine(migrated_url))
    due_rows(engine, 60)
    variables = {"DATABASE_URL": migrated_url, "DATA_DIR": str(tmp_path), "MAIL_FROM": "meldklok@example.org"}
    with MailSink(0.3) as sink, workers(1, **variables, SMTP_URL=sink.url) as crew:
        assert wait_until(lambda: sum(sink.taken.values()) >= 4, 60)
        [pid] = crew.alive
        os.kill(pid, signal.SIGTERM)
        assert wait_until(lambda: _stopped(engine), 60)
        taken = len(sink.taken)
    with Session(engine) as session:
        sent = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.outcome == OutboxOutcome.SENT)
        held = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.lease_until.is_not(None))
        assert (session.scalars(sent).one(), session.scalars(held).one()) == (taken, 0)
        assert sink.doubles == 0
    engine.dispose()


def _stopped(engine: Engine) -> bool:
    with Session(engine) as session:
        rows = session.scalars(select(WorkerHeartbeat)).all()
        return bool(rows) and all(row.detail["stopped"] for row in rows)
