"""Random answers, and for every question its answers in order from good to bad."""

from dataclasses import fields, replace
from enum import Enum
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

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
)
from incident.law.vocabulary import (
    UNKNOWN,
    Actor,
    Alteration,
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    Nature,
    NotInformingGround,
    Protection,
    Recipient,
    Ternary,
)
from tests.law.risk.support import situations

UNHURRIED = settings(deadline=None)
FEW = settings(deadline=None, max_examples=40)

NUMBERS = (0, 1, 50, 51, 99, 100, 101, 999, 1000, 1001, 100_000, 5_000_000)

LADDERS: list[tuple[str, tuple[Any, ...]]] = [
    ("disclosure", (Disclosure.RULED_OUT, Disclosure.NOT_ASSESSABLE, Disclosure.LIKELY, Disclosure.CONFIRMED)),
    ("alteration", (Alteration.NO_MISUSE, Alteration.MISUSE_REVERSIBLE, Alteration.MISUSE_IRREVERSIBLE)),
    (
        "restoration",
        (Restoration.WITHIN_HOURS, Restoration.WITHIN_DAYS, Restoration.LATER, Restoration.NEVER),
    ),
    ("backup", (Ternary.YES, Ternary.NO)),
    ("service_effect", (ServiceEffect.NONE, ServiceEffect.MINOR, ServiceEffect.SERIOUS)),
    ("credentials_open", (DataClass.SIMPLE, DataClass.BEHAVIOURAL, DataClass.FINANCIAL, DataClass.SENSITIVE)),
    ("extent", (Extent.FEW_ITEMS, Extent.DOSSIER)),
    (
        "identification",
        (
            EaseOfIdentification.NEGLIGIBLE,
            EaseOfIdentification.LIMITED,
            EaseOfIdentification.SIGNIFICANT,
            EaseOfIdentification.MAXIMUM,
        ),
    ),
    ("permanence", (Permanence.UNDONE, Permanence.LASTING)),
    ("protection", (Protection.PSEUDONYMISED, Protection.NONE)),
    ("protection", (Protection.ENCRYPTED, Protection.NONE)),
    ("protection", (Protection.ENCRYPTED, Protection.HASHED, Protection.NONE)),
    ("protection", (Protection.OTHERWISE_UNINTELLIGIBLE, Protection.NONE)),
    ("protection_strength", (Strength.STATE_OF_THE_ART, Strength.WEAK)),
    ("key_safe", (Ternary.YES, Ternary.NO)),
    (
        "recipient",
        (
            Recipient.NOBODY,
            Recipient.TRUSTED,
            Recipient.KNOWN,
            Recipient.UNKNOWN_PERSONS,
            Recipient.MALICIOUS,
            Recipient.UNKNOWN,
        ),
    ),
    ("recipients_number", NUMBERS),
    (
        "recipient_response",
        (
            RecipientResponse.RETURNED_UNREAD,
            RecipientResponse.DELETION_CONFIRMED,
            RecipientResponse.DELETION_REQUESTED,
            RecipientResponse.NONE,
            RecipientResponse.REFUSED,
        ),
    ),
    (
        "actor",
        (Actor.INTERNAL_NON_MALICIOUS, Actor.EXTERNAL_NON_MALICIOUS, Actor.EXTERNAL_MALICIOUS, Actor.UNKNOWN),
    ),
    ("actor", (Actor.INTERNAL_MALICIOUS, Actor.EXTERNAL_MALICIOUS, Actor.UNKNOWN)),
    ("intent", (Intent.ACCIDENT, Intent.OPPORTUNISTIC, Intent.TARGETED)),
    ("subjects_number", NUMBERS),
]
"""Questions whose answers have an order. Where two answers cannot be compared they stand in different ladders: a thief
among the own staff is worse than a mistake but within reach of the law, strangers are many but not out to do harm."""

UNORDERED: dict[str, tuple[Any, ...]] = {
    "nature": tuple((nature,) for nature in Nature),
    "controller_field": tuple(each for each in ControllerField if each is not ControllerField.UNKNOWN),
    "vulnerable": ((), *((group,) for group in VulnerableGroup)),
    "data": ((), *((DataItem(each),) for each in DataCategory)),
}

INSIGHTS = tuple(Insight)
"""From telling nothing to telling anything."""

items = st.builds(DataItem, st.sampled_from(DataCategory), st.sampled_from(Insight), st.sampled_from(Coverage))


def _of(name: str, default: Any) -> st.SearchStrategy[Any]:
    special: dict[str, st.SearchStrategy[Any]] = {
        "nature": st.lists(st.sampled_from(Nature), min_size=1, unique=True).map(tuple) | st.just(UNKNOWN),
        "data": st.lists(items, max_size=5).map(tuple) | st.just(UNKNOWN),
        "vulnerable": st.lists(st.sampled_from(VulnerableGroup), unique=True, max_size=2).map(tuple) | st.just(UNKNOWN),
        "recipients_number": st.sampled_from((*NUMBERS, UNKNOWN)),
        "subjects_number": st.sampled_from((*NUMBERS, UNKNOWN)),
        "consequences_seen": st.lists(st.sampled_from(ConsequenceForSubjects), unique=True, max_size=2).map(tuple),
        "not_informing_ground": st.none() | st.sampled_from(NotInformingGround),
    }
    if name in special:
        return special[name]
    assert isinstance(default, Enum)
    return st.sampled_from(type(default))


FIELDS = {field.name: _of(field.name, field.default) for field in fields(RiskAnswers)}
WORKED = tuple(each.read() for name in ("edpb-01-2021.yaml", "practice.yaml") for each in situations(name))


@st.composite
def _near_a_situation(draw: st.DrawFn) -> RiskAnswers:
    """A worked situation with up to four answers changed: random answers alone are nearly always a high risk."""
    changed = draw(st.lists(st.sampled_from(sorted(FIELDS)), max_size=4, unique=True))
    return replace(draw(st.sampled_from(WORKED)), **{name: draw(FIELDS[name]) for name in changed})


answers: st.SearchStrategy[RiskAnswers] = _near_a_situation() | st.builds(RiskAnswers, **FIELDS)
