"""Spaces at which a line must not end: before French punctuation, within a number, within a day."""

import re
from typing import Final

_FIXED: Final = "\u00a0"
_NUMBER: Final = re.compile(r"(?<=\d) (?=\d)|(?<=\bkl\.) (?=\d)")
"""A telephone number or an account number stays on one line, and a Swedish time."""
_DAY: Final = re.compile(r"(?<=\d)(\.?) (?=[^\W\d_]{3,9} \d{4}\b)")
"""Between a day and its month: 24 November 2026, 24. November 2026."""
_LAW: Final = re.compile(r"(?<=\bart\.) (?=\d)|(?<=\bArt\.) (?=\d)|(?<=\blid) (?=\d)|(?<=\bAbs\.) (?=\d)")
"""Within the place of a law: art. 33, lid 1."""
_FRENCH: Final = re.compile(r" (?=[?!;»]|:(?!-))|(?<=«) |(?<=\d) (?=[hj]\b)|(?<=\dh) (?=\d)|(?<=\d h) (?=\d)")
"""Before ? ! ; : », after «, and within a time (1 h 10, 7 j/7); not before the colon of a table’s alignment."""


def with_whole_days(text: str) -> str:
    """The text with each day and its month on one line, and so the number of an article and of its paragraph."""
    return _LAW.sub(_FIXED, _DAY.sub(rf"\1{_FIXED}", text))


def with_fixed_spaces(text: str, language: str) -> str:
    """The text of a letter with spaces that hold together what stands on one line in this language."""
    fixed = with_whole_days(_NUMBER.sub(_FIXED, text))
    return _FRENCH.sub(_FIXED, fixed) if language == "fr" else fixed
