"""GDPR art. 34(2) with 33(3)(d): which advice a data subject needs, chosen by what was leaked."""

from typing import Final

from incident.law.facts import BreachFacts
from incident.law.vocabulary import DataCategory, Nature

_ADVICE: Final[tuple[tuple[str, frozenset[DataCategory]], ...]] = (
    ("credentials", frozenset({DataCategory.CREDENTIALS})),
    ("bank_account", frozenset({DataCategory.BANK_ACCOUNT})),
    ("credit_card", frozenset({DataCategory.CREDIT_CARD})),
    ("id_document_copy", frozenset({DataCategory.ID_DOCUMENT_COPY, DataCategory.IDENTIFICATION_NUMBER})),
    ("bsn", frozenset({DataCategory.BSN})),
    (
        "phishing",
        frozenset(
            {
                DataCategory.EMAIL,
                DataCategory.PHONE,
                DataCategory.CREDENTIALS,
                DataCategory.ORDERS,
                DataCategory.COMMUNICATION_CONTENT,
            }
        ),
    ),
    ("address", frozenset({DataCategory.ADDRESS})),
    ("health", frozenset({DataCategory.HEALTH, DataCategory.EMPLOYMENT_HEALTH, DataCategory.GENETIC})),
    (
        "sensitive",
        frozenset(
            {
                DataCategory.SEX_LIFE,
                DataCategory.CRIMINAL,
                DataCategory.DEBTS,
                DataCategory.RACE_ETHNICITY,
                DataCategory.RELIGION,
                DataCategory.POLITICAL,
                DataCategory.UNION_MEMBERSHIP,
                DataCategory.HEALTH,
            }
        ),
    ),
)


def advice_keys(facts: BreachFacts) -> tuple[str, ...]:
    """The names of the advice that fits, most urgent first; never empty.

    Data that only disappeared or changed cannot be misused by others: then the advice is about setting them right.
    """
    exposed = Nature.CONFIDENTIALITY in facts.nature or not facts.nature
    leaked = frozenset(facts.data_categories) if exposed else frozenset()
    chosen = [name for name, categories in _ADVICE if leaked & categories]
    chosen += ["availability"] if Nature.AVAILABILITY in facts.nature else []
    chosen += ["integrity"] if Nature.INTEGRITY in facts.nature else []
    return tuple(chosen) if len(chosen) > 1 or not exposed else (*chosen, "general")
