"""GDPR art. 33(1), 33(4): which open question is worth answering first, by examples."""

from dataclasses import fields, replace
from typing import Any

import pytest

from incident.law.risk import RiskAnswers, sensitivity
from incident.law.risk.answers import (
    ControllerField,
    Coverage,
    DataItem,
    Extent,
    Insight,
    Intent,
    RecipientResponse,
    Restoration,
    ServiceEffect,
    Strength,
    VulnerableGroup,
)
from incident.law.risk.assessment import propose_risk
from incident.law.risk.open_questions import open_questions
from incident.law.risk.sensitivity import (
    FAVOURABLE,
    Changes,
    OpenAnswer,
    alternatives,
    answered,
    best_outcome,
    rests_on,
)
from incident.law.vocabulary import (
    UNKNOWN,
    Actor,
    Alteration,
    DataCategory,
    Disclosure,
    Nature,
    Protection,
    Recipient,
    RiskLevel,
    Ternary,
)
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


HIDDEN: dict[str, Any] = {
    "data": (DataItem(DataCategory.CREDENTIALS), DataItem(DataCategory.HEALTH, Insight.DETAILED)),
    "recipient": Recipient.KNOWN,
    "recipients_number": 500,
    "subjects_number": 50_000,
    "vulnerable": (VulnerableGroup.MINORS,),
    "controller_field": ControllerField.HEALTH,
    "protection": Protection.ENCRYPTED,
    "protection_strength": Strength.STATE_OF_THE_ART,
    "key_safe": Ternary.YES,
}
AWAY: dict[str, Any] = {
    "nature": (Nature.AVAILABILITY, Nature.INTEGRITY),
    "alteration": Alteration.NO_MISUSE,
    "restoration": Restoration.LATER,
    "backup": Ternary.NO,
    "service_effect": ServiceEffect.MINOR,
}
ALTERED: dict[str, Any] = {
    "nature": (Nature.INTEGRITY,),
    "alteration": Alteration.MISUSE_REVERSIBLE,
    "data": data("health"),
}
WITHHELD: dict[str, Any] = {
    "data": data("health"),
    "vulnerable": (VulnerableGroup.PROTECTED_IDENTITY,),
    "recipient": Recipient.TRUSTED,
    "recipient_response": RecipientResponse.RETURNED_UNREAD,
}
BASES = [
    replace(CALM, **changes)
    for changes in (
        {},
        STOLEN,
        {**STOLEN, **HIDDEN},
        HIDDEN,
        AWAY,
        {**AWAY, **HIDDEN},
        ALTERED,
        {**ALTERED, "alteration": Alteration.NO_MISUSE, "actor": Actor.INTERNAL_MALICIOUS, "intent": Intent.TARGETED},
        WITHHELD,
        {"data": data("credit_card"), "recipient": Recipient.MALICIOUS, "actor": Actor.EXTERNAL_MALICIOUS},
        {
            **STOLEN,
            "protection": Protection.ENCRYPTED,
            "protection_strength": Strength.STATE_OF_THE_ART,
            "key_safe": Ternary.YES,
            "data": (DataItem(DataCategory.HEALTH, protected=Coverage.UNKNOWN),),
        },
        {"nature": (Nature.AVAILABILITY,), "restoration": Restoration.NEVER, "service_effect": ServiceEffect.NONE},
    )
]


@pytest.mark.parametrize("base", BASES)
def test_no_answer_is_better_than_the_one_that_is_called_the_most_favourable(base: RiskAnswers) -> None:
    """GDPR art. 33(4): whoever reads that nothing can change the outcome any more stops asking."""
    nothing = RiskAnswers()
    single = [replace(base, **{one.name: getattr(nothing, one.name)}) for one in fields(RiskAnswers)]
    items = replace(base, data=(DataItem(DataCategory.UNKNOWN, Insight.UNKNOWN, Coverage.UNKNOWN), *data("email")))
    for answers in (base, *single, items, replace(items, protection=Protection.HASHED)):
        for path in set(open_questions(answers)) - {"nature"}:
            best = answered(answers, path, FAVOURABLE[path.rpartition(".")[2]])
            others = [answered(answers, path, value) for _name, value in alternatives(path, answers, RULES)]
            assert others, path
            assert rank(propose_risk(best, RULES)) <= min(rank(propose_risk(one, RULES)) for one in others), path


def test_as_long_as_nothing_is_known_everything_may_still_turn_out_well() -> None:
    """GDPR art. 33(4): each question has a most favourable answer, those about one kind of data too."""
    assert best_outcome(RiskAnswers(), RULES) is RiskLevel.UNLIKELY
    unknown = DataItem(DataCategory.UNKNOWN, Insight.UNKNOWN, Coverage.UNKNOWN)
    assert best_outcome(RiskAnswers(data=(unknown,)), RULES) is RiskLevel.UNLIKELY


RETURNED: dict[str, Any] = {"recipient": Recipient.TRUSTED, "recipient_response": RecipientResponse.RETURNED_UNREAD}
SAFE: dict[str, Any] = {
    "protection": Protection.ENCRYPTED,
    "protection_strength": Strength.STATE_OF_THE_ART,
    "key_safe": Ternary.YES,
}
COPIED: dict[str, Any] = {"nature": (Nature.AVAILABILITY,), "restoration": Restoration.NEVER, "backup": Ternary.YES}


@pytest.mark.parametrize(
    ("changes", "carries"),
    [
        ({**STOLEN, "disclosure": Disclosure.RULED_OUT}, ("disclosure",)),
        ({**STOLEN, **SAFE}, ("protection_strength", "key_safe")),
        ({**COPIED, "service_effect": ServiceEffect.NONE}, ("backup",)),
        ({"data": data("health"), **RETURNED}, ("recipient", "recipient_response")),
    ],
)
def test_what_one_word_makes_harmless_rests_on_that_word(changes: dict[str, Any], carries: tuple[str, ...]) -> None:
    """GDPR art. 5(2): the log, the key, the copy, the recipient's word: each has to be proved to whoever asks."""
    assert rests_on(replace(CALM, **changes), RULES) == carries


def rank(level: RiskLevel) -> int:
    """The higher the worse."""
    return tuple(RiskLevel).index(level)
