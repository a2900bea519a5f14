"""Facts that contradict each other."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from incident.domain.organisation import load_profile
from incident.law.consistency import RULES, contradictions
from incident.law.facts import AffectedController, AffectedGroup, BreachFacts, CountryCount
from incident.law.forms.answers import Origin
from incident.law.forms.ap_2022 import fill_ap
from incident.law.texts import LANGUAGES
from incident.law.vocabulary import (
    UNKNOWN,
    Informed,
    NotInformingGround,
    Protection,
    SubjectGroup,
    Ternary,
)
from tests.law.forms.sheets import BLANK, FIELD_NAMES, FULL, NOW, filing, with_

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
    (
        {"subjects_min": 1300, "subjects_exact": False, "countries": ()},
        ["subjects_min_over_max", "informed_under_subjects"],
    ),
    ({"records_min": 9, "records_max": 8}, ["records_min_over_max"]),
    ({"subjects_max": 1201}, ["exact_but_range"]),
    ({"subjects_max": 1201, "subjects_exact": False}, []),
    ({"informed_count": 1201}, ["informed_over_subjects"]),
    ({"informed_count": 1199}, ["informed_under_subjects"]),
    ({"informed_count": 1199, "informed_not_all_note": "One died."}, []),
    ({"informed_count": 1199, "informed": Informed.PLANNED}, []),
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
    missing = {"not_informing_ground": NotInformingGround.UAVG_41, "informed_not_all_note": "One died."}
    return {name: missing.get(name, getattr(BLANK, name))}


def test_a_consistent_sheet_and_a_blank_one_have_none() -> None:
    assert contradictions(FULL) == ()
    assert contradictions(BLANK) == ()


def test_every_contradiction_has_words_and_fields() -> None:
    for rule in RULES:
        assert all(hasattr(BLANK, name) for name in rule.finding.fields)
        assert all(rule.finding.words(language).endswith(".") for language in LANGUAGES)


def test_a_number_that_counts_the_people_of_customers_asks_to_be_looked_at() -> None:
    """GDPR art. 33(1): each controller notifies for its own people; a person decides which number is filed."""
    groups = (SubjectGroup.EMPLOYEES, SubjectGroup.USERS)
    rows = (AffectedGroup(groups[0], subjects=48), AffectedGroup(groups[1], subjects=1300))
    ours = with_(affected_groups=rows, subject_groups=groups, subjects_min=1348, subjects_max=1348)
    both = replace(ours, affected_controllers=(AffectedController("Shop", subjects=1300, groups=groups[1:]),))
    asked, own = (fill_ap(facts, load_profile(), filing()).answer("7.3.exact") for facts in (both, ours))
    assert (asked.text, asked.origin, own.origin) == ("1348", Origin.DERIVED, Origin.RECORDED)
    assert asked.todo.startswith("Meldt u ook namens Shop?")
    assert "Nee: deze melding gaat over 48 betrokkenen." in asked.todo
    assert own.todo == ""
