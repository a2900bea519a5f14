"""Everything in the product is used by the product: no module lives for its tests alone."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENTRANCES = (
    "incident",
    "incident.__main__",
    "bot.__main__",
    "incident.translations.catalogues",
    "incident.documents.verifier.verify",
)
"""What people and servers start: the application, the command line, the bot, the tool for translators, and the
verifier, which a stranger starts alone."""
LOADED_BY_NAME = {
    "incident.cli": "incident.cli.",
    "incident.web.views": "incident.web.views.",
    "incident.store.schema": "incident.migrations.",
    "incident.doctor.slack": "bot.doctor",
    "incident.cli.bot": "bot.__main__",
}
"""Who loads modules whose names stand in no import, and how those names begin."""
AWAITED = {"incident.law.completeness"}
"""The rule that says which required content is still missing; the pages ask the form's own list until they show it."""


def modules() -> dict[str, Path]:
    files = [path for top in ("incident", "bot") for path in (ROOT / top).rglob("*.py")]
    named = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in files}
    return {name.removesuffix(".__init__"): path for name, path in named.items()}


def imported(path: Path) -> Iterator[str]:
    """What a module names in its imports, wherever they stand, and modules named in a text."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def unreached(known: dict[str, Path]) -> set[str]:
    found: set[str] = set()
    waiting = [name for name in known if name in ENTRANCES]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        package = name.rpartition(".")[0]
        loaded = LOADED_BY_NAME.get(name, "-")
        named = {package, *imported(known[name]), *(module for module in known if module.startswith(loaded))}
        waiting += named & known.keys()
    return set(known) - found


def test_no_module_is_reached_only_by_tests() -> None:
    """Whatever nothing starts is deleted or wired in: a rule that only its test knows protects nobody."""
    assert unreached(modules()) - AWAITED == set()


def test_a_module_that_only_its_test_knows_is_found(tmp_path: Path) -> None:
    """The check itself sees what it is for."""
    alone = tmp_path / "alone.py"
    alone.write_text('"""Nobody asks for this."""\n', encoding="utf-8")
    assert "incident.law.alone" in unreached({**modules(), "incident.law.alone": alone})
