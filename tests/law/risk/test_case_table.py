"""The public table of cases: current, and never "do not notify" against an authority."""

from incident.law.vocabulary import RiskLevel
from tests.law.risk.case_table import GROUPS, PAGE, expected, page, proposed
from tests.law.risk.support import situations

CASES = [case for name, *_ in GROUPS for case in situations(name)]
DECIDED = situations("decisions.yaml")


def test_the_committed_table_is_the_one_the_rules_give() -> None:
    """After a change of rules: `python -m tests.law.risk.case_table`, and read the difference."""
    assert PAGE.read_text("utf-8") == page()


def test_no_authority_said_notify_where_the_product_says_not_to() -> None:
    """The worst error this product can make."""
    due = [each for each in CASES if expected(each) is not RiskLevel.UNLIKELY]
    assert [each.title for each in due if proposed(each) is RiskLevel.UNLIKELY] == []


def test_every_decision_names_its_source_and_every_miss_is_argued() -> None:
    """A miss that nobody explains is a fault."""
    text = page()
    for case in DECIDED:
        assert case.source
        assert case.certainty in ("P", "S", "K")
        if proposed(case) is not expected(case):
            assert f"*{case.title.split(',')[0]}" in text, case.title
