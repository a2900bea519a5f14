"""The organisation the product works for, as data: who it is, whose data it has, in which systems, with which measures.

Nothing here says what leaked. A system or group in the profile *proposes* categories of data when somebody reports a
breach; only what a person records counts (GDPR art. 33(3)(a)).
"""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from incident.domain.errors import DomainError
from incident.law.vocabulary import (
    UNKNOWN,
    DataCategory,
    OrganisationSector,
    OrganisationSize,
    PartyRole,
    SecurityMeasure,
    SubjectGroup,
    Ternary,
    Unknown,
)

DEFAULT_PROFILE = Path(__file__).resolve().parent.parent / "organisation" / "alumio.toml"
"""The profile the product ships with."""


@dataclass(frozen=True, slots=True)
class System:
    """A system or processor that holds personal data; its categories and groups are hints, never findings."""

    id: str
    name: str
    purpose: str = ""
    role: PartyRole = PartyRole.PROCESSOR
    contact: str = ""
    data: str = ""
    note: str = ""
    categories: tuple[DataCategory, ...] = ()
    groups: tuple[str, ...] = ()
    outside_eea: Ternary = Ternary.UNKNOWN


@dataclass(frozen=True, slots=True)
class SubjectGroupProfile:
    """A group of people as the privacy statement names it, with its place in the forms' lists."""

    id: str
    name_nl: str
    name_en: str
    group: SubjectGroup


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure that is in place beforehand, with its place in the forms' lists (EDPB template field 75)."""

    id: str
    name_nl: str
    name_en: str
    kinds: tuple[SecurityMeasure, ...]


@dataclass(frozen=True, slots=True)
class Customer:
    """A controller for whom the organisation is the processor; ``notice_hours`` is the contract's term (art. 33(2))."""

    name: str
    contact: str = ""
    notice_hours: int | None = None
    language: str = "nl"


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why data are processed and on which basis (GDPR art. 6(1))."""

    name_nl: str
    name_en: str
    bases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrganisationProfile:
    """One organisation; an empty text means that it has not been given yet (see ``missing``)."""

    name: str
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "NL"
    email: str = ""
    phone: str = ""
    kvk: str = ""
    fg_number: str = ""
    dpo_designated: bool | None = None
    dpo_name: str = ""
    dpo_email: str = ""
    dpo_phone: str = ""
    sector: str = ""
    sector_kind: OrganisationSector | Unknown = UNKNOWN
    size: OrganisationSize | Unknown = UNKNOWN
    size_note: str = ""
    activity: str = ""
    in_eea: bool = True
    establishments: tuple[str, ...] = ()
    lead_authority: str = ""
    representative_name: str = ""
    representative_contact: str = ""
    websites: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    retention: str = ""
    transfers: str = ""
    rights: tuple[str, ...] = ()
    groups: tuple[SubjectGroupProfile, ...] = ()
    systems: tuple[System, ...] = ()
    measures: tuple[Measure, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    customers: tuple[Customer, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the fields that the forms ask and nobody has given yet."""
        return tuple(name for name in ASKED_AT_SET_UP if getattr(self, name) in ("", None, UNKNOWN))

    def system(self, system_id: str) -> System | None:
        """The system with this id, or None."""
        return next((system for system in self.systems if system.id == system_id), None)


ASKED_AT_SET_UP = (
    "street",
    "postcode",
    "city",
    "email",
    "phone",
    "kvk",
    "dpo_designated",
    "dpo_name",
    "dpo_email",
    "fg_number",
    "sector",
    "sector_kind",
    "size",
    "activity",
    "lead_authority",
)
"""What the AP form and the EDPB template ask about the organisation and cannot do without."""
