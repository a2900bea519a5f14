"""GDPR art. 34(2), 33(2), 33(3): what the final text of a notice must say, and which of it no words in it say.

A text is judged as it will be sent, whoever wrote it. What is not found never stops anybody by itself: whoever
approves completes the text, or writes why it may go without.
"""

import re
from functools import cache
from typing import Final

from incident.law.content import ContentItem, required_content
from incident.law.sources import documents

_REACH: Final = re.compile(r"[\w.+-]+@[\w-]+\.\w|\+?\d[\d ()-]{7,}\d")
"""An e-mail address or a telephone number: how a contact point is reached (art. 33(3)(b))."""
_HEADING: Final = re.compile(r"^#+\s|^\*\*[^*]+\*\*\s*$")
SHORTEST: Final = 15
"""Characters below which a text says nothing: "Kort." is no description of anything."""


def unsaid(obligation_kind: str, text: str, language: str) -> tuple[ContentItem, ...]:
    """GDPR art. 34(2), 33(2): the items of a duty that a text in this language does not say."""
    told = _told(text)
    return tuple(item for item in required_content(obligation_kind) if not _said(item.id, told, language))


def _told(text: str) -> str:
    """The text without headings that nothing stands below, and without lines too short to say anything."""
    kept: list[str] = []
    heading = ""
    for line in text.splitlines():
        if _HEADING.match(line):
            heading = line
        elif _says_something(line):
            kept += [heading, line]
            heading = ""
    return "\n".join(kept)


def _says_something(line: str) -> bool:
    bare = line.strip(" -*")
    return len(bare) >= SHORTEST or bool(bare and line.lstrip().startswith("-")) or _REACH.search(line) is not None


def _said(item_id: str, told: str, language: str) -> bool:
    if item_id == "contact":
        return _REACH.search(told) is not None
    sign = _signs(item_id, language)
    return sign is None or sign.search(told) is not None


@cache
def _signs(item_id: str, language: str) -> re.Pattern[str] | None:
    """The words that show an item; None where no list was made for it, so that it is never called missing."""
    found = documents()["content_signs.toml"]["content_signs"].get(item_id, {}).get(language)
    return re.compile("|".join(found), re.IGNORECASE) if found else None
