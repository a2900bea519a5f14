"""The reference of an incident: ``DL-2026-0001-K``, speakable and with a check character.

That of an exercise begins with ``EX``, so that whatever names it can be told from the real thing. The last character is
ISO 7064 Mod 37,36 over the rest, so that one mistyped or swapped character is noticed.
"""

import re

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_36

PREFIX = "DL"
EXERCISE = "EX"
_SHAPE = re.compile(r"^(DL|EX)-?(\d{4})-?(\d{4,7})-?([0-9A-Z])$")
_WITHOUT_CHECK = re.compile(r"^DL-(\d{4})-(\d{4}|[1-9]\d{4,6})$")


def make_reference(year: int, number: int, prefix: str = PREFIX) -> str:
    """The reference of the ``number``-th incident registered in ``year``."""
    body = f"{prefix}{year}{number:04d}"
    return f"{prefix}-{year}-{number:04d}-{mod_37_36.calc_check_digit(body)}"


def parse_reference(text: str) -> str | None:
    """The canonical form of what somebody typed, or None where it is no reference or its check character is wrong."""
    found = _SHAPE.match(re.sub(r"\s+", "", text).upper())
    if found is None:
        return None
    prefix, year, number, check = found.groups()
    try:
        mod_37_36.validate(f"{prefix}{year}{number}{check}")
    except ValidationError:
        return None
    return f"{prefix}-{year}-{number}-{check}"


def meant_reference(text: str) -> str | None:
    """The reference that somebody typed, also without its check character; None where it is neither."""
    found = _WITHOUT_CHECK.match(text.strip().upper())
    return parse_reference(text) or (make_reference(int(found[1]), int(found[2])) if found else None)


def is_exercise(reference: str) -> bool:
    """Whether it names an exercise; then nothing that bears it may be taken for the real thing."""
    return reference.startswith(f"{EXERCISE}-")


def number_of(reference: str) -> int:
    """The number within the year; exercises are numbered through."""
    return int(reference.split("-")[2])
