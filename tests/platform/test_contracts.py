"""The import contracts hold, and each of them is broken by the violation it is for."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLANTED = {
    "incident/law/periods.py": "import incident.domain.kernel.errors",
    "incident/domain/kernel/errors.py": "import flask",
    "incident/usecases/messages/ports.py": "import slack_sdk",
    "incident/web/__init__.py": "import incident.store.models",
    "bot/__init__.py": "import incident.web",
    "incident/delivery/__init__.py": "import bot",
}
CONTRACTS = {
    "Each layer imports only what stands below it",
    "The law and the domain know no framework, no settings and no network",
    "Use cases and store know no web, no Slack, no scheduler and no settings",
    "Pages and bot ask use cases and queries, never tables",
    "The bot does not import the pages",
    "Nothing in incident imports the bot",
}


def verdicts(folder: Path) -> dict[str, str]:
    """KEPT or BROKEN for each contract, of the tree in `folder`."""
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    order = [sys.executable, "-c", f"import sys; sys.path.insert(0, '.'); {code}", "--no-cache"]
    said = subprocess.run(order, cwd=folder, capture_output=True, text=True, timeout=180, check=False).stdout
    lines = (line.rsplit(" ", 1) for line in said.splitlines() if line.endswith((" KEPT", " BROKEN")))
    return {name: verdict for name, verdict in lines}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources, apart, so that violations can be planted."""
    for name in ("incident", "bot"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.ttf", "static"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_list_of_contracts_is_the_one_in_the_configuration() -> None:
    """A contract that is taken out is missed here."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {contract["name"] for contract in config["tool"]["importlinter"]["contracts"]} == CONTRACTS


@pytest.mark.slow
def test_the_tree_keeps_all_contracts(copy: Path) -> None:
    """The same as `make contracts`."""
    assert verdicts(copy) == dict.fromkeys(CONTRACTS, "KEPT")


@pytest.mark.slow
def test_planted_violations_break_all_contracts(copy: Path) -> None:
    """A contract that cannot fail protects nothing."""
    for name, line in PLANTED.items():
        with (copy / name).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    assert verdicts(copy) == dict.fromkeys(CONTRACTS, "BROKEN")
