"""PDF: one file, made by Typst, that is both archivable (PDF/A-2a) and accessible (PDF/UA-1)."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from itertools import zip_longest
from typing import Final

from incident.documents.blocks import (
    Answer,
    Block,
    Callout,
    Code,
    Figure,
    Heading,
    Listing,
    Paragraph,
    Quote,
    Rule,
    Runs,
    Table,
    column_widths,
    longest_lines,
    plain,
    words,
)
from incident.documents.glyphs import printable
from incident.documents.model import Letterhead, NoticeDocument, Signature
from incident.documents.phrases import furniture, phrases
from incident.documents.spacing import with_whole_days
from incident.documents.typesetter import typeset
from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.json import JsonObject
from incident.domain.languages import locale_of

_MAX_HEADING = 6
_SHORT: Final = 700
"""Characters of an answer or a cell that stands on one page as a whole; a longer one may go on on the next."""

_SHORT_LINE: Final = 20
"""A date with its hour, a name: beside a long text a column of nothing longer stands on one line each."""
_ROOMY: Final = 40
"""Where no line is longer than this, every column has room, and shares look better."""

_LITTLE: Final = 4_000
"""Characters of a text that may fit on one page when it stands closer together.

Letters for the printer are left as they are: below an address few fit, both sides of a sheet are theirs, and a thousand
of them must not be laid out twice.
"""

_LONG_ROW: Final = 1400
"""A row of an entry of no more characters stands on one page as a whole: its name is not repeated on the next."""

_FEW_ITEMS: Final = 4
"""A list of so few, such as an address and a telephone number, stands on one page as a whole."""

_FEW_ROWS: Final = 12
"""A short table of so many rows stands on one page as a whole."""

_HALF_PAGE: Final = 2400
"""About so many characters of small type, in a table, fill half a page."""

_FEW_COLUMNS: Final = 3
"""So many columns are wide enough for their words."""

MAX_LOGO: Final = 1024 * 1024
"""Largest logo that is taken, in bytes."""


def render_pdf(document: NoticeDocument) -> bytes:
    """``document`` as a tagged PDF (PDF/A-2a and PDF/UA-1); the same document gives the same bytes."""
    return render_letters((document,))


def render_letters(documents: Sequence[NoticeDocument], made_by: Callable[[str], bytes] = typeset) -> bytes:
    """Several letters as one print-ready PDF: each begins on the front of a new sheet, counts its own pages.

    Give a long run in several files: the time grows faster than the number of letters.
    Title, author and date of the file are those of the first. Raises ``ValueError`` when there is no letter.
    """
    if not documents:
        raise ValueError("a PDF needs at least one letter")
    logos = [*dict.fromkeys(one.letterhead.logo for one in documents if one.letterhead and one.letterhead.logo)]
    letters = [_data(document, logos) for document in documents]
    return made_by(json.dumps({"letters": letters, "logos": [list(logo) for logo in logos]}, ensure_ascii=False))


def check_logo(logo: bytes) -> None:
    """Raise ``Invalid`` unless ``logo`` is a PNG, JPEG, GIF, WebP or SVG of at most 1 MB that can really be printed."""
    if not logo or len(logo) > MAX_LOGO:
        raise Invalid("The logo has to be a picture of at most 1 MB.", field="logo")
    # As in the typesetter: the library is loaded with the first PDF.
    from typst import TypstError

    try:
        render_pdf(NoticeDocument("Logo", "en", "", date(2026, 1, 1), letterhead=Letterhead("Logo", (), logo)))
    except TypstError as error:
        raise Invalid("This logo cannot be printed. Save it as PNG, JPEG or SVG.", field="logo") from error


def _data(document: NoticeDocument, logos: Sequence[bytes]) -> JsonObject:
    """Everything ``notice.typ`` reads. Numbers and texts only."""
    say = furniture(document.language)
    day = document.written_on
    return {
        "title": printable(document.title),
        "author": printable(document.letterhead.name) if document.letterhead else "",
        "date": [day.year, day.month, day.day],
        "lang": document.language,
        "region": locale_of(document.language).rpartition("_")[2].lower(),
        "letterhead": _letterhead(document.letterhead, logos),
        "recipient": [printable(line) for line in document.recipient],
        "details": [[printable(name), printable(value)] for name, value in document.details],
        "footer": [printable(part) for part in (document.footer, document.reference) if part],
        "page-of": say["page_of"],
        "continued": say["continued"],
        "audit": printable(f"{say['audit_head']}{phrases(document.language)['words']['colon']} {document.audit_head}")
        if document.audit_head
        else "",
        "draft-mark": say[document.mark] if document.mark else "",
        "blocks": _blocks(document.content()),
        "short": len(document.markdown) < _LITTLE and not document.blocks and not document.recipient,
        "signature": _signature(document.signature),
    }


def _letterhead(letterhead: Letterhead | None, logos: Sequence[bytes]) -> JsonObject | None:
    """The logo by its place among those of the file, in which it stands once."""
    if letterhead is None:
        return None
    logo = logos.index(letterhead.logo) if letterhead.logo else None
    lines = [printable(line) for line in letterhead.lines]
    return {"name": printable(letterhead.name), "lines": lines, "logo": logo}


def _signature(signature: Signature | None) -> JsonObject | None:
    if signature is None:
        return None
    lines = [printable(line) for line in (signature.name, signature.function) if line]
    return {"closing": printable(signature.closing), "lines": lines}


def _runs(runs: Runs) -> list[JsonObject]:
    return [_run_data(run.text, run.bold, run.italic, run.code, run.link) for run in runs if run.text]


def _run_data(text: str, bold: bool, italic: bool, code: bool, link: str) -> JsonObject:
    looks = {"bold": bold, "italic": italic, "code": code, "link": link}
    shown = text if text == "\n" else printable(with_whole_days(text))
    return {"text": shown, **{name: value for name, value in looks.items() if value}}


def _blocks(blocks: Sequence[Block]) -> list[JsonObject]:
    """The blocks in their order; each says whether a part of an answer, or what belongs to it, comes next."""
    return [
        _block(block) | {"goes-on": isinstance(after, Answer) and not after.number}
        for block, after in zip_longest(blocks, blocks[1:])
    ]


def _block(block: Block) -> JsonObject:
    match block:
        case Paragraph(runs):
            return {"kind": "paragraph", "runs": _runs(runs), "opens": block.opens}
        case Heading(level, runs):
            return {"kind": "heading", "level": min(level, _MAX_HEADING), "runs": _runs(runs)}
        case Listing(items, ordered, start):
            entries = [[_block(part) for part in item] for item in items]
            whole = len(items) <= _FEW_ITEMS and len(json.dumps(entries)) < _SHORT
            return {"kind": "list", "items": entries, "ordered": ordered, "start": start, "whole": whole}
        case Table():
            return _table(block)
        case Answer():
            return _answer(block)
        case Quote(blocks):
            return {"kind": "quote", "blocks": [_block(part) for part in blocks]}
        case Code(text):
            return {"kind": "code", "text": printable(text)}
        case Callout(title, blocks, tone):
            # No point of a list to work through is torn; each is short.
            inner = [_block(part) | {"boxed": True} for part in blocks]
            return {"kind": "callout", "title": printable(title), "blocks": inner, "tone": tone}
        case Figure(svg, alternative):
            return {"kind": "figure", "svg": svg, "alt": printable(alternative)}
        case Rule():
            return {"kind": "rule"}


def _answer(answer: Answer) -> JsonObject:
    options = [
        {"mark": "☒" if option.chosen else "☐", "text": printable(option.text), "chosen": option.chosen}
        for option in answer.options
    ]
    told = ((line, language) for text, language in answer.paragraphs for line in text.split("\n"))
    lines = [{"runs": _runs(words(line)), "lang": language, "whole": len(line) < _SHORT} for line, language in told]
    return {
        "kind": "answer",
        "number": printable(answer.number),
        "question": printable(answer.question),
        "options": options,
        "lines": lines,
        "origin": printable(with_whole_days(answer.origin)),
        "tone": answer.tone,
        "empty": answer.empty,
        "whole": len(answer.text) + sum(len(option.text) for option in answer.options) < _SHORT,
    }


def _widths(table: Table) -> list[float | None]:
    """Its share of the page for each column; none for one of short words, which takes what it needs and stays whole,
    unless tables stand below each other.
    """
    shares, longest = column_widths(table), longest_lines(table)
    if table.kept or max(longest) <= _ROOMY:
        return [*shares]
    return [
        None if size <= _SHORT_LINE and share < max(shares) else share
        for size, share in zip(longest, shares, strict=True)
    ]


def _table(table: Table) -> JsonObject:
    sizes = [len(plain(cell)) for row in table.rows for cell in row]
    return {
        "kind": "table",
        "header": [_runs(cell) for cell in table.header],
        "rows": [[_runs(cell) for cell in row] for row in table.rows],
        "widths": _widths(table),
        "row-headers": table.row_headers,
        "whole": [max(len(plain(cell)) for cell in row) < (_LONG_ROW if table.kept else _SHORT) for row in table.rows],
        "small": table.small,
        "together": _together(table, sum(sizes)),
        "names": [printable(plain(row[0])) for row in table.rows],
        "kept": table.kept,
        "numbers": table.numbers,
    }


def _together(table: Table, size: int) -> bool:
    """Whether the table, which has so many characters, stands on one page as a whole: narrow columns take more room."""
    if table.small:
        return size * max(1, len(table.header) - _FEW_COLUMNS) < _HALF_PAGE
    return not table.kept and len(table.rows) <= _FEW_ROWS and size < _SHORT
