"""Plain words for every identifier of the vocabulary and every field of the facts, in each language of the pages.

Web forms, Slack modals and notices take their words from here. The official option texts of the authorities' forms are
not here but in the form catalogues.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files

from incident.law.sources import Table
from incident.law.texts import LANGUAGES


@dataclass(frozen=True, slots=True)
class FieldLabel:
    """A field of ``BreachFacts``: a short name, one sentence of help, and the question that asks for it."""

    label: str
    help: str
    ask: str


def label(member: Enum, language: str) -> str:
    """The words for one identifier; ``KeyError`` for a language or an enum without labels."""
    words: str = _texts(language)["members"][type(member).__name__][str(member.value)]
    return words


def labels(members: Iterable[Enum], language: str) -> str:
    """The words for several identifiers, parted by "; "."""
    return "; ".join(label(member, language) for member in members)


def choices(kind: type[Enum], language: str) -> tuple[tuple[str, str], ...]:
    """Every identifier of an enum with its words, in the order of the enum."""
    return tuple((str(member.value), label(member, language)) for member in kind)


def field_label(name: str, language: str) -> FieldLabel:
    """The words for a field of ``BreachFacts``; ``KeyError`` for a name it does not have."""
    return FieldLabel(**_texts(language)["fields"][name])


def chapter_title(chapter: Enum, language: str) -> str:
    """The title of a chapter of the fact sheet."""
    return label(chapter, language)


@cache
def _texts(language: str) -> Table:
    if language not in LANGUAGES:
        raise KeyError(language)
    return tomllib.loads(
        files("incident.law").joinpath("texts", "labels", f"{language}.toml").read_text(encoding="utf-8")
    )
