"""A real installation: web and worker as processes of their own, which can be killed at any moment and come back."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import httpx

from tests.clock.processes import wait_until

ROOT = Path(__file__).resolve().parents[2]
SECRET = "only-for-tests-0123456789-abcdefghijklmnop"
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Killable(Protocol):
    """Something with a web address that can be killed in parts and brought back."""

    address: str
    kills: Counter[str]

    def kill(self, name: str) -> None: ...
    def revive(self) -> None: ...


class Processes:
    """``meldklok web`` and ``meldklok worker`` on one database, each as its own process."""

    NAMES = ("web", "worker")

    def __init__(self, log: Path, **variables: str) -> None:
        self.address = f"http://127.0.0.1:{variables['PORT']}"
        self.kills: Counter[str] = Counter()
        self._log = log.open("a+")
        self._lock = threading.Lock()
        self._pids: dict[str, int] = {}
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.walk.nursery"], cwd=ROOT, text=True, env=environment(**variables),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log,
        )  # fmt: skip

    def kill(self, name: str) -> None:
        """``kill -9``, of whoever bears that name now."""
        with self._lock:
            pid = self._pids.pop(name, None)
            if pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    self.kills[name] += 1
        if pid is not None:
            wait_until(lambda: not runs(pid), 10, every=0.01)

    def revive(self) -> None:
        """Start what is not running, and wait until the pages answer."""
        with self._lock:
            for name in self.NAMES:
                if name not in self._pids or not runs(self._pids[name]):
                    self._pids[name] = self._spawn(name)
        if not wait_until(lambda: answers(self.address), 40, every=0.02):
            raise AssertionError(f"the web process does not come back: {self._said()}")

    def _said(self) -> str:
        """The end of what the processes have logged."""
        self._log.seek(0)
        return self._log.read()[-3000:]

    def _spawn(self, name: str) -> int:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write(f"{name}\n")
        self._nursery.stdin.flush()
        return int(self._nursery.stdout.readline())

    def stop(self) -> None:
        """End all of it."""
        for name in list(self._pids):
            self.kill(name)
        assert self._nursery.stdin is not None
        self._nursery.stdin.close()
        self._nursery.wait(10)
        self._log.close()


class Run:
    """``meldklok run`` as a person starts it: one program, which starts the others."""

    def __init__(self, log: Path, **variables: str) -> None:
        self.address = f"http://127.0.0.1:{variables['PORT']}"
        self.kills: Counter[str] = Counter()
        self._log = log
        self._environment = environment(**variables)
        self._runner: subprocess.Popen[str] | None = None

    def kill(self, name: str) -> None:
        """``kill -9`` of ``run`` itself or of one of the processes it started."""
        assert self._runner is not None
        pid = self._runner.pid if name == "run" else child_of(self._runner.pid, name)
        if pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.kills[name] += 1
        self._runner.wait(30)

    def revive(self) -> None:
        """Start it unless it runs; right after a kill the port may be held for a moment, so it is tried again."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self._runner is None or self._runner.poll() is not None:
                with self._log.open("a") as log:
                    self._runner = subprocess.Popen(
                        [sys.executable, "-m", "incident", "run"], cwd=ROOT, env=self._environment, text=True,
                        stdout=log, stderr=subprocess.STDOUT,
                    )  # fmt: skip
            if answers(self.address) and child_of(self._runner.pid, "worker"):
                return
            time.sleep(0.05)
        raise AssertionError(f"meldklok run does not come back: {self.output()[-2000:]}")

    def output(self) -> str:
        """What it has printed so far."""
        return self._log.read_text()

    def stop(self) -> int:
        """Ctrl-C; the status with which it ended."""
        assert self._runner is not None
        self._runner.send_signal(signal.SIGINT)
        return self._runner.wait(30)


def environment(**variables: str) -> dict[str, str]:
    """The environment of a process of the product: nothing of the developer's own settings."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    return {**kept, "SECRET_KEY": SECRET, "HOST": "127.0.0.1", "LOG_LEVEL": "warning", **variables}


def runs(pid: int) -> bool:
    """Whether the process is alive; a dead one that nobody has buried yet is not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def child_of(parent: int, name: str) -> int | None:
    """The process id of a child with this word on its command line."""
    for entry in Path("/proc").iterdir():
        with suppress(OSError, IndexError):
            if entry.name.isdigit() and _parent(entry) == parent:
                words = (entry / "cmdline").read_bytes().split(b"\x00")
                if name.encode() in words:
                    return int(entry.name)
    return None


def _parent(entry: Path) -> int:
    return int((entry / "stat").read_text().rpartition(")")[2].split()[1])


def answers(address: str) -> bool:
    """Whether the pages can be had."""
    try:
        return httpx.get(f"{address}/ready", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


class PatientClient:
    """What a browser sends, and what its user does when no answer comes: wait, and send the same once more.

    ``peril`` is the chance that the web process is killed while a request is under way. The moment is chosen between
    nothing and a little more than the request usually takes, so that it falls before, in and after the transaction.
    """

    def __init__(self, installation: Killable, peril: float = 0.0, dice: random.Random | None = None) -> None:
        self.environ_base: dict[str, str] = {}
        self.installation = installation
        self.peril = peril
        self.repeated: list[str] = []
        self._dice = dice or random.Random()
        self._browser = httpx.Client(base_url=installation.address, timeout=30, follow_redirects=False)
        self._usual: dict[str, float] = {}

    def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return self._send("GET", path)

    def post(self, path: str, data: dict[str, Any]) -> httpx.Response:
        """Send a form, as multipart where it holds a file."""
        plain = {name: [one for one in values if isinstance(one, str)] for name, values in data.items()}
        files = [
            (name, (one[1], one[0].read()))
            for name, values in data.items()
            for one in values
            if not isinstance(one, str)
        ]
        return self._send("POST", path, data=plain, **({"files": files} if files else {}))

    def _send(self, method: str, path: str, **body: Any) -> httpx.Response:
        threatened = self._dice.random() < self.peril
        if threatened:
            span = 1.3 * self._usual.get(f"{method} {path.split('?')[0]}", 0.15)
            killer = threading.Timer(self._dice.uniform(0, span), self.installation.kill, ("web",))
            killer.start()
        began = time.monotonic()
        try:
            answer = self._browser.request(method, path, **body)
            self._usual[f"{method} {path.split('?')[0]}"] = time.monotonic() - began
        except httpx.TransportError:
            answer = None
        if threatened:
            killer.join()
        if answer is None or threatened:
            self.installation.revive()
        if answer is None:
            self.repeated.append(f"{method} {path}")
            return self._send(method, path, **body)
        return answer


__all__ = ["ROOT", "SECRET", "Killable", "PatientClient", "Processes", "Run", "answers", "free_port"]
