"""`meldklok audit verify` speaks the language of who asks."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from incident.cli import main
from incident.store import schema
from incident.store.db import is_reading
from incident.store.verify import Report
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


def test_nobody_waits_for_a_verification(installation: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes minutes with a long register, in which people report: on SQLite it must not be a writer."""
    seen: list[bool] = []

    def compare(session: Session, *_more: object, through: Callable[[int, int], object], alone: bool) -> Report:
        seen.append(is_reading(session) and not alone)
        through(1, 2)
        return Report()

    monkeypatch.setattr("incident.store.verify.verify", compare)
    assert CliRunner(env=installation).invoke(main, ["audit", "verify"], catch_exceptions=False).exit_code == 0
    assert seen == [True]


def test_what_was_examined_is_told_line_by_line_in_the_language_that_is_asked_for(
    installation: dict[str, str],
) -> None:
    """A sentence without words in that language would come in English."""
    for language, words in WORDS.items():
        told = CliRunner(env=installation).invoke(main, ["audit", "verify", "--language", language]).output.splitlines()
        assert len(told) == len(words), told
        assert all(line.startswith(start) for line, start in zip(told, words, strict=True)), told
