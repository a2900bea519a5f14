"""The reports for the file, the board and an exercise can be told in every language of the pages."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from incident.documents.case_notices import CaseWords
from incident.documents.case_report import _texts, _timeline
from incident.documents.wording import Wording
from incident.law.texts import LANGUAGES
from incident.store.models import TimelineEntry

PLACE = re.compile(r"\{\w+\}")
KIND = re.compile(r'"(\w+)": _\(')


def flat(words: Mapping[str, object], above: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """The name of each text, and the places in it that are filled in."""
    for name, text in words.items():
        if isinstance(text, Mapping):
            yield from flat(text, f"{above}{name}.")
        else:
            yield above + name, tuple(sorted(PLACE.findall(str(text))))


@pytest.mark.parametrize("report", ["case_report", "exercise_report", "yearly_report"])
def test_every_language_of_the_pages_has_all_words_of_a_report(report: str) -> None:
    """With the same places: what is filled in is left out in none."""
    told = tomllib.loads(files("incident.documents").joinpath(f"{report}.toml").read_text(encoding="utf-8"))
    assert set(told) == set(LANGUAGES)
    english = dict(flat(told["en"]))
    assert [language for language in told if dict(flat(told[language])) != english] == []


def test_the_report_for_the_file_names_whatever_the_timeline_names() -> None:
    """An auditor reads words there, never the name of a kind; what came in during an exercise is in no file."""
    page = (Path(__file__).parents[2] / "templates/web/timeline/index.html").read_text(encoding="utf-8")
    named = set(KIND.findall(page[page.index("set kinds") : page.index("set decisions")])) - {"inject"}
    told = tomllib.loads(files("incident.documents").joinpath("case_report.toml").read_text(encoding="utf-8"))
    assert {"reported", "message", "reporter_said"} <= named
    unnamed = [(language, kind) for language in LANGUAGES for kind in named - set(told[language]["events"])]
    assert unnamed == []


def test_a_report_under_other_law_is_named_in_the_file() -> None:
    """The duty in words with the number it got, as the timeline of the pages says it."""
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    entry = TimelineEntry(happened_at=at, recorded_at=at, author_name="Bob")
    entry.kind, entry.text = "reported_elsewhere", "cbw_early_warning: NCSC-1"
    told = "".join(map(repr, _timeline([entry], CaseWords(_texts()["nl"], Wording("nl")))))
    assert "Vroegtijdige waarschuwing (Cyberbeveiligingswet): NCSC-1" in told
