"""Doors: public pages by which somebody without an account reports, each with its own texts; shut until opened."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.json import Json, JsonObject
from incident.domain.kernel.text import LINE, clean, required

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

    An empty title or introduction stands for the house's own words for its kind.
    """

    key: str
    kind: DoorKind
    name: str
    is_open: bool = False
    title_nl: str = ""
    title_en: str = ""
    intro_nl: str = ""
    intro_en: str = ""

    def title(self, language: str) -> str:
        """What stands above the form, where the organisation says it in its own words."""
        return self.title_nl if language == "nl" else self.title_en

    def intro(self, language: str) -> str:
        """What stands under the title, likewise."""
        return self.intro_nl if language == "nl" else self.intro_en


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
        title_nl=clean(door.title_nl, field="title_nl", limit=LINE),
        title_en=clean(door.title_en, field="title_en", limit=LINE),
        intro_nl=clean(door.intro_nl, field="intro_nl", limit=INTRO_LIMIT),
        intro_en=clean(door.intro_en, field="intro_en", limit=INTRO_LIMIT),
    )


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
