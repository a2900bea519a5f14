"""Find every form that somebody can reach, and what every table holds."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from sqlalchemy import Connection, Select, func, select

from incident.store.db import Base
from tests.web.client import Page, Visitor

NOT_PAGES = (".csv", ".xlsx", ".pdf", ".docx", ".txt", ".zip", ".ics", ".json", ".svg", ".css", ".js", ".toml")
LOUD = frozenset({"audit_head", "audit_entry", "sign_in_throttle"})
"""Tables that a refused request may touch: a failed sign-in is counted and put on record."""


@dataclass(frozen=True, slots=True)
class FormFound:
    """A form on a page: where it stands, where it goes, and the names of its inputs."""

    page: str
    action: str
    names: tuple[str, ...]
    files: tuple[str, ...]
    element: Element

    @property
    def place(self) -> str:
        """Something to call it by."""
        return f"{self.page} -> {self.action}"


def pages(visitor: Visitor, start: str = "/") -> Iterator[Page]:
    """Every page that can be reached by following links from here, each once, in any query once per path."""
    seen, waiting = set(), deque([start])
    while waiting:
        path = waiting.popleft()
        if _key(path) in seen or path.split("?")[0].endswith(NOT_PAGES):
            continue
        seen.add(_key(path))
        answer = visitor.client.get(path)
        if answer.mimetype != "text/html" or "attachment" in answer.headers.get("Content-Disposition", ""):
            continue
        page = visitor.arrive(path, answer)
        yield page
        waiting.extend(_local(page))


def _key(path: str) -> str:
    return path.split("#")[0].split("?")[0]


def _local(page: Page) -> list[str]:
    targets = [urljoin(page.path, link.get("href", "")) for link in page.tree.iter("a") if link.get("href")]
    return [target for target in targets if not urlsplit(target).netloc and target.startswith("/")]


def forms_of(page: Page) -> list[FormFound]:
    """The forms of a page that write."""
    found = []
    for form in page.tree.iter("form"):
        if form.get("method") != "post":
            continue
        inputs = [node for node in form.iter() if node.get("name")]
        files = tuple(node.get("name", "") for node in inputs if node.get("type") == "file")
        names = tuple(dict.fromkeys(node.get("name", "") for node in inputs if node.get("name") not in files))
        found.append(FormFound(page.path, form.get("action") or page.path, names, files, form))
    return found


def row_counts(connection: Connection) -> dict[str, int]:
    """How many rows every table holds, except those that a refusal may touch; asked at once, thousands of times."""
    return dict(connection.execute(_counting()).one()._mapping)


@cache
def _counting() -> Select[Any]:
    tables = [table for table in Base.metadata.sorted_tables if table.name not in LOUD]
    return select(*(select(func.count()).select_from(table).scalar_subquery().label(table.name) for table in tables))
