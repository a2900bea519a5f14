"""GDPR art. 33(1): a question is asked only where its answer bears on the breach, and then it is never left out."""

from dataclasses import replace
from typing import Any

import pytest

from incident.law.risk import RiskAnswers
from incident.law.risk.answers import DataItem, Insight
from incident.law.risk.open_questions import BEARS, open_questions
from incident.law.vocabulary import Actor, DataCategory, Disclosure, Nature, Protection, Recipient

MISTAKE = RiskAnswers(actor=Actor.INTERNAL_NON_MALICIOUS)
"""Nothing else is known, not even which data."""
WHOEVER_IS_HIT = {"extent", "identification", "vulnerable", "credentials_open", "permanence"}
DISCLOSED = WHOEVER_IS_HIT | {"disclosure", "protection", "protection_strength", "key_safe", "recipient"}
NAMED = {"recipients_number", "recipient_response"}


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"nature": (Nature.INTEGRITY,)}, WHOEVER_IS_HIT | {"alteration"}),
        (
            {"nature": (Nature.AVAILABILITY,)},
            {"restoration", "backup", "service_effect", "credentials_open", "permanence"},
        ),
        ({"nature": (Nature.CONFIDENTIALITY,)}, DISCLOSED | NAMED),
        ({"nature": (Nature.CONFIDENTIALITY,), "recipient": Recipient.KNOWN}, DISCLOSED - {"recipient"} | NAMED),
        ({"nature": (Nature.CONFIDENTIALITY,), "recipient": Recipient.TRUSTED}, DISCLOSED - {"recipient"} | NAMED),
        ({"nature": (Nature.CONFIDENTIALITY,), "recipient": Recipient.MALICIOUS}, DISCLOSED - {"recipient"}),
        ({"nature": (Nature.INTEGRITY,), "actor": Actor.EXTERNAL_NON_MALICIOUS}, WHOEVER_IS_HIT | {"alteration"}),
        (
            {"nature": (Nature.CONFIDENTIALITY,), "protection": Protection.NONE},
            DISCLOSED - {"protection", "protection_strength", "key_safe"} | NAMED,
        ),
        (
            {"nature": (Nature.CONFIDENTIALITY,), "protection": Protection.PSEUDONYMISED},
            DISCLOSED - {"protection", "protection_strength"} | NAMED,
        ),
        (
            {"nature": (Nature.INTEGRITY,), "actor": Actor.EXTERNAL_MALICIOUS, "disclosure": Disclosure.RULED_OUT},
            WHOEVER_IS_HIT | {"alteration", "intent"},
        ),
        (
            {"nature": (Nature.INTEGRITY,), "actor": Actor.EXTERNAL_MALICIOUS},
            DISCLOSED | NAMED | {"alteration", "intent"},
        ),
    ],
)
def test_what_is_asked_follows_from_what_was_broken_and_by_whom(changes: dict[str, Any], asked: set[str]) -> None:
    """EDPB 9/2022 IV.B, type of breach: for each side of security its own questions, and those about whoever is hit."""
    assert set(open_questions(replace(MISTAKE, **changes))) & BEARS.keys() == asked


@pytest.mark.parametrize(
    ("category", "asked"),
    [("credentials", {"credentials_open", "permanence"}), ("credit_card", {"permanence"}), ("health", set())],
)
def test_what_can_be_replaced_is_asked_of_data_that_can(category: str, asked: set[str]) -> None:
    """A password or a card: either is enough to ask whether it was replaced; what it opens is asked of a password."""
    of_data = {"credentials_open", "permanence"}
    assert set(open_questions(replace(MISTAKE, data=(DataItem(DataCategory(category)),)))) & of_data == asked


def test_what_an_item_tells_is_asked_of_each_item_that_leaves_it_open() -> None:
    """By its place in the list; of data that nobody knows, the list itself is asked and nothing within it."""
    items = (DataItem(DataCategory.NAME), DataItem(DataCategory.HEALTH, Insight.UNKNOWN))
    assert open_questions(replace(MISTAKE, data=items))[-1] == "data[1].insight"
    assert "data" in open_questions(MISTAKE)
    assert not [path for path in open_questions(MISTAKE) if "[" in path]
