"""The worked cases of the EDPB and daily practice, each with the outcome of the authority."""

import re
from collections import Counter
from pathlib import Path

import pytest

import incident.law.risk
from incident.law.risk import assess
from incident.law.risk.edpb.security import DISCLOSURE_RULES, GRAVITY_RULES
from tests.law.risk.support import RULES, Situation, situations

EDPB = situations("edpb-01-2021.yaml")
PRACTICE = situations("practice.yaml") + situations("nothing-known.yaml")
ALL = EDPB + PRACTICE


def duties(situation: Situation) -> list[str]:
    result = assess(situation.read(), RULES)
    return ["D"] + ["SA"] * result.notify_authority + ["DS"] * result.inform_subjects


@pytest.mark.parametrize("situation", EDPB, ids=lambda situation: situation.title)
def test_a_worked_case_of_the_edpb_comes_out_as_the_edpb_decided(situation: Situation) -> None:
    assert situation.expected == duties(situation)


@pytest.mark.parametrize("situation", PRACTICE, ids=lambda situation: situation.title)
def test_a_situation_from_practice_comes_out_as_expected(situation: Situation) -> None:
    assert situation.expected == duties(situation)


def test_the_eighteen_cases_have_the_balance_of_the_guidelines() -> None:
    assert len(EDPB) == 18
    assert Counter(duty for situation in EDPB for duty in situation.expected) == {"D": 18, "SA": 12, "DS": 9}


def test_no_factor_rule_fits_only_one_situation() -> None:
    """Every rule that a situation triggers is triggered by at least two."""
    used = Counter(rule for each in ALL for rule in {found.rule for found in assess(each.read(), RULES).findings})
    assert [rule for rule, times in used.items() if rule.startswith("edpb.") and times < 2] == []


def test_every_factor_rule_says_which_factor_it_implements() -> None:
    for rule in GRAVITY_RULES + DISCLOSURE_RULES:
        assert re.match(r"(EDPB 9/2022 IV\.B|GDPR recital 75), ", rule.__doc__ or ""), rule.__name__


def test_no_rule_mentions_a_case() -> None:
    for file in Path(incident.law.risk.__path__[0]).rglob("*.py"):
        assert not re.search(r"\bcases? \d", file.read_text("utf-8"), re.IGNORECASE), file
