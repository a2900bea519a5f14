"""GDPR art. 34(2) with 33(3)(d): whom people can call when their data is misused, by country, from a dated list."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from functools import cache
from importlib.resources import files
from typing import Any, Final

from incident.documents.wording import Wording
from incident.domain.languages import country_name
from incident.law.sources import Certainty

_STEPS: Final = ("identity", "bank_account", "credit_card")
"""The advice beside which a number helps, the gravest first; beside any other it would be general."""
_DUTCH_NUMBER: Final = re.compile(r"0[1-9](?!00\b)")


@dataclass(frozen=True, slots=True)
class Helpline:
    """One service of one country, and at which two places and when its number was read.

    ``languages`` are those of letters to people in that country; ``hours`` is ``weekdays``, ``daily``, ``always`` or
    empty where the source names none; ``names`` is what readers of other languages understand; ``reports`` says that
    misuse is not only talked about but also reported there.
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
    reports: bool = False


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

    People read the language of their country, so those of ``countries`` that write in it count, and always the country
    of the organisation (``home``): many of its people live there, and its number can be called from abroad.
    """
    steps = [step for step in _STEPS if step in advice]
    spoken = {one.country for one in helplines() if language in one.languages}
    theirs = [country for country in dict.fromkeys(countries) if country in spoken]
    if home not in theirs:
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


def named(lines: Sequence[Helpline], home: str, wording: Wording) -> tuple[str, ...]:
    """The sentence that names whom to call; it names the country where a reader might wonder which one is meant."""
    clear = len(lines) == 1 and wording.language in lines[0].languages and lines[0].country == home
    called = wording.apart([_called(line, wording, named=not clear) for line in lines])
    lead = "report" if all(line.reports for line in lines) else "help"
    return (wording.phrases["helplines"][lead].format(lines=called),) if called else ()


def _called(line: Helpline, wording: Wording, *, named: bool) -> str:
    words, name = wording.phrases["helplines"], line.names.get(wording.language, line.name)
    spoken = wording.language in line.languages
    about = [country_name(line.country, wording.language)] if named and name == line.name else []
    if line.hours and spoken:
        about += [words[line.hours].format(opens=_hour(line.opens, wording), closes=_hour(line.closes, wording))]
    said = f" ({', '.join(about)})" if about else ""
    return f"{name}, {dialled(line.phone, line.country, wording.language)}{said}"


def _hour(hour: time | None, wording: Wording) -> str:
    """A time of day in few signs; empty where none is known."""
    return "" if hour is None else wording.clock(hour, "minutes" if hour.minute else "hours")


def dialled(phone: str, country: str, language: str) -> str:
    """A Dutch number as it is dialled from everywhere, in a letter to readers of another language; others as given.

    Free and paid numbers cannot be reached from abroad and stay as they are.
    """
    local = country == "NL" and language != "nl" and _DUTCH_NUMBER.match(phone)
    return f"+31 {phone[1:]}" if local else phone
