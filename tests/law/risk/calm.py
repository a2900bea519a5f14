"""The case in which nothing is wrong but one name: each test changes what it is about."""

from dataclasses import replace
from typing import Any

from incident.law.risk import Assessment, RiskAnswers, assess
from incident.law.risk.answers import (
    ControllerField,
    DataClass,
    DataItem,
    EaseOfIdentification,
    Extent,
    Insight,
    Intent,
    Permanence,
    RecipientResponse,
    Strength,
)
from incident.law.vocabulary import (
    Actor,
    DataCategory,
    Disclosure,
    Nature,
    Protection,
    Recipient,
    Ternary,
)
from tests.law.risk.support import RULES

CALM = RiskAnswers(
    nature=(Nature.CONFIDENTIALITY,),
    disclosure=Disclosure.CONFIRMED,
    data=(DataItem(DataCategory.NAME),),
    credentials_open=DataClass.SIMPLE,
    extent=Extent.FEW_ITEMS,
    identification=EaseOfIdentification.MAXIMUM,
    permanence=Permanence.LASTING,
    protection=Protection.NONE,
    recipient=Recipient.KNOWN,
    recipients_number=1,
    recipient_response=RecipientResponse.DELETION_REQUESTED,
    actor=Actor.INTERNAL_NON_MALICIOUS,
    intent=Intent.ACCIDENT,
    subjects_number=1,
    vulnerable=(),
    controller_field=ControllerField.ORDINARY,
)
"""One name, seen by one known person, by mistake."""

U, R, H = "unlikely", "risk", "high"
AWAY: dict[str, Any] = {"nature": (Nature.AVAILABILITY,)}
SEALED: dict[str, Any] = {"protection_strength": Strength.STATE_OF_THE_ART, "key_safe": Ternary.YES}

GRAVITY = ("negligible", "ordinary", "elevated", "high", "very_high")
LIKELIHOOD = ("none", "remote", "low", "limited", "real", "intended")


def judged(**changes: Any) -> Assessment:
    return assess(replace(CALM, **changes), RULES)


def weighed(result: Assessment) -> tuple[str, str]:
    """(likelihood, gravity) as the finding on confidentiality tells them."""
    params = dict(next(found for found in result.findings if found.rule == "edpb.confidentiality").reason.params)
    return str(params["likelihood"]).rpartition(".")[2], str(params["gravity"]).rpartition(".")[2]


def gravity(**changes: Any) -> int:
    return GRAVITY.index(weighed(judged(**changes))[1])


def likelihood(**changes: Any) -> int:
    return LIKELIHOOD.index(weighed(judged(**changes))[0])


def data(*categories: str, insight: str = "usual") -> tuple[DataItem, ...]:
    return tuple(DataItem(DataCategory(category), Insight(insight)) for category in categories)


def rules_of(result: Assessment) -> dict[str, str]:
    return {found.rule: found.effect.value for found in result.findings}
