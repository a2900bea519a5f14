"""GDPR art. 33(3), 33(5), 34(2), 33(2): what each notice, and the register, must at least say.

The items are data (``parameters/content.toml``). Templates are tested against them, completeness is judged by them.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from incident.law.sources import tables


class Source(StrEnum):
    """Whether the text of the law itself asks for an item, or the guidance and practice on it."""

    LAW = "law"
    GUIDANCE = "guidance"


class When(StrEnum):
    """The circumstances under which an item is asked."""

    ALWAYS = "always"
    LATE = "late"
    EXCEPTION = "exception"


@dataclass(frozen=True, slots=True)
class ContentItem:
    """One thing that must be said; ``text_id`` names it in words (``content.nature``).

    ``needs`` are groups of fields of ``BreachFacts``: of each group at least one must be answered. A name after ``@``
    is an entry of the organisation profile.
    """

    id: str
    citation: str
    text_id: str
    needs: tuple[tuple[str, ...], ...]
    source: Source
    when: When

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of ``BreachFacts`` the item can be answered from, each once."""
        names = (name for group in self.needs for name in group if not name.startswith("@"))
        return tuple(dict.fromkeys(names))


AUTHORITY = "gdpr_33_1"
FOLLOW_UP = "gdpr_33_4"


@cache
def required_content(obligation_kind: str) -> tuple[ContentItem, ...]:
    """GDPR art. 33(3), 33(5), 34(2), 33(2): the items for a duty, named by its regime (``gdpr_33_1`` …).

    A follow-up (art. 33(4)) owes what the first notification left open, so it has the same items. A duty whose content
    is not recorded here gives an empty tuple.
    """
    wanted = AUTHORITY if obligation_kind == FOLLOW_UP else obligation_kind
    return tuple(
        ContentItem(
            id=table["id"],
            citation=table["citation"],
            text_id=f"content.{table['id']}",
            needs=tuple(tuple(group) for group in table["needs"]),
            source=Source(table["by"]),
            when=When(table.get("when", When.ALWAYS)),
        )
        for table in tables("content")
        if table["obligation"] == wanted
    )
