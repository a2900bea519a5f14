"""The register of GDPR art. 33(5) as a file: CSV and JSON line by line, PDF as a document.

Nothing a person typed can become a formula in a spreadsheet.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from incident.documents.blocks import Block, Heading, Paragraph, Table, words
from incident.documents.model import NoticeDocument
from incident.documents.pdf import render_pdf
from incident.documents.printing import letterhead_of
from incident.documents.wording import Wording
from incident.domain.organisation import OrganisationProfile

Cell = str | int | datetime | date | tuple[str, ...] | None
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
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
            [
                harmless(cell_text(cell, sheet.zone)) if isinstance(cell, str) else cell_text(cell, sheet.zone)
                for cell in row
            ]
        )


def _csv_line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow(cells)
    return out.getvalue()


def cell_text(cell: Cell, zone: ZoneInfo) -> str:
    """The value of a cell as a text; a moment in the zone, which it names."""
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
            return cell_text(cell, wording.zone)
