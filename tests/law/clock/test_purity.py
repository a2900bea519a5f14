"""The law package is light, pure and fast."""

import subprocess
import sys

import pytest

HEAVY = (
    "flask",
    "sqlalchemy",
    "wtforms",
    "jinja2",
    "slack_sdk",
    "slack_bolt",
    "apscheduler",
    "structlog",
    "pydantic",
    "socket",
    "ssl",
    "http.client",
    "urllib.request",
    "asyncio",
    "incident.settings",
    "incident.domain",
    "incident.store",
)
MODULES = ("incident.law", "incident.law.explain", "incident.law.deadlines", "incident.law.awareness")


@pytest.mark.parametrize("module", MODULES)
def test_importing_the_law_loads_no_framework_and_no_network(module: str) -> None:
    """In a fresh interpreter, so that nothing another test loaded can hide it."""
    code = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"


MEASURE = """
from timeit import repeat
from incident.law.deadlines import deadline
from incident.law.facts import BreachFacts
from incident.law.instants import read_instant
from incident.law.obligations import obligations
from incident.law.rulesets import RuleSet
at = read_instant("{aware_at}", "Europe/Amsterdam")
facts, rules = BreachFacts(aware_at=at), RuleSet.at(at)
obligation = obligations(facts, rules)[0]
assert deadline(obligation, facts, rules).remarks
print(min(repeat(lambda: deadline(obligation, facts, rules), number=100, repeat=20)) / 100)
"""


@pytest.mark.parametrize("aware_at", ["2026-11-23T09:20", "2026-12-24T12:17", "2027-03-26T16:20"])
def test_one_deadline_takes_at_most_fifty_microseconds(aware_at: str) -> None:
    """The best of several runs in an interpreter of its own, so that neither load nor a tracer decides."""
    code = MEASURE.format(aware_at=aware_at)
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert float(found.stdout) <= 50e-6
