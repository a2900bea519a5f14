"""What is known of one breach: the input of every judgement in this package.

GDPR art. 33(3) and 33(5) say what must be known; the AP form (August 2022) and the EDPB template (v1.0) say in which
detail. ``BreachFacts`` is a superset of both. Conventions: instants are aware UTC; an empty text or tuple means
"nothing stated". ``UNKNOWN`` is where every sheet starts; the name of a field in ``stated_unknown`` says that a person
was asked and answered "not known yet", which is an answer. Nothing here is inferred: inference has its own functions.
"""

# ruff: noqa: RUF009  -- ``_in`` only wraps ``dataclasses.field``, which the rule cannot see through.

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from incident.law.vocabulary import (
    UNKNOWN,
    Actor,
    Alteration,
    AvailabilityLoss,
    ConsequenceForData,
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    DiscoveredBy,
    IncidentKind,
    Informed,
    LetterKind,
    Nature,
    NoticeChannel,
    NotInformingGround,
    OtherAuthority,
    PartyRole,
    Protection,
    Recipient,
    Role,
    SecurityMeasure,
    Severity,
    SubjectGroup,
    Ternary,
    TriggerKind,
    Unknown,
)


class Chapter(StrEnum):
    """The chapters of the fact sheet, in the order of the AP form."""

    INTRODUCTION = "introduction"
    INTERNATIONAL = "international"
    PARTIES = "parties"
    TIMELINE = "timeline"
    INCIDENT = "incident"
    DATA = "data"
    SUBJECTS = "subjects"
    PROTECTION = "protection"
    CONSEQUENCES = "consequences"
    ACTIONS = "actions"


FactValue = Any
"""GDPR art. 33(3): one answer of the fact sheet, of the type that its field has in ``BreachFacts``."""

FactValues = dict[str, FactValue]
"""GDPR art. 33(3): answers by the name of their field."""


def _in(chapter: Chapter, default: FactValue, *, short: bool = False) -> FactValue:
    """A field of a chapter; a ``short`` text is one line, such as a name."""
    return field(default=default, metadata={"chapter": chapter, "short": short})


@dataclass(frozen=True, slots=True)
class Party:
    """Another organisation involved (AP question 3.3; EDPB template fields 39-41)."""

    name: str
    role: PartyRole = PartyRole.OTHER
    contact: str = ""


@dataclass(frozen=True, slots=True)
class AffectedController:
    """A customer for whom we are the processor, and what of theirs is affected (GDPR art. 33(2)).

    ``groups`` are the groups of people that are this customer's; empty as long as nobody chose them. ``on_behalf``:
    whether we notify for this one, where the answer is another than that for all.
    """

    name: str
    contact: str = ""
    notice_hours: int | None = None
    language: str = "nl"
    subjects: int | Unknown = UNKNOWN
    records: int | Unknown = UNKNOWN
    groups: tuple[SubjectGroup, ...] = ()
    on_behalf: Ternary = Ternary.UNKNOWN


@dataclass(frozen=True, slots=True)
class AffectedGroup:
    """One group of people, where it did not lose what all of them lost (GDPR art. 34(2)).

    What is left empty is as for all: no ``data_categories`` means that this group lost everything on the sheet.
    """

    group: SubjectGroup
    data_categories: tuple[DataCategory, ...] = ()
    consequences: tuple[ConsequenceForSubjects, ...] = ()
    subjects: int | Unknown = UNKNOWN
    note: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What is known of an event that starts the duties of other law: whether it is one, and its own instants.

    ``aware_at`` is awareness of that event, not of the breach of personal data; ``classified_at`` when it was
    classified as major; ``fixed_at`` when a corrective measure of the product was available.
    """

    kind: TriggerKind
    met: Ternary = Ternary.UNKNOWN
    aware_at: datetime | Unknown = UNKNOWN
    classified_at: datetime | Unknown = UNKNOWN
    fixed_at: datetime | Unknown = UNKNOWN


@dataclass(frozen=True, slots=True)
class AuthorityLetter:
    """What the authority wrote: when it arrived, and until when it wants an answer or an act, if it says so."""

    kind: LetterKind
    received_at: datetime
    answer_by: datetime | Unknown = UNKNOWN
    reference: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CountryCount:
    """Data subjects in one country (ISO 3166-1 alpha-2), for the cross-border questions."""

    country: str
    subjects: int | Unknown = UNKNOWN


@dataclass(frozen=True, slots=True)
class BreachFacts:
    """Everything recorded about one breach; each field names its chapter.

    ``stated_unknown`` holds names of other fields of this class. It never overrides a value: what has one is known.
    """

    summary: str = _in(Chapter.INCIDENT, "")
    stated_unknown: tuple[str, ...] = _in(Chapter.INTRODUCTION, ())
    role: Role = _in(Chapter.INTRODUCTION, Role.UNKNOWN)
    is_breach: Ternary = _in(Chapter.INTRODUCTION, Ternary.UNKNOWN)
    network_incident: Ternary = _in(Chapter.INTRODUCTION, Ternary.UNKNOWN)
    triggers: tuple[Trigger, ...] = _in(Chapter.INTRODUCTION, ())
    other_authorities_told: Ternary = _in(Chapter.INTRODUCTION, Ternary.UNKNOWN)
    other_authorities: tuple[OtherAuthority, ...] = _in(Chapter.INTRODUCTION, ())
    other_authorities_note: str = _in(Chapter.INTRODUCTION, "")
    reported_to_police: Ternary = _in(Chapter.INTRODUCTION, Ternary.UNKNOWN)

    cross_border: Ternary = _in(Chapter.INTERNATIONAL, Ternary.UNKNOWN)
    countries: tuple[CountryCount, ...] = _in(Chapter.INTERNATIONAL, ())
    other_privacy_authorities_told: Ternary = _in(Chapter.INTERNATIONAL, Ternary.UNKNOWN)
    privacy_authorities_told: str = _in(Chapter.INTERNATIONAL, "")

    reporter_name: str = _in(Chapter.PARTIES, "", short=True)
    reporter_function: str = _in(Chapter.PARTIES, "", short=True)
    reporter_email: str = _in(Chapter.PARTIES, "", short=True)
    reporter_phone: str = _in(Chapter.PARTIES, "", short=True)
    contact_name: str = _in(Chapter.PARTIES, "", short=True)
    contact_function: str = _in(Chapter.PARTIES, "", short=True)
    contact_email: str = _in(Chapter.PARTIES, "", short=True)
    contact_phone: str = _in(Chapter.PARTIES, "", short=True)
    others_involved: Ternary = _in(Chapter.PARTIES, Ternary.UNKNOWN)
    parties: tuple[Party, ...] = _in(Chapter.PARTIES, ())
    affected_controllers: tuple[AffectedController, ...] = _in(Chapter.PARTIES, ())
    on_behalf_of_customers: Ternary = _in(Chapter.PARTIES, Ternary.UNKNOWN)

    occurred_from: datetime | Unknown = _in(Chapter.TIMELINE, UNKNOWN)
    occurred_to: datetime | Unknown = _in(Chapter.TIMELINE, UNKNOWN)
    last_event_at: datetime | Unknown = _in(Chapter.TIMELINE, UNKNOWN)
    occurrence_estimated: bool = _in(Chapter.TIMELINE, False)
    ongoing: Ternary = _in(Chapter.TIMELINE, Ternary.UNKNOWN)
    first_signal_at: datetime | Unknown = _in(Chapter.TIMELINE, UNKNOWN)
    discovered_at: datetime | Unknown = _in(Chapter.TIMELINE, UNKNOWN)
    investigation_started_at: datetime | Unknown = _in(Chapter.TIMELINE, UNKNOWN)
    contained_at: datetime | Unknown = _in(Chapter.TIMELINE, UNKNOWN)
    recovered_at: datetime | Unknown = _in(Chapter.TIMELINE, UNKNOWN)
    aware_at: datetime | Unknown = _in(Chapter.TIMELINE, UNKNOWN)
    aware_person: str = _in(Chapter.TIMELINE, "", short=True)
    aware_ground: str = _in(Chapter.TIMELINE, "")
    processor_aware_at: datetime | Unknown = _in(Chapter.TIMELINE, UNKNOWN)
    processor_told_us_at: datetime | Unknown = _in(Chapter.TIMELINE, UNKNOWN)
    logged_at: datetime | Unknown = _in(Chapter.TIMELINE, UNKNOWN)
    high_risk_established_at: datetime | Unknown = _in(Chapter.TIMELINE, UNKNOWN)
    first_notified_at: datetime | Unknown = _in(Chapter.TIMELINE, UNKNOWN)
    discovered_by: DiscoveredBy = _in(Chapter.TIMELINE, DiscoveredBy.UNKNOWN)
    discovery: str = _in(Chapter.TIMELINE, "")
    delay_reason: str = _in(Chapter.TIMELINE, "")

    nature: tuple[Nature, ...] = _in(Chapter.INCIDENT, ())
    disclosure: Disclosure = _in(Chapter.INCIDENT, Disclosure.UNKNOWN)
    alteration: Alteration = _in(Chapter.INCIDENT, Alteration.UNKNOWN)
    availability_loss: AvailabilityLoss = _in(Chapter.INCIDENT, AvailabilityLoss.UNKNOWN)
    kinds: tuple[IncidentKind, ...] = _in(Chapter.INCIDENT, ())
    kind_note: str = _in(Chapter.INCIDENT, "")
    actor: Actor = _in(Chapter.INCIDENT, Actor.UNKNOWN)
    recipient: Recipient = _in(Chapter.INCIDENT, Recipient.UNKNOWN)
    description: str = _in(Chapter.INCIDENT, "")
    told_people: str = _in(Chapter.INCIDENT, "")
    systems: tuple[str, ...] = _in(Chapter.INCIDENT, ())
    systems_note: str = _in(Chapter.INCIDENT, "")

    data_categories: tuple[DataCategory, ...] = _in(Chapter.DATA, ())
    data_note: str = _in(Chapter.DATA, "")
    records_min: int | Unknown = _in(Chapter.DATA, UNKNOWN)
    records_max: int | Unknown = _in(Chapter.DATA, UNKNOWN)
    records_note: str = _in(Chapter.DATA, "")

    subject_groups: tuple[SubjectGroup, ...] = _in(Chapter.SUBJECTS, ())
    affected_groups: tuple[AffectedGroup, ...] = _in(Chapter.SUBJECTS, ())
    other_people: str = _in(Chapter.SUBJECTS, "", short=True)
    other_reason: str = _in(Chapter.SUBJECTS, "", short=True)
    published_groups: tuple[SubjectGroup, ...] = _in(Chapter.SUBJECTS, ())
    published_on: date | Unknown = _in(Chapter.SUBJECTS, UNKNOWN)
    subjects_note: str = _in(Chapter.SUBJECTS, "")
    subjects_min: int | Unknown = _in(Chapter.SUBJECTS, UNKNOWN)
    subjects_max: int | Unknown = _in(Chapter.SUBJECTS, UNKNOWN)
    subjects_exact: bool = _in(Chapter.SUBJECTS, False)

    protection: tuple[Protection, ...] = _in(Chapter.PROTECTION, ())
    protection_intact: Ternary = _in(Chapter.PROTECTION, Ternary.UNKNOWN)
    protection_note: str = _in(Chapter.PROTECTION, "")
    backup_available: Ternary = _in(Chapter.PROTECTION, Ternary.UNKNOWN)
    measures_before: tuple[SecurityMeasure, ...] = _in(Chapter.PROTECTION, ())
    measures_before_note: str = _in(Chapter.PROTECTION, "")

    consequences_data: tuple[ConsequenceForData, ...] = _in(Chapter.CONSEQUENCES, ())
    consequences_data_note: str = _in(Chapter.CONSEQUENCES, "")
    consequences_subjects: tuple[ConsequenceForSubjects, ...] = _in(Chapter.CONSEQUENCES, ())
    consequences_subjects_note: str = _in(Chapter.CONSEQUENCES, "")
    secrecy_applies: Ternary = _in(Chapter.CONSEQUENCES, Ternary.UNKNOWN)
    severity: Severity = _in(Chapter.CONSEQUENCES, Severity.UNKNOWN)
    severity_note: str = _in(Chapter.CONSEQUENCES, "")

    measures_taken: str = _in(Chapter.ACTIONS, "")
    measures_prevent: tuple[SecurityMeasure, ...] = _in(Chapter.ACTIONS, ())
    measures_prevent_note: str = _in(Chapter.ACTIONS, "")
    measures_prevent_by: date | Unknown = _in(Chapter.ACTIONS, UNKNOWN)
    informed: Informed = _in(Chapter.ACTIONS, Informed.UNKNOWN)
    informed_on: date | Unknown = _in(Chapter.ACTIONS, UNKNOWN)
    informed_count: int | Unknown = _in(Chapter.ACTIONS, UNKNOWN)
    informed_not_all_note: str = _in(Chapter.ACTIONS, "")
    informed_channels: tuple[NoticeChannel, ...] = _in(Chapter.ACTIONS, ())
    informed_channels_note: str = _in(Chapter.ACTIONS, "")
    informed_content: str = _in(Chapter.ACTIONS, "")
    not_informing_ground: NotInformingGround | Unknown = _in(Chapter.ACTIONS, UNKNOWN)
    not_informing_note: str = _in(Chapter.ACTIONS, "")
    told_news: str = _in(Chapter.ACTIONS, "")
    document_paid: Ternary = _in(Chapter.ACTIONS, Ternary.UNKNOWN)
    advice_to_subjects: str = _in(Chapter.ACTIONS, "")
    expected_on: date | Unknown = _in(Chapter.ACTIONS, UNKNOWN)
    authority_letters: tuple[AuthorityLetter, ...] = _in(Chapter.ACTIONS, ())


FREE_TEXTS: Final = frozenset(one.name for one in fields(BreachFacts) if one.type is str and not one.metadata["short"])
"""GDPR art. 33(5): the fields in which somebody tells something in own words, whatever language those are in."""
