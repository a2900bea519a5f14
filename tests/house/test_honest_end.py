"""The end of a test run: what could not run is counted and named, and fails where CI is set."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFTEST = "from tests.conftest import pytest_collection_modifyitems, pytest_sessionfinish, pytest_terminal_summary\n"
SKIPPING = """
import pytest

def test_runs():
    assert True

def test_cannot_run():
    pytest.skip("no such engine here")
"""
BROWSING = """
def test_in_a_browser(page):
    assert False
"""


def run(folder: Path, code: str, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run pytest over `code` with the hooks of our own conftest."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_it.py").write_text(code)
    variables = {name: value for name, value in os.environ.items() if name not in {"CI", "CHROMIUM"}}
    plugins = ["-p", "no:cacheprovider", "-p", "xdist", "-p", "pytest_playwright.pytest_playwright"]
    order = [sys.executable, "-m", "pytest", "-q", *plugins, "--rootdir", str(folder), *arguments]
    environ = {**variables, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environ}
    return subprocess.run(order, cwd=folder, env=environ, capture_output=True, text=True, timeout=240, check=False)


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["one process", "two processes"])
def test_what_could_not_run_is_counted_and_named(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """On a developer's machine the run is still green."""
    result = run(tmp_path, SKIPPING, *arguments)
    assert result.returncode == 0
    assert "1 tests could not run here" in result.stdout
    assert "test_it.py::test_cannot_run: no such engine here" in result.stdout


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["one process", "two processes"])
def test_what_could_not_run_fails_in_ci(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """There everything must run; the last line stays pytest's own."""
    result = run(tmp_path, SKIPPING, *arguments, CI="true")
    assert result.returncode == 1
    assert "CI is set: what cannot run is a failure." in result.stdout
    assert "1 passed, 1 skipped" in result.stdout.splitlines()[-1]


def test_without_a_browser_its_tests_are_skipped_with_a_cure(tmp_path: Path) -> None:
    """Not failed with a stack trace of the driver, and not passed."""
    result = run(tmp_path, BROWSING, PATH=str(tmp_path))
    assert result.returncode == 0
    assert "no Chromium on this machine: install the package chromium" in result.stdout


def test_a_clean_run_says_nothing_more(tmp_path: Path) -> None:
    """No heading without a reason, in CI neither."""
    result = run(tmp_path, "def test_runs():\n    assert True\n", CI="true")
    assert (result.returncode, "could not run" in result.stdout) == (0, False)
