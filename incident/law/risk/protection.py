"""GDPR art. 34(3)(a), recitals 83 and 88: which data nobody can read although they left our hands."""

from typing import Final

from incident.law.risk.answers import Coverage, DataItem, RiskAnswers, Strength, data_items
from incident.law.vocabulary import DataCategory, Protection, Ternary

MAKES_UNINTELLIGIBLE: Final = frozenset({Protection.ENCRYPTED, Protection.HASHED, Protection.OTHERWISE_UNINTELLIGIBLE})


def effective(answers: RiskAnswers) -> bool:
    """EDPB 9/2022 IV.B: the method makes data unintelligible, withstands attack today, and its secret is safe.

    The secret is the key, or for hashed data the salt; passwords that open the key count as part of it.
    """
    strong = answers.protection_strength is Strength.STATE_OF_THE_ART
    return answers.protection in MAKES_UNINTELLIGIBLE and strong and answers.key_safe is Ternary.YES


def covers(answers: RiskAnswers, item: DataItem) -> bool:
    """EDPB 01/2021, hashed passwords: hashing as a rule covers only the passwords, encryption everything."""
    if item.protected is Coverage.BY_METHOD:
        return answers.protection is not Protection.HASHED or item.category is DataCategory.CREDENTIALS
    return item.protected is Coverage.YES


def readable_items(answers: RiskAnswers) -> tuple[DataItem, ...]:
    """GDPR art. 34(3)(a): the items that an unauthorised person could understand."""
    items = data_items(answers)
    return tuple(item for item in items if not covers(answers, item)) if effective(answers) else items


def all_unintelligible(answers: RiskAnswers) -> bool:
    """GDPR art. 34(3)(a): whether none of the data can be understood."""
    return not readable_items(answers)


def pseudonymised(answers: RiskAnswers) -> bool:
    """GDPR art. 4(5): pseudonymised with the additional information safe; lowers the risk, never removes it."""
    return answers.protection is Protection.PSEUDONYMISED and answers.key_safe is Ternary.YES
