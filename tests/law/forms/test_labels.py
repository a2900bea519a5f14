"""Every identifier and every field has words in both languages, and the words are no identifiers."""

from dataclasses import fields
from datetime import date
from enum import Enum

import pytest

from incident.law import vocabulary
from incident.law.facts import BreachFacts, Chapter
from incident.law.forms.catalogue import load_catalogue
from incident.law.forms.notation import day_in_words
from incident.law.labels import chapter_title, choices, field_label, label, labels
from incident.law.texts import LANGUAGES
from incident.law.vocabulary import (
    UNKNOWN,
    ConsequenceForData,
    ConsequenceForSubjects,
    DataCategory,
    Nature,
    Severity,
    SubjectGroup,
)

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


@pytest.mark.parametrize("name", ["consequences_data", "consequences_subjects", "severity"])
def test_the_record_calls_a_consequence_as_the_form_does(name: str) -> None:
    """Register, pages and notification name it by one word; an essential service is narrower than any service."""
    asked = next(one for one in load_catalogue("ap-2022").questions if one.fields == (name,))
    members = {
        str(member.value): member for kind in (ConsequenceForData, ConsequenceForSubjects, Severity) for member in kind
    }
    told = {
        label(members[option.members[0]], "nl"): option.text
        for option in asked.options
        if len(option.members) == 1 and not option.is_other and "service" not in option.members[0]
    }
    assert len(told) > 3
    assert list(told) == list(told.values())
    assert label(SubjectGroup.CUSTOMERS, "nl") == "Klanten (huidig en potentieel)"


def test_words_within_a_german_sentence_keep_their_capitals_and_their_days_a_full_stop() -> None:
    """There a noun begins with a capital anywhere, and the number of a day is an ordinal."""
    german, dutch = load_catalogue("insurer", "de"), load_catalogue("insurer", "nl")
    assert (german.name(SubjectGroup.EMPLOYEES), dutch.name(SubjectGroup.EMPLOYEES)) == ("Mitarbeitende", "medewerkers")
    days = [day_in_words(date(2026, 12, 1), language) for language in ("de", "nl")]
    assert days == ["1. Dezember 2026", "1 december 2026"]
