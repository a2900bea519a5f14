"""No dead link, no command that is gone, no path that moved: what the documents name is there."""

import copy
import inspect
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from incident.cli import main
from incident.platform.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = tuple(
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    if not name.startswith(("templates/", "tests/", "incident/documents/fonts/"))
)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(<?([^)\s>]+)>?\)|<img [^>]*src=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
SPAN = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"(?:incident|bot|tests|tools|docs|deploy|templates|bench|\.ci|\.github)/[\w./-]*\w")
SETTING = re.compile(r"\b[A-Z]{2,}(?:_[A-Z]+)+\b")
OF_OTHERS = {
    "SSL_CERT_FILE",  # of OpenSSL
    "PYTEST_ARGS",
    "BENCH_ARGS",
}
each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def prose(path: Path) -> str:
    """The document without what stands in fences."""
    return FENCE.sub("", path.read_text(encoding="utf-8"))


def spans(path: Path) -> list[str]:
    return SPAN.findall(prose(path))


def anchors(path: Path) -> set[str]:
    """The fragments that the headings of a document make, by the rule of the places that show Markdown."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in HEADING.findall(prose(path))
    }


def find(words: list[str]) -> tuple[click.Command | None, list[str]]:
    """The command that the words name, as deep as they go, and what stands behind it."""
    command: click.Command = main
    for number, word in enumerate(words):
        if not isinstance(command, click.Group):
            return command, words[number:]
        found = command.get_command(click.Context(command), word)
        if found is None:
            return (None, words) if re.fullmatch(r"[a-z][a-z-]*", word) else (command, words[number:])
        command = found
    return command, []


def told(text: str) -> Iterator[list[str]]:
    """The words behind every `meldklok` of a command line; what only another program reads is left out."""
    for line in text.splitlines():
        words = shlex.split(line.split(" #")[0].split(" | jq")[0].split(" > ")[0])
        while words and ("=" in words[0] or words[0] in {"docker", "compose", "exec", "run", "--rm"}):
            words.pop(0)
        if "|" in words:
            words = words[words.index("|") + 1 :]
        if words[:2] == ["meldklok", "meldklok"]:
            words.pop(0)
        if words[:1] == ["meldklok"]:
            yield words[1:]


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    yield " ".join(path), command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from leaves(child, (*path, name))


LEAVES = dict(leaves(main))


def parsed(words: list[str]) -> None:
    """Fails with click's own sentence when a command does not take these words; nothing is done."""
    command, rest = find(words)
    assert command is not None, f"there is no command: meldklok {' '.join(words)}"
    taken = copy.copy(command)
    taken.params = [_without_its_file(parameter) for parameter in command.params]
    if not isinstance(taken, click.Group):
        taken.make_context("meldklok", list(rest)).close()


def _without_its_file(parameter: click.Parameter) -> click.Parameter:
    """The same parameter; a file of the reader need not lie here."""
    made = copy.copy(parameter)
    if isinstance(made.type, click.Path | click.File):
        made.type = click.STRING
    return made


@each_document
def test_every_link_leads_somewhere(path: Path) -> None:
    """To a file of the repository and a heading in it, or by https to elsewhere."""
    for target in (first or second for first, second in LINK.findall(prose(path))):
        if re.match(r"https://|mailto:", target):
            continue
        name, _, fragment = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        assert there.exists(), f"{path.name} links to {target}"
        assert there.is_relative_to(ROOT), target
        assert not fragment or fragment in anchors(there), f"{path.name} links to {target}"


@each_document
def test_commands_that_are_named_exist_with_their_options(path: Path) -> None:
    """In passing text a command may stand without its values; an option that is gone, or a target of make, may not."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for span in spans(path):
        words = span.split()
        if words[0] == "make":
            assert set(re.findall(r"^make ([a-z]+)", span)) <= targets, span
        if words[0] != "meldklok" or len(words) == 1:
            continue
        command, rest = find(words[1:])
        assert command is not None, f"{path.name}: `{span}`"
        known = {option for parameter in command.params for option in parameter.opts} | {"--help", "--version"}
        assert {word for word in rest if word.startswith("-")} <= known, f"{path.name}: `{span}`"


@each_document
def test_command_lines_to_copy_are_taken_by_the_program(path: Path) -> None:
    """What stands in a block of shell is typed as it stands."""
    for language, block in FENCE.findall(path.read_text(encoding="utf-8")):
        for words in told(block) if language == "sh" else ():
            parsed(words)


@pytest.mark.parametrize(
    ("name", "command"), list(leaves(main)), ids=lambda value: value if isinstance(value, str) else ""
)
def test_examples_of_the_help_are_taken_by_the_program(name: str, command: click.Command) -> None:
    """An example with an option that was renamed is worse than none."""
    lines = inspect.cleandoc(command.help or "").split("Example:\n", 1)[-1]
    examples = list(told("\n".join(line.split("    ")[0] for line in (text.strip() for text in lines.splitlines()))))
    assert examples, name
    for words in examples:
        parsed(words)


@each_document
def test_paths_that_are_named_exist(path: Path) -> None:
    """Code that moved takes its documents with it. What holds <…> or * is no path; the changelog tells of old ones."""
    if path.name == "CHANGELOG.md":
        return
    for span in spans(path):
        if PATH.fullmatch(span):
            there = ROOT / span
            assert there.exists() or there.with_suffix(".py").exists(), f"{path.name}: `{span}`"


def test_the_changelog_was_not_lost_on_the_way() -> None:
    """A merge that goes wrong has emptied it once; nothing else would tell."""
    assert len((ROOT / "CHANGELOG.md").read_text().splitlines()) > 100


@pytest.mark.parametrize("name", ["README.md", "docs/operations.md", "SECURITY.md"])
def test_settings_that_operators_read_about_are_read_by_the_program(name: str) -> None:
    """A name that nobody reads would be set in vain."""
    known = set(Settings.names()) | {f"{one}_FILE" for one in Settings.names(secret=True)} | OF_OTHERS
    found = {setting for span in spans(ROOT / name) for setting in SETTING.findall(span)}
    assert found - known == set()
