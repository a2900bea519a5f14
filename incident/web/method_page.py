"""The method as a page: by what the product judges, for a board to read, print and sign."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from markupsafe import Markup

from incident.law.book import book

TABLE: Final = re.compile(r"<table>.*?</table>", re.S)
ROW: Final = re.compile(r"<tr>.*?</tr>", re.S)
HEAD: Final = re.compile(r"<th\b[^>]*>(.*?)</th>", re.S)
CELL: Final = re.compile(r"<td\b")
TAG: Final = re.compile(r"<[^>]+>")
NAME: Final = re.compile(r" \(<code>[^<]*</code>\)")
"""What a program calls a duty or a value, behind its title: for whoever reads the data, not for a board."""


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter, or one value in it; ``parts`` follow its text."""

    title: str
    text: Markup
    parts: tuple["Part", ...] = ()


@cache
def method(language: str) -> Part:
    """GDPR art. 5(2), 24: the book of rules by its chapters; wide tables can be moved sideways."""
    from markdown_it import MarkdownIt

    made = MarkdownIt("js-default", {"html": False}).render(book(language))
    wide = TABLE.sub(lambda table: f'<div class="scroll" tabindex="0">{_told_by_cell(table[0])}</div>', made)
    return _part(NAME.sub("", wide).partition("<h1>")[2], 1)


def _part(text: str, level: int) -> Part:
    """A heading of this level, what stands below it, and the headings of the next level in it."""
    title, _, rest = text.partition(f"</h{level}>")
    own, *parts = rest.split(f"<h{level + 1}>")
    return Part(str(Markup(title).unescape()), Markup(own), tuple(_part(each, level + 1) for each in parts))


def _told_by_cell(table: str) -> str:
    """A table in which each cell names its column, for where a row is shown as a card."""
    heads = [TAG.sub("", head) for head in HEAD.findall(table)]
    rows = ROW.sub(lambda row: _named(row[0], heads), table)
    return rows.replace("<table>", '<table class="table table-cards">')


def _named(row: str, heads: list[str]) -> str:
    names = iter(heads)
    return CELL.sub(lambda _cell: f'<td data-label="{next(names, "")}"', row)
