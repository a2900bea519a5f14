"""A real installation: web and worker as processes of their own, which can be killed at any moment and come back."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx

from tests.clock.processes import wait_until
from tests.nursery import environment, nursery, runs


class Killable(Protocol):
    """Something with a web address that can be killed in parts and brought back."""

    address: str
    kills: Counter[str]

    def kill(self, name: str) -> bool: ...
    def revive(self) -> None: ...


class Processes:
    """``meldklok web``, ``meldklok worker``, ``meldklok bot`` on one database, each as its own process.

    ``ready`` tells whether people can work with it; without it, that is when the pages answer.
    """

    def __init__(
        self,
        log: Path,
        names: Sequence[str] = ("web", "worker"),
        ready: Callable[[], bool] | None = None,
        **variables: str,
    ) -> None:
        self.address = f"http://127.0.0.1:{variables['PORT']}"
        self.kills: Counter[str] = Counter()
        self._names = names
        self._ready = ready or partial(answers, self.address)
        self._log = log
        self._lock = threading.Lock()
        self._pids: dict[str, int] = {}
        self._armed = 0
        self._environment = environment(**variables)

    def kill(self, name: str) -> bool:
        """``kill -9`` of whoever bears that name now; whether somebody did."""
        with self._lock:
            struck = self._end(name)
            self.kills[name] += struck
        return struck

    def _end(self, name: str) -> bool:
        pid = self._pids.pop(name, None)
        if pid is None or not runs(pid):
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: not runs(pid), 10, every=0.01), f"{name} survived kill -9"
        return True

    def revive(self) -> None:
        """Start what is not running, as a process manager does again and again, and wait until people can work."""
        if not wait_until(self._works, 60, every=0.02):
            raise AssertionError(f"it does not come back: {self._said()}")

    def _works(self) -> bool:
        with self._lock:
            for name in self._names:
                if name not in self._pids or not runs(self._pids[name]):
                    self._pids[name] = nursery().start(name, self._environment, self._log)
        return self._ready()

    def arm(self, name: str, moment: str) -> None:
        """Put a process in its place that kills itself at a moment of the next report."""
        with self._lock:
            self._end(name)
            self._pids[name] = self._armed = nursery().start(f"{name} {moment}", self._environment, self._log)
        self.revive()

    def struck(self) -> bool:
        """Whether the process that was armed last has killed itself."""
        return not runs(self._armed)

    def _said(self) -> str:
        """The end of what the processes have logged."""
        return self._log.read_text()[-3000:]

    def stop(self) -> None:
        """End all of it; does nothing the second time."""
        with self._lock:
            for name in list(self._pids):
                self._end(name)


def answers(address: str) -> bool:
    """Whether the pages can be had; asked many times a second while what is to answer starts on the same cores."""
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=5)) as connection:
        try:
            connection.request("GET", "/ready")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False


class PatientClient:
    """What a browser sends, and what its user does when no answer comes: wait, and send the same once more.

    ``fate`` is asked before each request and names the process that is killed while it is under way, if any. The
    moment is chosen between nothing and a little more than the request usually takes, so that it falls before, in and
    after the transaction.
    """

    def __init__(self, installation: Killable, fate: Callable[[], str | None], dice: random.Random) -> None:
        self.environ_base: dict[str, str] = {}
        self.installation = installation
        self.fate = fate
        self.repeated: list[str] = []
        self._dice = dice
        self._browser = httpx.Client(base_url=installation.address, timeout=30, verify=False)
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
        usual = self._usual.get(f"{method} {path.split('?')[0]}") or median([0.1, *self._usual.values()])
        victim = self.fate()
        if victim is not None:
            killer = threading.Timer(self._dice.uniform(0, 1.3 * usual), self.installation.kill, (victim,))
            killer.start()
        began = time.monotonic()
        try:
            answer = self._browser.request(method, path, **body)
            self._usual[f"{method} {path.split('?')[0]}"] = time.monotonic() - began
        except httpx.TransportError:
            answer = None
        if victim is not None:
            killer.join()
        if answer is None or victim is not None:
            self.installation.revive()
        if answer is None:
            self.repeated.append(f"{method} {path}")
            return self._send(method, path, **body)
        return answer
