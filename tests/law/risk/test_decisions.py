"""The decisions of authorities as data: each with its page, what was held on each duty, and why."""

import re

import pytest

from tests.law.risk.support import Situation, situations

BLIND = situations("decisions-blind.yaml")
HELD = {"required", "not_required", "not_stated"}


@pytest.mark.parametrize("decision", BLIND, ids=lambda decision: decision.title)
def test_a_decision_names_its_page_and_what_was_held_and_why(decision: Situation) -> None:
    assert decision.address.startswith("https://")
    assert decision.certainty in {"P", "S"}, "what nobody read is no evidence"
    assert {decision.authority, decision.people} <= HELD
    assert {decision.authority, decision.people} != {"not_stated"}
    assert all((decision.stated, decision.why, decision.facts))
    decision.read()


def test_there_are_at_least_sixty_of_at_least_seven_authorities() -> None:
    authorities = {re.split(r"[ ,]", decision.source)[0] for decision in BLIND}
    assert len(BLIND) >= 60
    assert len(authorities) >= 7


def test_no_decision_stands_in_the_table_twice() -> None:
    decisions = BLIND + situations("decisions.yaml")
    assert len({decision.title for decision in decisions}) == len(decisions)
    assert len({decision.source for decision in decisions}) == len(decisions)
