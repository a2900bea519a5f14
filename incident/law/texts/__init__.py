"""GDPR art. 12(1): clear and plain language. The sentences of the law package, in each language of the pages.

Every ``*.toml`` file here holds tables ``["text.id"]`` with a key for each language; ``{name}`` is filled from the
parameters of a reason. Ids are unique over all files. Nothing but these files holds a sentence of ``explain``.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

LANGUAGES: Final = ("nl", "en", "de")
"""The languages of the pages; the first is the authority's, the second the source of the others."""
DEFAULT_ZONE: Final = "Europe/Amsterdam"


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """GDPR art. 12(1): every text by its id; each has every language; ``ValueError`` when an id stands twice."""
    found: dict[str, Mapping[str, str]] = {}
    for entry in files("incident.law.texts").iterdir():
        if entry.name.endswith(".toml"):
            document = tomllib.loads(entry.read_text("utf-8"))
            if twice := found.keys() & document.keys():
                raise ValueError(f"These texts stand in two files: {sorted(twice)}.")
            found |= document
    return found


class Verbatim(str):
    """GDPR art. 12(1): words of a person, shown as they are even if they look like the id of a text."""

    __slots__ = ()


def sentence(text_id: str, params: Iterable[tuple[str, object]], language: str, zone: str = DEFAULT_ZONE) -> str:
    """GDPR art. 12(1): one text with its values filled in.

    Instants are written in ``zone`` with the zone's abbreviation; a value ``@id`` is replaced by that text. Raises
    ``KeyError`` for an unknown text, language or value.
    """
    shown = {name: _shown(value, language, zone) for name, value in params}
    return texts()[text_id][language].format_map(shown)


def _shown(value: object, language: str, zone: str) -> str:
    if isinstance(value, datetime):
        return moment(value, language, zone)
    if isinstance(value, date):
        return _day(value, language)
    if isinstance(value, str) and value.startswith("@") and not isinstance(value, Verbatim):
        return sentence(value[1:], (), language, zone)
    if isinstance(value, float):
        return f"{value:g}".replace(".", "." if language == "en" else ",")
    if isinstance(value, int):
        return f"{value:,}".replace(",", "," if language == "en" else ".")
    return str(value)


def cited(citation: str, language: str) -> str:
    """GDPR art. 12(1): a citation with the names of the texts as that language knows them (GDPR, AVG).

    German has words for the parts of an article: Abs., Buchst. and Ziff., and Nr. for a definition of the GDPR.
    """
    pattern, names = _names(language)
    named = pattern.sub(lambda found: names[found[0]], citation)
    return _in_german(named) if language == "de" else named


_PARAGRAPH: Final = re.compile(r"(DSGVO Art\. 4|\b\d+)\((\d+)\)")
_LETTERS: Final = re.compile(r" ?((?:\([a-h]\))+)")
_ROMAN: Final = re.compile(r"\(([ivx]+)\)")


def _in_german(citation: str) -> str:
    parts = _PARAGRAPH.sub(lambda found: f"{found[1]} {'Nr.' if found[1][0] == 'D' else 'Abs.'} {found[2]}", citation)
    lettered = _LETTERS.sub(lambda found: f" Buchst. {', '.join(found[1][1:-1].split(')('))}", parts)
    return _ROMAN.sub(r" Ziff. \1", lettered)


@cache
def _names(language: str) -> tuple[re.Pattern[str], Mapping[str, str]]:
    own = {text_id.removeprefix("citation."): text for text_id, text in texts().items() if text_id[:9] == "citation."}
    longest_first = sorted(own, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), {name: own[name][language] for name in own}


def moment(instant: datetime, language: str, zone: str = DEFAULT_ZONE) -> str:
    """Clock changes: an instant for a person, with weekday, date, time and the zone's abbreviation (CET or CEST)."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{_day(local.date(), language)} {local:%H:%M} {local.tzname()}"


def _day(day: date, language: str) -> str:
    weekdays = texts()["calendar.weekdays"][language].split()
    months = texts()["calendar.months"][language].split()
    named = {"weekday": weekdays[day.weekday()], "day": day.day, "month": months[day.month - 1], "year": day.year}
    return texts()["calendar.day"][language].format_map(named)
