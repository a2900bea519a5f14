"""GDPR art. 34(3), UAVG art. 41 and 42: the only grounds on which people need not be told although the risk is high."""

from collections.abc import Callable
from typing import Final

from incident.law.grounds import FINANCIAL_UNDERTAKING, UNINTELLIGIBLE, grounds
from incident.law.risk.answers import ControllerField, RiskAnswers
from incident.law.risk.findings import Effect, Finding, finding
from incident.law.risk.protection import all_unintelligible
from incident.law.vocabulary import RiskLevel


def _financial(answers: RiskAnswers) -> bool:
    """UAVG art. 42: only financial undertakings in the sense of the Wft."""
    return answers.controller_field is ControllerField.FINANCIAL


def _left_to_a_person(_: RiskAnswers) -> bool:
    """GDPR art. 34(3)(b), (c); UAVG art. 41: the ground rests on facts that a person records with the decision."""
    return True


_CONDITIONS: Final[dict[str, Callable[[RiskAnswers], bool]]] = {
    UNINTELLIGIBLE: all_unintelligible,
    FINANCIAL_UNDERTAKING: _financial,
}
"""What the answers themselves must show."""


def judge_ground(answers: RiskAnswers, risk: RiskLevel) -> tuple[bool, tuple[Finding, ...]]:
    """GDPR art. 34(1), 34(3): whether people must be told, and what became of the ground that was invoked."""
    high, ground = risk is RiskLevel.HIGH, answers.not_informing_ground
    if ground is None:
        return high, ()
    holds = _CONDITIONS.get(grounds()[ground].asks, _left_to_a_person)(answers)
    text = f"{ground.value}.{'holds' if holds else 'fails'}"
    effect = Effect.LOWERS if holds else Effect.NOTES
    return high and not holds, (finding("gdpr.not_informing", effect, grounds()[ground].citation, text=text),)
