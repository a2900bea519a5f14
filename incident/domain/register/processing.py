"""Read a record of processing activities (GDPR art. 30) that is kept elsewhere into the profile, row by row.

It says which systems, processors, groups of people and transfers there are. What a row tells is added to the profile;
the same rows again change nothing, and nothing that stands there is taken away.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from incident.domain.data_words import group_named, kinds_named
from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.text import LINE
from incident.domain.organisation import (
    MOST_OF_A_LIST,
    OrganisationProfile,
    Purpose,
    SubjectGroupProfile,
    System,
    short_name,
)
from incident.domain.register.import_rows import Problem
from incident.domain.register.tables import Table
from incident.domain.typed import says_nothing
from incident.law.vocabulary import DataCategory, PartyRole, Ternary

FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "name": (
        "naam verwerking",
        "naam van de verwerking",
        "verwerking",
        "verwerkingsactiviteit",
        "verwerkingsactiviteiten",
        "omschrijving verwerking",
        "proces",
        "naam",
        "processing activity",
        "processing",
        "activity",
        "name",
    ),
    "purpose": (
        "doel",
        "doelen",
        "doeleinde",
        "doeleinden",
        "doel einden",
        "doel van de verwerking",
        "doeleinden van de verwerking",
        "verwerkingsdoel",
        "verwerkingsdoeleinden",
        "purpose",
        "purposes",
    ),
    "basis": (
        "grondslag",
        "rechtsgrond",
        "rechtsgrondslag",
        "wettelijke grondslag",
        "verwerkingsgrond",
        "legal basis",
    ),
    "groups": (
        "betrokkenen",
        "categorieën betrokkenen",
        "categorieën van betrokkenen",
        "categorie betrokkenen",
        "soort betrokkenen",
        "data subjects",
        "categories of data subjects",
    ),
    "data": (
        "persoonsgegevens",
        "categorieën persoonsgegevens",
        "categorieën van persoonsgegevens",
        "categorie persoonsgegevens",
        "soort persoonsgegevens",
        "categorieën gegevens",
        "categorieën data",
        "gegevens",
        "personal data",
        "categories of personal data",
    ),
    "special": (
        "bijzondere persoonsgegevens",
        "bijzondere categorieën persoonsgegevens",
        "bijzondere categorieën van persoonsgegevens",
        "bijzondere gegevens",
        "special categories",
        "special categories of personal data",
    ),
    "systems": (
        "systeem",
        "systemen",
        "applicatie",
        "applicaties",
        "systeem applicatie",
        "systemen applicaties",
        "applicatie systeem",
        "software",
        "system",
        "systems",
    ),
    "processors": ("verwerker", "verwerkers", "naam verwerker", "namen verwerkers", "processor", "processors"),
    "transfers": (
        "doorgifte",
        "doorgiften",
        "doorgifte buiten eer",
        "doorgifte buiten de eer",
        "doorgifte buiten eu",
        "doorgifte buiten de eu",
        "doorgifte derde landen",
        "doorgifte aan derde landen",
        "derde landen",
        "toelichting doorgifte",
        "transfer",
        "transfers",
        "transfers outside the eea",
        "third countries",
    ),
}
"""What a column can be, with the headings by which it is recognised; OpenVWR's are among them."""
NEEDED: Final = ("name",)
_PARTS: Final = re.compile(r"[;\n|•]+|,(?![^()]*\))")
_DENIES: Final = re.compile(r"(?:nee|no|geen|none|niet)\b", re.IGNORECASE)
_INSIDE: Final = re.compile(r"(?:binnen|within|(?:eu|eer|eea|nederland|netherlands|europa|europe)\W*$)", re.IGNORECASE)
_OUTSIDE: Final = re.compile(
    r"^(?:ja|yes)\b|\b(?:vs|usa?|verenigde staten|united states|verenigd koninkrijk|united kingdom|uk|india|china|"
    r"derde land(?:en)?|third countr(?:y|ies)|scc|standaardcontractbepalingen|dpf)\b",
    re.IGNORECASE,
)
One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Processing:
    """One row; ``row`` is the row of the file. ``transfers`` are its words, ``outside_eea`` what they say."""

    row: int
    name: str
    purpose: str
    bases: tuple[str, ...]
    groups: tuple[str, ...]
    data: str
    categories: tuple[DataCategory, ...]
    systems: tuple[str, ...]
    processors: tuple[str, ...]
    transfers: str
    outside_eea: Ternary


@dataclass(frozen=True, slots=True)
class ProcessingReading:
    """The rows that can be taken, and why each other row cannot."""

    rows: tuple[Processing, ...]
    problems: tuple[Problem, ...]


def read_processing(table: Table, mapping: Mapping[str, int]) -> ProcessingReading:
    """Read every row by the mapping of fields to columns. Raises Invalid when the name has no column."""
    if "name" not in mapping:
        raise Invalid("Choose which column holds the name of the processing.", field="name")
    rows, problems = [], []
    for number, cells in table.rows:
        text = {name: cells[place] if place < len(cells) else "" for name, place in mapping.items()}
        said = {name: "" if says_nothing(cell) else cell for name, cell in text.items()}
        problem = _problem(number, said)
        if problem:
            problems.append(problem)
        else:
            rows.append(_row(number, said))
    return ProcessingReading(tuple(rows), tuple(problems))


def _problem(number: int, said: Mapping[str, str]) -> Problem | None:
    if not said["name"]:
        return Problem(number, "name", "This cell is empty, and an entry needs it.")
    lists = ("systems", "processors", "groups")
    if not any(said.get(name) for name in lists):
        return Problem(number, "systems", "This row names no system, no processor and no group of people.")
    each = {name: _parts(said.get(name, "")) for name in lists}
    each |= {name: (said.get(name, ""),) for name in ("name", "purpose")}
    long = next((name for name, parts in each.items() if any(len(one) > LINE for one in parts)), None)
    return Problem(number, long, "This cell is too long.", said[long][:80]) if long else None


def _row(number: int, said: Mapping[str, str]) -> Processing:
    data = "; ".join(part for name in ("data", "special") if (part := said.get(name, "")) and not _DENIES.match(part))
    transfers = said.get("transfers", "")
    return Processing(
        number,
        said["name"],
        said.get("purpose", ""),
        _parts(said.get("basis", "")),
        _parts(said.get("groups", "")),
        data,
        kinds_named(data),
        _parts(said.get("systems", "")),
        _parts(said.get("processors", "")),
        transfers,
        _outside(transfers),
    )


def _parts(text: str) -> tuple[str, ...]:
    """The things that a cell lists; "geen" and "nee" list nothing."""
    found = (part.strip(" -–\t") for part in _PARTS.split(text))
    return tuple(dict.fromkeys(part for part in found if part and not _DENIES.fullmatch(part.rstrip("."))))


def _outside(text: str) -> Ternary:
    if not text:
        return Ternary.UNKNOWN
    if _DENIES.match(text) or _INSIDE.match(text):
        return Ternary.NO
    return Ternary.YES if _OUTSIDE.search(text) else Ternary.UNKNOWN


def with_processing(profile: OrganisationProfile, rows: Sequence[Processing]) -> OrganisationProfile:
    """The profile with what the rows tell. Raises Invalid when a list would become longer than a page can show."""
    for row in rows:
        profile = _with_row(profile, row)
    for name in ("systems", "groups", "purposes"):
        if len(getattr(profile, name)) > MOST_OF_A_LIST:
            raise Invalid("A list of the profile would become longer than %(most)s rows.", most=MOST_OF_A_LIST)
    return profile


def _with_row(profile: OrganisationProfile, row: Processing) -> OrganisationProfile:
    groups = profile.groups
    ids = []
    for name in row.groups:
        known = next(
            (one for one in groups if name.casefold() in (one.name_nl.casefold(), one.name_en.casefold())), None
        )
        group = known or SubjectGroupProfile(_free(name, groups), name, name, group_named(name))
        groups = groups if known else (*groups, group)
        ids.append(group.id)
    profile = replace(profile, groups=groups, purposes=_purposes(profile, row), transfers=_transfers(profile, row))
    for system in _systems_of(row):
        profile = _with_system(profile, system, row, ids)
    return profile


def _systems_of(row: Processing) -> Iterable[System]:
    """One system with one processor is run by it; others stand apart, each on a line of its own."""
    if len(row.systems) == 1 and len(row.processors) == 1:
        yield System("", row.systems[0], contact=row.processors[0])
        return
    yield from (System("", name, own=True) for name in row.systems)
    yield from (System("", name, role=PartyRole.PROCESSOR) for name in row.processors)


def _with_system(
    profile: OrganisationProfile, told: System, row: Processing, groups: Sequence[str]
) -> OrganisationProfile:
    """The system with more hints; a name, a role and a contact that a person gave stay.

    One processing that takes data out of the EEA is enough: that another does not, says nothing against it.
    """
    before = profile.system(told.name)
    system = before or replace(told, id=_free(told.name, profile.systems))
    alone = len(row.systems) <= 1 and len(row.processors) <= 1
    said = (system.outside_eea, row.outside_eea if alone else Ternary.UNKNOWN)
    system = replace(
        system,
        purpose=system.purpose or row.purpose,
        contact=system.contact or told.contact,
        data=system.data or row.data,
        categories=_union(system.categories, row.categories),
        groups=_union(system.groups, groups),
        outside_eea=next((one for one in (Ternary.YES, Ternary.NO) if one in said), Ternary.UNKNOWN),
    )
    if before is None:
        return replace(profile, systems=(*profile.systems, system))
    return replace(profile, systems=tuple(system if one is before else one for one in profile.systems))


def _purposes(profile: OrganisationProfile, row: Processing) -> tuple[Purpose, ...]:
    if not row.purpose:
        return profile.purposes
    known = {name.casefold() for one in profile.purposes for name in (one.name_nl, one.name_en)}
    new = Purpose(row.purpose, row.purpose, row.bases)
    return profile.purposes if row.purpose.casefold() in known else (*profile.purposes, new)


def _transfers(profile: OrganisationProfile, row: Processing) -> str:
    """The words about transfers, a line for each that is told; none goes because another row says there are none."""
    if not row.transfers or row.outside_eea is Ternary.NO:
        return profile.transfers
    told = f"{row.name}: {' '.join(row.transfers.split())}"
    lines = profile.transfers.splitlines()
    return profile.transfers if told in lines else "\n".join([*lines, told])


def _union(before: Sequence[One], more: Sequence[One]) -> tuple[One, ...]:
    return tuple(dict.fromkeys((*before, *more)))


def _free(name: str, there: Sequence[System | SubjectGroupProfile]) -> str:
    """A short name that nothing has yet."""
    taken, wanted = {one.id for one in there}, short_name(name)
    numbered = (f"{wanted}_{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (wanted, *numbered) if one not in taken)


@dataclass(frozen=True, slots=True)
class Told:
    """What an import does to the lists: the things that are new, and those that are told more of."""

    new: tuple[System | SubjectGroupProfile | Purpose, ...]
    changed: tuple[System | SubjectGroupProfile | Purpose, ...]
    transfers: bool

    @property
    def nothing(self) -> bool:
        """Whether the profile knows all of it already."""
        return not (self.new or self.changed or self.transfers)


def difference(before: OrganisationProfile, after: OrganisationProfile) -> Told:
    """What differs between two profiles, for a look before it is saved."""
    new: list[System | SubjectGroupProfile | Purpose] = []
    changed: list[System | SubjectGroupProfile | Purpose] = []
    for name in ("systems", "groups", "purposes"):
        there = getattr(before, name)
        names = {getattr(one, "id", getattr(one, "name_nl", "")) for one in there}
        for one in getattr(after, name):
            if one not in there:
                (changed if getattr(one, "id", getattr(one, "name_nl", "")) in names else new).append(one)
    return Told(tuple(new), tuple(changed), before.transfers != after.transfers)
