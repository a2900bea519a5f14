"""``kill -9`` of every process at any moment of the walk, start again: nothing lost, nothing twice."""

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask_security import hash_password
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from incident import create_app
from incident.clock import SystemClock
from incident.domain.events import Status
from incident.domain.people import Role
from incident.settings import Settings
from incident.store.audit import verify_chains
from incident.store.blobs import blobs_at
from incident.store.db import db, harden
from incident.store.models import (
    Assessment,
    Decision,
    Evidence,
    FactSheet,
    Incident,
    Notice,
    NoticeVersion,
    OutboxMessage,
    Submission,
    Task,
    TimelineEntry,
)
from incident.usecases.accounts import issue_setup_token
from tests.factories import make_person
from tests.ports import free_port
from tests.walk.installation import SECRET, PatientClient, Processes
from tests.walk.steps import CONFIRMATION, Walk, set_up, visitor
from tests.web.client import PASSWORD

pytestmark = pytest.mark.slow
KILLS = 30
PERIL = 0.3


@contextmanager
def killed_now_and_then(installation: Processes, dice: random.Random) -> Iterator[None]:
    """Kill the worker every other second or so, and bring it back."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(dice.uniform(0.5, 2.0)):
            installation.kill("worker")
            installation.revive()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_kills_during_the_whole_job(migrated_url: str, tmp_path: Path, record_property: Any) -> None:
    """At least thirty, of web and worker, while two people take incidents from the first word to the register."""
    seed = random.randrange(10**6)
    dice = random.Random(seed)
    variables = {"DATABASE_URL": migrated_url, "DATA_DIR": str(tmp_path), "PORT": str(free_port())}
    settings = Settings.from_env({**variables, "SECRET_KEY": SECRET})
    engine = harden(create_engine(migrated_url))
    link = prepare(settings)

    def fate() -> str | None:
        return "web" if dice.random() < PERIL else None

    installation = Processes(tmp_path / "log", **variables)
    try:
        installation.revive()
        people = [visitor(PatientClient(installation, fate, dice)) for _ in range(2)]
        walks = 0
        with killed_now_and_then(installation, dice):
            set_up(people[0], link)
            people[1].sign_in(add_second(settings))
            while installation.kills.total() < KILLS or walks < 1:
                Walk(*people).whole()
                walks += 1
        installation.revive()
    finally:
        installation.stop()
    repeated = [path for person in people for path in person.client.repeated]
    told = f"seed {seed}: {dict(installation.kills)} kills, {walks} walks, {len(repeated)} requests repeated"
    record_property("kills", told)
    assert any(path.startswith("POST") for path in repeated), told
    nothing_lost_nothing_twice(engine, settings, walks)
    engine.dispose()


def prepare(settings: Settings) -> str:
    """The second person, who is nobody's first account, and a set-up link, which therefore comes first."""
    app = create_app(settings)
    with app.app_context():
        now, session = SystemClock().now(), db.session()
        secret = issue_setup_token(session, now=now)
        session.commit()
        db.engine.dispose()
    return f"/setup/{secret}"


def add_second(settings: Settings) -> str:
    """Somebody who approves; gives the e-mail address."""
    app = create_app(settings)
    with app.app_context():
        now, session = SystemClock().now(), db.session()
        person = make_person(session, "Bas", [Role.SECOND], now, password=hash_password(PASSWORD), language="en")
        session.commit()
        email = str(person.email)
        db.engine.dispose()
    return email


def nothing_lost_nothing_twice(engine: Engine, settings: Settings, walks: int) -> None:
    """One of each for each incident, every file whole, every chain unbroken."""
    blobs = blobs_at(settings.blob_url)
    with Session(engine) as session:
        assert [report for report in verify_chains(session) if report.broken_at is not None] == []
        incidents = list(session.scalars(select(Incident)))
        assert [row.status for row in incidents] == [Status.CLOSED] * walks
        for model, number in EXPECTED.items():
            found = Counter(_incident_of(session, row) for row in session.scalars(select(model)))
            assert found == {row.id: number for row in incidents}, model.__name__
        for evidence in session.scalars(select(Evidence)):
            assert blobs.get(evidence.blob_sha256).startswith(CONFIRMATION[:8])
        notes = Counter((row.incident_id, row.kind, row.text) for row in session.scalars(select(TimelineEntry)))
        assert {key: count for key, count in notes.items() if count > 1} == {}
        versions = list(session.scalars(select(FactSheet).order_by(FactSheet.incident_id, FactSheet.version)))
        same = [
            (one.version, other.version)
            for one, other in pairwise(versions)
            if one.incident_id == other.incident_id and one.facts == other.facts
        ]
        assert same == []
        mail = Counter(_message(row) for row in session.scalars(select(OutboxMessage)))
        assert {key: count for key, count in mail.items() if count > 1} == {}


EXPECTED: dict[Any, int] = {
    Decision: 2, Assessment: 1, Notice: 2, NoticeVersion: 2, Submission: 2, Task: 1, Evidence: 2,
}  # fmt: skip


def _incident_of(session: Session, row: Any) -> Any:
    return row.incident_id if hasattr(row, "incident_id") else session.get_one(Notice, row.notice_id).incident_id


def _message(row: OutboxMessage) -> tuple[str, ...]:
    return row.channel, row.recipient, str(sorted(row.payload.items()))
