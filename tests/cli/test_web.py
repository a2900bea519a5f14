"""The web process: it serves, finishes what is under way, and stops; alone, or as several under one master."""

import gc
import http.client
import json
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import psutil
import pytest
from flask import Response, request
from sqlalchemy import create_engine, func, make_url, select
from sqlalchemy.orm import Session

from incident.cli.web import application
from incident.domain.kernel.people import Role, Source
from incident.platform.settings import Settings
from incident.store.db import harden
from incident.store.line import STUCK_AFTER
from incident.store.models import Incident
from incident.usecases.people.api_tokens import make_api_token
from tests.clock.processes import wait_until
from tests.databases import KEY
from tests.factories import make_person
from tests.forked import command
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


class Serving:
    """A running `meldklok web` on a port of its own: a fork that is at work at once, or the program itself."""

    def __init__(self, settings: Settings, *, program: bool = False, **environ: str) -> None:
        self.port = free_port()
        self._said = settings.data_dir / f"said{self.port}"
        variables = {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "DATA_DIR": str(settings.data_dir),
            "DATABASE_URL": settings.database_url,
            "SECRET_KEY": settings.secret_key,
            "ENCRYPTION_KEY": KEY,
            "PORT": str(self.port),
            **environ,
        }
        if program:
            order = [sys.executable, "-m", "incident", "web"]
            with self._said.open("w") as said:
                self.process = psutil.Popen(order, cwd=settings.data_dir, env=variables, stdout=said, stderr=said)
        else:
            self.process = psutil.Process(command("web", environ=variables, said=self._said).pid)
        self.wait()

    def wait(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.status() != psutil.STATUS_ZOMBIE:
            try:
                if self.get("/ready")[0] == 200:
                    return
            except OSError:
                time.sleep(0.02)
        self.process.kill()
        pytest.fail(f"It does not serve: {self._said.read_text()}")

    def get(self, path: str, patience: int = 10) -> tuple[int, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience)
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, dict(answer.getheaders())

    def children(self) -> set[int]:
        text = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return {int(number) for number in text.split()}

    def stop(self) -> tuple[int, str]:
        self.process.terminate()
        return self.process.wait(30), self._said.read_text()


@pytest.fixture
def serve(settings: Settings) -> Iterator[Callable[..., Serving]]:
    """Start serving with these settings; whatever is left at the end is killed."""
    started: list[Serving] = []

    def start(**how: Any) -> Serving:
        started.append(Serving(settings, **how))
        return started[-1]

    yield start
    for serving in started:
        with suppress(psutil.NoSuchProcess):
            serving.process.kill()
        serving.process.wait()


@pytest.mark.parametrize("processes", ["1", "2"])
def test_it_serves_and_stops_cleanly(serve: Callable[..., Serving], processes: str) -> None:
    """With status 0, without a stack trace, and without telling which server it is."""
    serving = serve(program=True, WEB_PROCESSES=processes)
    status, headers = serving.get("/login")
    assert status == 200
    assert "waitress" not in headers.get("Server", "").lower()
    returned, written = serving.stop()
    assert (returned, "Traceback" in written) == (0, False)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at the children in /proc")
@pytest.mark.parametrize("dialect", ["postgresql"])
def test_a_process_that_is_killed_is_replaced(serve: Callable[..., Serving]) -> None:
    """The master looks after its processes; visitors notice nothing."""
    serving = serve(WEB_PROCESSES="2")
    end = time.monotonic() + 60
    while len(before := serving.children()) < 2 and time.monotonic() < end:
        time.sleep(0.1)
    victim = min(before)
    subprocess.run(["kill", "-9", str(victim)], check=True)
    while (now := serving.children()) & {victim} or len(now) < 2:
        assert time.monotonic() < end + 60
        time.sleep(0.1)
    assert serving.get("/ready")[0] == 200
    assert serving.stop()[0] == 0


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_what_is_made_at_the_start_stays_out_of_the_collectors_rounds(
    make_settings: Callable[..., Settings], migrated_url: str
) -> None:
    """And the collector is back at work when the first request comes."""
    gc.unfreeze()
    try:
        application(make_settings(DATABASE_URL=migrated_url))
        assert gc.isenabled()
        assert gc.get_freeze_count() > 100_000
    finally:
        gc.unfreeze()


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize(
    ("proxies", "expected"),
    [("0", ("http", "127.0.0.1:8000", "10.0.0.1")), ("1", ("https", "breaches.example.org", "203.0.113.9"))],
)
def test_headers_of_a_proxy_count_only_where_one_is_named(
    make_settings: Callable[..., Settings], migrated_url: str, proxies: str, expected: tuple[str, str, str]
) -> None:
    """Otherwise every visitor could claim to come from anywhere."""
    address = "https://breaches.example.org"
    app = application(make_settings(DATABASE_URL=migrated_url, TRUSTED_PROXIES=proxies, BASE_URL=address))
    seen: list[tuple[str, str, str | None]] = []

    @app.after_request
    def look(response: Response) -> Response:
        seen.append((request.scheme, request.host, request.remote_addr))
        return response

    claims = {
        "X-Forwarded-Host": "breaches.example.org",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "203.0.113.9",
    }
    client = app.test_client()
    client.get("/login", base_url="http://127.0.0.1:8000", headers=claims, environ_base={"REMOTE_ADDR": "10.0.0.1"})
    assert seen == [expected]


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("processes", ["1", "2"])
def test_headers_of_a_proxy_arrive_through_the_server(serve: Callable[..., Serving], processes: str) -> None:
    """The server throws none away: whom to believe TRUSTED_PROXIES says; else all visitors look like the proxy."""
    serving = serve(WEB_PROCESSES=processes)
    asked = urllib.request.Request(f"http://127.0.0.1:{serving.port}/ready", headers={"X-Forwarded-For": "203.0.113.9"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert json.load(answer)["proxies"] == 1


def test_connections_that_only_hang_there_stop_nobody(serve: Callable[..., Serving]) -> None:
    """500 that keep a connection and 300 that never finish a request: pages are still answered at once."""
    serving = serve()
    hanging: list[socket.socket] = []
    try:
        for number in range(800):
            hanging.append(socket.create_connection(("127.0.0.1", serving.port), timeout=10))
            half = b"POST /report HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf"
            whole = b"GET /static/css/base.css HTTP/1.1\r\nHost: localhost\r\n\r\n"
            hanging[-1].sendall(half if number % 8 < 3 else whole)
            if number % 8 >= 3:
                assert hanging[-1].recv(65_536)
        started = time.monotonic()
        assert serving.get("/ready")[0] == 200
        assert serving.get("/login")[0] == 200
        assert time.monotonic() - started < 10
    finally:
        for one in hanging:
            one.close()


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_of_many_who_write_at_once_nobody_is_refused_and_readers_are_served_meanwhile(
    serve: Callable[..., Serving], settings: Settings
) -> None:
    """Six at once, three reports each, to two processes: on SQLite only one of all their threads writes. Even if one
    process gets all six and the disk stands still for a while, each of them has a thread that may wait."""
    token = a_token(settings)
    serving = serve(WEB_PROCESSES="2")
    with ThreadPoolExecutor(6) as writers:
        written = [writers.submit(report, serving, token, 3) for _ in range(6)]
        read = set()
        while not all(one.done() for one in written):
            read |= {serving.get(path, patience=120)[0] for path in ("/ready", "/login")}
    assert Counter(status for one in written for status in one.result()) == {201: 18}
    assert read == {200}
    assert reported(settings) == 18


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_while_another_program_holds_the_file_readers_are_answered(
    serve: Callable[..., Serving], settings: Settings
) -> None:
    """More writers than threads: three quarters of the threads wait for it, who comes after these is refused, and
    nobody reads later for that. Once it lets go, those who waited are on record."""
    token = a_token(settings)
    serving = serve()
    path = make_url(settings.database_url).database or ""
    with ThreadPoolExecutor(16) as writers, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        written = [writers.submit(report, serving, token) for _ in range(16)]
        assert wait_until(lambda: sum(one.done() for one in written) == 10, 60)
        took = []
        for _ in range(5):
            # No worker runs here, and /health says so.
            for asked, expected in (("/health", 503), ("/ready", 200), ("/login", 200)):
                began = time.monotonic()
                assert serving.get(asked)[0] == expected
                took.append(time.monotonic() - began)
        waiting = [one for one in written if not one.done()]
        other.execute("ROLLBACK")
    assert median(took) < 1, took
    assert max(took) < STUCK_AFTER, took
    assert len(waiting) == 6
    assert Counter(status for one in written for status in one.result()) == {201: 6, 503: 10}
    assert {status for one in waiting for status in one.result()} == {201}
    assert reported(settings) == 6


def a_token(settings: Settings) -> str:
    """Of somebody who may report by a program."""
    engine, now = harden(create_engine(settings.database_url)), datetime.now(UTC)
    with Session(engine) as session, session.begin():
        person = make_person(session, "Femke", [Role.RESPONDER], now)
        token = make_api_token(session, person.actor(Source.WEB), person.id, "many", now=now)
    engine.dispose()
    return token


def report(serving: Serving, token: str, times: int = 1) -> list[int]:
    """One report after the other; gives how they were answered."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=120)
    statuses = []
    for turn in range(times):
        connection.request("POST", "/api/v1/incidents", json.dumps({"summary": f"Case {turn}"}), headers)
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
    connection.close()
    return statuses


def reported(settings: Settings) -> int:
    """How many incidents there are."""
    engine = create_engine(settings.database_url)
    with Session(engine) as session:
        number = session.scalars(select(func.count()).select_from(Incident)).one()
    engine.dispose()
    return number
