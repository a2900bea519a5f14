"""Bring the hand edits of a text and what changed in its draft together, line by line; nothing of either is lost."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher


def merge(base: str, mine: str, theirs: str, mark: str) -> str:
    """``mine``, edited by hand from ``base``, with what differs between ``base`` and the new draft ``theirs``.

    Where both changed the same lines both stand in the result, ``mark`` between them: a person chooses.
    """
    old, edited, drafted = base.splitlines(), mine.splitlines(), theirs.splitlines()
    found: list[str] = []
    at = (0, 0, 0)
    for first, second, third, size in _common(old, edited, drafted):
        found += _settled(old[at[0] : first], edited[at[1] : second], drafted[at[2] : third], mark)
        found += old[first : first + size]
        at = (first + size, second + size, third + size)
    return "\n".join(found) + "\n"


def _settled(old: list[str], edited: list[str], drafted: list[str], mark: str) -> list[str]:
    if edited == old:
        return drafted
    if drafted in (old, edited):
        return edited
    return [*edited, "", mark, "", *drafted]


def _common(old: Sequence[str], edited: Sequence[str], drafted: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The stretches that all three share, as their starts and their length; an empty one at the end."""
    theirs = SequenceMatcher(None, old, drafted, autojunk=False).get_matching_blocks()
    for mine in SequenceMatcher(None, old, edited, autojunk=False).get_matching_blocks():
        for their in theirs:
            start, end = max(mine.a, their.a), min(mine.a + mine.size, their.a + their.size)
            if start < end:
                yield start, mine.b + start - mine.a, their.b + start - their.a, end - start
    yield len(old), len(edited), len(drafted), 0
