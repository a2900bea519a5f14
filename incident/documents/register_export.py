"""The register of GDPR art. 33(5) as a file: CSV and JSON line by line, XLSX in constant memory, PDF as a document.

Nothing a person typed can become a formula in a spreadsheet.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from incident.documents.blocks import Block, Heading, Paragraph, Table, words
from incident.documents.model import NoticeDocument
from incident.documents.pdf import render_pdf
from incident.documents.printing import letterhead_of
from incident.documents.wording import Wording
from incident.domain.organisation import OrganisationProfile

Cell = str | int | datetime | date | tuple[str, ...] | None
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST_CELL = 32_000
"""What a spreadsheet takes in one cell, a little less."""
MOST_ON_PAPER = 1_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table on its way into a file; ``keys`` name the columns in JSON."""

    title: str
    keys: Sequence[str]
    titles: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    zone: ZoneInfo


def harmless(text: str) -> str:
    """The text with a quote before whatever a spreadsheet would run."""
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA[:4]) else text


def csv_lines(sheet: Sheet) -> Iterator[str]:
    """The file line by line, with the mark by which spreadsheets know UTF-8."""
    yield "\ufeff" + _csv_line(sheet.titles)
    for row in sheet.rows:
        yield _csv_line(
            [harmless(_text(cell, sheet.zone)) if isinstance(cell, str) else _text(cell, sheet.zone) for cell in row]
        )


def _csv_line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow(cells)
    return out.getvalue()


def _text(cell: Cell, zone: ZoneInfo) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            local = cell.astimezone(zone)
            return f"{local:%Y-%m-%d %H:%M %Z}"
        case date():
            return cell.isoformat()
        case tuple():
            return "; ".join(cell)
        case _:
            return str(cell)


def json_lines(sheet: Sheet) -> Iterator[str]:
    """One JSON list; each line of the file is one breach; instants are UTC, and several values are a list."""
    begun = False
    yield "[\n"
    for row in sheet.rows:
        document = {key: _json(cell) for key, cell in zip(sheet.keys, row, strict=True)}
        yield (",\n" if begun else "") + json.dumps(document, ensure_ascii=False)
        begun = True
    yield "\n]\n"


def _json(cell: Cell) -> str | int | list[str] | None:
    if isinstance(cell, date):
        return cell.isoformat()
    return list(cell) if isinstance(cell, tuple) else cell


def write_xlsx(sheet: Sheet, path: Path) -> None:
    """The table as a workbook, row by row onto the disk; times are the zone's, which a note at the first cell names."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(path, options) as book:
        page = book.add_worksheet(sheet.title[:31])
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        styles = {
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm", **_ON_TOP}),
            date: book.add_format({"num_format": "yyyy-mm-dd", **_ON_TOP}),
            int: book.add_format({"num_format": "0", **_ON_TOP}),
        }
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        page.freeze_panes(1, 1)
        _for_paper(page, len(sheet.titles))
        page.write_comment(0, 0, sheet.zone.key)
        rows = iter(sheet.rows)
        first = list(islice(rows, _MEASURED))
        texts = [[_text(cell, sheet.zone) for cell in row] for row in first]
        widths = [_width(title, column) for title, column in zip(sheet.titles, _columns(texts, sheet), strict=True)]
        for column, width in enumerate(widths):
            page.set_column(column, column, width, wrapped)
        page.set_row(0, _height(sheet.titles, widths))
        for column, title in enumerate(sheet.titles):
            page.write_string(0, column, title, bold)
        for number, row in enumerate(chain(first, rows), start=1):
            page.autofilter(0, 0, number, len(sheet.titles) - 1)
            page.set_row(number, _height([_text(cell, sheet.zone) for cell in row], widths))
            for column, cell in enumerate(row):
                _write(page, number, column, cell, sheet.zone, styles)


def _columns(texts: Sequence[Sequence[str]], sheet: Sheet) -> Sequence[Sequence[str]]:
    return list(zip(*texts, strict=True)) if texts else [()] * len(sheet.titles)


def _width(title: str, texts: Sequence[str]) -> int:
    """As wide as the longest text, between a short word and a line that can be read; a column of nothing is narrow."""
    longest = max((len(text) for text in texts), default=0)
    word = max(len(part) for part in (*title.split(), "")) + 2
    return min(max(longest + 2 if longest else 0, word), _WIDEST)


def _height(texts: Iterable[str], widths: Sequence[int]) -> float:
    """Room for every line of the fullest cell: not every spreadsheet makes it by itself."""
    needed = max((-(-len(text) * 1.1 // width) for text, width in zip(texts, widths, strict=True)), default=1)
    return float(min(max(needed, 1) * _LINE_HEIGHT, _TALLEST))


def _for_paper(page: Worksheet, columns: int) -> None:
    """A4 on its side, the heading and the reference on each sheet; as wide as one sheet where that can be read."""
    page.set_landscape()
    page.set_paper(_A4)
    page.repeat_rows(0)
    page.repeat_columns(0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer("&L&A&R&P / &N")
    if columns <= _READABLE:
        page.fit_to_pages(1, 0)
    else:
        page.set_print_scale(_SMALL)
        page.print_across()


_ON_TOP: Final = {"valign": "top", "align": "left"}
"""A moment stands beside the first line of the texts in its row."""
_A4: Final = 9
_READABLE: Final = 10
"""Columns that still can be read when a sheet is made to fit the width of A4."""
_SMALL: Final = 55
"""Percent at which many columns are printed: the smallest print that can be read."""
_MEASURED: Final = 200
"""Rows after which the widths are known well enough; the rest goes by without being held."""
_WIDEST: Final = 48
_LINE_HEIGHT: Final = 15.0
_TALLEST: Final = 409.0
"""Points: the most that a spreadsheet takes."""


def _write(
    sheet: Worksheet, row: int, column: int, cell: Cell, zone: ZoneInfo, styles: Mapping[type[date] | type[int], Format]
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
            sheet.write_string(row, column, _text(cell, zone)[:LONGEST_CELL])


def register_pdf(
    sheet: Sheet, organisation: OrganisationProfile, language: str, note: str, at: datetime, audit_head: str
) -> bytes:
    """The register on paper: one block per breach, because no page is wide enough for its columns."""
    document = NoticeDocument(
        title=sheet.title,
        language=language,
        reference="",
        written_on=at.astimezone(sheet.zone).date(),
        blocks=tuple(_blocks(sheet, note, Wording(language))),
        letterhead=letterhead_of(organisation),
        footer=organisation.name,
        audit_head=audit_head,
        heading=True,
    )
    return render_pdf(document)


def _blocks(sheet: Sheet, note: str, wording: Wording) -> Iterator[Block]:
    """A list of all breaches by the first columns, then each with everything that is known of it."""
    yield Paragraph(words(note))
    say = wording.phrases["furniture"]
    rows = [[_on_paper(cell, wording) for cell in row] for row in sheet.rows]
    if len(rows) > 1:
        few = slice(0, _LISTED)
        yield Table(tuple(map(words, sheet.titles[few])), tuple(tuple(map(words, row[few])) for row in rows), True)
    for row in rows:
        yield Heading(2, words(row[0]))
        told = zip(sheet.titles[1:], row[1:], strict=True)
        filled = tuple((words(title), words(text)) for title, text in told if text)
        if filled:
            yield Table((words(say["subject"]), words(say["answer"])), filled, row_headers=True)


_LISTED: Final = 4
"""Columns of the list on top, as many as the width of a page has."""


def _on_paper(cell: Cell, wording: Wording) -> str:
    """A value as people read it; a moment in the zone of the authority."""
    match cell:
        case datetime():
            return wording.short_moment(cell)
        case date():
            return wording.day(cell)
        case int():
            return wording.number(cell)
        case _:
            return _text(cell, wording.zone)
