"""Fixtures for all tests: databases of both kinds, a clock that stands still, settings, a browser; and an honest end.

What cannot run on this machine (no Chromium, no PostgreSQL) is skipped with a reason, counted and named at the end of
the run, and fails the run where CI is set: nothing disappears silently.
"""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import structlog
from passlib.hash import argon2
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.store.db import harden
from tests.databases import DIALECTS, Lazily, PostgresDatabases, SqliteDatabases
from tests.nursery import SECRETS
from tests.once import make_once
from tests.shares import SharesByDatabase, shares

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The first is Chromium without what surrounds its pages, which it shows in two thirds of the time."""
# In each new window Chromium makes ready what its address bar could show: three quarters of what a window takes. After
# the first two stands what Playwright turns off: of two such lists only the last one counts.
UNUSED = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=" + ",".join(UNUSED),
)
SELDOM = 50_000
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# A busy machine must not decide whether a property holds: how long things take is measured by the bench.
hypothesis.settings.register_profile("meldklok", deadline=None)
hypothesis.settings.load_profile("meldklok")
# A password is made slow to guess, with 64 MB and four threads; thousands sign in here, and none is guessed.
argon2.memory_cost, argon2.parallelism, argon2.default_rounds = 8, 1, 1
make_once()
# By itself structlog draws every frame of what was raised in colours: up to ten times the work of what is tested.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SharesByDatabase | None:
    """What each process gets at a time."""
    return shares(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    """How much hostile input is sent: little in a usual run, far more when somebody wants to know."""
    words = (
        "requests that each of the tests of hostile input sends: to the forms, to the API, to the public doors; "
        "docs/security.md"
    )
    parser.addoption("--hostile", type=int, default=0, metavar="N", help=words)


@pytest.fixture(scope="session")
def databases() -> Iterator[Lazily]:
    """Both kinds of databases, started on first use and stopped at the end."""
    kinds = Lazily({"sqlite": SqliteDatabases, "postgresql": PostgresDatabases})
    yield kinds
    kinds.close()


@pytest.fixture(params=[pytest.param(name, marks=getattr(pytest.mark, name)) for name in DIALECTS])
def dialect(request: pytest.FixtureRequest) -> str:
    """Name of the database engine; a test that uses it, directly or not, runs once on each."""
    return str(request.param)


@pytest.fixture
def database_url(databases: Lazily, dialect: str) -> Iterator[str]:
    """Address of a fresh, empty database."""
    kind = _available(databases, dialect)
    url = kind.empty()
    yield url
    kind.drop(url)


@pytest.fixture
def migrated_url(databases: Lazily, dialect: str) -> Iterator[str]:
    """Address of a fresh database with the product's schema and no rows."""
    kind = _available(databases, dialect)
    url = kind.migrated()
    yield url
    kind.drop(url)


@pytest.fixture
def lite_url(databases: Lazily) -> Iterator[str]:
    """The same on SQLite only, for tests in which the database does not matter."""
    kind = databases.get("sqlite")
    url = kind.migrated()
    yield url
    kind.drop(url)


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    """An engine on the database with the schema, as the product makes its own."""
    made = harden(create_engine(migrated_url))
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on it."""
    with Session(engine) as opened:
        yield opened


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at Monday 2 March 2026, 09:00 UTC (10:00 in Amsterdam)."""
    return FixedClock(START)


@pytest.fixture
def make_settings(tmp_path: Path) -> Callable[..., Settings]:
    """A function that makes settings from variables: `make_settings(DATABASE_URL=…, SLACK_CHANNEL=…)`."""

    def make(**variables: str) -> Settings:
        return Settings.from_env({"DATA_DIR": str(tmp_path / "data"), **SECRETS, **variables})

    return make


@pytest.fixture
def settings(make_settings: Callable[..., Settings], migrated_url: str) -> Settings:
    """Settings of an installation with a migrated, empty database."""
    return make_settings(DATABASE_URL=migrated_url)


def _available(databases: Lazily, dialect: str) -> Any:
    try:
        return databases.get(dialect)
    except RuntimeError as problem:
        pytest.skip(str(problem))


def pytest_collection_finish() -> None:
    """What is there now stays: that garbage was looked for in it, over and over, was a fifth of the time of a test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM)


def find_browser() -> str | None:
    """Path of a Chromium or Chrome: the variable CHROMIUM, or the first one on the path."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in BROWSERS if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, so that no core waits for one at the end; skip browser tests where no browser is installed."""
    long = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in long)
    if find_browser():
        return
    for item in items:
        if {"page", "browser", "context"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine: install the package chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the Chromium of this machine, quietly; without its sandbox only as root, where it has none."""
    unsafe = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": find_browser(), "args": [*QUIET, *unsafe]}


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what tests have recorded of kills and hostile requests; count and name what could not run here."""
    passed = terminalreporter.stats.get("passed", [])
    told = [one for report in passed for one in report.user_properties]
    kills = sum(value for name, value in told if name == "kills")
    if kills:
        terminalreporter.line(f"kills: {kills}, after each of which nothing was lost")
    cells = sum(value for name, value in told if name == "cells")
    if cells:
        terminalreporter.line(f"cells of the matrix, who may do what: {cells}")
    for _, words in filter(lambda one: one[0] == "hostile", told):
        terminalreporter.line(f"hostile requests: {words}")
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    terminalreporter.section(f"{len(skipped)} tests could not run here")
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.line(f"{report.nodeid}: {str(reason).removeprefix('Skipped: ')}")
    if os.environ.get("CI"):
        terminalreporter.line("CI is set: what cannot run is a failure.", red=True)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail in CI when anything was skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and exitstatus == pytest.ExitCode.OK and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
