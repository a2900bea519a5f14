"""Texts that an organisation writes itself: words with ``((name))`` in them, and nothing that could run as code.

``((contact_name))`` is replaced by its value. What follows ``((police_told?))`` stands only where that holds, and what
follows ``((police_told!))`` only where it does not, up to ``((/))`` or the end of the line. Anything else between
double round brackets is refused when the text is saved, with the line and the name, so that no letter ever leaves with
a wrong or empty place in it.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from incident.domain.kernel.errors import Invalid

_PLACEHOLDER: Final = re.compile(r"\(\(([^()\n]*)\)\)")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*[?!]?|/")
_ONLY_WHERE: Final = re.compile(r"\(\(([a-z][a-z0-9_]*)([?!])\)\)(.*?)(?:\(\(/\)\)|$)")
_BARE: Final = re.compile(r"\s*(?:[-*]|\d+\.)?\s*\\?")
END: Final = "/"
"""Ends what stands only where something holds, before the line does."""

RECIPIENT_PLACEHOLDERS: Final = frozenset({"greeting", "recipient_name", "recipient_reference"})
"""What is filled in for each recipient separately, after approval."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One ``((name))`` in a text; lines count from 1."""

    name: str
    line: int


def placeholders(text: str) -> tuple[Placeholder, ...]:
    """Every placeholder of ``text`` in reading order, also those with an impossible name."""
    return tuple(_placeholders(text))


def _placeholders(text: str) -> Iterator[Placeholder]:
    for number, line in enumerate(text.splitlines(), start=1):
        for match in _PLACEHOLDER.finditer(line):
            yield Placeholder(match[1].strip(), number)


def unknown_placeholders(text: str, allowed: Collection[str]) -> tuple[Placeholder, ...]:
    """The placeholders of ``text`` that nothing fills in."""
    return tuple(found for found in placeholders(text) if found.name not in allowed or not _NAME.fullmatch(found.name))


def check_placeholders(text: str, allowed: Collection[str], *, field: str | None = None) -> None:
    """Raise ``Invalid`` with line and name for the first placeholder that is not in ``allowed``."""
    for found in unknown_placeholders(text, allowed):
        raise Invalid(
            "Line %(line)s has the unknown placeholder ((%(name)s)). Use one of the names in the list beside the text.",
            field=field,
            line=found.line,
            name=found.name,
        )


def fill_placeholders(text: str, values: Mapping[str, str]) -> str:
    """``text`` with each ``((name))`` that ``values`` knows replaced; others stay. Values are never read again."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1].strip(), match[0]), text)


def alone(line: str) -> bool:
    """Whether a line is one placeholder and nothing else, so that a list may stand in its place."""
    return bool(_PLACEHOLDER.fullmatch(line.strip()))


def only_where(text: str, holds: Callable[[str], bool]) -> str:
    """``text`` without what stands only where something else ``holds``, and without the marks that say so.

    A line of which nothing but the sign of a list is left goes too.
    """
    return "\n".join(_lines(text, holds))


def _lines(text: str, holds: Callable[[str], bool]) -> Iterator[str]:
    for line in text.split("\n"):
        kept = _ONLY_WHERE.sub(lambda match: match[3] if holds(match[1]) is (match[2] == "?") else "", line)
        if kept == line or not _BARE.fullmatch(kept):
            yield kept.lstrip() if line.startswith("((") else kept
