"""Text as people type it: cleaned of what no database or form can carry, and bounded."""

import re
import unicodedata

from incident.domain.kernel.errors import Invalid

LINE = 255
PARAGRAPH = 20_000
_NONCHARACTERS = "".join(chr(plane * 0x10000 + end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
_CONTROL = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NONCHARACTERS}]")
"""What no database, page or document may carry: controls, lone surrogates and Unicode's noncharacters."""


def by_count(number: int, one: str, many: str) -> str:
    """The sentence for one or for any other number; both are translated whole where they are said."""
    return one if number == 1 else many


def clean(text: str, *, field: str, limit: int = PARAGRAPH) -> str:
    """The text without control characters, with one kind of line end and no outer space.

    Raises Invalid at ``field`` when it is longer than ``limit`` characters; nothing is ever cut off silently.
    """
    tidy = unicodedata.normalize("NFC", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))).strip()
    if len(tidy) > limit:
        raise Invalid(
            "This text has %(length)s characters; at most %(limit)s fit. Shorten it, or attach it as a file.",
            field=field,
            length=len(tidy),
            limit=limit,
        )
    return tidy


def required(text: str, sentence: str, *, field: str, limit: int = PARAGRAPH) -> str:
    """Like :func:`clean`, and not empty; ``sentence`` says what to write."""
    tidy = clean(text, field=field, limit=limit)
    if not tidy:
        raise Invalid(sentence, field=field)
    return tidy
