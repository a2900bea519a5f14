"""GDPR art. 33(1): which answers are missing and bear on the breach at hand."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from enum import Enum
from typing import Final

from incident.law.risk.answers import (
    DataClass,
    DataItem,
    RiskAnswers,
    broken,
    confidentiality_in_play,
    data_items,
    holds,
)
from incident.law.risk.edpb.data import REPLACEABLE
from incident.law.vocabulary import Actor, DataCategory, Nature, Protection, Recipient

Bears = Callable[[RiskAnswers], bool]
"""GDPR art. 33(1): whether a question can matter, given the other answers."""

_NAMED_OR_UNKNOWN: Final = frozenset({Recipient.TRUSTED, Recipient.KNOWN, Recipient.UNKNOWN})
_NO_SECRET: Final = frozenset({Protection.NONE})
_NOT_MALICIOUS: Final = frozenset({Actor.INTERNAL_NON_MALICIOUS, Actor.EXTERNAL_NON_MALICIOUS})


def _available(answers: RiskAnswers) -> bool:
    return broken(answers, Nature.AVAILABILITY)


def _people(answers: RiskAnswers) -> bool:
    return confidentiality_in_play(answers) or broken(answers, Nature.INTEGRITY)


def _named(answers: RiskAnswers) -> bool:
    return confidentiality_in_play(answers) and answers.recipient in _NAMED_OR_UNKNOWN


def _protected(answers: RiskAnswers) -> bool:
    return confidentiality_in_play(answers) and answers.protection not in _NO_SECRET


def _disclosable(answers: RiskAnswers) -> bool:
    return broken(answers, Nature.CONFIDENTIALITY) or answers.actor not in _NOT_MALICIOUS


def _replaceable(answers: RiskAnswers) -> bool:
    return any(holds(answers, category) for category in REPLACEABLE)


BEARS: Final[dict[str, Bears]] = {
    "disclosure": _disclosable,
    "alteration": lambda answers: broken(answers, Nature.INTEGRITY),
    "restoration": _available,
    "backup": _available,
    "service_effect": _available,
    "extent": _people,
    "identification": _people,
    "vulnerable": _people,
    "credentials_open": lambda answers: holds(answers, DataCategory.CREDENTIALS),
    "permanence": _replaceable,
    "protection": confidentiality_in_play,
    "protection_strength": lambda a: _protected(a) and a.protection is not Protection.PSEUDONYMISED,
    "key_safe": _protected,
    "recipient": confidentiality_in_play,
    "recipients_number": _named,
    "recipient_response": _named,
    "intent": lambda answers: answers.actor not in _NOT_MALICIOUS,
}
"""Questions that matter only sometimes; all others always bear on the breach."""


def is_unknown(value: object) -> bool:
    """GDPR art. 33(1): whether an answer is 'unknown', in whichever list it stands."""
    return isinstance(value, Enum) and value.value == DataClass.UNKNOWN.value


def bears(name: str, answers: RiskAnswers) -> bool:
    """GDPR art. 33(1): whether the question with this name can matter, given the other answers."""
    return name not in BEARS or BEARS[name](answers)


def open_questions(answers: RiskAnswers) -> tuple[str, ...]:
    """GDPR art. 33(1): the paths of all open questions that bear on this breach, in the order of the questions."""
    return tuple(_open(answers))


def _open(answers: RiskAnswers) -> Iterator[str]:
    for field in fields(RiskAnswers):
        if is_unknown(getattr(answers, field.name)) and bears(field.name, answers):
            yield field.name
    if not is_unknown(answers.data):
        for index, item in enumerate(data_items(answers)):
            yield from (f"data[{index}].{name}" for name in _open_in(item))


def _open_in(item: DataItem) -> Iterator[str]:
    return (field.name for field in fields(DataItem) if is_unknown(getattr(item, field.name)))
