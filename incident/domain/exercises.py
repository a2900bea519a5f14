"""The scripts of the exercises, as data: who one is, the first word, what comes in between, and what the law wants."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from incident.law.sources import Table

FILE: Final = Path(__file__).resolve().parent.parent / "playbooks" / "exercises.toml"
PACES: Final = (1, 24, 72)
"""How many times as fast a script may be played: 72 hours take three days, three hours, or one."""
CLOCK: Final = timedelta(hours=72)
"""How long a script lasts on the clock of the exercise: as long as GDPR art. 33(1) gives."""


class Asks(StrEnum):
    """What answers an inject."""

    NOTHING = ""
    FACTS = "facts"
    NOTE = "note"
    HANDOVER = "handover"


@dataclass(frozen=True, slots=True)
class Inject:
    """One message of the script, ``hours`` after the beginning; answered by what it ``asks`` ``within`` some hours."""

    id: str
    hours: float
    senders: Mapping[str, str]
    texts: Mapping[str, str]
    asks: Asks
    within: float
    only_fast: bool

    def sender(self, language: str) -> str:
        """Who says it."""
        return said(self.senders, language)

    def text(self, language: str) -> str:
        """What is said."""
        return said(self.texts, language)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One script. ``notify`` and ``inform`` are what the EDPB's worked case with this number (01/2021) comes to."""

    id: str
    titles: Mapping[str, str]
    about: Mapping[str, str]
    first: Mapping[str, str]
    reporters: Mapping[str, str]
    notify: bool
    inform: bool
    case: int
    why: Mapping[str, str]
    injects: tuple[Inject, ...]

    def title(self, language: str) -> str:
        """Its name."""
        return said(self.titles, language)

    def played(self, pace: int) -> tuple[Inject, ...]:
        """What comes in at this pace: in real time the reminders themselves say how much of the clock is gone."""
        return tuple(one for one in self.injects if pace > 1 or not one.only_fast)

    def inject(self, inject_id: str) -> Inject:
        """The inject with this id."""
        return next(one for one in self.injects if one.id == inject_id)


@cache
def scenarios() -> Mapping[str, Scenario]:
    """All scripts, in the order of the file."""
    document = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {entry["id"]: _scenario(entry) for entry in document["scenarios"]}


def _scenario(entry: Table) -> Scenario:
    return Scenario(
        entry["id"],
        entry["title"],
        entry["about"],
        entry["first"],
        entry["reporter"],
        entry["notify"],
        entry["inform"],
        entry["case"],
        entry["why"],
        tuple(sorted(map(_inject, entry["injects"]), key=lambda one: one.hours)),
    )


def _inject(entry: Table) -> Inject:
    return Inject(
        entry["id"],
        entry["hours"],
        entry["sender"],
        entry["text"],
        Asks(entry.get("asks", "")),
        entry.get("within", 0.0),
        entry.get("only_fast", False),
    )


def due_at(inject: Inject, started_at: datetime, pace: int) -> datetime:
    """When an inject comes, on the real clock."""
    return started_at + timedelta(hours=inject.hours) / pace


def on_its_clock(real: timedelta, pace: int) -> timedelta:
    """So long is a real time on the clock of the exercise."""
    return real * pace


def said(words: Mapping[str, str], language: str) -> str:
    """In a language of the pages, or in English for every other."""
    return words.get(language, words["en"])
