"""GDPR art. 33(3): what a form lacks can be answered: none of it rests on questions that are all answered already."""

from collections.abc import Iterator
from dataclasses import replace
from enum import Enum

import pytest

from incident.domain.organisation import load_profile
from incident.law.forms.ap_2022 import fill_ap
from incident.law.questions import Kind, first_asked, questions
from incident.law.vocabulary import Ternary
from tests.law.forms.sheets import FULL, filing

TEXTS = {name: "Said." for name, one in questions().items() if one.asked and one.kind in {Kind.LINE, Kind.TEXT}}
"""Every line and remark, so that nothing is missing for want of words."""


def _choices() -> Iterator[tuple[str, Enum]]:
    for name, one in questions().items():
        if one.asked and one.options is not None:
            yield from ((name, member) for member in one.options if member.value != "unknown")


@pytest.mark.parametrize(("name", "member"), list(_choices()))
def test_each_missing_answer_waits_for_a_question_that_is_open(name: str, member: Enum) -> None:
    """Of data that are only "other financial data" the form asks which: the remark on the data says it."""
    several = questions()[name].kind is Kind.SOME
    facts = replace(FULL, **TEXTS, **{name: (member,) if several else member})
    stuck = [
        answer.key
        for answer in fill_ap(facts, load_profile(), filing()).missing
        if answer.fields and not any(questions()[field].open(facts) for field in answer.fields)
    ]
    assert stuck == []


def _after_a_no(name: str) -> list[str]:
    """What is asked of nobody who said "no", also at one remove."""
    closed, found = {name}, list[str]()
    while closed:
        facts = replace(FULL, **dict.fromkeys(closed, Ternary.NO))
        left = [one for one in questions().values() if one.asked and one.name not in (*found, name)]
        gone = [one for one in left if not one.applies(replace(facts, **{one.name: one.nothing}))]
        found += [one.name for one in gone]
        closed = {one.name for one in gone if one.options is Ternary}
    return found


@pytest.mark.parametrize("name", [one.name for one in questions().values() if one.asked and one.options is Ternary])
def test_not_known_yet_leaves_nothing_missing_that_nobody_is_asked(name: str) -> None:
    """GDPR art. 33(4): whoever says "not known yet" can go on: what would follow a "yes" is asked, or not missing."""
    after = _after_a_no(name)
    facts = replace(FULL, **{one: questions()[one].nothing for one in (*after, name)}, stated_unknown=(name,))
    missing = [answer for answer in fill_ap(facts, load_profile(), filing()).missing if answer.fields]
    assert [answer.key for answer in missing if not first_asked(answer.fields, facts)] == []
