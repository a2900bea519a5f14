"""GDPR art. 5(2): what one rule found, how it weighs, and in which terms the weights are counted."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from incident.law.trace import Param, Reason, reason


class Effect(StrEnum):
    """GDPR art. 33(1): what a finding does to the risk."""

    RAISES = "raises"
    LOWERS = "lowers"
    REMOVES = "removes"
    SETS = "sets"
    NOTES = "notes"


class Gravity(IntEnum):
    """GDPR recital 75: how hard the breach could hit a person if the data are misused."""

    NEGLIGIBLE = 0
    ORDINARY = 1
    ELEVATED = 2
    HIGH = 3
    VERY_HIGH = 4


class Likelihood(IntEnum):
    """GDPR recital 75: how likely it is that disclosed data are misused."""

    NONE = 0
    REMOTE = 1
    LOW = 2
    LIMITED = 3
    REAL = 4
    INTENDED = 5


class Axis(StrEnum):
    """GDPR recital 76: the two things that are weighed together, and everything that only informs."""

    GRAVITY = "gravity"
    LIKELIHOOD = "likelihood"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class Weight:
    """GDPR recital 76: a finding sets at least ``floor``, moves by ``step``, allows at most ``ceiling`` on its axis."""

    axis: Axis = Axis.OUTCOME
    floor: int = 0
    step: int = 0
    ceiling: int = 99


NO_WEIGHT = Weight()


class Basis(StrEnum):
    """GDPR art. 5(2): whose word a finding is: the law's, a guideline's factor weighed by us, a method's or ours."""

    LAW = "law"
    LAW_UNREAD = "law_unread"
    FACTOR = "factor"
    METHOD = "method"
    HOUSE = "house"


_OWN_WEIGHTS = frozenset({"edpb.confidentiality", "edpb.integrity", "edpb.availability", "assessors.differ"})
"""What no text says: how factors add up, and what to make of two methods that disagree."""


@dataclass(frozen=True, slots=True)
class Finding:
    """GDPR art. 5(2): one rule that applied: its id, effect, reason (citation and sentence) and weight."""

    rule: str
    effect: Effect
    reason: Reason
    weight: Weight = NO_WEIGHT

    @property
    def citation(self) -> str:
        """GDPR art. 5(2): where the rule is written."""
        return self.reason.citation

    @property
    def basis(self) -> Basis:
        """GDPR art. 5(2): whose word it is. No authority has adopted a table of weights: every weight is our own."""
        if self.rule in _OWN_WEIGHTS:
            return Basis.HOUSE
        if self.rule.startswith("gdpr."):
            return Basis.LAW_UNREAD if self.citation.startswith("UAVG") else Basis.LAW
        return Basis.METHOD if self.rule.startswith("enisa.") else Basis.FACTOR


def finding(
    rule: str, effect: Effect, citation: str, weight: Weight = NO_WEIGHT, *, text: str = "", **params: Param
) -> Finding:
    """GDPR art. 5(2): build a finding; its sentence is ``risk.<rule>`` or ``risk.<rule>.<text>``."""
    text_id = f"risk.{rule}.{text}" if text else f"risk.{rule}"
    return Finding(rule, effect, reason(rule, citation, text_id, **params), weight)


def weigh(findings: tuple[Finding, ...], axis: Axis, highest: int) -> int:
    """GDPR recital 76: all weights of one axis together.

    The highest floor counts, then the strongest of the lowering steps; what remains is raised by every raising step,
    unless nothing remains: what says nothing about anybody says nothing about many. The lowest ceiling ends it. One
    finding of each axis is always there and only sets a floor: the data, and who has them.
    """
    weights = [found.weight for found in findings if found.weight.axis is axis]
    lowered = max(weight.floor for weight in weights) + min(weight.step for weight in weights)
    if lowered <= 0:
        return 0
    raised = lowered + sum(max(weight.step, 0) for weight in weights)
    return min(highest, raised, *(weight.ceiling for weight in weights))
