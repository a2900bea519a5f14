"""What one page costs: its statements and its bytes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from incident.store.db import db
from incident.store.queries import head as case_head
from incident.store.queries import insight, progress

NOT_COUNTED = ("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "SELECT 1", "SHOW", "select pg_catalog", "SET TRANSACTION")
"""What the driver and the transaction say, whatever the page asks."""


@dataclass(frozen=True, slots=True)
class Cost:
    """One answer: its status, its media type, its size in bytes, and what it asked the database, with parameters."""

    status: int
    kind: str
    size: int
    asked: tuple[tuple[str, Any], ...]

    @property
    def statements(self) -> tuple[str, ...]:
        """The statements without their parameters."""
        return tuple(statement for statement, _parameters in self.asked)

    @property
    def is_page(self) -> bool:
        """Whether somebody reads it in a browser."""
        return self.status == 200 and self.kind == "text/html"


@contextmanager
def statements(app: Flask) -> Iterator[list[tuple[str, Any]]]:
    """Every statement that reaches the database meanwhile, with its parameters."""
    found: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        if not statement.startswith(NOT_COUNTED):
            found.append((statement, parameters))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def cost(app: Flask, client: FlaskClient, path: str, token: str) -> Cost:
    """Open an address, to its last byte, in a process that keeps nothing of an earlier look."""
    for kept in (insight._kept, progress._known, case_head._passed):
        kept.cache_clear()
    headers = {"Authorization": f"Bearer {token}"} if path.startswith("/api/") else {}
    with statements(app) as found:
        answer = client.get(path, headers=headers)
        size = len(answer.get_data())
    return Cost(answer.status_code, answer.mimetype or "", size, tuple(found))
