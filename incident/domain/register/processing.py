"""Read a record of processing activities (GDPR art. 30) that is kept elsewhere into the profile, row by row.

It says which systems, processors and groups of people there are, with which data and where. What a row tells is added
to the profile; the same rows again change nothing, and nothing that stands there is taken away.
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
    SubjectGroupProfile,
    System,
    short_name,
)
from incident.domain.register.import_rows import Problem
from incident.domain.register.tables import Table
from incident.domain.typed import says_nothing
from incident.law.vocabulary import DataCategory, PartyRole, Ternary

FIELDS: Final[dict[str, tuple[str, ...]]] = {
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
LISTED: Final = ("systems", "processors", "groups")
"""The columns of which each thing comes on a list; a row needs one of them."""
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
    """One row; ``row`` is the row of the file."""

    row: int
    groups: tuple[str, ...]
    categories: tuple[DataCategory, ...]
    systems: tuple[str, ...]
    processors: tuple[str, ...]
    outside_eea: Ternary


@dataclass(frozen=True, slots=True)
class ProcessingReading:
    """The rows that can be taken, and why each other row cannot."""

    rows: tuple[Processing, ...]
    problems: tuple[Problem, ...]


def read_processing(table: Table, mapping: Mapping[str, int]) -> ProcessingReading:
    """Read every row by the mapping of fields to columns. Raises Invalid when no column says what goes on a list."""
    if not set(LISTED) & set(mapping):
        raise Invalid("Choose which column holds the systems, the processors or the groups of people.", field="systems")
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
    if not any(said.get(name) for name in LISTED):
        return Problem(number, "systems", "This row names no system, no processor and no group of people.")
    each = {name: _parts(said.get(name, "")) for name in LISTED}
    long = next((name for name, parts in each.items() if any(len(one) > LINE for one in parts)), None)
    return Problem(number, long, "This cell is too long.", said[long][:80]) if long else None


def _row(number: int, said: Mapping[str, str]) -> Processing:
    data = "; ".join(part for name in ("data", "special") if (part := said.get(name, "")) and not _DENIES.match(part))
    return Processing(
        number,
        _parts(said.get("groups", "")),
        kinds_named(data),
        _parts(said.get("systems", "")),
        _parts(said.get("processors", "")),
        _outside(said.get("transfers", "")),
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
    for name in ("systems", "groups"):
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
    profile = replace(profile, groups=groups)
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
        contact=system.contact or told.contact,
        categories=_union(system.categories, row.categories),
        groups=_union(system.groups, groups),
        outside_eea=next((one for one in (Ternary.YES, Ternary.NO) if one in said), Ternary.UNKNOWN),
    )
    if before is None:
        return replace(profile, systems=(*profile.systems, system))
    return replace(profile, systems=tuple(system if one is before else one for one in profile.systems))


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

    new: tuple[System | SubjectGroupProfile, ...]
    changed: tuple[System | SubjectGroupProfile, ...]

    @property
    def nothing(self) -> bool:
        """Whether the profile knows all of it already."""
        return not (self.new or self.changed)


def difference(before: OrganisationProfile, after: OrganisationProfile) -> Told:
    """What differs between two profiles, for a look before it is saved."""
    new: list[System | SubjectGroupProfile] = []
    changed: list[System | SubjectGroupProfile] = []
    for name in ("systems", "groups"):
        there = getattr(before, name)
        names = {one.id for one in there}
        for one in getattr(after, name):
            if one not in there:
                (changed if one.id in names else new).append(one)
    return Told(tuple(new), tuple(changed))
