"""One of something is never said as many: "1 bericht", and not "1 berichten", on pages, by the doctor, in refusals."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import incident
from incident import translations
from incident.domain.kernel.errors import TooMany

PLACES = re.compile(r"%\((\w+)\)s")
MANY = re.compile(r"\b1 (?:(?!of\b|van\b|is\b|die\b)[\w-]+ )?(?!is\b|was\b|has\b|minus\b)\w+(?:[a-z]en|s)\b")
"""A count of one before a word for many, perhaps with an adjective in between; hours are *uur* however many."""
WORDS = frozenset(
    {
        "about",
        "address",
        "at",
        "chain",
        "channel",
        "channels",
        "command",
        "day",
        "example",
        "first",
        "folder",
        "free",
        "host",
        "issuer",
        "kind",
        "kinds",
        "last",
        "left",
        "moment",
        "name",
        "names",
        "organisation",
        "part",
        "people",
        "person",
        "policy",
        "problem",
        "reason",
        "reference",
        "references",
        "seq",
        "server",
        "size",
        "step",
        "to",
        "total",
        "variable",
        "what",
        "who",
    }
)
"""What stands in these places is a name, a moment, words or a list of them."""
NEVER_ONE = frozenset({"least", "length", "limit", "most", "pace", "together"} | {"minutes", "seconds", "hours"})
"""Bounds of the house, all far above one; the sum of two numbers of which neither is nothing; and times that are said
from two on: health and doctor look away before."""


def for_many() -> frozenset[str]:
    """The sentences that have a sister for one: ``many`` beside ``one``, between which ``by_count`` chooses."""
    found = set()
    for path in Path(incident.__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "many" in text else ():
            if isinstance(node, ast.Assign) and "many" in ast.dump(node.targets[0]):
                found |= {part.value for part in ast.walk(node.value) if isinstance(part, ast.Constant)}
    return frozenset(map(str, found))


@cache
def sentences() -> list[tuple[str, str]]:
    """Every sentence with a count in it and without a sister, with its Dutch."""
    sisters = for_many()
    with (Path(translations.__file__).parent / "nl/LC_MESSAGES/messages.po").open("rb") as file:
        read = [message for message in read_po(file, locale="nl") if isinstance(message.id, str)]
    return [(str(one.id), str(one.string)) for one in read if filled(str(one.id)) != one.id and one.id not in sisters]


def filled(text: str) -> str:
    """The sentence about one of everything that is counted in it."""
    return PLACES.sub(lambda place: place[0] if place[1] in WORDS | NEVER_ONE else "1", text)


def test_the_search_finds_what_it_looks_for() -> None:
    """A search that finds nothing would make the next test worthless."""
    assert MANY.search("1 berichten konden niet worden bezorgd")
    assert MANY.search("In 1 open cases nobody is there who may act.")
    assert not MANY.search("nog 1 uur")
    assert len(sentences()) > 20
    assert "%(number)s messages wait for another attempt." in for_many()


def test_one_is_never_said_as_many() -> None:
    """Either there is a sentence for one, or the number stands where no word bends to it."""
    assert [text for pair in sentences() for text in pair if MANY.search(filled(text))] == []


@pytest.mark.parametrize("seconds", [1, 60, 61, 121])
def test_whoever_must_wait_is_told_two_minutes_at_least(seconds: int) -> None:
    """Never too early, and no minute that stands alone."""
    wait = TooMany("Try again in %(minutes)s minutes.", seconds=seconds).params["minutes"]
    assert wait >= 2
    assert wait * 60 >= seconds
