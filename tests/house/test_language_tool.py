"""A language goes out as one file and comes back into every place."""

import shutil
import subprocess
import sys
from pathlib import Path

from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("incident/translations", "incident/law/texts", "incident/law/forms", "incident/playbooks", "bot/translations")


def checkout(place: Path) -> Path:
    """A copy of everything that keeps words, and of the tool."""
    for name in PLACES:
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tools", place / "tools")
    return place


def run(copy: Path, *words: str) -> subprocess.CompletedProcess[str]:
    order = [sys.executable, str(copy / "tools/language"), *words]
    return subprocess.run(order, cwd=copy, capture_output=True, text=True, check=False)


def words_of(copy: Path) -> dict[str, bytes]:
    files = (path for name in PLACES for path in (copy / name).rglob("*") if path.suffix in (".toml", ".po"))
    return {str(path.relative_to(copy)): path.read_bytes() for path in files}


def test_what_goes_out_and_comes_back_unchanged_changes_nothing(tmp_path: Path) -> None:
    """Whoever corrects one word of the German sees one line of difference."""
    copy = checkout(tmp_path)
    before = words_of(copy)
    assert run(copy, "out", "de", "german.po").returncode == 0
    brought = run(copy, "in", "de", "german.po")
    assert (brought.returncode, brought.stdout) == (0, "")
    assert {name for name, words in words_of(copy).items() if before[name] != words} == set()


def test_a_new_language_gets_its_words_in_every_place(tmp_path: Path) -> None:
    """All of them, or their places are named."""
    copy = checkout(tmp_path)
    run(copy, "out", "sv", "swedish.po")
    with (copy / "swedish.po").open("rb") as file:
        swedish = read_po(file, locale="sv")
    assert len(swedish) > 4000
    left = next(message for message in swedish if message.context == "incident/law/texts/duties.toml|duty.no_breach")
    for message in swedish:
        if message.id and message is not left:
            message.string = tuple(message.id) if isinstance(message.id, tuple | list) else message.id
    with (copy / "swedish.po").open("wb") as file:
        write_po(file, swedish)
    brought = run(copy, "in", "sv", "swedish.po")
    assert (brought.returncode, brought.stdout) == (1, f"{left.context}\n")
    assert run(copy, "out", "sv", "again.po").returncode == 0
    with (copy / "again.po").open("rb") as file:
        assert [message.context for message in read_po(file) if message.id and not message.string] == [left.context]
