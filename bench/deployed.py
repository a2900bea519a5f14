"""The application as it is deployed: two synchronous workers of gunicorn on this machine, and a client for them."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 30.0
WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Deployed:
    """A server that answers on a port of this machine."""

    port: int

    def get(self, path: str, cookie: str) -> float:
        """Milliseconds until the last byte; anything but 200 is a failure of the measurement."""
        begun = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers={"Cookie": cookie, "Accept-Language": "en"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}.")
        return (time.perf_counter() - begun) * 1000

    def times(self, path: str, cookie: str, number: int) -> list[float]:
        """One after the other, after a few that do not count."""
        for _ in range(WARM_UP):
            self.get(path, cookie)
        return [self.get(path, cookie) for _ in range(number)]

    def load(self, path: str, cookie: str, total: int, threads: int) -> float:
        """Answers a second when so many clients share a number of requests."""
        for _ in range(WARM_UP):
            self.get(path, cookie)
        share = total // threads
        failed: list[Exception] = []

        def work() -> None:
            try:
                for _ in range(share):
                    self.get(path, cookie)
            except Exception as problem:
                failed.append(problem)

        clients = [threading.Thread(target=work) for _ in range(threads)]
        begun = time.perf_counter()
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        if failed:
            raise failed[0]
        return share * threads / (time.perf_counter() - begun)


@contextmanager
def deployed(application: str, variables: Mapping[str, str]) -> Iterator[Deployed]:
    """Start it, wait until it answers, and stop it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--workers",
        "2",
        "--bind",
        f"127.0.0.1:{port}",
        "--log-level",
        "error",
    ]
    process = subprocess.Popen([*command, application], cwd=ROOT, env={**os.environ, **variables})
    try:
        _wait(process, port)
        yield Deployed(port)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    last = time.monotonic() + START_SECONDS
    while time.monotonic() < last and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("The server for the measurement did not start.")
