"""The audit chain: no entry can be changed, removed, reordered or forked without being noticed."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.store import audit
from incident.store.audit_many import NewEntry, append_many
from incident.store.verify import Finding, Problem
from tests.chains import breaks


def _append(session, clock, count=3, chain="DL-TEST"):
    for number in range(count):
        audit.append(session, chain, Tag.FACTS_RECORDED, "person:1", clock.now(), number=number)
    session.commit()


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"])
def test_the_database_itself_refuses_changes(session, clock, statement) -> None:
    """Not even the program may rewrite an entry."""
    _append(session, clock)
    with pytest.raises(DBAPIError, match="cannot be changed"):
        session.execute(text(statement))
    session.rollback()


def _disarm(session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
    else:
        for verb in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER audit_entry_no_{verb}"))


@pytest.mark.parametrize(
    ("statement", "problem", "seq"),
    [
        ("UPDATE audit_entry SET actor = 'person:2' WHERE seq = 2", Problem.ENTRY_ALTERED, 2),
        ("UPDATE audit_entry SET details = '{\"number\": 9}' WHERE seq = 3", Problem.ENTRY_ALTERED, 3),
        ("DELETE FROM audit_entry WHERE seq = 2", Problem.ENTRY_MISSING, 2),
        ("DELETE FROM audit_entry WHERE seq = 3", Problem.LOG_CUT, 2),
        ("DELETE FROM audit_entry", Problem.LOG_CUT, 0),
        ("DELETE FROM audit_head", Problem.LOG_CUT, 3),
    ],
)
def test_somebody_with_power_over_the_database_is_found_out(session, clock, statement, problem, seq) -> None:
    """By the first entry that does not fit, or the last that is left where the newest ones or the end are gone."""
    _append(session, clock)
    assert breaks(session) == []
    _disarm(session)
    session.execute(text(statement))
    assert Finding(problem, "DL-TEST", params={"seq": seq}) in breaks(session)


def test_writers_at_the_same_time_make_one_chain(engine, clock) -> None:
    """Eight threads append to the same new chain: no fork, no loss."""

    def work(_: int) -> None:
        with Session(engine) as session:
            _append(session, clock, count=5)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    with Session(engine) as session:
        assert (breaks(session), len(audit.entries(session, "DL-TEST"))) == ([], 40)


def test_a_chain_that_was_let_go_is_held_again(session, clock) -> None:
    """A lock ends with an undone savepoint; a head that left the session, or moved past it, is not written over."""
    _append(session, clock, 1)
    audit.append(session, "DL-TEST", Tag.FACTS_RECORDED, "person:1", clock.now(), number=2)
    undone = session.begin_nested()
    audit.append(session, "DL-TEST", Tag.FACTS_RECORDED, "person:1", clock.now(), number=3)
    undone.rollback()
    audit.append(session, "DL-TEST", Tag.FACTS_RECORDED, "person:1", clock.now(), number=3)
    session.flush()
    session.expunge_all()
    audit.append(session, "DL-TEST", Tag.FACTS_RECORDED, "person:1", clock.now(), number=4)
    append_many(session, [NewEntry("DL-TEST", Tag.FACTS_RECORDED, "person:1", clock.now(), {"number": 5})])
    audit.append(session, "DL-TEST", Tag.FACTS_RECORDED, "person:1", clock.now(), number=6)
    session.commit()
    with Session(session.get_bind()) as other:
        _append(other, clock, 1)
    _append(session, clock, 1)
    assert (breaks(session), len(audit.entries(session, "DL-TEST"))) == ([], 8)
