"""EDPB Guidelines 9/2022, section IV.B: nature, sensitivity and volume of the data, and ease of identification."""

from typing import Final

from incident.law.risk.answers import (
    DataClass,
    DataItem,
    EaseOfIdentification,
    Extent,
    Insight,
    Permanence,
    RiskAnswers,
)
from incident.law.risk.edpb.case import Case, telling_categories
from incident.law.risk.findings import Axis, Effect, Finding, Gravity, Weight, finding
from incident.law.risk.parameters import EdpbParameters
from incident.law.risk.protection import pseudonymised
from incident.law.vocabulary import DataCategory

SENSITIVITY: Final = "EDPB 9/2022 IV.B, nature and sensitivity of personal data"
COMBINATION: Final = "EDPB 9/2022 IV.B, combination of personal data"
VOLUME: Final = "EDPB 9/2022 IV.B, volume of personal data"
IDENTIFICATION: Final = "EDPB 9/2022 IV.B, ease of identification of individuals"
PERMANENCE: Final = "EDPB 9/2022 IV.B, permanence of the consequences"

REPLACEABLE: Final = frozenset({DataCategory.CREDENTIALS, DataCategory.CREDIT_CARD})
"""Data that the controller or the bank can make worthless: a password can be changed, a date of birth cannot."""

_OPENS_LITTLE: Final = frozenset({DataClass.SIMPLE, DataClass.BEHAVIOURAL})
_TELLS_ALL: Final = frozenset({Insight.SENSITIVE_INFERENCE, Insight.SAFETY, Insight.UNKNOWN})


def gravity_of(item: DataItem, answers: RiskAnswers, parameters: EdpbParameters) -> Gravity:
    """EDPB 9/2022 IV.B: how hard misuse of one item could hit, in the context in which it leaked."""
    if item.insight is Insight.NONE:
        return Gravity.NEGLIGIBLE
    undone = answers.permanence is Permanence.UNDONE and item.category in REPLACEABLE
    if item.insight is Insight.LIMITED or undone:
        return Gravity.ORDINARY
    if item.insight in _TELLS_ALL:
        return Gravity.HIGH
    usual = _usual_gravity(item.category, answers, parameters)
    return Gravity(min(Gravity.HIGH, usual + (item.insight is Insight.DETAILED)))


def _usual_gravity(category: DataCategory, answers: RiskAnswers, parameters: EdpbParameters) -> Gravity:
    if category is not DataCategory.CREDENTIALS:
        return parameters.gravity[category]
    return Gravity.ELEVATED if answers.credentials_open in _OPENS_LITTLE else Gravity.HIGH


def base_gravity(items: tuple[DataItem, ...], answers: RiskAnswers, parameters: EdpbParameters) -> Gravity:
    """EDPB 9/2022 IV.B: the gravity of the worst item."""
    return max((gravity_of(item, answers, parameters) for item in items), default=Gravity.NEGLIGIBLE)


def sensitivity(case: Case) -> Finding:
    """EDPB 9/2022 IV.B, factor 'nature and sensitivity': the more sensitive the data, the higher the risk of harm."""
    effect = Effect.RAISES if case.base > Gravity.ORDINARY else Effect.SETS
    weight = Weight(Axis.GRAVITY, floor=case.base)
    return finding("edpb.sensitivity", effect, SENSITIVITY, weight, gravity=f"@risk.gravity.{case.base.name.lower()}")


def combination(case: Case) -> Finding | None:
    """EDPB 9/2022 IV.B, factor 'combination': data together allow more (impersonation, a picture of a life)."""
    present = telling_categories(case)
    found = [entry for entry in case.parameters.combinations if entry.within(present)]
    if found:
        worst = max(found, key=lambda entry: entry.gravity)
        weight = Weight(Axis.GRAVITY, floor=worst.gravity)
        return finding("edpb.combination", Effect.RAISES, COMBINATION, weight, text=worst.name)
    if sum(bool(side & present) for side in case.parameters.sides) < case.parameters.enough_sides:
        return None
    weight = Weight(Axis.GRAVITY, floor=Gravity.ELEVATED)
    return finding("edpb.combination", Effect.RAISES, COMBINATION, weight, text="sides")


def volume_per_person(case: Case) -> Finding | None:
    """EDPB 9/2022 IV.B, factor 'volume': a file or a history says more about a person than a few items."""
    if case.answers.extent is Extent.FEW_ITEMS:
        return None
    return finding("edpb.volume", Effect.RAISES, VOLUME, Weight(Axis.GRAVITY, step=1), text=case.answers.extent.value)


def identification(case: Case) -> Finding | None:
    """EDPB 9/2022 IV.B, factor 'ease of identification': who cannot be recognised is hard to hurt."""
    ease = case.answers.identification
    if ease is EaseOfIdentification.NEGLIGIBLE:
        weight = Weight(Axis.GRAVITY, ceiling=Gravity.NEGLIGIBLE)
        return finding("edpb.identification", Effect.REMOVES, IDENTIFICATION, weight, text="negligible")
    if ease is EaseOfIdentification.LIMITED:
        weight = Weight(Axis.GRAVITY, step=-1)
        return finding("edpb.identification", Effect.LOWERS, IDENTIFICATION, weight, text="limited")
    return None


def pseudonymisation(case: Case) -> Finding | None:
    """EDPB 9/2022 IV.B, factor 'ease of identification': pseudonymisation lowers the risk, but never removes it."""
    if not pseudonymised(case.answers):
        return None
    return finding("edpb.pseudonymisation", Effect.LOWERS, IDENTIFICATION, Weight(Axis.GRAVITY, step=-1))


def permanence(case: Case) -> Finding | None:
    """EDPB 9/2022 IV.B, factor 'severity of consequences': harm from replaceable data ends when they are replaced."""
    replaced = any(item.category in REPLACEABLE for item in case.items)
    if case.answers.permanence is not Permanence.UNDONE or not replaced:
        return None
    return finding("edpb.permanence", Effect.LOWERS, PERMANENCE)
