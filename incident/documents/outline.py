"""Headings in order: level 1 is the title alone, and no level is skipped on the way down (PDF/UA-1, 7.4.2)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from incident.documents.blocks import Block, Callout, Heading, Listing, Quote, plain


def in_order(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """``blocks`` with heading levels that rise by one at most, below the first; a heading without words is left out."""
    return tuple(_Outline().walk(blocks))


class _Outline:
    """Where we are in the outline: the level of the last heading."""

    def __init__(self) -> None:
        self.level = 0

    def walk(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """The same blocks, one after the other, because each heading depends on the one before."""
        for block in blocks:
            if isinstance(block, Heading):
                yield from self._heading(block)
            else:
                yield self._inside(block)

    def _heading(self, heading: Heading) -> Iterator[Heading]:
        if plain(heading.runs).strip():
            self.level = min(max(heading.level, 2), self.level + 1)
            yield replace(heading, level=self.level)

    def _inside(self, block: Block) -> Block:
        match block:
            case Listing():
                return replace(block, items=tuple(tuple(self.walk(item)) for item in block.items))
            case Quote() | Callout():
                return replace(block, blocks=tuple(self.walk(block.blocks)))
            case _:
                return block
