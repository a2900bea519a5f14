"""GDPR art. 33(1), 33(4): which open question is worth answering first, by examples."""

from dataclasses import replace
from typing import Any

import pytest

from incident.law.risk import RiskAnswers, sensitivity
from incident.law.risk.answers import Coverage, DataItem, Extent, Insight, Intent, RecipientResponse, VulnerableGroup
from incident.law.risk.sensitivity import Changes, OpenAnswer, alternatives, answered, best_outcome
from incident.law.vocabulary import UNKNOWN, Actor, DataCategory, Nature, Recipient, RiskLevel
from tests.law.risk.calm import CALM, data
from tests.law.risk.support import RULES

STOLEN: dict[str, Any] = {
    "data": data("health"),
    "recipient": Recipient.MALICIOUS,
    "actor": Actor.EXTERNAL_MALICIOUS,
    "intent": Intent.TARGETED,
}


def opened(**changes: Any) -> dict[str, OpenAnswer]:
    return {found.question: found for found in sensitivity(replace(CALM, **changes), RULES)}


def test_an_answer_that_changes_the_outcome_by_itself_is_worth_asking_first() -> None:
    """GDPR art. 33(4): what the recipient did with the letter is the only thing that is not known."""
    found = opened(recipient_response=RecipientResponse.UNKNOWN, data=data("health"))
    assert list(found) == ["recipient_response"]
    assert found["recipient_response"].changes is Changes.ALONE
    assert dict(found["recipient_response"].outcomes) == {
        "returned_unread": RiskLevel.UNLIKELY,
        "deletion_confirmed": RiskLevel.RISK,
        "deletion_requested": RiskLevel.HIGH,
        "none": RiskLevel.HIGH,
        "refused": RiskLevel.HIGH,
    }


def test_an_answer_that_changes_nothing_is_called_that() -> None:
    """Stolen health data are a high risk whatever the extent turns out to be."""
    found = opened(**STOLEN, extent=Extent.UNKNOWN)
    assert [(name, each.changes) for name, each in found.items()] == [("extent", Changes.NO)]


def test_answers_that_only_together_change_the_outcome_are_called_that() -> None:
    """Of two items of which nobody knows what they tell, one that turns out to tell nothing does not help."""
    items = tuple(DataItem(DataCategory.HEALTH, Insight.UNKNOWN) for _ in range(2))
    found = opened(**{**STOLEN, "data": items})
    assert {name: each.changes for name, each in found.items()} == {
        "data[0].insight": Changes.TOGETHER,
        "data[1].insight": Changes.TOGETHER,
    }
    assert list(found["data[1].insight"].outcomes) == [each.value for each in Insight if each is not Insight.UNKNOWN]


def test_an_answer_about_one_item_leaves_the_others_as_they_are() -> None:
    """GDPR art. 33(3)(a): the item in the middle, by its place in the list."""
    before = replace(CALM, data=data("name", "health", "email"))
    after = answered(before, "data[1].protected", Coverage.YES)
    assert after.data == (before.data[0], replace(before.data[1], protected=Coverage.YES), before.data[2])
    assert replace(after, data=before.data) == before
    assert answered(before, "subjects_number", 7) == replace(before, subjects_number=7)


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("nature", [each.value for each in Nature]),
        ("data", [each.value for each in DataCategory if each is not DataCategory.UNKNOWN]),
        ("vulnerable", ["[]", *(each.value for each in VulnerableGroup)]),
        ("recipients_number", ["1", "101"]),
        ("subjects_number", ["1", "1000"]),
        ("extent", ["few_items", "dossier"]),
    ],
)
def test_every_answer_is_tried_and_numbers_on_both_sides_of_their_limit(path: str, names: list[str]) -> None:
    """One person and a large number, one recipient and more than many; "unknown" is no answer."""
    tried = dict(alternatives(path, RiskAnswers(), RULES))
    assert list(tried) == names
    for name, value in tried.items():
        shown = value[0] if isinstance(value, tuple) and value else value
        shown = shown.category if isinstance(shown, DataItem) else shown
        assert name == ("[]" if shown == () else str(shown))


def test_the_options_of_one_item_are_those_of_the_field_that_is_open() -> None:
    """The second item's own field, not the first one's."""
    items = (*data("name"), DataItem(DataCategory.HEALTH, protected=Coverage.UNKNOWN))
    tried = dict(alternatives("data[1].protected", replace(CALM, data=items), RULES))
    assert list(tried) == [each.value for each in Coverage if each is not Coverage.UNKNOWN]


def test_the_best_outcome_looks_at_each_side_of_security_as_long_as_none_is_stated() -> None:
    """Health data in the hands of thieves are a high risk; that only something was away for an hour is none."""
    taken = replace(CALM, **STOLEN)
    assert best_outcome(taken, RULES) is RiskLevel.HIGH
    known_to_be_unknown = {name: getattr(RiskAnswers(), name) for name in ("restoration", "backup", "service_effect")}
    away = replace(taken, nature=UNKNOWN, actor=Actor.INTERNAL_NON_MALICIOUS, **known_to_be_unknown)
    assert best_outcome(away, RULES) is RiskLevel.UNLIKELY
