"""`meldklok audit verify` speaks the language of who asks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from incident.cli import main
from incident.store import schema
from tests.databases import SqliteDatabases

WORDS = {
    "en": ("Whole and in order.", "Without a checkpoint from outside"),
    "nl": ("Heel en in orde.", "Zonder een controlepunt van buiten"),
    "de": ("Vollständig und in Ordnung.", "Ohne einen Prüfpunkt von außerhalb"),
}


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    kind = SqliteDatabases(schema.upgrade)
    monkeypatch.chdir(tmp_path)
    yield {"DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": kind.migrated()}
    kind.close()


def test_what_was_examined_is_told_line_by_line_in_the_language_that_is_asked_for(
    installation: dict[str, str],
) -> None:
    """A sentence without words in that language would come in English."""
    for language, words in WORDS.items():
        told = CliRunner(env=installation).invoke(main, ["audit", "verify", "--language", language]).output.splitlines()
        assert len(told) == len(words), told
        assert all(line.startswith(start) for line, start in zip(told, words, strict=True)), told
