"""The public table of cases: current, and never "do not notify" against an authority."""

import pytest

from tests.law.risk.case_table import GROUPS, PAGE, held, misses, page, proposed, tells
from tests.law.risk.support import Situation, situations

CASES = [case for name, *_ in GROUPS for case in situations(name)]


def test_the_committed_table_is_the_one_the_rules_give() -> None:
    """After a change of rules: `python -m tests.law.risk.case_table`, and read the difference."""
    assert PAGE.read_text("utf-8") == page()


def test_no_authority_said_notify_where_the_product_says_not_to() -> None:
    """The worst error this product can make."""
    due = [each for each in CASES if held(each)["authority"] == "required"]
    assert [each.title for each in due if not tells(proposed(each), "authority")] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_a_case_is_argued_when_and_only_when_the_product_differs(case: Situation) -> None:
    """A miss that nobody explains is a fault, and so is an excuse that outlives it."""
    assert bool(case.argued) == bool(misses(case))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_the_page_shows_each_case_with_what_was_held(case: Situation) -> None:
    """Every row by itself, so that a case cannot vanish from the page unseen."""
    row = next(line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(f"| {case.title} |"))
    assert case.source in row
    assert case.address in row
    assert f"| {case.certainty} |" in row
