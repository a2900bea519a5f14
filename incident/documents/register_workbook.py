"""The register of GDPR art. 33(5) as a workbook: to filter on a screen, and to print on A4; written in constant memory.

The first sheet is a plain table, so that a program can read it back; the second says what the file is. Every text stays
a text: the file has no formulas and no links.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate, chain, islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from incident.documents.register_export import Cell, Sheet, cell_text

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LONGEST_CELL: Final = 32_000
"""What a spreadsheet takes in one cell, a little less."""
_MEASURED: Final = 200
"""Rows after which the widths are known well enough; the rest goes by without being held."""
_WIDEST: Final = 48
_LINE_HEIGHT: Final = 15.0
_TALLEST: Final = 409.0
"""Points: the most that a spreadsheet takes."""
_A4: Final = 9
_SCALE: Final = 65
"""Percent at which the sheet is printed: letters of 7 points, the smallest that a tired reader takes."""
_PAGE: Final = round(0.92 * 277 / 25.4 * 96 * 100 / _SCALE)
"""Pixels across a sheet of A4 on its side between its margins, at that scale; a little less, as programs differ."""
_LITTLE: Final = _PAGE // 3
"""Pixels that may stay empty at the right of a page so that the next part begins on a page of its own."""
_MARGINS: Final = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.7}
_LONGEST_OWNER: Final = 100
"""Characters of a name in the footer, of which a spreadsheet takes 255 in all."""
_ACCENTS: Final = ("#0b5c6b", "#3a6f3f")
"""The heading of a column has the colour of its part of the record; parts that stand side by side differ."""
_GRID: Final = "#c9d2d4"


@dataclass(frozen=True, slots=True)
class Cover:
    """What a workbook says of itself: whose it is, the day of which it tells, and the sheet that explains it."""

    organisation: str
    stood: str
    title: str
    about: Sequence[tuple[str, str]]
    parts: Sequence[str]
    """The part of the record from which each column comes."""


def write_workbook(sheet: Sheet, cover: Cover, path: Path) -> None:
    """The table and its explanation, row by row onto the disk; times are those of the sheet's zone."""
    from xlsxwriter import Workbook

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
    }
    with Workbook(path, options) as book:
        book.set_properties({"title": f"{sheet.title} ({cover.stood})", "company": cover.organisation})
        page = book.add_worksheet(sheet.title[:31])
        _table(book, page, sheet, cover.parts)
        _for_paper(page, cover)
        page.set_landscape()
        explained = book.add_worksheet(cover.title[:31])
        _explanation(book, explained, cover)
        _for_paper(explained, cover)


def _table(book: "Workbook", page: "Worksheet", sheet: Sheet, parts: Sequence[str]) -> None:
    rows = iter(sheet.rows)
    first = list(islice(rows, _MEASURED))
    texts = [_shown(row, sheet.zone) for row in first]
    columns = list(zip(*texts, strict=True)) if texts else [()] * len(sheet.titles)
    widths = [_width(title, column) for title, column in zip(sheet.titles, columns, strict=True)]
    headings = [_heading(book, accent) for accent in _ACCENTS]
    page.set_row(0, _height(sheet.titles, widths))
    for column, (title, width, colour) in enumerate(zip(sheet.titles, widths, _colours(parts), strict=True)):
        page.set_column(column, column, width)
        page.write_string(0, column, title, headings[colour])
    styles = {
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm", **_CELL}),
        date: book.add_format({"num_format": "yyyy-mm-dd", **_CELL}),
        int: book.add_format({"num_format": "#,##0", **_CELL}),
        str: book.add_format({"text_wrap": True, **_CELL}),
    }
    number = 0
    for number, row in enumerate(chain(first, rows), start=1):
        page.set_row(number, _height(_shown(row, sheet.zone), widths), styles[str])
        for column, cell in enumerate(row):
            _write(page, number, column, cell, sheet.zone, styles)
    page.autofilter(0, 0, number, len(sheet.titles) - 1)
    page.freeze_panes(1, 1)
    page.repeat_rows(0)
    page.repeat_columns(0)
    page.set_print_scale(_SCALE)
    page.print_across()
    page.set_v_pagebreaks(_breaks(widths, parts))


_CELL: Final = {"valign": "top", "align": "left", "bottom": 1, "bottom_color": _GRID}
"""A moment stands beside the first line of the texts in its row; a line under each row leads the eye on paper."""


def _shown(row: Sequence[Cell], zone: ZoneInfo) -> list[str]:
    """What stands in each cell, to be measured: a moment is shown without its zone, which the second sheet names."""
    return ["0000-00-00 00:00" if isinstance(cell, datetime) else cell_text(cell, zone) for cell in row]


def _heading(book: "Workbook", accent: str) -> "Format":
    looks = {"bold": True, "text_wrap": True, "valign": "top", "font_color": "#ffffff", "bg_color": accent}
    return book.add_format(looks)


def _colours(parts: Sequence[str]) -> list[int]:
    """For each column the colour of its part: the other one wherever a new part begins."""
    begins = (before != part for before, part in pairwise(parts))
    return list(accumulate(begins, lambda colour, new: (colour + new) % len(_ACCENTS), initial=0))


def _width(title: str, texts: Sequence[str]) -> int:
    """As wide as the longest text, between a short word and a line that can be read; a column of nothing is narrow."""
    longest = max((len(text) for text in texts), default=0)
    word = max(len(part) for part in (*title.split(), "")) + 3
    return min(max(longest + 2 if longest else 0, word), _WIDEST)


def _height(texts: Iterable[str], widths: Sequence[int]) -> float:
    """Room for every line of the fullest cell: not every spreadsheet makes it by itself.

    Letters are narrower on average than the figures in which widths are counted; that makes up for the words that wrap.
    """
    needed = max((-(-len(text) // width) for text, width in zip(texts, widths, strict=True)), default=1)
    return float(min(max(needed, 1) * _LINE_HEIGHT, _TALLEST))


def _breaks(widths: Sequence[int], parts: Sequence[str]) -> list[int]:
    """The columns before which a new page begins: a part that fits on one page is not torn for little room.

    The first column stands on every page.
    """
    pixels = [width * 7 + 5 for width in widths]
    room, breaks, used = _PAGE - pixels[0], list[int](), 0
    for column, size in enumerate(pixels[1:], start=1):
        begins = parts[column] != parts[column - 1]
        together = sum(one for one, part in zip(pixels[column:], parts[column:], strict=True) if part == parts[column])
        torn = begins and together <= room < used + together and room - used < _LITTLE
        if used and (torn or used + size > room):
            breaks.append(column)
            used = 0
        used += size
    return breaks


def _write(
    sheet: "Worksheet",
    row: int,
    column: int,
    cell: Cell,
    zone: ZoneInfo,
    styles: "dict[type[date | int | str], Format]",
) -> None:
    match cell:
        case None:
            return
        case datetime():
            sheet.write_datetime(row, column, cell.astimezone(zone).replace(tzinfo=None), styles[datetime])
        case date():
            sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), styles[date])  # noqa: DTZ001
        case int():
            sheet.write_number(row, column, cell, styles[int])
        case str() | tuple():
            sheet.write_string(row, column, cell_text(cell, zone)[:LONGEST_CELL], styles[str])


def _explanation(book: "Workbook", page: "Worksheet", cover: Cover) -> None:
    """What the file is, whose, of which day, and how to read and print it; then the columns part by part."""
    term = book.add_format({"bold": True, "text_wrap": True, "font_color": _ACCENTS[0], **_CELL})
    words = book.add_format({"text_wrap": True, **_CELL})
    page.set_column(0, 0, _TERM)
    page.set_column(1, 1, _WORDS)
    for row, (name, text) in enumerate(cover.about):
        page.set_row(row, _height((name, text), (_TERM, _WORDS)))
        page.write_string(row, 0, name, term)
        page.write_string(row, 1, text[:LONGEST_CELL], words)


_TERM: Final = 28
_WORDS: Final = 58
"""Widths that together fill a sheet of A4."""


def _for_paper(page: "Worksheet", cover: Cover) -> None:
    """A4, and on every page whose file it is, of which day, and which page of how many."""
    owner = cover.organisation[:_LONGEST_OWNER].replace("&", "&&")
    page.set_paper(_A4)
    page.set_margins(**_MARGINS)
    page.set_footer(f"&L{owner} · {cover.stood}&C&A&R&P / &N")
