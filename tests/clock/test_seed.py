"""The seeded register: reproducible, whole, and like the real one."""

from datetime import timedelta
from typing import Any
from uuid import RFC_4122

import pytest
from psycopg.errors import UniqueViolation
from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from incident.demo import seed_register as seed_register_module
from incident.demo.seed_register import Seed, seed_register
from incident.domain.fact_sheet import facts_hash, from_json
from incident.domain.kernel.events import OPEN_STATUSES, Status, Tag, progress
from incident.domain.kernel.reference import parse_reference
from incident.domain.kinds import DeadlineState
from incident.law.duties import Duty
from incident.law.obligations import ObligationKind
from incident.platform.clock import FixedClock
from incident.store.db import harden
from incident.store.models import AuditEntry, Deadline, FactSheet, Incident, OutboxMessage, ReferenceCounter, Reminder
from incident.usecases.clock.deadlines import obligations_of
from incident.usecases.clock.fire import Outlets, fire_reminders
from incident.usecases.common.fact_versions import current_facts
from tests.chains import breaks
from tests.databases import SqliteDatabases


def fill(session: Session, clock: FixedClock, **more: Any) -> list[Incident]:
    for _ in seed_register(Seed(40, 12, **more), session=session, now=clock.now()):
        session.commit()
    return list(session.scalars(select(Incident).order_by(Incident.reference)))


def test_the_register_is_whole(session: Session, clock: FixedClock) -> None:
    incidents = fill(session, clock)
    assert sum(incident.status in OPEN_STATUSES for incident in incidents) == 12
    assert all(parse_reference(incident.reference) == incident.reference for incident in incidents)
    assert breaks(session) == []
    for incident in incidents:
        entries = session.execute(
            select(AuditEntry.tag, AuditEntry.details).where(AuditEntry.chain == incident.reference)
        )
        events = [(Tag(tag), str(details.get("subject", ""))) for tag, details in entries]
        assert progress(events).status is incident.status
    for sheet in session.scalars(select(FactSheet)):
        assert facts_hash(from_json(sheet.facts)) == sheet.sha256


def test_open_clocks_have_their_rungs_and_closed_ones_are_settled(session: Session, clock: FixedClock) -> None:
    fill(session, clock)
    for deadline in session.scalars(select(Deadline)):
        waiting = select(func.count()).where(Reminder.deadline_id == deadline.id, Reminder.settled_at.is_(None))
        assert (session.scalars(waiting).one() > 0) is (deadline.state is DeadlineState.OPEN)


def test_what_was_decided_against_is_no_duty_any_more(session: Session, clock: FixedClock) -> None:
    """GDPR art. 33(1): people decide so of a risk that is unlikely, and the proof then says that nothing was due."""
    decided = [one for one in fill(session, clock) if one.status is Status.CLOSED and one.is_breach == "yes"]
    assert len(decided) > 10
    for incident in decided:
        facts = current_facts(session, incident)
        found = {one.kind: one.duty for one in obligations_of(session, incident, facts, clock.now())}
        asked = {found.get(kind) for kind in (ObligationKind.NOTIFY_AUTHORITY, ObligationKind.INFORM_SUBJECTS)}
        assert Duty.REQUIRED not in asked, incident.reference


def test_the_same_seed_gives_the_same_register(session: Session, clock: FixedClock) -> None:
    first = [(one.summary, one.reported_at, one.status, one.systems) for one in fill(session, clock)]
    both = [(one.summary, one.reported_at, one.status, one.systems) for one in fill(session, clock)]
    assert sorted(map(str, both)) == sorted(map(str, first * 2))


def test_several_processes_make_the_same_register(
    session: Session, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seed_register_module, "BATCH", 10)
    alone = fill(session, clock)
    monkeypatch.setattr(seed_register_module, "WORTH_A_PROCESS", 1)
    both = fill(session, clock)
    first = [(one.summary, one.reported_at, one.status, one.systems) for one in alone]
    assert sorted((one.summary, one.reported_at, one.status, one.systems) for one in both) == sorted(first * 2)
    assert breaks(session) == []


def test_a_chain_that_is_there_is_not_begun_again(session: Session, clock: FixedClock) -> None:
    """The rows are made without a look at the database, which must refuse a second beginning."""
    fill(session, clock)
    session.query(ReferenceCounter).update({"last": 0})
    with pytest.raises((IntegrityError, UniqueViolation)):
        fill(session, clock)


def test_a_register_that_was_made_up_tells_nobody(session: Session, clock: FixedClock) -> None:
    fill(session, clock)
    fire_reminders(session, clock.now() + timedelta(days=5), Outlets())
    assert session.scalars(select(OutboxMessage)).all() == []


def test_keys_follow_each_other_over_all_batches(
    session: Session, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index of random keys is written at as many places as there are rows."""
    monkeypatch.setattr(seed_register_module, "BATCH", 10)
    made = [incident.id for incident in fill(session, clock)]
    assert made == sorted(made)
    assert {(key.version, key.variant) for key in made} == {(4, RFC_4122)}
    assert not {key.int for key in made} & {deadline.id.int for deadline in session.scalars(select(Deadline))}


def test_sqlite_writes_the_words_of_many_incidents_at_once(clock: FixedClock) -> None:
    """It writes them out after each statement, and whenever a report is older than the one before it."""
    databases, written = SqliteDatabases(), list[str]()
    engine = harden(create_engine(databases.migrated()))
    with Session(engine) as session:
        driver: Any = session.connection().connection.driver_connection
        driver.set_trace_callback(written.append)
        list(seed_register(Seed(100, 100), session=session, now=clock.now()))
        driver.set_trace_callback(None)
    engine.dispose()
    databases.close()
    assert 0 < sum("INTO 'main'.'incident_words_idx'" in statement for statement in written) < 30
