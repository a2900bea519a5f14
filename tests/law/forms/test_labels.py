"""Every identifier and every field has words in both languages, and the words are no identifiers."""

from dataclasses import fields
from enum import Enum

import pytest

from incident.law import vocabulary
from incident.law.facts import BreachFacts, Chapter
from incident.law.labels import chapter_title, choices, field_label, label, labels
from incident.law.texts import LANGUAGES
from incident.law.vocabulary import UNKNOWN, DataCategory, Nature

ENUMS = [
    kind
    for kind in vars(vocabulary).values()
    if isinstance(kind, type) and issubclass(kind, Enum) and kind.__module__ == vocabulary.__name__
] + [Chapter]
FIELDS = [field.name for field in fields(BreachFacts)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ENUMS)
def test_every_member_of_every_list_has_words_of_its_own(kind: type[Enum], language: str) -> None:
    words = [word for _value, word in choices(kind, language)]
    assert len(kind) == len(set(words))
    assert all(word.strip() and "_" not in word for word in words)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FIELDS)
def test_every_field_of_the_facts_has_a_label_a_help_and_a_question(name: str, language: str) -> None:
    words = field_label(name, language)
    assert words.label
    assert "_" not in words.label
    assert words.help.endswith(".") or words.help.endswith("?")
    assert words.ask.endswith(("?", "."))


def test_labels_differ_between_the_languages_and_within_one() -> None:
    for language in LANGUAGES:
        assert len(FIELDS) == len({field_label(name, language).label for name in FIELDS})
    assert field_label("aware_at", "nl") != field_label("aware_at", "en")


def test_words_for_members() -> None:
    assert label(UNKNOWN, "nl") == "Nog niet bekend"
    assert labels((DataCategory.NAME, DataCategory.HEALTH), "en") == "Name; Health"
    assert chapter_title(Chapter.TIMELINE, "nl") == "Tijdlijn"
    assert choices(Nature, "en")[0][0] == "confidentiality"


def test_what_has_no_words_is_refused() -> None:
    with pytest.raises(KeyError):
        label(UNKNOWN, "fr")
    with pytest.raises(KeyError):
        field_label("no_such_field", "nl")
