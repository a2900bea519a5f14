"""Facts that contradict each other, and notices that differ in numbers, dates or categories."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from incident.law.consistency import RULES, Told, contradictions, differences
from incident.law.facts import AffectedController, AffectedGroup, BreachFacts, CountryCount
from incident.law.texts import LANGUAGES
from incident.law.vocabulary import (
    UNKNOWN,
    ConsequenceForSubjects,
    DataCategory,
    IncidentKind,
    Informed,
    Nature,
    NotInformingGround,
    Protection,
    SubjectGroup,
    Ternary,
)
from tests.law.forms.sheets import BLANK, FIELD_NAMES, FULL, NOW, random_facts, with_

LATER, EARLIER = NOW, NOW - timedelta(days=9)


CASES: list[tuple[dict[str, object], list[str]]] = [
    ({"occurred_from": LATER, "occurred_to": EARLIER, "aware_at": UNKNOWN}, ["end_before_begin"]),
    ({"ongoing": Ternary.YES}, ["ongoing_with_end"]),
    ({"ongoing": Ternary.YES, "occurred_to": UNKNOWN}, []),
    ({"aware_at": EARLIER}, ["aware_before_begin", "aware_before_signal"]),
    ({"discovered_at": LATER}, ["aware_before_discovery"]),
    ({"processor_aware_at": LATER, "processor_told_us_at": EARLIER}, ["processor_told_before_aware"]),
    ({"first_notified_at": EARLIER}, ["notified_before_aware"]),
    ({"first_notified_at": FULL.aware_at}, []),
    ({"subjects_min": 1300, "subjects_exact": False, "countries": ()}, ["subjects_min_over_max"]),
    ({"records_min": 9, "records_max": 8}, ["records_min_over_max"]),
    ({"subjects_max": 1201}, ["exact_but_range"]),
    ({"subjects_max": 1201, "subjects_exact": False}, []),
    ({"informed_count": 1201}, ["informed_over_subjects"]),
    ({"countries": (CountryCount("NL", 1201), CountryCount("DE"))}, ["countries_over_subjects"]),
    ({"countries": (CountryCount("NL", 1201),), "subjects_max": UNKNOWN}, []),
    ({"affected_controllers": (AffectedController("A", subjects=1201),)}, ["controllers_over_subjects"]),
    ({"affected_groups": (AffectedGroup(SubjectGroup.MINORS, subjects=1201),)}, ["groups_over_subjects"]),
    ({"affected_groups": (AffectedGroup(SubjectGroup.MINORS, subjects=1200),)}, []),
    ({"affected_groups": (AffectedGroup(SubjectGroup.MINORS, subjects=9),), "subjects_max": UNKNOWN}, []),
    ({"subjects_min": UNKNOWN, "records_min": UNKNOWN}, []),
    ({"protection": (Protection.NONE, Protection.HASHED)}, ["protected_and_not"]),
    ({"protection": (Protection.NONE, Protection.UNKNOWN)}, []),
    ({"protection": (Protection.HASHED,)}, []),
    ({"others_involved": Ternary.NO}, ["parties_but_no"]),
    ({"others_involved": Ternary.NO, "parties": ()}, []),
    ({"cross_border": Ternary.NO}, ["several_countries_but_no"]),
    ({"cross_border": Ternary.NO, "countries": (CountryCount("NL", 1),)}, []),
    ({"informed": Informed.EXCEPTION}, ["exception_without_ground"]),
    ({"informed": Informed.EXCEPTION, "not_informing_ground": NotInformingGround.UAVG_41}, []),
]


@pytest.mark.parametrize(("changes", "expected"), CASES)
def test_a_contradiction_is_found(changes: dict[str, object], expected: list[str]) -> None:
    assert [f"consistency.{name}" for name in expected] == [found.text_id for found in contradictions(with_(**changes))]


@pytest.mark.parametrize("changes", [changes for changes, expected in CASES if expected])
def test_a_contradiction_names_the_answers_of_which_one_has_to_change(changes: dict[str, object]) -> None:
    """The page leads to them: taking back any of these ends it, or filling in what is missing; no other answer does."""
    facts = with_(**changes)
    for found in contradictions(facts):
        ending = {name for name in FIELD_NAMES if found not in contradictions(replace(facts, **_changed(facts, name)))}
        assert set(found.fields) == ending


def _changed(facts: BreachFacts, name: str) -> dict[str, Any]:
    """An answer taken back; the one that is missing given."""
    missing = name == "not_informing_ground"
    return {name: NotInformingGround.UAVG_41 if missing else getattr(BLANK, name)}


def test_a_consistent_sheet_and_a_blank_one_have_none() -> None:
    assert contradictions(FULL) == ()
    assert contradictions(BLANK) == ()


def test_every_contradiction_has_words_and_fields() -> None:
    for rule in RULES:
        assert all(hasattr(BLANK, name) for name in rule.finding.fields)
        assert all(rule.finding.words(language).endswith(".") for language in LANGUAGES)


def test_notices_from_the_same_facts_do_not_differ() -> None:
    assert differences(Told("AP", FULL), Told("Letter", FULL)) == ()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"subjects_max": 12500}, "Mensen: maximaal: AP zegt 1.200, Brief zegt 12.500."),
        ({"informed_on": date(2026, 11, 25)}, "Datum van het bericht: AP zegt 21-11-2026, Brief zegt 25-11-2026."),
        ({"aware_at": UNKNOWN}, "Moment van kennisname: AP zegt 20-11-2026 17:00, Brief zegt Nog niet bekend."),
        ({"data_categories": ()}, "Soorten gegevens: AP zegt Naam; E-mailadres, Brief zegt niets."),
    ],
)
def test_a_difference_is_a_sentence_with_both_values(changes: dict[str, object], sentence: str) -> None:
    assert [sentence] == [found.words("nl") for found in differences(Told("AP", FULL), Told("Brief", with_(**changes)))]


def test_the_order_of_a_list_is_no_difference() -> None:
    turned = with_(data_categories=(DataCategory.EMAIL, DataCategory.NAME))
    assert differences(Told("AP", FULL), Told("Brief", turned)) == ()


def test_each_pair_of_notices_is_compared() -> None:
    other = with_(records_max=7)
    found = differences(Told("@a", FULL), Told("b", other), Told("c", FULL))
    assert [(one.left.name, one.right.name) for one in found] == [("@a", "b"), ("b", "c")]
    assert "@a says 1.200" in found[0].words("en")


def test_any_difference_can_be_put_into_words() -> None:
    for seed in range(100):
        for found in differences(Told("a", random_facts(seed)), Told("b", random_facts(seed + 1000))):
            assert found.words("en")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("occurred_from", EARLIER),
        ("occurred_to", LATER),
        ("aware_at", LATER),
        ("nature", (Nature.AVAILABILITY,)),
        ("kinds", (IncidentKind.HACKING,)),
        ("data_categories", (DataCategory.BSN,)),
        ("subject_groups", (SubjectGroup.MINORS,)),
        ("subjects_min", 1),
        ("subjects_max", 9000),
        ("records_min", 1),
        ("records_max", 9000),
        ("informed_on", date(2026, 11, 25)),
        ("informed_count", 7),
        ("consequences_subjects", (ConsequenceForSubjects.REPUTATION,)),
    ],
)
def test_notices_that_tell_people_and_the_authority_something_else_are_found(name: str, other: object) -> None:
    """GDPR art. 33(3), 34(2): when it happened, what it is, whom and what it hit, how many, and what they were told."""
    assert [found.field for found in differences(Told("AP", FULL), Told("Letter", with_(**{name: other})))] == [name]


def test_words_that_each_notice_chooses_for_itself_are_no_difference() -> None:
    """An authority and a person are told the same in other words."""
    assert differences(Told("AP", FULL), Told("Letter", with_(summary="A leak.", description="", discovery=""))) == ()
