"""``kill -9`` of every process at any moment of the walk, start again: nothing lost, nothing twice."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from incident.platform.settings import Settings
from incident.store.db import harden
from tests.nursery import SECRETS
from tests.ports import free_port
from tests.promises.walk.accounts import add_second, prepare
from tests.promises.walk.installation import PatientClient, Processes
from tests.promises.walk.ledger import whole_walks
from tests.promises.walk.steps import Walk, set_up, visitor

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
    settings = Settings.from_env({**variables, **SECRETS})
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
    record_property("kills", installation.kills.total())
    record_property("told", told)
    assert any(path.startswith("POST") for path in repeated), told
    whole_walks(engine, settings, walks)
    engine.dispose()
