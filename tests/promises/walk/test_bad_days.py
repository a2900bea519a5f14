"""The database is locked, full or gone while somebody reports: the text is kept, said so, and the retry works."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from incident.domain.kernel.people import Role
from incident.platform import logs
from incident.store.db import db
from incident.usecases.people.api_tokens import make_api_token
from tests.factories import make_person
from tests.platform.test_logs import _restore_logging
from tests.web.client import Visitor
from tests.web.conftest import Team

TEXT = "Typed on a bad day, and worth keeping"
NOT_SAVED = "Nothing has been saved"
restored = _restore_logging


@contextmanager
def locked(team: Team) -> Iterator[None]:
    """Another program holds the file and does not let go."""
    with team.app.app_context():
        path = str(db.engine.url.database)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def pragma(team: Team, order: str) -> Iterator[None]:
    """Every transaction meets this state of the file: no room left, or not writable."""
    with team.app.app_context():
        engine = db.engine

    def before(connection: object, state: str = order) -> None:
        connection.exec_driver_sql(f"PRAGMA {state}")  # type: ignore[attr-defined]

    event.listen(engine, "begin", before)
    try:
        yield
    finally:
        event.remove(engine, "begin", before)
        engine.dispose()


BAD_DAYS = {
    "locked": locked,
    "full": lambda team: pragma(team, "max_page_count = 1"),
    "read-only": lambda team: pragma(team, "query_only = ON"),
}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch, lite: Team, restored: None) -> None:
    logs.configure(lite.app.extensions["meldklok"].settings, "web")
    monkeypatch.setattr("incident.store.db.BUSY_TIMEOUT_MS", 200)


@pytest.fixture
def reporter(lite: Team) -> Visitor:
    """Somebody with the form open, whose connections know the short patience."""
    with lite.app.app_context():
        db.engine.dispose()
    visitor = lite.visitor("Rosa", Role.REPORTER)
    visitor.get("/report")
    return visitor


@pytest.mark.parametrize("day", BAD_DAYS)
def test_a_report_on_a_bad_day_is_kept_and_can_be_sent_again(lite: Team, reporter: Visitor, day: str) -> None:
    """The page says that nothing is saved, holds the text, and the same form works once the day is better."""
    form = reporter.page
    grow = "x " * 9_000
    with BAD_DAYS[day](lite):
        page = reporter.submit("/report", summary=f"{TEXT} {grow}")
        assert NOT_SAVED in page.text
        assert TEXT in page.html
    assert TEXT not in reporter.get("/").text
    reporter.page = form
    receipt = reporter.submit("/report", summary=f"{TEXT} {grow}")
    assert receipt.path.endswith("/receipt")
    assert reporter.get("/").text.count(TEXT) == 1


@pytest.mark.parametrize("day", BAD_DAYS)
def test_a_script_is_told_to_send_again(lite: Team, day: str) -> None:
    """The API answers 503 with a sentence and a reference, and stores one incident in the end."""
    with lite.app.app_context():
        db.engine.dispose()
        person = make_person(db.session(), "Bob", [Role.RESPONDER], lite.clock.now())
        secret = make_api_token(db.session(), person.actor(), person.id, "script", now=lite.clock.now())
        db.session.commit()
    client = lite.app.test_client()
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "1"}
    sent = {"json": {"summary": TEXT + " x" * 9_000}, "headers": headers}
    with BAD_DAYS[day](lite):
        answer = client.post("/api/v1/incidents", **sent)
        assert answer.status_code == 503, answer.text
        assert "Send it again" in answer.json["detail"]
    assert client.post("/api/v1/incidents", **sent).status_code == 201
    assert client.get("/api/v1/incidents", headers=headers).json["total"] == 1


def test_a_file_that_finds_no_room_is_said_and_what_was_typed_stays(
    lite: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk of the files is full, the database is not: a sentence in place of a surprise, and no half evidence."""
    dpo = lite.visitor("Dora", Role.DPO)
    dpo.get("/report")
    reference = dpo.submit("/report", summary=TEXT).path.split("/")[2]

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    place = f"/incidents/{reference}/evidence"
    dpo.get(place)
    with monkeypatch.context() as day:
        day.setattr(os, "fsync", full)
        page = dpo.submit("/evidence", file=("mail.pdf", b"%PDF-1.7"), description="The mail as it was sent")
        assert page.status == 503
        assert NOT_SAVED in page.text
        assert "The mail as it was sent" in page.html
    assert "mail.pdf" not in dpo.get(place).text
