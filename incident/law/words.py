"""AP form, question 5.2: what the words of a report name, by plain rules: one sentence at a time, denials left out.

What is found is only proposed. "Geen gijzelsoftware" and "no ransomware" name nothing; nor does a word that stands in
another sentence than the word that gives it its meaning.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final

from incident.law.sources import Table, tables
from incident.law.vocabulary import IncidentKind

_SENTENCES: Final = re.compile(r"(?<=[.!?;])\s+|\n+")
_DENIES: Final = r"\b(?:geen|niet|niets|nooit|zonder|no|not|never|nothing|without|\w+n['’]t)\b"
_DENIED_BEFORE: Final = re.compile(rf"{_DENIES}(?:\W+\w+){{0,2}}\W*$", re.IGNORECASE)
_DENIED_INSIDE: Final = re.compile(rf".{_DENIES}(?:\W+\w+){{1,3}}\W*$", re.IGNORECASE)
_TURNS: Final = re.compile(r",|\b(?:maar|wel|but)\b", re.IGNORECASE)
_PART: Final = re.compile(r"<(\w+)>")
REACH: Final = 120
"""Three words are never longer; whoever pastes a log file as a report does not make each word read all before it."""


def found_in(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """AP form, question 5.2: every place where the text says it and does not deny it.

    A denial reaches three words far and ends at a comma, "maar", "wel" or "but".
    """
    for sentence in _SENTENCES.split(text):
        for match in pattern.finditer(sentence):
            before = _TURNS.split(sentence[max(0, match.start() - REACH) : match.start()])[-1]
            inside = _TURNS.split(match.group())[-1]
            if not _DENIED_BEFORE.search(before) and not _DENIED_INSIDE.search(inside):
                yield match


def says(pattern: re.Pattern[str], text: str) -> bool:
    """AP form, question 5.2: whether the text says it anywhere without denying it."""
    return any(True for _match in found_in(pattern, text))


@lru_cache(maxsize=256)
def named_kinds(text: str) -> tuple[IncidentKind, ...]:
    """AP form, question 5.2: every kind of incident that the words of a report name, in the order of the file.

    What was written is read again for every page of its incident.
    """
    return tuple(kind for kind, pattern in _words() if says(pattern, text))


def kinds_from_words(text: str) -> tuple[IncidentKind, ...]:
    """AP form, question 5.2: the kind of incident that the words of a report name; none when they name none or two."""
    found = named_kinds(text)
    return found if len(found) == 1 else ()


@cache
def _words() -> tuple[tuple[IncidentKind, re.Pattern[str]], ...]:
    return tuple((IncidentKind(table["kind"]), _pattern(table)) for table in tables("kind_words"))


def _pattern(table: Table) -> re.Pattern[str]:
    """The words of one kind with their parts put in; a sentence with the words of ``unless`` does not name it."""
    (parts,) = tables("kind_word_parts")
    words = "|".join(table["words"])
    if "unless" in table:
        words = f"^(?!.*(?:{table['unless']})).*?(?:{words})"
    return re.compile(_PART.sub(lambda found: parts[found[1]], words), re.IGNORECASE)
