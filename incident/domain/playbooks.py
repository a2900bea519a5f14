"""Checklists by kind of incident: which fit the facts, and which tasks they bring."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from incident.law.facts import BreachFacts
from incident.law.sources import Table
from incident.law.texts import LANGUAGES
from incident.law.vocabulary import DiscoveredBy, IncidentKind, PartyRole

FILE: Final = Path(__file__).resolve().parent.parent / "playbooks" / "playbooks.toml"
PROCESSOR: Final = "processor_breach"


@dataclass(frozen=True, slots=True)
class Item:
    """One task of a checklist; ``hours`` after the report it should be done."""

    hours: int
    told: Mapping[str, str] = field(hash=False)

    def words(self, language: str) -> str:
        """The task in a language of the pages, or in English for every other."""
        return self.told.get(language, self.told["en"])


@dataclass(frozen=True, slots=True)
class Playbook:
    """A checklist and the kinds of incident it is for."""

    id: str
    titles: Mapping[str, str] = field(hash=False)
    kinds: frozenset[IncidentKind]
    steps: tuple[Item, ...]

    def title(self, language: str) -> str:
        """Its name in a language of the pages, or in English for every other."""
        return self.titles.get(language, self.titles["en"])


@cache
def playbooks() -> tuple[Playbook, ...]:
    """All checklists, in the order of the file."""
    document = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(_playbook(entry) for entry in document["playbooks"])


def _playbook(entry: Table) -> Playbook:
    return Playbook(
        entry["id"],
        entry["title"],
        frozenset(IncidentKind(kind) for kind in entry["kinds"]),
        tuple(Item(step["hours"], {code: step[code] for code in LANGUAGES}) for step in entry["steps"]),
    )


def find_playbook(playbook_id: str) -> Playbook | None:
    """The checklist with this id, or None."""
    return next((playbook for playbook in playbooks() if playbook.id == playbook_id), None)


def fitting(facts: BreachFacts) -> tuple[Playbook, ...]:
    """The checklists that fit what is known; those of the first kind first."""
    processor = facts.discovered_by is DiscoveredBy.PROCESSOR or any(
        party.role is PartyRole.PROCESSOR for party in facts.parties
    )
    found = [playbook for kind in facts.kinds for playbook in playbooks() if kind in playbook.kinds]
    found += [playbook for playbook in playbooks() if playbook.id == PROCESSOR and processor]
    return tuple(dict.fromkeys(found))
