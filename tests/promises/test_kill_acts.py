"""``kill -9`` at every statement of an act: it is on record whole, or there is no trace of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, func, select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Role
from incident.store.db import harden
from incident.store.models import AuditEntry, Evidence, Incident, OutboxMessage, TimelineEntry
from incident.store.verify import verify
from incident.usecases.response.attach_evidence import AttachEvidence, attach_evidence
from incident.usecases.response.casework import AddTimelineEntry, add_timeline_entry
from tests.backup.house import killed
from tests.conftest import START
from tests.factories import blobs_in, make_actor, make_incident
from tests.promises.tampered import SIGNER

KILLS = 32
TABLES = (Incident, TimelineEntry, Evidence, OutboxMessage, AuditEntry)


def test_an_act_that_is_killed_at_any_statement_happened_whole_or_not_at_all(
    migrated_url: str, tmp_path: Path, record_property: Any
) -> None:
    """A report with its file and a note: 32 kills before the end leave nothing, and then it succeeds as if new."""
    engine, blobs = harden(create_engine(migrated_url)), blobs_in(tmp_path)
    with Session(engine) as session, session.begin():
        actor = make_actor(session, "Dana", [Role.DPO, Role.RESPONDER], START)

    def act(step: Callable[[], None]) -> None:
        engine.dispose(close=False)  # What was opened before the fork belongs to the parent.
        event.listen(engine, "before_cursor_execute", lambda *_: step())
        with Session(engine) as session, session.begin():
            incident = make_incident(session, actor, START)
            entry = AddTimelineEntry(actor, incident.id, "Called the controller")
            add_timeline_entry(entry, session=session, now=START)
            file = AttachEvidence(actor, incident.id, "mail.eml", b"Received: from")
            attach_evidence(file, session=session, now=START, blobs=blobs)

    def there() -> list[int]:
        with Session(engine) as session:
            return [session.scalars(select(func.count()).select_from(table)).one() for table in TABLES]

    none = there()
    act(lambda: None)  # Every statement is compiled now, and not in each child.
    once = there()
    last = next(number for number in range(KILLS + 1) if number == KILLS or not killed(act, number + 1))
    assert (last, there()) == (KILLS, once)
    act(lambda: None)
    assert [new - old for new, old in zip(there(), once, strict=True)] == [
        new - old for new, old in zip(once, none, strict=True)
    ]
    with Session(engine) as session:
        assert verify(session, blobs, SIGNER.public).findings == []
    record_property("kills", last)
    engine.dispose()
