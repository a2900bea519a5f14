"""Doors: public pages by which somebody without an account reports, each with its own texts; shut until opened."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Final

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.json import Json, JsonObject
from incident.domain.kernel.text import LINE, clean, required
from incident.domain.languages import LETTER_LANGUAGES

DOORS: Final = "doors"
"""The name of the settings document that holds them."""
MOST: Final = 30
INTRO_LIMIT: Final = 2_000
_KEY: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,58})[a-z0-9]")


class DoorKind(StrEnum):
    """For whom a door is; a processor is asked what GDPR art. 33(2) has it tell."""

    STAFF = "staff"
    CUSTOMERS = "customers"
    PROCESSORS = "processors"
    DEPARTMENT = "department"


@dataclass(frozen=True, slots=True)
class Door:
    """One door. ``key`` ends its address: a name that is easily guessed, or letters that nobody guesses.

    Titles and introductions are by language, of those that letters are written in; where there is none, the house's own
    words for its kind stand.
    """

    key: str
    kind: DoorKind
    name: str
    is_open: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)
    intros: Mapping[str, str] = field(default_factory=dict)


def checked(door: Door) -> Door:
    """The door with tidy texts. Raises Invalid at the field that cannot be taken."""
    if not _KEY.fullmatch(door.key):
        raise Invalid(
            "Use 3 to 60 small letters, digits and hyphens, such as customers or a-3kq9x7.",
            field="key",
        )
    return Door(
        key=door.key,
        kind=door.kind,
        name=required(door.name, "Give the page a name.", field="name", limit=LINE),
        is_open=door.is_open,
        titles=_tidy(door.titles, "title", LINE),
        intros=_tidy(door.intros, "intro", INTRO_LIMIT),
    )


def _tidy(texts: Mapping[str, str], name: str, limit: int) -> dict[str, str]:
    """Those that say something, in the order of the languages."""
    tidy = {code: clean(texts.get(code, ""), field=f"{name}_{code}", limit=limit) for code in LETTER_LANGUAGES}
    return {code: text for code, text in tidy.items() if text}


def doors_from(document: Mapping[str, Json]) -> tuple[Door, ...]:
    """The doors of a stored document."""
    return tuple(Door(**{**entry, "kind": DoorKind(entry["kind"])}) for entry in document.get("doors", ()))


def document_of(doors: Iterable[Door]) -> JsonObject:
    """The doors as a document to store."""
    return {"doors": [{**asdict(door), "kind": door.kind.value} for door in doors]}


def with_door(doors: Iterable[Door], door: Door, replaces: str | None) -> tuple[Door, ...]:
    """The doors with this one in the place of ``replaces``, or added. Raises Invalid for an address in use."""
    others = [one for one in doors if one.key != replaces]
    if any(one.key == door.key for one in others):
        raise Invalid("Another reporting page already has this address. Choose a different one.", field="key")
    if len(others) >= MOST:
        raise Invalid("There are already thirty reporting pages. Remove one first.", field="key")
    return tuple(sorted((*others, door), key=lambda one: (one.name.casefold(), one.key)))
