"""`meldklok intake mail` as a mail server calls it: a process of its own, and an exit status that says what to do."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from incident.store.models import Evidence, Incident
from tests.clock.processes import QuickController
from tests.forked import command
from tests.mail.letters import PDF, letter, with_files
from tests.nursery import SECRETS

ROOT = Path(__file__).resolve().parents[2]
KILLS = 8
MAIL = with_files(letter(), ("brief.pdf", PDF)).as_bytes()


@pytest.fixture
def environ(migrated_url: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a mail server's pipe."""
    place = {"DATABASE_URL": migrated_url, "DATA_DIR": str(tmp_path), "INTAKE_ADDRESS": "datalek@example.org"}
    return {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **SECRETS, **place}


def pipe(content: bytes, environ: dict[str, str], folder: Path) -> int:
    """As a mail server does it: the program, and how it ended."""
    order = [sys.executable, "-m", "incident", "intake", "mail"]
    done = subprocess.run(order, cwd=folder, env=environ, input=content, capture_output=True, timeout=60, check=False)
    assert done.stdout == b""
    return done.returncode


def taken(content: bytes, environ: dict[str, str], folder: Path) -> tuple[int | None, str]:
    """The same command at once: how it ended, and what it said."""
    said = folder / "said"
    process = command("intake", "mail", environ=environ, said=said, given=content)
    process.join(60)
    return process.exitcode, said.read_text()


def kept(url: str) -> tuple[int, int]:
    engine = create_engine(url)
    with Session(engine) as session:
        found = tuple(session.scalar(select(func.count()).select_from(one)) or 0 for one in (Incident, Evidence))
    engine.dispose()
    return found[0], found[1]


def test_a_mail_that_is_kept_is_0_and_so_is_the_same_again(environ: dict[str, str], tmp_path: Path) -> None:
    assert (pipe(MAIL, environ, tmp_path), taken(MAIL, environ, tmp_path)[0]) == (0, 0)
    assert kept(environ["DATABASE_URL"]) == (1, 2)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}, "Nothing is lost"),
        ({"INTAKE_ADDRESS": ""}, "set INTAKE_ADDRESS"),
        ({"PORT": "eighty"}, "PORT must be a whole number"),
        ({"BLOB_URL": "file:///proc/nowhere"}, "Nothing is lost"),
    ],
)
def test_while_something_is_away_the_mail_stays_with_its_server(
    environ: dict[str, str], tmp_path: Path, change: dict[str, str], sentence: str
) -> None:
    """75 by sysexits.h: try again later."""
    status, said = taken(MAIL, {**environ, **change}, tmp_path)
    assert status == 75
    assert sentence in said
    assert "jan@example.net" not in said
    assert taken(MAIL, environ, tmp_path)[0] == 0
    assert kept(environ["DATABASE_URL"]) == (1, 2)


def test_what_is_no_mail_is_65(environ: dict[str, str], tmp_path: Path) -> None:
    assert taken(b" \n", environ, tmp_path)[0] == 65
    assert kept(environ["DATABASE_URL"])[0] == 0


@pytest.mark.sqlite
def test_killed_at_any_moment_and_delivered_again_it_is_one_report(environ: dict[str, str], tmp_path: Path) -> None:
    """The server delivers until it hears 0; what was killed in between has not said so."""
    before = time.monotonic()
    assert taken(letter(Message_ID="<first@example.net>").as_bytes(), environ, tmp_path)[0] == 0
    takes, killed = time.monotonic() - before, 0
    while killed < KILLS:
        process = command("intake", "mail", environ=environ, said=tmp_path / "said", given=MAIL)
        time.sleep(takes * killed / KILLS)
        process.kill()
        process.join()
        if process.exitcode == -signal.SIGKILL:
            killed += 1
        else:
            takes *= 0.9  # It ended by itself: the machine has become faster than it was at the first mail.
    assert taken(MAIL, environ, tmp_path)[0] == 0
    assert kept(environ["DATABASE_URL"]) == (2, 3)


class Handing:
    """A mail server that hands over by the pipe and answers as the exit status says."""

    def __init__(self, environ: dict[str, str], folder: Path) -> None:
        self._environ, self._folder = environ, folder

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:
        """The answer to the text."""
        content = getattr(envelope, "content", b"")
        status = pipe(bytes(content), self._environ, self._folder)
        return {0: "250 OK", 75: "451 try later"}.get(status, "554 refused")


@pytest.fixture
def server(environ: dict[str, str], tmp_path: Path) -> Iterator[Controller]:
    """It listens."""
    controller = QuickController(Handing(environ, tmp_path), hostname="127.0.0.1", port=0)
    controller.start()
    yield controller
    controller.stop()


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_over_smtp_a_mail_becomes_one_report(environ: dict[str, str], server: Controller) -> None:
    """The way of a mail that somebody sends: SMTP, the server, the pipe."""
    import smtplib

    mail = with_files(letter(), ("brief.pdf", PDF))
    for _ in range(2):
        with smtplib.SMTP("127.0.0.1", server.port, timeout=60) as client:
            client.send_message(mail, "jan@example.net", ["datalek@example.org"])
    assert kept(environ["DATABASE_URL"]) == (1, 2)
