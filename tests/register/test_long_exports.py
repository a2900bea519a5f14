"""An export of many breaches is made by a worker: asked for at once, fetched from its page, by who asked alone."""

import csv
import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from incident.domain.kernel.people import Role
from incident.store.db import db
from incident.store.models import Person
from incident.usecases.common.errands import KEPT, forget_ended
from incident.web import export_apart
from incident.web.views import register
from incident.worker import clerk as module
from incident.worker.clerk import Clerk, ExportFailed
from tests.nursery import SECRETS
from tests.register.test_register_pages import _exports, _fill, _rows
from tests.web.client import Visitor
from tests.web.conftest import Team


@pytest.fixture
def dpo(team: Team) -> Visitor:
    return team.visitor("Dora", Role.DPO)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than one breach are many here."""
    monkeypatch.setattr(register, "FEW", 1)
    monkeypatch.setattr(register, "TOLD_EVERY", 1)


@pytest.fixture
def worker(team: Team, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """A tick of the worker, which writes the file in this process; returns how many exports it made."""
    with team.app.app_context():
        engine, parts = db.engine, team.app.extensions["meldklok"]

    def here(export_id: str, path: Path) -> Iterator[int]:
        told = list[int]()
        export_apart.make(team.app, UUID(export_id), path, told.append)
        yield from told

    monkeypatch.setattr(module, "written_apart", here)
    clerk = Clerk(sessionmaker(engine), lambda _: team.clock.now(), parts, threading.Event())
    return clerk.make_exports


@pytest.mark.parametrize("format", ["csv", "xlsx", "json"])
def test_a_long_export_is_asked_for_and_fetched(
    team: Team, dpo: Visitor, worker: Callable[[], int], format: str
) -> None:
    """The same rows as a short one, on record before anything is made."""
    made = _fill(team, ("=HYPERLINK(1) laptop", "+1 laptop", "Phone"))
    page = dpo.get(f"/register.{format}?q=laptop")
    assert "The file is being made" in page.text
    assert _exports(team) == [(format, 2)]
    assert dpo.client.get(f"{page.path}/file").status_code == 404
    assert worker() == 1
    assert "The file with 2 breaches is there." in dpo.get(page.path).text
    assert "Download" in dpo.client.get(f"{page.path}/progress").text
    answer = dpo.client.get(f"{page.path}/file")
    assert re.search(rf"register-selection-[0-9-]+\.{format}", answer.headers["Content-Disposition"])
    assert [row[0] for row in _rows(format, answer.data)] == [made[1], made[0]]
    assert _exports(team) == [(format, 2)]


def test_it_is_written_in_the_words_of_who_asked(team: Team, dpo: Visitor, worker: Callable[[], int]) -> None:
    """The language of the page, and the columns of the address."""
    _fill(team)
    with team.app.app_context():
        db.session.scalars(select(Person).where(Person.name == "Dora")).one().language = "nl"
        db.session.commit()
    page = dpo.client.get("/register.csv?col=status").headers["Location"]
    worker()
    text = dpo.client.get(f"{page}/file").data.decode("utf-8-sig")
    heading, *rows = csv.reader(io.StringIO(text), delimiter=";")
    assert heading == ["Kenmerk", "Status"]
    assert {row[1] for row in rows} == {"Binnengekomen"}


def test_a_process_of_its_own_writes_it(team: Team, dpo: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a worker starts it, with the settings of the environment: figures, and then the whole file."""
    _fill(team)
    page = dpo.get("/register.json")
    parts = team.app.extensions["meldklok"]
    places = {"DATABASE_URL": parts.settings.database_url, "DATA_DIR": str(parts.settings.data_dir)}
    for name, value in {**SECRETS, **places}.items():
        monkeypatch.setenv(name, value)
    with team.app.app_context():
        engine = db.engine
    clerk = Clerk(sessionmaker(engine), lambda _: team.clock.now(), parts, threading.Event())
    assert clerk.make_exports() == 1
    assert len(json.loads(dpo.client.get(f"{page.path}/file").data)) == 3


def test_only_who_asked_may_fetch_it(team: Team, dpo: Visitor, worker: Callable[[], int]) -> None:
    _fill(team)
    page = dpo.get("/register.json")
    worker()
    other = team.visitor("Else", Role.DPO)
    for path in (page.path, f"{page.path}/progress", f"{page.path}/file"):
        assert other.client.get(path).status_code == 404
    assert len(json.loads(dpo.client.get(f"{page.path}/file").data)) == 3


def test_after_a_day_the_file_is_gone(team: Team, dpo: Visitor, worker: Callable[[], int]) -> None:
    _fill(team)
    page = dpo.get("/register.json")
    worker()
    with team.app.app_context():
        forget_ended(db.session(), team.clock.now() + KEPT)
        db.session.commit()
    assert "kept for a day" in dpo.get(page.path).text
    assert dpo.client.get(f"{page.path}/file").status_code == 404


def test_what_cannot_be_made_is_told(
    team: Team, dpo: Visitor, worker: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(team)
    page = dpo.get("/register.json")

    def broken(_id: str, _path: Path) -> Iterator[int]:
        yield 0
        raise ExportFailed(1)

    monkeypatch.setattr(module, "written_apart", broken)
    assert worker() == 1
    assert "could not be made" in dpo.get(page.path).text
