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


@dataclass(frozen=True, slots=True)
class PaperPart:
    """One part of an entry: its title, and the name and the text of each row."""

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PaperBreach:
    """One breach on paper; ``listed`` is what the list at the head tells of it beside its reference."""

    reference: str
    summary: str
    listed: tuple[str, ...]
    parts: tuple[PaperPart, ...]


@dataclass(frozen=True, slots=True)
class RegisterPaper:
    """The register on paper; ``head`` names the columns of its list and how wide each is, ``note`` says what it is."""

    organisation: OrganisationProfile
    language: str
    at: datetime
    title: str
    note: str
    details: tuple[tuple[str, str], ...]
    head: Sequence[tuple[str, float]]
    breaches: Sequence[PaperBreach]
    audit_head: str


def register_pdf(paper: RegisterPaper) -> bytes:
    """The register on paper: an entry per breach, because no page is wide enough for its columns."""
    document = NoticeDocument(
        title=paper.title,
        language=paper.language,
        reference="",
        written_on=Wording(paper.language).local(paper.at).date(),
        blocks=tuple(_blocks(paper)),
        letterhead=letterhead_of(paper.organisation),
        details=paper.details,
        footer=paper.organisation.name,
        audit_head=paper.audit_head,
        heading=True,
    )
    return render_pdf(document)


def _blocks(paper: RegisterPaper) -> Iterator[Block]:
    """A list of all breaches, then each with everything that is known of it: its number heads every part."""
    yield Paragraph(words(paper.note))
    if len(paper.breaches) > 1:
        rows = tuple(tuple(map(words, (one.reference, *one.listed))) for one in paper.breaches)
        head, widths = tuple(words(name) for name, _width in paper.head), tuple(width for _name, width in paper.head)
        yield Table(head, rows, row_headers=True, small=True, widths=widths)
    for one in paper.breaches:
        yield Heading(2, words(" · ".join(filter(None, (one.reference, one.summary)))))
        for part in one.parts:
            rows = tuple((words(name), words(text)) for name, text in part.rows)
            yield Table((words(part.title), words(one.reference)), rows, True, widths=_WIDTHS, kept=True)


_WIDTHS: Final = (0.5, 1.0)
"""The names of the rows stand as far from the edge in each part of an entry."""
