"""Text for Slack: escaping what people typed, and cutting it to a limit without breaking it.

Lengths are counted in UTF-16 code units. Slack publishes its limits in "characters" without saying which; UTF-16 is the
largest of the plausible counts for a given text, so what fits here fits under every reading.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

ELLIPSIS: Final = "…"

_ZERO_WIDTH_JOINER: Final = "\u200d"
_TOKEN: Final = re.compile(r"&(?:amp|lt|gt);|<[^<>\n]{1,3000}>|\r\n|.", re.DOTALL)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def length(text: str) -> int:
    """The length of `text` in UTF-16 code units."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def escape_mrkdwn(text: str) -> str:
    """Make text from a person harmless in mrkdwn: no mention, link or channel ping can come out of it.

    Slack asks for exactly these three replacements; control characters, which it refuses in places, are dropped.
    """
    text = _CONTROL.sub("", text).encode("utf-8", "ignore").decode("utf-8")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """Make text from a person fit for a plain_text object: only control characters are a danger there."""
    return _CONTROL.sub("", text).encode("utf-8", "ignore").decode("utf-8")


def fit(text: str, limit: int) -> str:
    """Return `text` when it has at most `limit` UTF-16 units, otherwise its beginning followed by an ellipsis.

    An emoji made of several code points, a letter with its accents, an escape entity (``&amp;``) and a Slack reference
    (``<https://…|text>``) are kept whole or left out whole. `limit` must be at least 1.
    """
    if limit < 1:
        raise ValueError("A text cannot be cut to less than one character.")
    if length(text) <= limit:
        return text
    kept: list[str] = []
    room = limit - length(ELLIPSIS)
    for cluster in clusters(text):
        room -= length(cluster)
        if room < 0:
            break
        kept.append(cluster)
    return "".join(kept).rstrip() + ELLIPSIS


def clusters(text: str) -> Iterator[str]:
    """Split `text` into pieces a reader sees as one: what may be cut between, never inside."""
    current = ""
    for match in _TOKEN.finditer(text):
        token = match.group()
        if current and not _joins(current, token):
            yield current
            current = ""
        current += token
    if current:
        yield current


def _joins(before: str, token: str) -> bool:
    """Whether `token` belongs to the piece that ends with `before` (the part of Unicode UAX #29 that texts need)."""
    first = token[0]
    if first == _ZERO_WIDTH_JOINER or before[-1] == _ZERO_WIDTH_JOINER:
        return True
    if unicodedata.category(first) in {"Mn", "Mc", "Me"} or _is_emoji_modifier(first):
        return True
    return _is_regional(first) and _ends_in_half_flag(before)


def _is_emoji_modifier(character: str) -> bool:
    return 0x1F3FB <= ord(character) <= 0x1F3FF or 0xE0020 <= ord(character) <= 0xE007F


def _is_regional(character: str) -> bool:
    return 0x1F1E6 <= ord(character) <= 0x1F1FF


def _ends_in_half_flag(before: str) -> bool:
    """A flag is two regional indicators: an odd number of them at the end waits for its second half."""
    count = len(before) - len(before.rstrip("".join(map(chr, range(0x1F1E6, 0x1F200)))))
    return count % 2 == 1


def visible(thing: object) -> Iterator[str]:
    """Every visible text in a structure of blocks."""
    if isinstance(thing, Mapping):
        for key, value in thing.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from visible(value)
    elif isinstance(thing, list):
        for item in thing:
            yield from visible(item)
