"""GDPR art. 34(2) with 33(3)(d): whom people can call when their data is misused, by country, from a dated list."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import cache
from importlib.resources import files
from typing import Any, Final

from incident.domain.languages import FALLBACK
from incident.law.sources import Certainty

_STEPS: Final = ("identity", "bank_account", "credit_card")
"""The advice beside which a number helps, the gravest first; beside any other it would be general."""


@dataclass(frozen=True, slots=True)
class Helpline:
    """One service of one country, and at which two places and when its number was read.

    ``languages`` are those of letters to people in that country; ``hours`` is ``weekdays``, ``daily``, ``always`` or
    empty where the source names none; ``names`` is what readers of other languages understand.
    """

    country: str
    languages: frozenset[str]
    steps: frozenset[str]
    name: str
    phone: str
    source: str
    second: str
    read: date
    certainty: Certainty
    hours: str = ""
    opens: time | None = None
    closes: time | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@cache
def helplines() -> tuple[Helpline, ...]:
    """Every service of the list, in its order."""
    text = files("incident.documents").joinpath("helplines.toml").read_text(encoding="utf-8")
    return tuple(_from(table) for table in tomllib.loads(text)["helpline"])


def _from(table: dict[str, Any]) -> Helpline:
    read = {
        "languages": frozenset(table["languages"]),
        "steps": frozenset(table["steps"]),
        "certainty": Certainty(table["certainty"]),
    }
    return Helpline(**{**table, **read})


def fitting(advice: Iterable[str], language: str, home: str, countries: Iterable[str]) -> dict[str, list[Helpline]]:
    """The services for a letter in ``language``, one a country, by the step of ``advice`` beside which each stands.

    People read the language of their country, so those of ``countries`` that write in it count; where there are none,
    and in the language of whoever reads none of ours, the country of the organisation (``home``) does.
    """
    steps = [step for step in _STEPS if step in advice]
    spoken = {one.country for one in helplines() if language in one.languages}
    theirs = [country for country in dict.fromkeys(countries) if country in spoken]
    if home not in theirs and (not theirs or language == FALLBACK):
        theirs.append(home)
    found: dict[str, list[Helpline]] = {}
    for country in theirs:
        if chosen := _first(country, steps):
            step, line = chosen
            found.setdefault(step, []).append(line)
    return found


def _first(country: str, steps: Iterable[str]) -> tuple[str, Helpline] | None:
    return next(
        ((step, line) for step in steps for line in helplines() if line.country == country and step in line.steps),
        None,
    )
