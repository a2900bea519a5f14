"""How hard a text is to read, and which of its words people outside the office do not use.

LIX (Björnsson, 1968) counts words per sentence and the share of words longer than six letters, so it works the same in
Dutch, English, Swedish, German and French. The figure is a hint beside the text while somebody writes it, never a gate.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from incident.documents.blocks import Answer, Block, Callout, Heading, Listing, Paragraph, Quote, Table, plain
from incident.documents.markdown import parse
from incident.domain.languages import LETTER_LANGUAGES

LONG_SENTENCE: Final = 20
"""Sentences of more words than this are named; B1 texts keep to fifteen on average."""

_LONG_WORD: Final = 6
_SENTENCE_END: Final = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+(?=[\"'“‘(]?[^\W\d_a-zåäöéèàçß])")
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")


class Level(StrEnum):
    """How a text reads for somebody with an average command of the language."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"
    VERY_HARD = "very_hard"


_LIMITS: Final = ((35, Level.EASY), (45, Level.MEDIUM), (55, Level.HARD))


@dataclass(frozen=True, slots=True)
class Jargon:
    """A word of the trade found in the text, and what to write instead."""

    word: str
    instead: str
    count: int


@dataclass(frozen=True, slots=True)
class Readability:
    """LIX (lower is easier), the level it stands for, sentences that are too long, and jargon."""

    score: float
    level: Level
    words: int
    sentences: int
    long_sentences: tuple[str, ...]
    jargon: tuple[Jargon, ...]


def readability(text: str, language: str) -> Readability:
    """Judge ``text`` (Markdown) in ``language``; an empty text is easy and has score 0."""
    sentences = [sentence for block in parse(text) for sentence in _sentences(block)]
    words = [_WORD.findall(sentence) for sentence in sentences]
    count = sum(map(len, words))
    score = _lix(words) if count else 0.0
    return Readability(
        score=score,
        level=_level(score - (LETTER_LANGUAGES[language].lix if language in LETTER_LANGUAGES else 0)),
        words=count,
        sentences=len(sentences),
        long_sentences=tuple(s for s, found in zip(sentences, words, strict=True) if len(found) > LONG_SENTENCE),
        jargon=_jargon(" ".join(sentences), language),
    )


def _lix(sentences: list[list[str]]) -> float:
    words = [word for sentence in sentences for word in sentence]
    long = sum(len(word) > _LONG_WORD for word in words)
    return round(len(words) / len(sentences) + 100 * long / len(words), 1)


def _level(score: float) -> Level:
    return next((level for limit, level in _LIMITS if score < limit), Level.VERY_HARD)


def _sentences(block: Block) -> tuple[str, ...]:
    """The sentences of running text; tables, code and answers of forms are not running text."""
    match block:
        case Paragraph(runs) | Heading(_, runs):
            parts = _SENTENCE_END.split(plain(runs).replace("\n", " "))
            return tuple(part for part in parts if _WORD.search(part))
        case Listing(items, _, _):
            return tuple(found for item in items for inner in item for found in _sentences(inner))
        case Quote(blocks) | Callout(_, blocks, _):
            return tuple(found for inner in blocks for found in _sentences(inner))
        case Table() | Answer() | _:
            return ()


def _jargon(text: str, language: str) -> tuple[Jargon, ...]:
    low = text.lower()
    found = ((word, instead, len(_pattern(word).findall(low))) for word, instead in jargon_list(language).items())
    return tuple(Jargon(word, instead, count) for word, instead, count in found if count)


@cache
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word)}(?:s|en|e|n)?(?!\w)")


@cache
def jargon_list(language: str) -> Mapping[str, str]:
    """The jargon of ``language`` with plainer words; empty for a language without a list."""
    return {**_lists().get(language, {}), **day_list(language)}


def day_list(language: str) -> Mapping[str, str]:
    """The words for a day, as "yesterday", that is another day for whoever reads a letter later."""
    return _lists().get(f"days.{language}", {})


@cache
def _lists() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files("incident.documents").joinpath("jargon.toml").read_text(encoding="utf-8"))
