"""GDPR art. 33(1), 33(4): which open question is worth answering first, found by trying its answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from incident.law.risk.answers import (
    ControllerField,
    Coverage,
    DataClass,
    DataItem,
    EaseOfIdentification,
    Extent,
    Insight,
    Intent,
    Permanence,
    RecipientResponse,
    Restoration,
    RiskAnswers,
    ServiceEffect,
    Strength,
    VulnerableGroup,
    data_items,
)
from incident.law.risk.assessment import propose_risk
from incident.law.risk.open_questions import is_unknown, open_questions
from incident.law.risk.parameters import risk_parameters
from incident.law.rulesets import RuleSet
from incident.law.vocabulary import (
    Actor,
    Alteration,
    DataCategory,
    Disclosure,
    Nature,
    Protection,
    Recipient,
    RiskLevel,
    Ternary,
)


class Changes(StrEnum):
    """GDPR art. 33(4): whether an answer can still change the proposal."""

    ALONE = "alone"
    TOGETHER = "together"
    NO = "no"


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """GDPR art. 33(4): one open question and what each answer to it would make of the risk.

    ``changes``: ``alone`` when one answer to this question changes the outcome by itself; ``together`` when only
    answers to several open questions can; ``no`` when the outcome stands either way. ``outcomes`` goes by answer.
    """

    question: str
    changes: Changes
    outcomes: Mapping[str, RiskLevel]


FAVOURABLE: Final[Mapping[str, object]] = {
    "disclosure": Disclosure.RULED_OUT,
    "alteration": Alteration.NO_MISUSE,
    "restoration": Restoration.WITHIN_HOURS,
    "backup": Ternary.YES,
    "service_effect": ServiceEffect.NONE,
    "data": (DataItem(DataCategory.NAME, Insight.NONE, Coverage.YES),),
    "credentials_open": DataClass.SIMPLE,
    "extent": Extent.FEW_ITEMS,
    "identification": EaseOfIdentification.NEGLIGIBLE,
    "permanence": Permanence.UNDONE,
    "protection": Protection.ENCRYPTED,
    "protection_strength": Strength.STATE_OF_THE_ART,
    "key_safe": Ternary.YES,
    "recipient": Recipient.NOBODY,
    "recipients_number": 1,
    "recipient_response": RecipientResponse.RETURNED_UNREAD,
    "actor": Actor.INTERNAL_NON_MALICIOUS,
    "intent": Intent.ACCIDENT,
    "subjects_number": 1,
    "vulnerable": (),
    "controller_field": ControllerField.ORDINARY,
    "category": DataCategory.NAME,
    "insight": Insight.NONE,
    "protected": Coverage.YES,
}
"""The most favourable answer to every question; for ``nature``, which has none, all three are tried."""


def sensitivity(answers: RiskAnswers, rules: RuleSet) -> tuple[OpenAnswer, ...]:
    """GDPR art. 33(4): for every open question, what each of its answers would make of the risk."""
    now = propose_risk(answers, rules)
    together = Changes.TOGETHER if best_outcome(answers, rules) is not now else Changes.NO
    return tuple(_try(path, answers, rules, now, together) for path in open_questions(answers))


EVIDENCE: Final = ("disclosure", "protection_strength", "key_safe", "backup", "recipient", "recipient_response")
"""Questions whose favourable answer somebody has to prove."""


def rests_on(answers: RiskAnswers, rules: RuleSet) -> tuple[str, ...]:
    """GDPR art. 5(2): the answers of which one alone, were it unknown, would make the risk higher."""
    now = tuple(RiskLevel).index(propose_risk(answers, rules))
    without = {name: replace(answers, **{name: getattr(RiskAnswers(), name)}) for name in EVIDENCE}
    return tuple(name for name, less in without.items() if tuple(RiskLevel).index(propose_risk(less, rules)) > now)


def best_outcome(answers: RiskAnswers, rules: RuleSet) -> RiskLevel:
    """GDPR art. 33(4): the risk if every open question were answered in the most favourable way."""
    natures = [(nature,) for nature in Nature] if is_unknown(answers.nature) else [answers.nature]
    best = answers
    for path in open_questions(answers):
        if path != "nature":
            best = answered(best, path, FAVOURABLE[path.rpartition(".")[2]])
    tried = (propose_risk(replace(best, nature=nature), rules) for nature in natures)
    return min(tried, key=tuple(RiskLevel).index)


def _try(path: str, answers: RiskAnswers, rules: RuleSet, now: RiskLevel, otherwise: Changes) -> OpenAnswer:
    tried = alternatives(path, answers, rules)
    outcomes = {name: propose_risk(answered(answers, path, value), rules) for name, value in tried}
    changes = Changes.ALONE if set(outcomes.values()) - {now} else otherwise
    return OpenAnswer(path, changes, outcomes)


def answered(answers: RiskAnswers, path: str, value: Any) -> RiskAnswers:
    """GDPR art. 33(4): the same answers with one question answered; ``path`` as in ``open_questions``."""
    if "[" not in path:
        return replace(answers, **{path: value})
    index = int(path[path.index("[") + 1 : path.index("]")])
    items = data_items(answers)
    changed = replace(items[index], **{path.rpartition(".")[2]: value})
    return replace(answers, data=(*items[:index], changed, *items[index + 1 :]))


def alternatives(path: str, answers: RiskAnswers, rules: RuleSet) -> Iterator[tuple[str, object]]:
    """GDPR art. 33(4): the answers to try, each with its name: all options, and numbers on both sides of a limit."""
    limits = risk_parameters(rules).edpb
    match path:
        case "nature":
            yield from ((nature.value, (nature,)) for nature in Nature)
        case "data":
            yield from ((name.value, (DataItem(name),)) for name in DataCategory if name is not DataCategory.UNKNOWN)
        case "vulnerable":
            yield "[]", ()
            yield from ((group.value, (group,)) for group in VulnerableGroup)
        case "recipients_number":
            yield from ((str(number), number) for number in (1, limits.many_recipients + 1))
        case "subjects_number":
            yield from ((str(number), number) for number in (1, limits.large_number))
        case _:
            yield from _options(path, answers)


def _options(path: str, answers: RiskAnswers) -> Iterator[tuple[str, object]]:
    head, _, name = path.rpartition(".")
    asked = data_items(answers)[int(head[head.index("[") + 1 : -1])] if head else answers
    unknown = getattr(asked, name)
    yield from ((option.value, option) for option in type(unknown) if not is_unknown(option))
