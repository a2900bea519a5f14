"""What the machine can do at best, measured in the same run, so that ratios survive a noisy machine."""

import http.client
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from sqlalchemy import Engine, create_engine, text

from bench.figure import Figure, measure
from bench.place import Place

TABLE = "CREATE TABLE IF NOT EXISTS bench_control (id INTEGER PRIMARY KEY, state INTEGER, words TEXT)"
ROWS = 1000


def controls(where: Place) -> Iterator[Figure]:
    """One durable commit, one indexed read, and a bare page of 50 rows in three statements."""
    prepare(where.engine)
    counter = iter(range(ROWS, 10**9))
    yield measure("control: one durable commit", lambda: _commit(where.engine, next(counter)), 200, where.engine)
    yield measure("control: one indexed read", lambda: _read(where.engine), 500, where.engine)
    yield _bare_page(where.engine)


def prepare(engine: Engine) -> None:
    """Make the rows of the bare page."""
    with engine.begin() as connection:
        connection.execute(text(TABLE))
        connection.execute(text("DELETE FROM bench_control"))
        insert = text("INSERT INTO bench_control VALUES (:id, :state, :words)")
        connection.execute(insert, [{"id": n, "state": n % 7, "words": "x" * 200} for n in range(ROWS)])


def _commit(engine: Engine, number: int) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO bench_control VALUES (:id, 1, 'x')"), {"id": number})


def _read(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SELECT words FROM bench_control WHERE id = 500")).all()


def _bare_page(engine: Engine) -> Figure:
    server = make_server("127.0.0.1", 0, bare_page(engine), handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        return measure("control: a bare page, 50 rows", lambda: _get(server.server_port), 50, engine)
    finally:
        server.shutdown()
        server.server_close()


def _get(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/")
    connection.getresponse().read()
    connection.close()


def bare_page(engine: Engine) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """An application with one page of 50 rows in three statements: the least that a list can cost here."""

    def page(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT * FROM bench_control ORDER BY id DESC LIMIT 50")).all()
            counts = connection.execute(text("SELECT state, count(*) FROM bench_control GROUP BY state")).all()
            connection.execute(text("SELECT count(*) FROM bench_control")).one()
        start("200 OK", [("Content-Type", "text/html")])
        return [f"<p>{counts}</p><table>{''.join(f'<tr><td>{row.words}' for row in rows)}</table>".encode()]

    return page


def from_environment() -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """The same for a server of its own, on the database that the environment names."""
    return bare_page(create_engine(os.environ["DATABASE_URL"]))


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
