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
    "incident.platform.settings",
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
