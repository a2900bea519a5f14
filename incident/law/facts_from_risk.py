"""GDPR art. 33(5): the facts that the answers of a risk assessment state, and where the two now say otherwise.

Facts and assessment are one set of questions: what is answered on the one is answered on the other. An answer that is
open states nothing; where facts were recorded after an assessment, what they change is named, and a person settles it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from incident.law.facts import BreachFacts, FactValue
from incident.law.groups import joined, with_totals
from incident.law.risk.answers import DataItem, Restoration, RiskAnswers, VulnerableGroup
from incident.law.risk.open_questions import is_unknown
from incident.law.risk_from_facts import risk_answers
from incident.law.vocabulary import AvailabilityLoss, SubjectGroup

TAKEN_AS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "nature": "nature",
        "disclosure": "disclosure",
        "alteration": "alteration",
        "restoration": "availability_loss",
        "backup": "backup_available",
        "data": "data_categories",
        "protection": "protection",
        "key_safe": "protection_intact",
        "recipient": "recipient",
        "actor": "actor",
        "subjects_number": "subjects_max",
    }
)
"""The questions that both ask, by their name in the assessment, with the field of the fact sheet."""

_GROUPS: Final = {VulnerableGroup.MINORS: SubjectGroup.MINORS, VulnerableGroup.OTHER: SubjectGroup.VULNERABLE}


def with_assessment(facts: BreachFacts, answers: RiskAnswers) -> BreachFacts:
    """GDPR art. 33(5): the facts with everything the answers state; what these leave open stays as it was.

    What the record says that a group of people lost stays among the totals, whatever data were weighed.
    """
    stated = {field: _stated(name, answers, facts) for name, field in TAKEN_AS.items() if _answered(name, answers)}
    found = replace(facts, **stated)
    if "subjects_max" in stated:
        found = _with_least(found, facts)
    listed = answers.vulnerable if isinstance(answers.vulnerable, tuple) else ()
    groups = (_GROUPS[one] for one in listed if one in _GROUPS)
    stated_now = replace(
        found,
        subject_groups=joined(facts.subject_groups, groups),
        consequences_subjects=joined(facts.consequences_subjects, answers.consequences_seen),
        stated_unknown=tuple(name for name in facts.stated_unknown if name not in stated),
    )
    return with_totals(stated_now)


def _answered(name: str, answers: RiskAnswers) -> bool:
    return not is_unknown(getattr(answers, name))


def _stated(name: str, answers: RiskAnswers, facts: BreachFacts) -> FactValue:
    """The value for the fact sheet; one that holds more than the assessment asks, and agrees with it, stays."""
    derived = risk_answers(facts)
    if _answered(name, derived) and _same(name, answers, derived):
        return getattr(facts, TAKEN_AS[name])
    return _AS_FACT.get(name, lambda value: value)(getattr(answers, name))


def _as_loss(restoration: Restoration) -> AvailabilityLoss:
    """EDPB template, field 59: data that come back, however late, were away for a time."""
    return AvailabilityLoss.PERMANENT if restoration is Restoration.NEVER else AvailabilityLoss.TEMPORARY


_AS_FACT: Final[Mapping[str, Callable[[Any], FactValue]]] = MappingProxyType(
    {
        "restoration": _as_loss,
        "data": lambda items: tuple(dict.fromkeys(item.category for item in items)),
        "protection": lambda protection: (protection,),
    }
)


def _with_least(found: BreachFacts, before: BreachFacts) -> BreachFacts:
    """AP form, question 7.3: one number given for the first time is least and most; a smaller one ends a range."""
    most, least = found.subjects_max, before.subjects_min
    if not isinstance(most, int):
        return found
    low = most if not isinstance(least, int) or least > most else least
    return replace(found, subjects_min=low, subjects_exact=before.subjects_exact and before.subjects_max == most)


def _same(name: str, answers: RiskAnswers, derived: RiskAnswers) -> bool:
    mine, theirs = getattr(answers, name), getattr(derived, name)
    if isinstance(mine, tuple):
        return _bare(mine) == _bare(theirs)
    return bool(mine == theirs)


def _bare(values: tuple[object, ...]) -> frozenset[object]:
    return frozenset(value.category if isinstance(value, DataItem) else value for value in values)


@dataclass(frozen=True, slots=True)
class Newer:
    """One question on which the facts now say otherwise than the assessment did; ``assessed`` may be "unknown"."""

    question: str
    field: str
    fact: FactValue
    assessed: FactValue


def newer_facts(facts: BreachFacts, assessed: RiskAnswers) -> tuple[Newer, ...]:
    """GDPR art. 5(1)(d), 33(1): the answers of an assessment that the facts contradict, or now give."""
    return tuple(_newer(assessed, risk_answers(facts)))


def _newer(assessed: RiskAnswers, derived: RiskAnswers) -> Iterator[Newer]:
    for name, field in TAKEN_AS.items():
        if _answered(name, derived) and not _same(name, assessed, derived):
            yield Newer(name, field, getattr(derived, name), getattr(assessed, name))


def updated(assessed: RiskAnswers, facts: BreachFacts) -> RiskAnswers:
    """GDPR art. 33(1): the answers of an assessment brought in line with the facts, for assessing again.

    What an assessment said about one kind of data stays with that kind.
    """
    known = {item.category: item for item in assessed.data} if isinstance(assessed.data, tuple) else {}
    changed = {one.question: one.fact for one in newer_facts(facts, assessed)}
    if isinstance(changed.get("data"), tuple):
        changed["data"] = tuple(known.get(item.category, item) for item in changed["data"])
    return replace(assessed, **changed)
