"""GDPR art. 33(1) and 34(1), recitals 75 and 76: what must be known of a breach to judge its risk.

``RiskAnswers`` holds plain closed lists and numbers. Every question and every option is put into words in
``texts/risk_questions.toml``, from which the public JSON Schema takes its descriptions. ``unknown`` is an honest answer
and always counts as the worst of its alternatives.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

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
    Unknown,
)


class Insight(StrEnum):
    """ENISA 2013, annex on DPC: how much one kind of data tells in this context (up and down adjustments)."""

    NONE = "none"
    LIMITED = "limited"
    USUAL = "usual"
    DETAILED = "detailed"
    SENSITIVE_INFERENCE = "sensitive_inference"
    SAFETY = "safety"
    UNKNOWN = "unknown"


class Coverage(StrEnum):
    """GDPR art. 34(3)(a): whether the protection of the breach also covers this item."""

    BY_METHOD = "by_method"
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class DataClass(StrEnum):
    """ENISA 2013, table of DPC: the four classes of data."""

    SIMPLE = "simple"
    BEHAVIOURAL = "behavioural"
    FINANCIAL = "financial"
    SENSITIVE = "sensitive"
    UNKNOWN = "unknown"


class Extent(StrEnum):
    """EDPB Guidelines 9/2022 IV.B, volume of data: how much there is about each person."""

    FEW_ITEMS = "few_items"
    DOSSIER = "dossier"
    UNKNOWN = "unknown"


class EaseOfIdentification(StrEnum):
    """ENISA 2013, EI; EDPB Guidelines 9/2022 IV.B, ease of identification."""

    NEGLIGIBLE = "negligible"
    LIMITED = "limited"
    SIGNIFICANT = "significant"
    MAXIMUM = "maximum"
    UNKNOWN = "unknown"


class Strength(StrEnum):
    """EDPB Guidelines 01/2021, encryption and hashing: whether a protection withstands attack today."""

    STATE_OF_THE_ART = "state_of_the_art"
    WEAK = "weak"
    UNKNOWN = "unknown"


class RecipientResponse(StrEnum):
    """EDPB Guidelines 9/2022 IV.B, trusted recipients: what the recipient did with the data."""

    RETURNED_UNREAD = "returned_unread"
    DELETION_CONFIRMED = "deletion_confirmed"
    DELETION_REQUESTED = "deletion_requested"
    NONE = "none"
    REFUSED = "refused"
    UNKNOWN = "unknown"


SETTLED: Final = frozenset({RecipientResponse.DELETION_CONFIRMED, RecipientResponse.RETURNED_UNREAD})
"""The answers after which fewer people can see the data."""


class Intent(StrEnum):
    """EDPB Guidelines 9/2022 IV.B, severity of consequences: what the person who caused it was after."""

    ACCIDENT = "accident"
    OPPORTUNISTIC = "opportunistic"
    TARGETED = "targeted"
    UNKNOWN = "unknown"


class Restoration(StrEnum):
    """GDPR art. 32(1)(c): how soon the data could be used again."""

    WITHIN_HOURS = "within_hours"
    WITHIN_DAYS = "within_days"
    LATER = "later"
    NEVER = "never"
    UNKNOWN = "unknown"


class ServiceEffect(StrEnum):
    """EDPB Guidelines 01/2021, ransomware: what people noticed of the data being away."""

    NONE = "none"
    MINOR = "minor"
    SERIOUS = "serious"
    UNKNOWN = "unknown"


class Permanence(StrEnum):
    """EDPB Guidelines 9/2022 IV.B: whether what leaked can be made worthless again."""

    UNDONE = "undone"
    LASTING = "lasting"
    UNKNOWN = "unknown"


class VulnerableGroup(StrEnum):
    """EDPB Guidelines 9/2022 IV.B, special characteristics of the individual; GDPR recital 75."""

    MINORS = "minors"
    DEPENDENT = "dependent"
    ASYLUM_SEEKERS = "asylum_seekers"
    PROTECTED_IDENTITY = "protected_identity"
    OTHER = "other"


class ControllerField(StrEnum):
    """EDPB Guidelines 9/2022 IV.B, special characteristics of the data controller."""

    ORDINARY = "ordinary"
    FINANCIAL = "financial"
    HEALTH = "health"
    SOCIAL_CARE = "social_care"
    BELIEF_OR_INTIMATE_LIFE = "belief_or_intimate_life"
    JUSTICE = "justice"
    UNKNOWN = "unknown"


_STRICT: Final = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class DataItem:
    """GDPR art. 33(3)(a): one category of data in the breach, and how much it tells in this context."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT

    category: DataCategory
    insight: Insight = Insight.USUAL
    protected: Coverage = Coverage.BY_METHOD


@dataclass(frozen=True, slots=True)
class RiskAnswers:
    """GDPR art. 33(1), 34(1): the answers on which the risk of one breach is judged; all may be left unknown.

    A breach of no data at all is none: an empty list of data is no statement and is read as unknown. An empty list of
    vulnerable groups is a statement: nobody belongs to any of them.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT

    nature: tuple[Nature, ...] | Unknown = UNKNOWN
    disclosure: Disclosure = Disclosure.UNKNOWN
    alteration: Alteration = Alteration.UNKNOWN
    restoration: Restoration = Restoration.UNKNOWN
    backup: Ternary = Ternary.UNKNOWN
    service_effect: ServiceEffect = ServiceEffect.UNKNOWN

    data: tuple[DataItem, ...] | Unknown = UNKNOWN
    credentials_open: DataClass = DataClass.UNKNOWN
    extent: Extent = Extent.UNKNOWN
    identification: EaseOfIdentification = EaseOfIdentification.UNKNOWN
    permanence: Permanence = Permanence.UNKNOWN

    protection: Protection = Protection.UNKNOWN
    protection_strength: Strength = Strength.UNKNOWN
    key_safe: Ternary = Ternary.UNKNOWN

    recipient: Recipient = Recipient.UNKNOWN
    recipients_number: int | Unknown = UNKNOWN
    recipient_response: RecipientResponse = RecipientResponse.UNKNOWN
    actor: Actor = Actor.UNKNOWN
    intent: Intent = Intent.UNKNOWN

    subjects_number: int | Unknown = UNKNOWN
    vulnerable: tuple[VulnerableGroup, ...] | Unknown = UNKNOWN
    controller_field: ControllerField = ControllerField.UNKNOWN
    consequences_seen: tuple[ConsequenceForSubjects, ...] = ()

    not_informing_ground: NotInformingGround | None = None

    def __post_init__(self) -> None:
        if self.data == ():
            object.__setattr__(self, "data", UNKNOWN)


UNKNOWN_ITEM: Final = DataItem(DataCategory.UNKNOWN, Insight.UNKNOWN, Coverage.UNKNOWN)
"""What stands for the data as long as nobody knows which data they are."""


def data_items(answers: RiskAnswers) -> tuple[DataItem, ...]:
    """GDPR art. 33(3)(a): the items of the breach; unknown data count as one item of the worst kind."""
    return (UNKNOWN_ITEM,) if isinstance(answers.data, Unknown) else answers.data


def holds(answers: RiskAnswers, category: DataCategory) -> bool:
    """GDPR art. 33(3)(a): whether this category is, or may be, among the data."""
    return any(item.category in (category, DataCategory.UNKNOWN) for item in data_items(answers))


def broken(answers: RiskAnswers, nature: Nature) -> bool:
    """GDPR art. 4(12): whether this side of security is, or may be, broken. Nothing stated means all three."""
    return isinstance(answers.nature, Unknown) or not answers.nature or nature in answers.nature


MALICIOUS: Final = frozenset({Actor.INTERNAL_MALICIOUS, Actor.EXTERNAL_MALICIOUS, Actor.UNKNOWN})
"""Who counts as acting on purpose; an unknown actor does."""


def on_purpose(answers: RiskAnswers) -> bool:
    """EDPB Guidelines 9/2022 IV.B: whether somebody caused the breach on purpose, or may have."""
    return answers.actor in MALICIOUS and answers.intent is not Intent.ACCIDENT


def confidentiality_in_play(answers: RiskAnswers) -> bool:
    """EDPB Guidelines 01/2021, ransomware: whether disclosure must be judged.

    An intruder who could reach the data may have taken them: without evidence that rules it out, the breach counts as
    one of confidentiality, whatever else it is.
    """
    return answers.disclosure is not Disclosure.RULED_OUT and (
        broken(answers, Nature.CONFIDENTIALITY) or on_purpose(answers)
    )
