"""`meldklok demo`: somebody who has never seen it is signed in after one command, and nothing of it stays."""

import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from tests.cli.test_commands import meldklok
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = {
    "DATABASE_URL": "postgresql://me:secret@127.0.0.1:1/real",
    "SMTP_URL": "smtp://127.0.0.1:1",
    "MAIL_FROM": "real@example.org",
    "ENCRYPTION_KEY_FILE": "/nowhere",
}
"""Settings of the real installation on the same machine: a trial that read them would not even start."""
pytestmark = pytest.mark.slow


class Trial:
    """A running `meldklok demo`, what it says, and a browser for it."""

    def __init__(self, folder: Path) -> None:
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.place = folder / "here"
        self.place.mkdir()
        (self.place / ".env").write_text("PORT=eighty\n")
        self.port = free_port()
        self.said = ""
        variables = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "TMPDIR": str(self.temporary), **ELSEWHERE}
        variables["PORT"] = str(self.port)
        order = [sys.executable, "-m", "incident", "demo"]
        self.process = subprocess.Popen(
            order, cwd=self.place, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        threading.Thread(target=self._read, daemon=True).start()
        self._browser = build_opener(HTTPCookieProcessor(CookieJar()))

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line

    def wait_for(self, words: str) -> None:
        end = time.monotonic() + 120
        while words not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < end, self.said
            time.sleep(0.1)

    def open(self, path: str, **form: str) -> str:
        body = urlencode(form).encode() if form else None
        with self._browser.open(f"http://localhost:{self.port}{path}", body, timeout=30) as answer:
            return str(answer.read().decode())


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    made = Trial(tmp_path)
    yield made
    made.process.kill()
    made.process.wait()


def test_one_command_leads_to_a_board_with_four_incidents_and_leaves_nothing(trial: Trial) -> None:
    """The printed password opens it; settings of a real installation are not read, and Ctrl-C takes all of it."""
    trial.wait_for("gone when you press Ctrl-C")
    password = re.search(r"with the password (\S+)", trial.said)
    assert password is not None
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', trial.open("/login"))
    assert token is not None
    trial.open("/login", email="noor@demo.example", password=password[1], csrf_token=token[1])
    board = trial.open("/")
    assert len(set(re.findall(r"DL-\d{4}-\d{4}-\w", board))) == 4
    assert "HubSpot" in board
    trial.process.send_signal(signal.SIGINT)
    assert trial.process.wait(timeout=40) == 0
    assert "Traceback" not in trial.said
    assert list(trial.temporary.iterdir()) == []
    assert [path.name for path in trial.place.iterdir()] == [".env"]


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    """With the way out; before anything is made."""
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        result = meldklok("demo", "--port", str(port), folder=tmp_path)
    assert (result.returncode, result.stderr.strip()) == (
        1,
        f"Error: Port {port} is in use: choose another one with --port or PORT.",
    )
