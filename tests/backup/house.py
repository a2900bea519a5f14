"""A house with a whole case, its back-up made and brought back, and a process that is killed on the way."""

import json
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from incident.store.archive import Alive, unheard
from incident.store.backup import TABLES, back_up
from incident.store.db import harden
from incident.store.vault import Vault
from incident.store.verify import Report, verify
from tests.conftest import START
from tests.databases import KEYS
from tests.factories import blobs_in
from tests.promises.tampered import SIGNER


def save(url: str, files: Path, archive: Path, alive: Alive = unheard) -> Path:
    """Back up what is there now."""
    engine = harden(create_engine(url))
    try:
        back_up(engine, blobs_in(files), KEYS[0], archive, START, alive=alive)
    finally:
        engine.dispose()
    return archive


def everything(url: str) -> dict[str, list[Any]]:
    """Every row of every table, as Python has it."""
    engine = harden(create_engine(url))
    try:
        with engine.connect() as connection:
            return {table.name: sorted(map(_plain, connection.execute(select(table)))) for table in TABLES}
    finally:
        engine.dispose()


def _plain(row: Iterable[Any]) -> str:
    """PostgreSQL keeps the keys of JSON in an order of its own."""
    return repr([json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value for value in row])


def proven(url: str, files: Path) -> Report:
    """The canary opens, and record, files and log agree with each other; returns what was gone through."""
    engine = harden(create_engine(url))
    try:
        Vault(KEYS).open(engine)
        with Session(engine) as session:
            report = verify(session, blobs_in(files), SIGNER.public)
    finally:
        engine.dispose()
    assert report.findings == []
    return report


def killed(work: Callable[[Callable[[], None]], object], after: int) -> bool:
    """Do the work in a process that kills itself at its step ``after``; whether it came so far.

    The work calls what it is given at every step.
    """
    process = multiprocessing.get_context("fork").Process(target=_steps, args=(work, after))
    process.start()
    process.join(timeout=120)
    return process.exitcode == -signal.SIGKILL


def _steps(work: Callable[[Callable[[], None]], object], after: int) -> None:
    count = 0

    def step() -> None:
        nonlocal count
        count += 1
        if count == after:
            os.kill(os.getpid(), signal.SIGKILL)

    work(step)
    os._exit(0)
