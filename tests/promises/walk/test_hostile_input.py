"""Hostile input to every form that somebody can reach: never a surprise, never a stored half, always shown as text."""

import itertools
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text as sql

from incident.store.db import db
from tests.chains import breaks
from tests.promises.walk.conftest import Grown
from tests.promises.walk.crawl import FormFound, forms_of, pages, row_counts
from tests.web.client import Visitor, _values
from tests.web.conftest import Team

pytestmark = pytest.mark.slow
EXPECTED = {200, 201, 302, 303, 400, 401, 403, 404, 405, 409, 413, 422, 429}
HOSTILE = (
    "",
    "   \t\r\n  ",
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}${7*7}#{7*7}",
    "'; DROP TABLE incident; --",
    "=cmd|' /C calc'!A0",
    "\x00\x01\x1b[31m\x7f\ufeff\u2028\u202e",
    "\ud83e\udd8a".encode("utf-16", "surrogatepass").decode("utf-16") * 10_000,
    "x" * 200_000,
    "99999999999999999999999999999999",
    "-1",
    "1e309",
    "NaN",
    "٣",
    "²",
    "1970-01-01",
    "2099-12-31",
    "0001-01-01",
    "9999-12-31",
    "2027-03-28",
    "24:00",
    "../../../../etc/passwd",
    "//evil.example/\\@x",
    "00000000-0000-0000-0000-000000000000",
    "%s%s%n%(name)s",
    "__proto__",
    "a" * 254 + "@example.org",
    "yes",
)
MARKS = ("<script>alert(1)", "<img src=x onerror")
FILES = (
    ("../../etc/passwd", b"root:x:0:0"),
    ("x.html", b"<script>alert(1)</script>"),
    ("empty.pdf", b""),
    ("\x00.pdf", b"%PDF-1.7 \x00"),
    ("a" * 5000 + ".pdf", b"%PDF-1.7"),
    ("list.csv", b"=1+1;\xff\xfe\x00"),
    ("list.xlsx", b"PK\x03\x04" + b"\x00" * 40),
    ("profile.toml", b"name = [[[[[[[["),
)
TOKEN = re.compile(r'<input[^>]*name="csrf_token"[^>]*value="([^"]+)"')
LEAVING = ("/logout", "/language")
LATE = ("restrict", "close", "password", "sign-out", "sign-ins", "second-factor", "untie")
"""Parts of addresses whose forms put each reading on record, or end what the others need: incident or sign-in."""
ALIKE = 6
"""Forms of one view with the same inputs (60 kinds of letters) share what is sent, each a sixth of it at least."""


@dataclass(slots=True)
class Answers:
    """What came back: how often each status, and the longest wait."""

    statuses: Counter[int] = field(default_factory=Counter)
    longest: float = 0
    slowest: str = ""

    def note(self, found: FormFound, status: int, took: float) -> None:
        """One more."""
        self.statuses[status] += 1
        if took > self.longest:
            self.longest, self.slowest = took, found.place


def shares(forms: list[FormFound], lite: Team) -> Iterator[tuple[FormFound, slice]]:
    """Each form with the part of the bodies that it gets."""
    views = lite.app.url_map.bind("")
    kinds = [(views.match(urlsplit(found.action).path, "POST")[0], found.names, found.files) for found in forms]
    alike, turns = Counter(kinds), Counter[object]()
    for found, kind in zip(forms, kinds, strict=True):
        parts = min(alike[kind], ALIKE)
        yield found, slice(turns[kind] % parts, None, parts)
        turns[kind] += 1


def fuzzed(found: FormFound, token: dict[str, str], many: int) -> Iterator[dict[str, Any]]:
    """Bodies for a form: one hostile value everywhere, then one in each input while the others stay as they are.

    Where more are wanted, each further one has hostile values in some of its inputs, by lot.
    """
    usual = _values(found.element)
    files = itertools.cycle(FILES)

    def body(values: dict[str, Any]) -> dict[str, Any]:
        name, content = next(files)
        return {**values, **{field: (BytesIO(content), name) for field in found.files}, **token}

    for value in HOSTILE:
        yield body({name: value for name in found.names})
    corpus = itertools.cycle(HOSTILE)
    for name in found.names:
        yield body({**usual, name: next(corpus)})
    # The same ones each time, so that a finding comes again.
    lot = random.Random(found.place)
    for _ in range(many - len(HOSTILE) - len(found.names)):
        some = [name for name in found.names if lot.random() < 0.3]
        yield body({**usual, **{name: lot.choice(HOSTILE) for name in some}})


def test_no_form_can_be_surprised(
    grown: Grown, pytestconfig: pytest.Config, record_property: Callable[[str, object], None]
) -> None:
    """Every answer is an expected one, a form that comes back has stored nothing, and what was stored is only text."""
    lite, dpo = grown.team, grown.dpo
    lite.app.config["RAISE_SURPRISES"] = False
    forms = {found.action.split("?")[0]: found for page in list(pages(dpo)) for found in forms_of(page)}
    chosen = sorted(
        (found for action, found in forms.items() if action not in LEAVING),
        key=lambda found: [part in found.action for part in LATE],
    )
    assert len(chosen) >= 25
    many, answers = -(-pytestconfig.getoption("--hostile") // len(chosen)), Answers()
    attacks = (attack(lite, dpo, found, part, many, answers) for found, part in shares(chosen, lite))
    problems = list(itertools.chain.from_iterable(attacks))
    assert not problems, "\n".join(problems)
    for page in pages(dpo):
        assert not [mark for mark in MARKS if mark in page.html], page.path
    with lite.app.app_context():
        assert breaks(db.session()) == []
    words = f"the longest {answers.longest:.2f} s ({answers.slowest})"
    record_property("hostile", f"{len(chosen)} forms, {dict(sorted(answers.statuses.items()))}, {words}")


def attack(lite: Team, visitor: Visitor, found: FormFound, part: slice, many: int, answers: Answers) -> Iterator[str]:
    """What went wrong with one form."""
    fields = [name for name in _values(found.element) if name.endswith("csrf_token")]
    token = dict.fromkeys(fields, signed_in(visitor))
    if not token:
        yield f"{found.place}: has no CSRF token"
    rows = counted(lite)
    bodies = enumerate(fuzzed(found, token, many))
    for number, values in itertools.islice(bodies, part.start, part.stop, part.step):
        shown = {name: str(value)[:60] for name, value in values.items() if name not in token}
        before, began = rows, time.monotonic()
        answer = visitor.client.post(found.action, data=values)
        answers.note(found, answer.status_code, time.monotonic() - began)
        rows = counted(lite)
        if answer.status_code not in EXPECTED:
            yield f"{found.place} #{number}: {answer.status_code} for {dict(list(shown.items())[:4])}"
        if answer.status_code not in (201, 302, 303, 204) and "draft" not in found.action and before != rows:
            yield f"{found.place} #{number}: stored something although it was refused"
        if any(mark in answer.text for mark in MARKS):
            yield f"{found.place} #{number}: shown as markup"
        if "Traceback (" in answer.text:
            yield f"{found.place} #{number}: shows where the program was"
        if "You are no longer signed in" in answer.text or answer.headers.get("Location", "").startswith("/login"):
            if not any(part in found.action for part in LATE):
                yield f"{found.place} #{number}: was sent by nobody"
            token |= dict.fromkeys(fields, signed_in(visitor))
            rows = counted(lite)


def signed_in(visitor: Visitor) -> str:
    """What shows that a form is of this sign-in, which begins anew where a form has ended it."""
    answer = visitor.client.get("/account")
    if answer.status_code == 302:
        visitor.sign_in(visitor.email)
        answer = visitor.client.get("/account")
    [token, *_] = TOKEN.findall(answer.text)
    return str(token)


def counted(lite: Team) -> dict[str, int]:
    """The rows of every table."""
    with lite.app.app_context(), db.engine.connect() as connection:
        connection.execute(sql("SELECT 1"))
        return row_counts(connection)
