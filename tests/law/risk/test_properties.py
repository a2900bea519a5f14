"""Worse answers never make a better outcome, and not knowing is never better than knowing."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.law.explain import explain
from incident.law.risk import assess, sensitivity
from incident.law.risk.answers import Coverage, DataItem, RiskAnswers
from incident.law.risk.assessment import propose_risk
from incident.law.risk.enisa import score
from incident.law.risk.open_questions import BEARS, is_unknown, open_questions
from incident.law.risk.parameters import risk_parameters
from incident.law.risk.sensitivity import Changes, alternatives, answered, best_outcome
from incident.law.vocabulary import ConsequenceForSubjects, DataCategory, RiskLevel
from tests.law.risk.strategies import FEW, INSIGHTS, LADDERS, UNHURRIED, UNORDERED, answers, items
from tests.law.risk.support import RULES, situations

ENISA_LADDERS = [(name, ladder) for name, ladder in LADDERS if name != "credentials_open"]
"""In the table of ENISA an inference about somebody weighs less in the sensitive class than in the one below it."""
LEVELS = tuple(RiskLevel)
ENISA = risk_parameters(RULES).enisa


def rank(given_answers: RiskAnswers) -> int:
    return LEVELS.index(propose_risk(given_answers, RULES))


def climbs(base: RiskAnswers, name: str, ladder: tuple[Any, ...]) -> list[int]:
    return [rank(replace(base, **{name: answer})) for answer in ladder]


@pytest.mark.parametrize(("name", "ladder"), LADDERS, ids=lambda value: value if isinstance(value, str) else "")
@FEW
@given(base=answers)
def test_a_worse_answer_never_lowers_the_outcome(name: str, ladder: tuple[Any, ...], base: RiskAnswers) -> None:
    steps = climbs(base, name, ladder)
    assert sorted(steps) == steps


@pytest.mark.parametrize(("name", "ladder"), ENISA_LADDERS, ids=lambda value: value if isinstance(value, str) else "")
@FEW
@given(base=answers)
def test_a_worse_answer_never_lowers_the_enisa_score(name: str, ladder: tuple[Any, ...], base: RiskAnswers) -> None:
    scores = [score(replace(base, **{name: answer}), ENISA).se for answer in ladder]
    assert sorted(scores) == scores


@UNHURRIED
@given(base=answers)
def test_unknown_counts_as_the_worst_answer(base: RiskAnswers) -> None:
    for name in {name for name, _ in LADDERS}:
        unknown = getattr(RiskAnswers(), name)
        ladder = [answer for other, ladder in LADDERS if other == name for answer in ladder]
        assert max(climbs(base, name, tuple(ladder))) == rank(replace(base, **{name: unknown})), name


@UNHURRIED
@given(base=answers)
def test_unknown_is_never_better_than_any_answer_without_an_order(base: RiskAnswers) -> None:
    for name, choices in UNORDERED.items():
        unknown = rank(replace(base, **{name: getattr(RiskAnswers(), name)}))
        assert max(climbs(base, name, choices)) <= unknown, name


@UNHURRIED
@given(base=answers, found=st.lists(items, min_size=1, max_size=3), more=items)
def test_one_more_kind_of_data_never_lowers_the_outcome(
    base: RiskAnswers, found: list[DataItem], more: DataItem
) -> None:
    fewer = replace(base, data=tuple(found))
    assert rank(fewer) <= rank(replace(base, data=(*found, more)))


@UNHURRIED
@given(base=answers, category=st.sampled_from(DataCategory), rest=st.lists(items, max_size=2))
def test_an_item_that_tells_more_never_lowers_the_outcome(
    base: RiskAnswers, category: DataCategory, rest: list[DataItem]
) -> None:
    steps = [rank(replace(base, data=(*rest, DataItem(category, insight)))) for insight in INSIGHTS]
    assert sorted(steps) == steps


@UNHURRIED
@given(base=answers, item=items)
def test_an_item_outside_the_protection_never_lowers_the_outcome(base: RiskAnswers, item: DataItem) -> None:
    order = (Coverage.YES, Coverage.BY_METHOD, Coverage.NO)
    steps = [rank(replace(base, data=(replace(item, protected=each),))) for each in order]
    assert sorted(steps) == steps
    assert steps[-1] == rank(replace(base, data=(replace(item, protected=Coverage.UNKNOWN),)))


@UNHURRIED
@given(base=answers, seen=st.sampled_from(ConsequenceForSubjects))
def test_a_consequence_seen_never_lowers_the_outcome(base: RiskAnswers, seen: ConsequenceForSubjects) -> None:
    assert rank(replace(base, consequences_seen=())) <= rank(replace(base, consequences_seen=(seen,)))


@UNHURRIED
@given(base=answers)
def test_a_question_that_does_not_bear_on_the_breach_changes_nothing(base: RiskAnswers) -> None:
    for name, bears in BEARS.items():
        if not bears(base):
            unknown = replace(base, **{name: getattr(RiskAnswers(), name)})
            levels = {
                propose_risk(answered(unknown, name, value), RULES) for _, value in alternatives(name, unknown, RULES)
            }
            assert {propose_risk(base, RULES)} >= levels, name


@UNHURRIED
@given(base=answers)
def test_every_assessment_is_whole_and_can_be_told_in_two_languages(base: RiskAnswers) -> None:
    result = assess(base, RULES)
    assert result.notify_authority is (result.risk is not RiskLevel.UNLIKELY)
    assert not result.inform_subjects or result.risk is RiskLevel.HIGH
    assert 0.25 <= result.enisa.se <= 6
    assert result.enisa.se == result.enisa.dpc * result.enisa.ei + result.enisa.cb
    dutch, english = explain(result, "nl"), explain(result, "en")
    assert dutch.count("\n") == english.count("\n") > 0
    assert "{" not in dutch + english


@FEW
@given(base=answers)
def test_sensitivity_tells_the_truth(base: RiskAnswers) -> None:
    """`alone` means that some answer to this question alone gives another level; nothing open can make it worse."""
    level, best = rank(base), LEVELS.index(best_outcome(base, RULES))
    assert best <= level
    for found in sensitivity(base, RULES):
        reached = {LEVELS.index(outcome) for outcome in found.outcomes.values()}
        assert found.outcomes
        assert (reached != {level}) is (found.changes is Changes.ALONE)
        assert max(reached) <= level
        assert best <= min(reached)
        assert (found.changes is Changes.NO) <= (best == level)


def test_open_questions_of_nothing_known_are_all_that_start_unknown() -> None:
    start = RiskAnswers()
    assert [field.name for field in fields(start) if is_unknown(getattr(start, field.name))] == [*open_questions(start)]


def test_in_a_full_case_an_answer_taken_away_is_listed() -> None:
    """Whatever is removed from a worked case, either it is listed as open or it did not matter."""
    for situation in situations("edpb-01-2021.yaml"):
        full = situation.read()
        for name in situation.answers:
            less = replace(full, **{name: getattr(RiskAnswers(), name)})
            assert name in open_questions(less) or rank(less) == rank(full), (situation.title, name)
