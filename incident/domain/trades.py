"""What is usual in a trade: systems, groups of people and measures to tick when an organisation starts.

The lists are data (``organisation/trades.toml``). Only what a person ticks comes into the profile, and nothing that is
in it already is replaced.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from incident.domain.organisation import Measure, OrganisationProfile, SubjectGroupProfile, System
from incident.law.vocabulary import (
    UNKNOWN,
    DataCategory,
    OrganisationSector,
    PartyRole,
    SecurityMeasure,
    SubjectGroup,
)

FILE: Final = Path(__file__).resolve().parent.parent / "organisation" / "trades.toml"
LISTS: Final = ("systems", "groups", "measures")
One = TypeVar("One", System, SubjectGroupProfile, Measure)


@dataclass(frozen=True, slots=True)
class Trade:
    """A kind of organisation, in one language; ``financial_undertaking`` is None where the trade does not say it.

    ``words`` says how the groups and measures are called in that language; the profile keeps them in Dutch and English.
    """

    id: str
    name: str
    sector: str
    sector_kind: OrganisationSector | None
    financial_undertaking: bool | None
    systems: tuple[System, ...]
    groups: tuple[SubjectGroupProfile, ...]
    measures: tuple[Measure, ...]
    words: Mapping[str, str]


@cache
def _book() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def trades(language: str) -> Mapping[str, Trade]:
    """All trades by their identifier, in English for a language that the file does not have."""
    book = _book()
    return {
        name: _trade(name, entry, book, language if language in entry else "en")
        for name, entry in book["trades"].items()
    }


def _trade(name: str, entry: Mapping[str, Any], book: Mapping[str, Any], code: str) -> Trade:
    kind = entry.get("sector_kind")
    return Trade(
        name,
        entry[code],
        entry["sector"][code],
        OrganisationSector(kind) if kind else None,
        entry.get("financial_undertaking"),
        tuple(_system(one, book["systems"][one], entry["groups"], code) for one in entry["systems"]),
        tuple(_group(one, book["groups"][one]) for one in entry["groups"]),
        tuple(_measure(one, book["measures"][one]) for one in entry["measures"]),
        {one: book[kind][one][code] for kind in ("groups", "measures") for one in entry[kind]},
    )


def _system(name: str, entry: Mapping[str, Any], groups: Collection[str], code: str) -> System:
    """A system; one that does not say whose data it holds may hold those of every group of the trade."""
    return System(
        name,
        entry[code],
        role=PartyRole(entry.get("role", PartyRole.PROCESSOR)),
        own=entry.get("own", False),
        categories=tuple(DataCategory(one) for one in entry["data"]),
        groups=tuple(one for one in entry.get("groups", groups) if one in groups),
    )


def _group(name: str, entry: Mapping[str, Any]) -> SubjectGroupProfile:
    return SubjectGroupProfile(name, entry["nl"], entry["en"], SubjectGroup(entry["list"]))


def _measure(name: str, entry: Mapping[str, Any]) -> Measure:
    return Measure(name, entry["nl"], entry["en"], tuple(SecurityMeasure(one) for one in entry["kinds"]))


def trade_of(profile: OrganisationProfile) -> str:
    """The trade whose sector the profile names, in whichever language; empty where it names none of them."""
    said = profile.sector.casefold()
    for name, entry in _book()["trades"].items():
        if any(said in (sector.casefold(), sector.casefold().split(": ")[-1]) for sector in entry["sector"].values()):
            return str(name)
    return ""


def still_new(trade: Trade, profile: OrganisationProfile) -> Trade:
    """The trade without what the profile has already."""
    return replace(
        trade,
        systems=_others(trade.systems, profile.systems),
        groups=_others(trade.groups, profile.groups),
        measures=_others(trade.measures, profile.measures),
    )


def _others(found: tuple[One, ...], there: tuple[One, ...]) -> tuple[One, ...]:
    names = {one.id for one in there}
    return tuple(one for one in found if one.id not in names)


def adopt(profile: OrganisationProfile, trade: Trade, ticked: Mapping[str, Collection[str]]) -> OrganisationProfile:
    """The profile with what was ticked of each list; what the trade says of the sector fills only what is empty."""
    new = still_new(trade, profile)
    kind, financial = profile.sector_kind, profile.financial_undertaking
    return replace(
        profile,
        sector=profile.sector or trade.sector,
        sector_kind=trade.sector_kind if kind is UNKNOWN and trade.sector_kind else kind,
        financial_undertaking=trade.financial_undertaking if financial is None else financial,
        systems=(*profile.systems, *(one for one in new.systems if one.id in ticked["systems"])),
        groups=(*profile.groups, *(one for one in new.groups if one.id in ticked["groups"])),
        measures=(*profile.measures, *(one for one in new.measures if one.id in ticked["measures"])),
    )
