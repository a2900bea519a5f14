"""EDPB 9/2022 IV.B: what every factor rule looks at."""

from dataclasses import dataclass

from incident.law.risk.answers import DataItem, Insight, RiskAnswers
from incident.law.risk.findings import Gravity
from incident.law.risk.parameters import EdpbParameters
from incident.law.vocabulary import DataCategory


@dataclass(frozen=True, slots=True)
class Case:
    """EDPB 9/2022 IV.B: the answers, the items that count for the side of security in question, and the tables."""

    answers: RiskAnswers
    items: tuple[DataItem, ...]
    parameters: EdpbParameters
    base: Gravity
    """Gravity of the worst single item, before any other factor."""
    disclosed: bool
    """Whether the side in question is confidentiality."""


TELLING = frozenset(Insight) - {Insight.NONE, Insight.LIMITED}
"""Insights with which an item says enough to count in a combination."""


def telling_categories(case: Case) -> frozenset[DataCategory]:
    """EDPB 9/2022 IV.B: the categories that say enough to count in a combination."""
    return frozenset(item.category for item in case.items if item.insight in TELLING)
