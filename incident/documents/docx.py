"""DOCX: a Word file with real headings, lists and tables, in our style or in the organisation's own letter template."""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from itertools import accumulate
from typing import Final

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.image.exceptions import UnrecognizedImageError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from incident.documents.blocks import words
from incident.documents.docx_blocks import add_blocks, add_runs, clean
from incident.documents.docx_house import fill_house_template, place_body
from incident.documents.docx_package import stable
from incident.documents.model import NoticeDocument
from incident.documents.phrases import furniture, phrases
from incident.domain.languages import locale_of

_FONT: Final = "Calibri"
_ACCENT: Final = RGBColor(0x0B, 0x5C, 0x6B)
_GREY: Final = RGBColor(0x55, 0x55, 0x55)
_AMBER: Final = RGBColor(0x8A, 0x4B, 0x00)
_HEADINGS: Final = {"Heading 1": (17, 0, 8), "Heading 2": (12.5, 14, 4), "Heading 3": (11, 10, 3)}


def render_docx(document: NoticeDocument, house_template: bytes | None = None) -> bytes:
    """``document`` as a Word file; with ``house_template`` the text stands in the organisation's own letter.

    The same input gives the same bytes. Raises ``Invalid`` when the house template cannot be used.
    """
    if house_template is not None:
        made = fill_house_template(house_template, document)
        place_body(made, document)
    else:
        made = _own_style(document)
    _describe(made, document)
    return stable(_saved(made))


def _saved(made: DocxDocument) -> bytes:
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def _own_style(document: NoticeDocument) -> DocxDocument:
    made = Document()
    _lay_out(made, document)
    _letterhead(made, document)
    _footer(made, document)
    _opening(made, document)
    add_blocks(made, document.content())
    _closing(made, document)
    return made


def _lay_out(made: DocxDocument, document: NoticeDocument) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(25), Mm(22)
    section.top_margin, section.bottom_margin = Mm(22), Mm(24)
    section.different_first_page_header_footer = document.letterhead is not None
    normal = _style(made, "Normal")
    normal.font.name, normal.font.size = _FONT, Pt(10.5)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(7), 1.12
    for name, (size, before, after) in _HEADINGS.items():
        style = _style(made, name)
        _own_font(style)
        style.font.size, style.font.bold, style.font.color.rgb = Pt(size), True, _ACCENT
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    for name in ("List Bullet", "List Number", "List Bullet 2"):
        _style(made, name).paragraph_format.space_after = Pt(3)


def _style(made: DocxDocument, name: str) -> ParagraphStyle:
    style = made.styles[name]
    assert isinstance(style, ParagraphStyle)
    return style


def _own_font(style: ParagraphStyle) -> None:
    """Give a style our font; the theme fonts it carries would win otherwise."""
    style.font.name = _FONT
    fonts = style.element.rPr.rFonts
    for name in [name for name in fonts.attrib if name.endswith("Theme")]:
        del fonts.attrib[name]


def _letterhead(made: DocxDocument, document: NoticeDocument) -> None:
    if document.letterhead is None:
        return
    header = made.sections[0].first_page_header
    header.is_linked_to_previous = False
    top = header.paragraphs[0]
    if not _logo(top, document.letterhead.logo):
        _run(top, document.letterhead.name, size=17, bold=True, colour=_ACCENT)
    top.paragraph_format.space_after = Pt(1)
    lines = header.add_paragraph()
    _run(lines, "  ·  ".join(document.letterhead.lines), size=8.5, colour=_GREY)
    _rule_below(lines)


def _logo(paragraph: Paragraph, logo: bytes | None) -> bool:
    """Put the logo in; Word takes no SVG, and then the name stands there instead."""
    if not logo:
        return False
    try:
        paragraph.add_run().add_picture(io.BytesIO(logo), height=Mm(14))
    except UnrecognizedImageError:
        return False
    return True


def _rule_below(paragraph: Paragraph) -> None:
    border, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "8"), ("space", "4"), ("color", "0B5C6B")):
        line.set(qn(f"w:{name}"), value)
    border.append(line)
    paragraph.paragraph_format.element.get_or_add_pPr().append(border)


def _footer(made: DocxDocument, document: NoticeDocument) -> None:
    section, say = made.sections[0], furniture(document.language)
    audit = (
        f"{say['audit_head']}{phrases(document.language)['words']['colon']} {document.audit_head}"
        if document.audit_head
        else ""
    )
    parts = [part for part in (document.footer, document.reference) if part]
    footers = [section.footer, section.first_page_footer] if document.letterhead else [section.footer]
    for footer in footers:
        footer.is_linked_to_previous = False
        line = footer.paragraphs[0]
        line.style = _style(made, "Normal")
        line.paragraph_format.space_before = Pt(10)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(163), WD_TAB_ALIGNMENT.RIGHT)
        _run(line, " · ".join(parts) + "\t", size=8, colour=_GREY)
        _page_numbers(line, say["page_of"])
        if document.mark:
            _run(footer.add_paragraph(), say[document.mark], size=8, bold=True, colour=_AMBER)
        if audit:
            _run(footer.add_paragraph(), audit, size=7, colour=_GREY)


def _page_numbers(paragraph: Paragraph, pattern: str) -> None:
    """``Page 1 of 2`` with fields that Word counts itself."""
    before, rest = pattern.split("%1", 1)
    between, after = rest.split("%2", 1)
    for text, code in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        _run(paragraph, text, size=8, colour=_GREY)
        if code:
            _field(paragraph, code)


def _field(paragraph: Paragraph, code: str) -> None:
    field, run = OxmlElement("w:fldSimple"), OxmlElement("w:r")
    field.set(qn("w:instr"), code)
    look, colour, size, text = (OxmlElement(name) for name in ("w:rPr", "w:color", "w:sz", "w:t"))
    colour.set(qn("w:val"), str(_GREY))
    size.set(qn("w:val"), "16")
    text.text = "1"
    look.extend((colour, size))
    run.extend((look, text))
    field.append(run)
    paragraph.paragraph_format.element.append(field)


def _opening(made: DocxDocument, document: NoticeDocument) -> None:
    if document.recipient:
        address = made.add_paragraph()
        address.paragraph_format.space_before = address.paragraph_format.space_after = Pt(14)
        add_runs(address, words("\n".join(document.recipient)))
    if document.details:
        _details(made, document.details, phrases(document.language)["words"]["colon"])
    if document.mark:
        _run(made.add_paragraph(), furniture(document.language)[document.mark], bold=True, colour=_AMBER)


def _details(made: DocxDocument, details: Sequence[tuple[str, str]], colon: str) -> None:
    """In one line, each with the room that its length asks."""
    line = made.add_paragraph()
    line.paragraph_format.space_after = Pt(14)
    ends = list(accumulate(1 + len(name) + len(value) for name, value in details))
    for at, (name, value) in enumerate(details):
        _run(line, ("\t" if at else "") + f"{name}{colon} ", size=9, colour=_GREY)
        _run(line, value, size=9)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(163 * ends[at] / ends[-1]))


def _closing(made: DocxDocument, document: NoticeDocument) -> None:
    signature = document.signature
    if signature is None:
        return
    closing = made.add_paragraph()
    _run(closing, signature.closing)
    closing.paragraph_format.space_before, closing.paragraph_format.space_after = Pt(18), Pt(36)
    closing.paragraph_format.keep_with_next = True
    add_runs(made.add_paragraph(), words("\n".join(line for line in (signature.name, signature.function) if line)))


def _run(
    paragraph: Paragraph, text: str, *, size: float | None = None, bold: bool = False, colour: RGBColor | None = None
) -> None:
    run = paragraph.add_run(clean(text))
    run.bold = bold or None
    if size is not None:
        run.font.size = Pt(size)
    if colour is not None:
        run.font.color.rgb = colour


def _describe(made: DocxDocument, document: NoticeDocument) -> None:
    """Title, author, language and dates of the file: from the document, never from the clock."""
    about, written = made.core_properties, datetime.combine(document.written_on, time(12), UTC).replace(tzinfo=None)
    about.title, about.subject = clean(document.title)[:255], clean(document.reference)[:255]
    about.author = about.last_modified_by = clean(document.letterhead.name)[:255] if document.letterhead else ""
    about.language, about.comments = document.language, ""
    about.created = about.modified = written
    about.revision = 1
    _languages(made, locale_of(document.language, "-"))


def _languages(made: DocxDocument, locale: str) -> None:
    """Set the language of all text, so that it is spelled and read aloud as what it is."""
    defaults: Iterable[object] = made.styles.element.iter(qn("w:rPrDefault"))
    for default in defaults:
        look = default.get_or_add_rPr() if hasattr(default, "get_or_add_rPr") else default[0]  # type: ignore[index]
        for old in look.findall(qn("w:lang")):
            look.remove(old)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), locale)
        look.append(language)
