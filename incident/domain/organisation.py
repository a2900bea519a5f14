"""The organisation the product works for, as data: who it is, whose data it has, in which systems, with which measures.

Nothing here says what leaked. A system or group in the profile *proposes* categories of data when somebody reports a
breach; only what a person records counts (GDPR art. 33(3)(a)).
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from incident.domain.kernel.errors import DomainError
from incident.domain.kernel.json import JsonObject
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

if TYPE_CHECKING:
    from pydantic import TypeAdapter

EXAMPLE_PROFILE = Path(__file__).resolve().parent.parent / "organisation" / "alumio.toml"
"""The example organisation the product ships with; nothing of it appears anywhere until somebody chooses it."""

STRICT: Final = {"extra": "forbid"}
"""Reading refuses keys that do not exist, so that a typing error in a profile cannot pass for a missing value."""


MOST_OF_A_LIST: Final = 200
"""So many rows of a list a person can still read and change on a page."""


@dataclass(frozen=True, slots=True)
class System:
    """A system that holds personal data; its categories and groups are hints, never findings.

    ``role`` is what whoever runs it is to the organisation; it says nothing of a system that is the organisation's
    ``own``.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    id: str
    name: str
    role: PartyRole = PartyRole.PROCESSOR
    own: bool = False
    contact: str = ""
    categories: tuple[DataCategory, ...] = ()
    groups: tuple[str, ...] = ()
    outside_eea: Ternary = Ternary.UNKNOWN
    former: tuple[str, ...] = ()

    def is_called(self, wanted: str) -> bool:
        """Whether it has this short name or had this name; incidents keep the name of their time."""
        return wanted in (one.casefold() for one in (self.id, *self.former))


@dataclass(frozen=True, slots=True)
class SubjectGroupProfile:
    """A group of people as the privacy statement names it, with its place in the forms' lists."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    id: str
    name_nl: str
    name_en: str
    group: SubjectGroup


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure that is in place beforehand, with its place in the forms' lists (EDPB template field 75)."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    id: str
    name_nl: str
    name_en: str
    kinds: tuple[SecurityMeasure, ...]


@dataclass(frozen=True, slots=True)
class Customer:
    """A controller for whom the organisation is the processor; ``notice_hours`` is the contract's term (art. 33(2))."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    name: str
    contact: str = ""
    notice_hours: int | None = None
    language: str = "nl"


@dataclass(frozen=True, slots=True)
class OrganisationProfile:
    """One organisation; an empty text means that it has not been given yet (see ``missing``).

    Each field has a place on the settings pages, because what nobody can change would stay wrong in every letter.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

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
    financial_undertaking: bool | None = None
    establishments: tuple[str, ...] = ()
    lead_authority: str = ""
    representative_name: str = ""
    representative_contact: str = ""
    policy_number: str = ""
    websites: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    groups: tuple[SubjectGroupProfile, ...] = ()
    systems: tuple[System, ...] = ()
    measures: tuple[Measure, ...] = ()
    customers: tuple[Customer, ...] = ()

    @property
    def website(self) -> str:
        """The address that letters name, or nothing."""
        return next(iter(self.websites), "")

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the fields that the forms ask and nobody has given yet."""
        asked = (name for name in ASKED_AT_SET_UP if self.dpo_designated is not False or name not in OF_THE_OFFICER)
        return tuple(name for name in asked if getattr(self, name) in ("", None, UNKNOWN))

    def system(self, stated: str) -> System | None:
        """The system that a person means: by its name now, by its short name or by a name it had; else None."""
        wanted = stated.strip().casefold()
        named = next((one for one in self.systems if one.name.casefold() == wanted), None)
        return named or next((one for one in self.systems if one.is_called(wanted)), None)

    def names_of(self, stated: Iterable[str]) -> tuple[str, ...]:
        """The systems as they are recorded: by the name of the profile where it knows them, else as stated, once."""
        found = (system.name if (system := self.system(one)) else one for one in stated)
        return tuple(dict.fromkeys(found))

    def customer(self, stated: str) -> Customer | None:
        """The customer on the list that a person means by this name; else None."""
        wanted = stated.strip().casefold()
        return next((one for one in self.customers if one.name.casefold() == wanted), None)


NOBODY_YET: Final = OrganisationProfile("", lead_authority="Autoriteit Persoonsgegevens", languages=("nl",))
"""Before somebody has said whose installation this is: only what the product itself is made for is known."""

OF_THE_OFFICER = frozenset({"dpo_name", "dpo_email", "dpo_phone", "fg_number"})
"""What only an organisation with a data protection officer can give."""

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


def short_name(name: str) -> str:
    """A short name made of a name, in any script: ``Zendesk Support`` gives ``zendesk_support``."""
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_") or "x"


def load_profile(path: Path = EXAMPLE_PROFILE) -> OrganisationProfile:
    """Read a profile from its TOML file; ``DomainError`` names the first wrong entry in words."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DomainError(
            "The organisation profile %(file)s cannot be read: %(problem)s.", file=path.name, problem=str(error)
        ) from error
    return profile_from(document)


@cache
def profile_adapter() -> "TypeAdapter[OrganisationProfile]":
    """Between a profile and its document; making it takes milliseconds, so it is made once."""
    from pydantic import TypeAdapter

    return TypeAdapter(OrganisationProfile)


def profile_from(document: JsonObject) -> OrganisationProfile:
    """Build a profile from a parsed document; unknown keys and wrong values are refused with their path."""
    from pydantic import ValidationError

    try:
        return profile_adapter().validate_python(document)
    except ValidationError as error:
        first = error.errors()[0]
        raise DomainError(
            "The organisation profile has a wrong value at %(where)s: %(problem)s.",
            where=".".join(str(step) for step in first["loc"]),
            problem=first["msg"],
        ) from error
