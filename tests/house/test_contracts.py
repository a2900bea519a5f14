"""The import contracts hold, and each import that they forbid is caught when somebody writes it."""

import importlib
import inspect
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLANTED = {
    "incident.law.periods": "incident.platform.clock",
    "incident.law.calendars": "incident.domain.kernel.errors",
    "incident.law.sources": "socket",
    "incident.domain.kernel.errors": "flask",
    "incident.domain.retries": "incident.store.db",
    "incident.domain.uploads": "os",
    "incident.store.blobs": "incident.usecases.common.access",
    "incident.usecases.messages.ports": "slack_sdk",
    "incident.usecases.common.record": "incident.platform.tracebacks",
    "incident.usecases.common.inbound": "incident.usecases.mailing.mailing",
    "incident.usecases.clock.deadlines": "incident.usecases.response.decide",
    "incident.documents.whole_dossier": "incident.web.app",
    "incident.delivery.email": "incident.slack.card",
    "incident.slack.card": "incident.web.labels",
    "incident.process.runner": "incident.web.frame",
    "incident.worker.sender": "incident.web.clock",
    "incident.doctor.mail": "incident.cli.web",
    "incident.wiring": "bot.app",
    "incident.web.labels": "incident.store.models",
    "bot.words": "incident.web.labels",
    "bot.blocks": "incident.store.models",
}
"""Who imports what it must not: one line for each wall, and for each hole that a wall once had."""


def said(folder: Path) -> str:
    """What the linter says of the tree in `folder`."""
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    order = [sys.executable, "-c", f"import sys; sys.path.insert(0, '.'); {code}", "--no-cache"]
    return subprocess.run(order, cwd=folder, capture_output=True, text=True, timeout=180, check=False).stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources, apart, so that violations can be planted."""
    left_out = shutil.ignore_patterns("__pycache__", "*.ttf", "static")
    for name in ("incident", "bot", "tools"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=left_out)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.slow
def test_the_tree_keeps_all_contracts(copy: Path) -> None:
    """The same as `make contracts`."""
    assert ", 0 broken." in said(copy)


@pytest.mark.slow
def test_every_planted_import_and_a_module_without_a_room_are_caught(copy: Path) -> None:
    """A contract that cannot fail protects nothing; a module that lies outside of all of them is not protected."""
    for module, forbidden in PLANTED.items():
        path = copy / f"{module.replace('.', '/')}.py"
        path.write_text(f"{path.read_text(encoding='utf-8')}\nimport {forbidden}\n", encoding="utf-8")
    (copy / "incident" / "loose.py").write_text('"""A thing without a place."""\n', encoding="utf-8")
    words = said(copy)
    caught = [
        (module, forbidden)
        for module, forbidden in PLANTED.items()
        if f"{module} -> {forbidden}" in words or f"{module} imports {forbidden}" in words
    ]
    assert caught == list(PLANTED.items())
    assert "incident.loose" in words


def skins() -> Iterator[ModuleType]:
    """Every module of the pages and of the bot."""
    for package in ("incident/web", "bot"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield importlib.import_module(name.removesuffix(".__init__"))


def tables_in(module: ModuleType) -> list[str]:
    """Tables, and modules of tables, that can be reached by a name of this module."""
    found = []
    for name, thing in vars(module).items():
        home = thing.__name__ if inspect.ismodule(thing) else getattr(thing, "__module__", None)
        if isinstance(home, str) and home.startswith("incident.store.models"):
            found.append(f"{module.__name__}.{name}")
    return found


def test_no_page_and_no_conversation_holds_a_table_by_any_name() -> None:
    """Neither by its own import nor handed on by another module: the linter sees modules, not the names they carry."""
    assert [name for module in skins() for name in tables_in(module)] == []


def test_a_table_handed_on_would_be_seen() -> None:
    """The check above can fail: it finds the class and the module alike."""
    module = ModuleType("a_page")
    module.__dict__.update(Incident=importlib.import_module("incident.store.models").Incident)
    module.__dict__.update(models=importlib.import_module("incident.store.models"))
    assert tables_in(module) == ["a_page.Incident", "a_page.models"]


def test_the_layers_are_exhaustive() -> None:
    """A package that nobody placed is an error, not a silence."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert [one["exhaustive"] for one in config["contracts"] if one["type"] == "layers"] == [True, True]
