"""Rules of the house that a linter does not know: who may read the time, the environment and the network."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(path for folder in ("incident", "bot") for path in (ROOT / folder).rglob("*.py"))
CLOCK = {"incident/platform/clock.py"}
ENVIRONMENT = {"incident/platform/settings.py"}
NETWORK = (
    "incident/delivery/",
    "incident/identity/asking.py",
    "incident/slack/",
    "incident/doctor/",
    "incident/worker/watchman.py",
    "bot/",
)
CLIENTS = {"httpx", "httpcore", "smtplib", "requests", "urllib.request", "http.client", "slack_sdk", "apprise"}
COLLECTED = {"_", "_l", "ngettext", "pgettext"}
ANY = re.compile(r"\bAny\b")
MOST_ANY = 150
LONGEST_FILE = 400
LONGER = {"incident/migrations/versions/0001_initial.py": 840, "incident/documents/verifier/verify.py": 550}
"""The schema reads better as one file, table after table, than in parts that are cut where the lines run out."""
LOAD_THE_LAW = """
import importlib, pkgutil, sys
import incident.law as law
for module in pkgutil.walk_packages(law.__path__, "incident.law."):
    importlib.import_module(module.name)
print(*{name.split(".")[0] for name in sys.modules})
"""
LOAD_THE_WEB = """
import sys
import incident.web.app, incident.web.views, incident.wiring
first_needed = {"alembic", "apprise", "authlib", "holidays", "httpx", "joserfc", "markdown_it", "obstore", "PIL"}
first_needed |= {"prometheus_client", "qrcode", "requests", "slack_sdk", "typst", "webauthn", "zxcvbn"}
print(*first_needed & set(sys.modules))
"""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """All that a file says; several rules look at it."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def attributes(path: Path) -> Iterator[str]:
    """Dotted names in the code, such as `datetime.now` and `os.environ`."""
    for node in nodes(path):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


def imports(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_only_the_clock_asks_for_the_time() -> None:
    """Everybody else is handed an instant, so that tests can move it."""
    asking = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
    assert {name_of(path) for path in SOURCES if asking & set(attributes(path))} == CLOCK


def test_only_the_settings_read_the_environment() -> None:
    """Everybody else gets finished settings."""
    reading = {"os.environ", "os.getenv", "os.putenv", "os.environb"}
    assert {name_of(path) for path in SOURCES if reading & set(attributes(path))} == ENVIRONMENT


def test_network_clients_appear_only_where_messages_leave() -> None:
    """In delivery, questions to the identity provider, the doctor, the watchman's ping, and the bot, Slack's door."""
    users = {name_of(path) for path in SOURCES if CLIENTS & {name for name in imports(path)}}
    assert {user for user in users if not user.startswith(NETWORK)} == set()


def test_importing_the_law_loads_no_framework() -> None:
    """The law is readable and testable alone."""
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD_THE_LAW], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    heavy = {"flask", "sqlalchemy", "wtforms", "jinja2", "slack_sdk", "slack_bolt", "apscheduler", "structlog", "httpx"}
    assert set(loaded.split()) & heavy == set()


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_is_short_enough_to_read_and_has_a_purpose(path: Path) -> None:
    """At most 400 lines; its first words say what it is for; and no drawer for odds and ends."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGER.get(name_of(path), LONGEST_FILE)
    assert path.stem not in {"utils", "util", "helpers", "helper", "misc", "common"}
    assert not text.strip() or ast.get_docstring(ast.parse(text))


def test_no_file_of_the_product_names_a_place_of_somebodys_machine() -> None:
    """Paths and hosts of a workplace do not belong in what others install."""
    places = ("/home/", "/Users/", "/root/", "C:\\\\Users")
    allowed = (".py", ".toml", ".md", ".html", ".css", ".js", ".txt", ".yaml", ".yml", ".lock", ".j2", ".po")
    files = [
        path
        for folder in ("incident", "bot", "templates", "docs", "tools", ".ci")
        for path in (ROOT / folder).rglob("*")
    ]
    texts = [path for path in files if path.is_file() and path.suffix in allowed and "node_modules" not in path.parts]
    assert [name_of(path) for path in texts if any(place in path.read_text(encoding="utf-8") for place in places)] == []


def test_few_lines_say_any() -> None:
    """A type tells what is in there; ``Any`` is for what no class describes, under a name that says what it is."""
    said = [line for path in SOURCES for line in path.read_text(encoding="utf-8").splitlines() if ANY.search(line)]
    assert len(said) <= MOST_ANY


def test_words_for_people_stand_outside_f_strings() -> None:
    """Inside of one nobody collects them for translation, and they would come out in English."""
    strings = [(path, node) for path in SOURCES for node in nodes(path) if isinstance(node, ast.JoinedStr)]
    calls = [(path, one) for path, string in strings for one in ast.walk(string) if isinstance(one, ast.Call)]
    named = [(name_of(path), one.lineno, one.func.id) for path, one in calls if isinstance(one.func, ast.Name)]
    assert [found for found in named if found[-1] in COLLECTED] == []


def test_a_web_process_loads_nothing_that_few_requests_need() -> None:
    """What is large and rarely used comes with its first use: a password's lists, the typesetter, calendars, S3."""
    run = subprocess.run([sys.executable, "-c", LOAD_THE_WEB], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
