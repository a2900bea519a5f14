"""Every row of the record is in the audit chain by its content, whoever writes it and however."""

import os
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from incident.demo.seed_register import Seed, seed_register
from incident.domain.kernel.events import Tag
from incident.store import audit
from incident.store.commitments import commitment_of, committed_tables, insert_many, name_of
from incident.store.db import only_reads
from incident.store.models import AuditEntry, Incident, NoticeVersion, TimelineEntry
from incident.store.proof.note import Signer
from incident.store.verify import Finding, record, verify
from incident.usecases.response.casework import AddTimelineEntry, add_timeline_entry
from tests.factories import blobs_in


def _committed(session) -> dict[str, str]:
    """What the entries of all chains commit to last, by row."""
    query = select(AuditEntry.content).order_by(AuditEntry.chain, AuditEntry.seq)
    return {name: digest for content in session.scalars(query) for name, digest in content.items()}


def _rows(session) -> dict[str, str]:
    session.expire_all()
    return {name_of(row): commitment_of(row) for t in committed_tables().values() for row in session.scalars(select(t))}


def test_every_row_of_the_record_is_committed_to_as_it_stands(session, report, team, clock) -> None:
    """After a commit each row, read back from the database, has the content that its chain names last."""
    incident = report()
    command = AddTimelineEntry(team.responder, incident.id, "The server was switched off")
    add_timeline_entry(command, session=session, now=clock.now())
    incident.lessons = "Changed after the last entry of this transaction"
    session.commit()
    assert _committed(session) == _rows(session)
    last = audit.entries(session, incident.reference)[-1]
    assert (last.tag, set(last.content)) == (Tag.RECORD_SEALED.value, {f"incident/{incident.id}"})


def test_many_rows_at_once_are_committed_to_as_they_are_read_back(session, report, clock) -> None:
    """They go past the session and are not read again: defaults, empty columns, times and JSON must be the same."""
    for _ in seed_register(Seed(20, 5), session=session, now=clock.now()):
        session.commit()
    assert _committed(session) == _rows(session)
    with pytest.raises(RuntimeError, match="savepoint"), session.begin_nested():
        insert_many(session, TimelineEntry, [{"id": uuid4()}])


def test_what_is_rolled_back_is_not_committed_to(session, report, team, clock) -> None:
    """Neither a transaction nor a savepoint that failed leaves a trace in the chain."""
    incident = report()
    incident.summary = "Never stored"
    session.flush()
    session.rollback()
    with pytest.raises(ZeroDivisionError), session.begin_nested():
        incident.cause = str(1 // 0)
    session.commit()
    assert _committed(session) == _rows(session)


def test_the_record_cannot_be_written_behind_the_chain(session, report) -> None:
    """A statement over many rows of the record is refused: it would go past the commitments."""
    report()
    for statement in (update(Incident).values(summary="x"), update(NoticeVersion).values(body="x")):
        with pytest.raises(RuntimeError, match="behind the audit chain"):
            session.execute(statement)


def test_what_is_erased_under_a_policy_leaves_a_log_that_still_verifies(session, report, team, clock, tmp_path) -> None:
    """Row and salt are gone, and the report says under which policy; without the entry the row would be missed."""
    incident = report()
    add_timeline_entry(AddTimelineEntry(team.responder, incident.id, "A name"), session=session, now=clock.now())
    session.commit()
    row = session.scalars(select(TimelineEntry).where(TimelineEntry.text == "A name")).one()
    session.delete(row)
    policy = "retention: five years"
    audit.append(session, incident.reference, Tag.RECIPIENTS_ERASED, "system", clock.now(), policy=policy)
    session.commit()
    found = verify(session, blobs_in(tmp_path), Signer(bytes(32)).public)
    assert (found.findings, dict(found.erased)) == ([], {policy: 1})


def test_who_works_while_everything_is_verified_is_no_finding(session, report, tmp_path) -> None:
    """The log was read before somebody wrote into the record: what is compared with it is of the same instant."""
    incident = report()
    session.commit()
    with Session(session.get_bind()) as reading:
        only_reads(reading, compares=True)
        assert reading.scalars(select(Incident.lessons)).all() == [""]
        incident.lessons = "Learnt meanwhile"
        session.commit()
        assert verify(reading, blobs_in(tmp_path), Signer(bytes(32)).public).findings == []
        assert reading.scalars(select(Incident.lessons)).all() == [""]


def test_several_who_verify_see_one_instant(session, report, tmp_path, monkeypatch) -> None:
    """Each reads on a connection of its own; what somebody writes before the first part is asked for is in none."""
    monkeypatch.setattr(record, "LONG", 1)
    monkeypatch.setattr(record, "CHAINS_AT_ONCE", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    keys = [report(summary=f"Number {number}").id for number in range(6)]
    session.commit()

    def write(_session: Session, _names: object) -> list[Finding]:
        with Session(session.get_bind()) as writing:
            for key in keys:
                writing.get_one(Incident, key).lessons += "Learnt meanwhile. "
            writing.commit()
        return []

    monkeypatch.setattr(record, "_gaps", write)
    with Session(session.get_bind()) as reading:
        only_reads(reading, compares=True)
        found = verify(reading, blobs_in(tmp_path), Signer(bytes(32)).public, alone=False)
        assert reading.scalars(select(Incident.lessons).distinct()).all() == [""]
        there = reading.scalars(select(func.count()).select_from(AuditEntry)).one()
    assert (found.findings, found.chains, found.entries) == ([], len(keys) + 1, there)
