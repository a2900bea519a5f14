"""The reports for the file, the board and an exercise can be told in every language of the pages."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files

import pytest

from incident.law.texts import LANGUAGES

PLACE = re.compile(r"\{\w+\}")


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
