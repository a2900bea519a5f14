"""GDPR art. 33(1): the answers of the risk assessment that the facts of a breach already give.

Only what follows from the recorded facts is proposed; a person sees every proposal, can change it, and answers the
rest. What the facts do not say stays unknown, and so counts as the worst case.
"""

from typing import Final

from incident.law.facts import BreachFacts
from incident.law.risk.answers import (
    DataItem,
    EaseOfIdentification,
    Insight,
    Intent,
    Restoration,
    RiskAnswers,
    VulnerableGroup,
)
from incident.law.vocabulary import (
    UNKNOWN,
    Actor,
    AvailabilityLoss,
    DataCategory,
    Protection,
    Recipient,
    SubjectGroup,
    Unknown,
)

IDENTIFYING: Final = frozenset(
    {DataCategory.ADDRESS, DataCategory.EMAIL, DataCategory.PHONE, DataCategory.BSN, DataCategory.DATE_OF_BIRTH}
)
"""Data that together with a name point at one person without any research (ENISA 2013, EI maximum)."""

_BY_MISTAKE: Final = frozenset({Actor.INTERNAL_NON_MALICIOUS, Actor.EXTERNAL_NON_MALICIOUS})

_VULNERABLE: Final = {
    SubjectGroup.MINORS: VulnerableGroup.MINORS,
    SubjectGroup.PATIENTS: VulnerableGroup.DEPENDENT,
    SubjectGroup.VULNERABLE: VulnerableGroup.OTHER,
    SubjectGroup.MILITARY_OR_POLICE: VulnerableGroup.PROTECTED_IDENTITY,
}

_WEAKEST_FIRST: Final = (
    Protection.NONE,
    Protection.UNKNOWN,
    Protection.PSEUDONYMISED,
    Protection.HASHED,
    Protection.OTHERWISE_UNINTELLIGIBLE,
    Protection.ENCRYPTED,
)
"""Where several protections are recorded it is not known which data each covers: the weakest counts."""


def risk_answers(facts: BreachFacts) -> RiskAnswers:
    """GDPR art. 33(1): the answers that follow from the facts; all others unknown."""
    return RiskAnswers(
        nature=facts.nature or UNKNOWN,
        disclosure=facts.disclosure,
        alteration=facts.alteration,
        restoration=_restoration(facts),
        backup=facts.backup_available,
        data=_data(facts),
        identification=_identification(facts),
        protection=_protection(facts),
        key_safe=facts.protection_intact,
        recipient=facts.recipient,
        recipients_number=_recipients(facts),
        actor=facts.actor,
        intent=Intent.ACCIDENT if facts.actor in _BY_MISTAKE else Intent.UNKNOWN,
        subjects_number=facts.subjects_max,
        vulnerable=_vulnerable(facts),
    )


def _restoration(facts: BreachFacts) -> Restoration:
    """EDPB template, field 59: permanent loss says when; temporary loss does not say how long."""
    lost = facts.availability_loss is AvailabilityLoss.PERMANENT
    return Restoration.NEVER if lost else Restoration.UNKNOWN


def _data(facts: BreachFacts) -> tuple[DataItem, ...]:
    """GDPR art. 33(3)(a): every recorded category with its usual insight; an unknown one may tell anything."""
    return tuple(_item(category) for category in facts.data_categories)


def _item(category: DataCategory) -> DataItem:
    return DataItem(category, Insight.UNKNOWN if category is DataCategory.UNKNOWN else Insight.USUAL)


def _identification(facts: BreachFacts) -> EaseOfIdentification:
    """ENISA 2013, EI: a name with an address or the like identifies at once; other data leave the question open."""
    recorded = frozenset(facts.data_categories)
    at_once = DataCategory.NAME in recorded and recorded & IDENTIFYING
    return EaseOfIdentification.MAXIMUM if at_once else EaseOfIdentification.UNKNOWN


def _protection(facts: BreachFacts) -> Protection:
    """AP form, question 8.1: the weakest of the protections recorded."""
    return min(facts.protection, key=_WEAKEST_FIRST.index, default=Protection.UNKNOWN)


def _recipients(facts: BreachFacts) -> int | Unknown:
    """EDPB 9/2022 IV.B: nobody received anything; any other number is for a person to give."""
    return 0 if facts.recipient is Recipient.NOBODY else UNKNOWN


def _vulnerable(facts: BreachFacts) -> tuple[VulnerableGroup, ...] | Unknown:
    """GDPR recital 75: recorded vulnerable groups; that none is recorded does not say that there are none."""
    found = tuple(_VULNERABLE[group] for group in facts.subject_groups if group in _VULNERABLE)
    return found or UNKNOWN
