"""The wheel as `uv tool install`, `uvx` and `pipx` install it: alone, and `meldklok run` does what `make run` does."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).parent / "uv"
LINK = re.compile(r"http://localhost:\d+/setup/\S+")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `meldklok` command of an environment that holds the wheel and the locked versions of what it needs."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    environ = {**os.environ, "UV_SYSTEM_CERTS": "1"}
    environ |= {"UV_TOOL_DIR": str(folder / "tools"), "UV_TOOL_BIN_DIR": str(folder / "bin")}
    order = [
        str(UV),
        "tool",
        "install",
        "-q",
        "--python",
        sys.executable,
        "--constraints",
        str(ROOT / "requirements.lock"),
    ]
    subprocess.run([*order, str(next(folder.glob("*.whl")))], check=True, env=environ)
    return folder / "bin" / "meldklok"


class Running:
    """A running installation and what it has written so far."""

    def __init__(self, command: Path, folder: Path, port: int) -> None:
        environ = {"PATH": "/usr/bin:/bin", "PORT": str(port), "WORKER_TICK": "0.5"}
        self.port = port
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [str(command), "run"], cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))

    @property
    def text(self) -> str:
        return "".join(self.lines)

    def wait_for(self, words: str, seconds: float = 240) -> None:
        end = time.monotonic() + seconds
        while words not in self.text:
            assert self.process.poll() is None, f"It ended:\n{self.text}"
            assert time.monotonic() < end, f"{words!r} was not said:\n{self.text}"
            time.sleep(0.05)

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as problem:
            return problem.code, problem.read().decode()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


@pytest.fixture
def running(installed: Path, tmp_path: Path) -> Iterator[Running]:
    """The installation, started in an empty folder; killed at the end if the test did not stop it."""
    made = Running(installed, tmp_path, free_port())
    yield made
    made.process.kill()
    made.process.wait()


def test_it_runs_answers_offers_the_first_account_and_stops(running: Running, tmp_path: Path) -> None:
    """From nothing to an installation that only lacks a channel, with a set-up link that works; and a clean end."""
    running.wait_for("Make the first one here")
    link = LINK.search(running.text)
    assert link is not None
    end = time.monotonic() + 120
    while '"problems":["no_channel"]' not in (answer := running.get("/health"))[1] and time.monotonic() < end:
        time.sleep(0.2)
    assert (answer[0], running.get("/ready")[0]) == (503, 200), answer
    status, page = running.get(link[0].split(str(running.port))[1])
    assert (status, "<form" in page) == (200, True)
    assert running.get("/static/vendor/source-sans/MANIFEST.json")[0] == 200
    assert running.stop() == 0
    assert running.text.rstrip().endswith("stopped.")
    assert "Traceback" not in running.text
    assert (tmp_path / "data" / "meldklok.sqlite3").stat().st_size > 0


def test_every_process_may_be_killed_and_the_next_start_keeps_everything(installed: Path, tmp_path: Path) -> None:
    """A killed child ends the others; a killed runner leaves nobody behind; the data stay."""
    port = free_port()
    first = Running(installed, tmp_path, port)
    first.wait_for("Make the first one here")
    first.process.kill()
    first.process.wait()
    key = (tmp_path / "data" / "secret_key").read_text()
    end = time.monotonic() + 60
    while socket.socket().connect_ex(("127.0.0.1", port)) == 0 and time.monotonic() < end:
        time.sleep(0.1)
    second = Running(installed, tmp_path, port)
    second.wait_for("Make the first one here")
    old, new = (LINK.search(run.text) for run in (first, second))
    assert old is not None
    assert new is not None
    assert second.get(old[0].split(str(port))[1])[0] == 404
    assert second.get(new[0].split(str(port))[1])[0] == 200
    assert second.stop() == 0
    assert (tmp_path / "data" / "secret_key").read_text() == key


def test_the_other_commands_work_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    """Migrations, law data and fonts are inside."""
    environ = {"PATH": "/usr/bin:/bin"}

    def meldklok(*arguments: str) -> subprocess.CompletedProcess[str]:
        order = [str(installed), *arguments]
        return subprocess.run(order, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60, check=False)

    assert meldklok("db", "upgrade").returncode == 0
    findings = {finding["name"]: finding["state"] for finding in json.loads(meldklok("doctor", "--json").stdout)}
    assert (findings["program"], findings["schema"]) == ("ok", "ok")
    due = meldklok("law", "deadline", "--aware-at", "2026-10-23T16:20", "--zone", "Europe/Amsterdam", "--json")
    assert json.loads(due.stdout)["due_at"].startswith("2026-10-26T14:20")
