"""Which characters the shipped fonts can draw, so that no text whatsoever makes a PDF impossible.

PDF/A and PDF/UA forbid a character without a glyph, and the PDF engine rightly refuses it. A character that no font of
ours has (an emoji, a rare script) is therefore written as its Unicode name between brackets: ``[fox face]``.
"""

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from incident.platform.resources import fonts_folder

_BREAK_AFTER = 64
_ZERO_WIDTH_SPACE = "\u200b"
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_KEPT = frozenset("\n\u00ad\u200b\u200c\u200d\u200e\u200f")
_PLAIN_SPACES = dict.fromkeys(map(ord, "\t\u000b\u000c\u2028\u2029"), " ")


@cache
def drawable() -> frozenset[int]:
    """Every code point that the fallback font or the text font has."""
    folder = fonts_folder()
    text, fallback = folder / "SourceSans3-Regular.ttf", folder / "DejaVuSans.ttf"
    return frozenset(_code_points(text)) | frozenset(_code_points(fallback))


def printable(text: str) -> str:
    """``text`` with only characters the fonts can draw, and with places to break in very long words."""
    known = drawable()
    clean = unicodedata.normalize("NFC", text.translate(_PLAIN_SPACES))
    if not all(ord(letter) in known or letter in _KEPT for letter in clean):
        clean = "".join(_drawn(letter, known) for letter in clean)
    return _with_breaks(clean)


def can_print(text: str) -> bool:
    """Whether the fonts have every letter of ``text``."""
    return not undrawn(text)


def undrawn(text: str) -> str:
    """The letters of ``text`` that no font has, each once; signs that only steer how others look do not count."""
    known = drawable()
    letters = dict.fromkeys(unicodedata.normalize("NFC", text))
    steering = {one for one in letters if one in _KEPT or unicodedata.category(one) in _DROPPED}
    return "".join(one for one in letters if ord(one) not in known and one not in steering)


def _drawn(letter: str, known: frozenset[int]) -> str:
    if letter in _KEPT or (ord(letter) in known and unicodedata.category(letter) not in _DROPPED):
        return letter
    if unicodedata.category(letter) in _DROPPED or unicodedata.combining(letter) or 0xFE00 <= ord(letter) <= 0xFE0F:
        return ""
    name = unicodedata.name(letter, "")
    return f"[{name.lower()}]" if name and "IDEOGRAPH" not in name else f"[U+{ord(letter):04X}]"


def _with_breaks(text: str) -> str:
    if len(text) <= _BREAK_AFTER:
        return text
    return " ".join(_breakable(word) if len(word) > _BREAK_AFTER else word for word in text.split(" "))


def _breakable(word: str) -> str:
    pieces = [word[start : start + _BREAK_AFTER] for start in range(0, len(word), _BREAK_AFTER)]
    return _ZERO_WIDTH_SPACE.join(pieces)


def _code_points(font: Path) -> Iterator[int]:
    """The code points in the ``cmap`` table of a TrueType font (formats 4 and 12 of the OpenType specification)."""
    data = font.read_bytes()
    tables = struct.unpack(">H", data[4:6])[0]
    records = (struct.unpack(">4sIII", data[12 + 16 * i : 28 + 16 * i]) for i in range(tables))
    start = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    for i in range(struct.unpack(">H", data[start + 2 : start + 4])[0]):
        _, _, offset = struct.unpack(">HHI", data[start + 4 + 8 * i : start + 12 + 8 * i])
        yield from _subtable(data, start + offset)


def _subtable(data: bytes, at: int) -> Iterator[int]:
    kind = struct.unpack(">H", data[at : at + 2])[0]
    if kind == 4:
        count = struct.unpack(">H", data[at + 6 : at + 8])[0]
        ends = struct.unpack(f">{count // 2}H", data[at + 14 : at + 14 + count])
        starts = struct.unpack(f">{count // 2}H", data[at + 16 + count : at + 16 + 2 * count])
        for first, last in zip(starts, ends, strict=True):
            yield from range(first, min(last, 0xFFFE) + 1)
    if kind == 12:
        groups = struct.unpack(">I", data[at + 12 : at + 16])[0]
        for i in range(groups):
            first, last, _ = struct.unpack(">III", data[at + 16 + 12 * i : at + 28 + 12 * i])
            yield from range(first, last + 1)
