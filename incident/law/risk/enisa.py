"""ENISA, Methodology of the assessment of severity of personal data breaches (2013): SE = DPC x EI + CB.

One of the two assessors. It scores severity, not likelihood, and leaves the number of people out of the score: hence
the two flags, and hence it never decides alone.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from incident.law.risk.answers import (
    DataClass,
    DataItem,
    EaseOfIdentification,
    Insight,
    Restoration,
    RiskAnswers,
    ServiceEffect,
    broken,
    confidentiality_in_play,
    data_items,
    on_purpose,
)
from incident.law.risk.parameters import EnisaParameters
from incident.law.risk.protection import all_unintelligible, pseudonymised
from incident.law.vocabulary import (
    Alteration,
    DataCategory,
    Disclosure,
    Nature,
    Recipient,
    RiskLevel,
    Severity,
    Ternary,
    Unknown,
)


class EnisaLevel(StrEnum):
    """ENISA 2013, SE: the four levels of severity."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"


class Flag(StrEnum):
    """ENISA 2013: what the reader must know beside the score."""

    MORE_THAN_100_INDIVIDUALS = "more_than_100_individuals"
    UNINTELLIGIBLE_DATA = "unintelligible_data"


@dataclass(frozen=True, slots=True)
class Enisa:
    """ENISA 2013: one score with its parts; ``se`` runs from 0.25 to 6."""

    dpc: int
    ei: float
    cb: float
    se: float
    level: EnisaLevel
    flags: tuple[Flag, ...]


def score(answers: RiskAnswers, parameters: EnisaParameters) -> Enisa:
    """ENISA 2013: SE = DPC x EI + CB, its level, and the two flags."""
    dpc = data_processing_context(answers, parameters)
    ei = ease_of_identification(answers, parameters)
    cb = circumstances_of_breach(answers, parameters)
    se = dpc * ei + cb
    return Enisa(dpc, ei, cb, se, level_of(se, parameters), flags(answers, parameters))


def data_processing_context(answers: RiskAnswers, parameters: EnisaParameters) -> int:
    """ENISA 2013, DPC: score each kind of data in its context; the highest counts."""
    lowest: int = parameters.dpc["lowest"]
    return max((_score_of(item, answers, parameters) for item in data_items(answers)), default=lowest)


def _score_of(item: DataItem, answers: RiskAnswers, parameters: EnisaParameters) -> int:
    """ENISA 2013, DPC: the basic score of the class, moved by the context, never outside 1 to 4."""
    lowest, highest = parameters.dpc["lowest"], parameters.dpc["highest"]
    if item.insight is Insight.UNKNOWN:
        return int(highest)
    rows = (parameters.dpc[name] for name in _classes_of(item, answers, parameters))
    return max(int(min(highest, max(lowest, row["basic"] + row[item.insight.value]))) for row in rows)


_ANY_CLASS: Final = tuple(each.value for each in DataClass if each is not DataClass.UNKNOWN)


def _classes_of(item: DataItem, answers: RiskAnswers, parameters: EnisaParameters) -> tuple[str, ...]:
    """ENISA 2013, DPC: the class of a category; credentials take the class of what they open, if known."""
    if item.category is not DataCategory.CREDENTIALS:
        return (parameters.data_class[item.category],)
    opens = answers.credentials_open
    return _ANY_CLASS if opens is DataClass.UNKNOWN else (opens.value,)


def ease_of_identification(answers: RiskAnswers, parameters: EnisaParameters) -> float:
    """ENISA 2013, EI: how easily somebody links the data to a person; encryption and pseudonymisation lower it."""
    if all_unintelligible(answers):
        return parameters.ei["negligible"]
    known = answers.identification
    ease = parameters.ei["maximum" if known is EaseOfIdentification.UNKNOWN else known.value]
    return min(ease, parameters.ei["limited"]) if pseudonymised(answers) else ease


def circumstances_of_breach(answers: RiskAnswers, parameters: EnisaParameters) -> float:
    """ENISA 2013, CB: loss of confidentiality, integrity and availability, and malicious intent, added up."""
    parts = (
        _confidentiality(answers, parameters),
        _integrity(answers, parameters),
        _availability(answers, parameters),
        float(parameters.cb["malicious_intent"]) if on_purpose(answers) else 0.0,
    )
    return sum(parts)


def _confidentiality(answers: RiskAnswers, parameters: EnisaParameters) -> float:
    """ENISA 2013, CB: exposed without evidence of access, known recipients, or an unknown number of them."""
    table: dict[str, float] = parameters.cb["confidentiality"]
    unseen = answers.disclosure is Disclosure.NOT_ASSESSABLE or answers.recipient is Recipient.NOBODY
    if unseen or not confidentiality_in_play(answers):
        return table["no_evidence"]
    known = answers.recipient in (Recipient.TRUSTED, Recipient.KNOWN)
    return table["known_recipients" if known else "unknown_recipients"]


def _integrity(answers: RiskAnswers, parameters: EnisaParameters) -> float:
    """ENISA 2013, CB: altered without use, used wrongly but recoverable, used wrongly for good."""
    if not broken(answers, Nature.INTEGRITY):
        return 0.0
    table: dict[str, float] = parameters.cb["integrity"]
    alteration = answers.alteration
    return table[(Alteration.MISUSE_IRREVERSIBLE if alteration is Alteration.UNKNOWN else alteration).value]


def _availability(answers: RiskAnswers, parameters: EnisaParameters) -> float:
    """ENISA 2013, CB: recovered without difficulty, temporarily away, or gone."""
    if not broken(answers, Nature.AVAILABILITY):
        return 0.0
    table: dict[str, float] = parameters.cb["availability"]
    if answers.restoration is Restoration.WITHIN_HOURS and answers.service_effect is ServiceEffect.NONE:
        return table["no_difficulty"]
    gone = answers.restoration in (Restoration.NEVER, Restoration.UNKNOWN) and answers.backup is not Ternary.YES
    return table["full" if gone else "temporary"]


def level_of(se: float, parameters: EnisaParameters) -> EnisaLevel:
    """ENISA 2013, SE: below 2 low, below 3 medium, below 4 high, otherwise very high."""
    reached = [name for name, lowest in parameters.levels.items() if se >= lowest]
    return EnisaLevel(reached[-1]) if reached else EnisaLevel.LOW


def flags(answers: RiskAnswers, parameters: EnisaParameters) -> tuple[Flag, ...]:
    """ENISA 2013: more than 100 individuals (an unknown number counts as more); unintelligible data."""
    number = answers.subjects_number
    many = isinstance(number, Unknown) or number > parameters.flag_individuals
    raised = ((Flag.MORE_THAN_100_INDIVIDUALS, many), (Flag.UNINTELLIGIBLE_DATA, all_unintelligible(answers)))
    return tuple(flag for flag, up in raised if up)


_SEVERITY: Final = {
    EnisaLevel.LOW: Severity.NEGLIGIBLE,
    EnisaLevel.MEDIUM: Severity.LIMITED,
    EnisaLevel.HIGH: Severity.SIGNIFICANT,
    EnisaLevel.VERY_HIGH: Severity.VERY_GREAT,
}

_POINTS_TO: Final = {
    EnisaLevel.LOW: RiskLevel.UNLIKELY,
    EnisaLevel.MEDIUM: RiskLevel.RISK,
    EnisaLevel.HIGH: RiskLevel.HIGH,
    EnisaLevel.VERY_HIGH: RiskLevel.HIGH,
}


def proposed_severity(level: EnisaLevel) -> Severity:
    """AP form, question 9.3: ENISA 2013, section 3.3 describes its levels in the words of the AP's steps."""
    return _SEVERITY[level]


def points_to(level: EnisaLevel) -> RiskLevel:
    """GDPR art. 33(1), 34(1): the duty that practice derives from the level; never binding."""
    return _POINTS_TO[level]
