"""Blocks as Word paragraphs, lists and tables, with the real styles of the document they go into."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from docx.document import Document as DocxDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_TcPr
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run as WordRun

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
    Run,
    Runs,
    Table,
    column_widths,
    words,
)

_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_GREY: Final = RGBColor(0x55, 0x55, 0x55)
_ACCENT: Final = RGBColor(0x0B, 0x5C, 0x6B)
_AMBER: Final = RGBColor(0x8A, 0x4B, 0x00)
_TONE_INK: Final = {"note": _ACCENT, "warning": _AMBER, "plain": _GREY}
_FILL: Final = {"note": "EEF4F5", "warning": "FDF3E3", "plain": ""}


def clean(text: str) -> str:
    """``text`` without the characters that XML cannot carry."""
    return _FORBIDDEN.sub("", text)


def add_blocks(made: DocxDocument, blocks: Iterable[Block]) -> None:
    """Add ``blocks`` at the end of ``made``."""
    for block in blocks:
        _add(made, block)


def _add(made: DocxDocument, block: Block) -> None:
    match block:
        case Paragraph(runs):
            added = made.add_paragraph()
            added.paragraph_format.keep_with_next = block.opens or None
            add_runs(added, runs)
        case Heading(level, runs):
            add_runs(paragraph(made, f"Heading {min(level, 9)}"), runs)
        case Listing():
            _add_list(made, block, 1)
            _space_below(made)
        case Table():
            _add_table(made, block)
        case Answer():
            _add_answer(made, block)
        case Quote(blocks):
            before = len(made.paragraphs)
            add_blocks(made, blocks)
            for quoted in made.paragraphs[before:]:
                quoted.paragraph_format.left_indent = Mm(8)
        case Code(text):
            made.add_paragraph().add_run(clean(text)).font.name = "Consolas"
        case Callout():
            _add_callout(made, block)
        case Figure(_, alternative):
            made.add_paragraph(clean(alternative))
        case Rule():
            made.add_paragraph("* * *")


def _space_below(made: DocxDocument) -> None:
    """A little room after the last entry of a list."""
    last = [element for element in made.element.body if element.tag == qn("w:p")][-1:]
    for entry in last:
        WordParagraph(entry, made._body).paragraph_format.space_after = Pt(8)


def paragraph(made: DocxDocument, style: str) -> WordParagraph:
    """A new paragraph in ``style``; a house template that lacks the style gets its normal one."""
    return made.add_paragraph(style=style if style in made.styles else None)


def add_runs(target: WordParagraph, runs: Runs) -> None:
    """Add ``runs`` to a paragraph: looks, line breaks and links."""
    for run in runs:
        if run.text == "\n":
            target.add_run().add_break()
        elif run.link:
            _add_link(target, run)
        else:
            _look(target.add_run(clean(run.text)), run)


def _look(made: WordRun, run: Run) -> None:
    made.bold, made.italic = run.bold or None, run.italic or None
    if run.code:
        made.font.name = "Consolas"


def _add_link(target: WordParagraph, run: Run) -> None:
    relation = target.part.relate_to(run.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    made = target.add_run(clean(run.text))
    _look(made, run)
    made.font.underline, made.font.color.rgb = True, _ACCENT
    link.append(made._r)
    target.paragraph_format.element.append(link)


def _add_list(made: DocxDocument, listing: Listing, depth: int) -> None:
    name = "List Number" if listing.ordered else "List Bullet"
    style = name if depth == 1 else f"{name} {min(depth, 3)}"
    number = _restarted(made, style, listing.start) if listing.ordered else None
    for item in listing.items:
        first = True
        for block in item:
            if isinstance(block, Listing):
                _add_list(made, block, depth + 1)
            elif isinstance(block, Paragraph) and first:
                entry = paragraph(made, style)
                add_runs(entry, block.runs)
                _numbered(entry, number)
            else:
                _add(made, block)
            first = False


def _restarted(made: DocxDocument, style: str, start: int) -> int | None:
    """A numbering of its own for one list, so that every list counts from its own first number."""
    found = made.styles[style].element.xpath("./w:pPr/w:numPr/w:numId/@w:val") if style in made.styles else []
    if not found:
        return None
    numbering = made.part.numbering_part.element
    abstract = numbering.xpath(f"./w:num[@w:numId='{found[0]}']/w:abstractNumId/@w:val")
    if not abstract:
        return None
    added = numbering.add_num(int(abstract[0]))
    added.add_lvlOverride(ilvl=0).add_startOverride(start)
    return int(added.numId)


def _numbered(entry: WordParagraph, number: int | None) -> None:
    if number is not None:
        entry.paragraph_format.element.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = number


def _add_table(made: DocxDocument, table: Table) -> None:
    grid = made.add_table(rows=0, cols=max(len(table.header), 1))
    if "Table Grid" in made.styles:
        grid.style = "Table Grid"
    for at, row in enumerate((table.header, *table.rows)):
        cells = grid.add_row().cells
        for column, (cell, runs) in enumerate(zip(cells, row, strict=False)):
            bold = at == 0 or (table.row_headers and column == 0)
            _fill(cell, tuple(replace(run, bold=True) for run in runs) if bold else runs, "EEF4F5" if at == 0 else "")
            if table.small:
                _make_small(cell.paragraphs[0], last=at == len(table.rows))
    _repeat_header(grid)
    _widths(made, grid, table)
    made.add_paragraph().paragraph_format.space_after = Pt(2)


def _make_small(line: WordParagraph, *, last: bool) -> None:
    """Small type, and one page for all the rows where they fit on one."""
    line.paragraph_format.keep_with_next = not last
    for run in line.runs:
        run.font.size = Pt(8.5)


def _widths(made: DocxDocument, grid: WordTable, table: Table) -> None:
    """Columns as wide as what stands in them asks, and no row torn over two pages."""
    section, shares = made.sections[0], column_widths(table)
    room = (section.page_width or Mm(210)) - (section.left_margin or Mm(25)) - (section.right_margin or Mm(22))
    grid.autofit = False
    for column, share in zip(grid.columns, shares, strict=False):
        width = Emu(int(room * share / sum(shares)))
        column.width = width
        for cell in column.cells:
            cell.width = width
    for row in grid.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _fill(cell: _Cell, runs: Runs, colour: str) -> None:
    add_runs(cell.paragraphs[0], runs)
    cell.paragraphs[0].paragraph_format.space_before = cell.paragraphs[0].paragraph_format.space_after = Pt(2)
    if colour:
        _shade(cell._tc.get_or_add_tcPr(), colour)


def _shade(properties: CT_TcPr, colour: str) -> None:
    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shading.set(qn(f"w:{name}"), value)
    properties.append(shading)


def _repeat_header(grid: WordTable) -> None:
    """Mark the first row as the header: repeated on each page, and named as such to a screen reader."""
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


_LINE, _LINES_TOGETHER = 90, 12
"""The longest answer that is not torn over two pages, in lines of so many characters: a quarter of a page."""


def _add_answer(made: DocxDocument, answer: Answer) -> None:
    before = len(made.paragraphs)
    part = not answer.number and bool(answer.text or answer.options)
    if part:
        made.paragraphs[-1].paragraph_format.keep_with_next = True
        _add_part(made, answer)
    else:
        _add_question(made, answer)
    *others, last = made.paragraphs[before:]
    lines = sum(1 + len(one.text) // _LINE for one in (*others, last))
    for line in others if lines <= _LINES_TOGETHER else (*others[:1], *others[-1:]):
        line.paragraph_format.keep_with_next = True


def _add_question(made: DocxDocument, answer: Answer) -> None:
    question = made.add_paragraph()
    question.paragraph_format.keep_with_next = True
    question.paragraph_format.space_before, question.paragraph_format.space_after = Pt(8), Pt(2)
    number = question.add_run(clean(f"{answer.number}  ") if answer.number else "")
    number.bold, number.font.color.rgb = True, _ACCENT
    said = question.add_run(clean(answer.question))
    said.bold = bool(answer.number)
    if not answer.number:
        said.font.color.rgb = _GREY
    for option in answer.options:
        _indented(made, f"{'☒' if option.chosen else '☐'} {option.text}")
    for part, _language in answer.paragraphs:
        for run in _indented(made, part).runs:
            run.italic = answer.empty or None
    _add_origin(made, answer)


def _add_part(made: DocxDocument, answer: Answer) -> None:
    """A part of a question, under its number, with which it stays: its short name before what was answered."""
    first, *others = [part for part, _language in answer.paragraphs] or [""]
    line = _indented(made, "")
    name = line.add_run(clean(f"{answer.question}: "))
    name.font.color.rgb = _GREY
    add_runs(line, words(first))
    for other in others:
        _indented(made, other)
    for option in answer.options:
        _indented(made, f"{'☒' if option.chosen else '☐'} {option.text}")
    _add_origin(made, answer)


def _add_origin(made: DocxDocument, answer: Answer) -> None:
    if answer.origin:
        origin = _indented(made, answer.origin).runs[0]
        origin.font.size, origin.font.color.rgb = Pt(8.5), _TONE_INK[answer.tone]


def _indented(made: DocxDocument, text: str) -> WordParagraph:
    line = made.add_paragraph()
    line.paragraph_format.left_indent, line.paragraph_format.space_after = Mm(10), Pt(2)
    add_runs(line, words(text))
    return line


def _add_callout(made: DocxDocument, callout: Callout) -> None:
    cell = made.add_table(rows=1, cols=1).rows[0].cells[0]
    if _FILL[callout.tone]:
        _shade(cell._tc.get_or_add_tcPr(), _FILL[callout.tone])
    title = cell.paragraphs[0].add_run(clean(callout.title))
    title.bold, title.font.color.rgb = True, _AMBER if callout.tone == "warning" else _ACCENT
    before = len(made.element.body)
    add_blocks(made, callout.blocks)
    for element in list(made.element.body)[before - 1 : -1]:
        cell._tc.append(element)
    made.add_paragraph().paragraph_format.space_after = Pt(2)
