"""Whether a text names the person who is looked for: an e-mail address whole, a name by whole words.

Case, accents and what stands between the words make no difference. Of a document only the values count: the names of
its fields are ours, and name nobody.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from json import loads
from typing import Final
from unicodedata import combining, normalize

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.json import Json

SHORTEST: Final = 4
_LETTER: Final = r"[^\W_]"
_BETWEEN: Final = r"[\W_]+"
_WORD: Final = rf"{_LETTER}+"
_LETTERS: Final = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe"})
"""Letters that no decomposition takes apart, as people type them elsewhere."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody's e-mail address or name; ``hint`` stands in every folded text that names them."""

    pattern: re.Pattern[str]
    hint: str

    def said_in(self, *texts: str | None) -> bool:
        """Whether one of the texts names the person."""
        return any(self.pattern.search(folded(text)) is not None for text in texts if text)

    def among(self, *texts: str | None) -> list[str]:
        """Those of the texts that name the person."""
        return [text for text in texts if text and self.said_in(text)]

    def said_in_values(self, document: str) -> bool:
        """Whether a value of this document (as JSON) names the person; most are told by a look at the text."""
        plain = document.isascii() and "\\u" not in document
        return not (plain and self.hint not in document.lower()) and self.said_in(*texts_in(loads(document)))


def wanted(typed: str) -> Wanted:
    """What to look for. Raises Invalid at ``who`` for what is too short to be a whole address or name."""
    text = folded(typed.strip())
    words = re.findall(_WORD, text)
    if len(text) < SHORTEST or not words:
        raise Invalid("Enter a whole e-mail address or name.", field="who")
    if "@" in text:
        pattern = rf"(?<![\w.+%@-]){re.escape(text)}(?![\w@-]|\.\w)"
    else:
        pattern = rf"(?<!{_LETTER}){_BETWEEN.join(words)}(?!{_LETTER})"
    return Wanted(re.compile(pattern), max(words, key=len))


def folded(text: str) -> str:
    """The text in small letters without accents."""
    if text.isascii():
        return text.lower()
    plain = normalize("NFKD", text.casefold())
    return "".join(mark for mark in plain if not combining(mark)).translate(_LETTERS)


def texts_in(value: Json) -> Iterator[str]:
    """Every text among the values of a document."""
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from texts_in(inner)
        case list():
            for inner in value:
                yield from texts_in(inner)
