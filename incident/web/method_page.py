"""The method as a page: by what the product judges, for a board to read, print and sign."""

import re
from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from markupsafe import Markup

from incident.law.book import book

TABLE: Final = re.compile(r"<table>.*?</table>", re.S)
ROW: Final = re.compile(r"<tr>.*?</tr>", re.S)
HEAD: Final = re.compile(r"<th\b[^>]*>(.*?)</th>", re.S)
CELL: Final = re.compile(r"<td\b")
TAG: Final = re.compile(r"<[^>]+>")


@cache
def method(language: str) -> tuple[str, Markup]:
    """GDPR art. 5(2), 24: the heading of the book of rules and what follows it; wide tables can be moved sideways."""
    head, _, text = book(language).partition("\n")
    made = MarkdownIt("js-default", {"html": False}).render(text)
    wide = TABLE.sub(lambda table: f'<div class="scroll" tabindex="0">{_told_by_cell(table[0])}</div>', made)
    return head.removeprefix("# "), Markup(wide)


def _told_by_cell(table: str) -> str:
    """A table in which each cell names its column, for where a row is shown as a card."""
    heads = [TAG.sub("", head) for head in HEAD.findall(table)]
    rows = ROW.sub(lambda row: _named(row[0], heads), table)
    return rows.replace("<table>", '<table class="table table-cards">')


def _named(row: str, heads: list[str]) -> str:
    names = iter(heads)
    return CELL.sub(lambda _cell: f'<td data-label="{next(names, "")}"', row)
