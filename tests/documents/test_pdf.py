"""The PDF is archivable, accessible, stable, and cannot be broken by its content."""

import io
import re
import time
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from incident.documents.blocks import Answer, Callout, Figure, Listing, Option, Paragraph, Table, words
from incident.documents.drafting import draft, for_recipient
from incident.documents.glyphs import drawable, printable
from incident.documents.markdown import escape
from incident.documents.model import Letterhead, NoticeDocument, Signature
from incident.documents.pdf import check_logo, render_letters, render_pdf
from incident.documents.phrases import furniture
from incident.documents.templates import find_template
from incident.domain.kernel.errors import Invalid
from tests.documents import hostile
from tests.documents.cases import LANGUAGES, facts_in

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="20"><rect width="100" height="20" fill="#056"/></svg>'
)
TEXT = """# Belangrijk: datalek

Eerste alinea.

## Tweede kop

- punt een
- punt twee

|Soort|Aantal|
|-|-|
|Naam|1|
"""
DOCUMENT = NoticeDocument(
    title="Belangrijk: datalek",
    language="nl",
    reference="DL-2026-0042",
    written_on=date(2026, 11, 22),
    markdown=TEXT,
    letterhead=Letterhead("Alumio B.V.", ("Laan Corpus den Hoorn 200", "Groningen")),
    recipient=("Mevrouw Åsa Öberg-Groß",),
    details=(("Ons kenmerk", "DL-2026-0042"),),
    signature=Signature("Met vriendelijke groet,", "F. van ’t Hek", "FG"),
    footer="Alumio B.V.",
    audit_head="3fa9c1e2b7",
)


def _read(document: NoticeDocument) -> PdfReader:
    return PdfReader(io.BytesIO(render_pdf(document)))


def _text(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def _tags(reader: PdfReader) -> list[str]:
    """The structure types in reading order, as a screen reader meets them."""
    found: list[str] = []

    def walk(node: object) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, DictionaryObject):
            if "/S" in node and "/P" in node:
                found.append(str(node["/S"]))
            if "/K" in node:
                walk(node["/K"])

    walk(reader.trailer["/Root"]["/StructTreeRoot"])
    return found


def test_it_declares_and_carries_what_pdf_a_and_pdf_ua_ask() -> None:
    """Part and conformance in the metadata, language, tags, title shown, output intent, no encryption."""
    reader = _read(DOCUMENT)
    root = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfaid:part>2<.*pdfaid:conformance>A<", metadata, re.S)
    assert "pdfuaid:part>1<" in metadata
    assert root["/Lang"].startswith("nl")
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/OutputIntents" in root
    assert reader.metadata is not None
    assert reader.metadata.title == DOCUMENT.title
    assert not reader.is_encrypted


def test_structure_is_real() -> None:
    """Headings, list items, table header cells and paragraphs are tagged as such."""
    tags = _tags(_read(DOCUMENT))
    assert [tag for tag in tags if re.fullmatch(r"/H\d", tag)] == ["/H1", "/H2"]
    assert (tags.count("/L"), tags.count("/LI"), tags.count("/TH"), tags.count("/TD")) == (1, 2, 2, 2)


def test_everything_stands_in_reading_order() -> None:
    """Letterhead, recipient, reference, text, signature; on each page footer, page number and audit head."""
    text = _text(_read(DOCUMENT))
    wanted = (
        "Alumio B.V.",
        "Laan Corpus den Hoorn 200",
        "Mevrouw Åsa Öberg-Groß",
        "DL-2026-0042",
        "Belangrijk: datalek",
        "Eerste alinea.",
        "Tweede kop",
        "punt een",
        "punt twee",
        "Soort",
        "Naam",
        "Met vriendelijke groet,",
        "F. van ’t Hek",
    )
    places = [text.index(part) for part in wanted]
    assert places == sorted(places)
    assert "Pagina 1 van 1" in text
    assert "Controlepunt van het logboek: 3fa9c1e2b7" in text


def test_the_same_document_gives_the_same_bytes() -> None:
    """A rendition can be made again and compared by its hash."""
    assert render_pdf(DOCUMENT) == render_pdf(replace(DOCUMENT))
    assert render_pdf(DOCUMENT) != render_pdf(replace(DOCUMENT, markdown="Anders"))


def test_a_draft_says_so_and_an_approved_text_does_not() -> None:
    """Nobody can mistake a draft on paper for the letter that was sent."""
    long = _read(replace(DOCUMENT, draft=True, markdown="Een zin. " * 1500))
    assert len(long.pages) > 2
    assert all("Concept: nog niet goedgekeurd" in page.extract_text() for page in long.pages)
    assert "Concept" not in _text(_read(DOCUMENT))


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_in_all_languages(language: str) -> None:
    """The whole letter is printed, in its language, with that language's letters and page numbers."""
    made = draft(find_template("subjects", "initial", language), facts_in(language))
    body = for_recipient(made.body_markdown, language, name="Åsa Öberg-Groß")
    reader = _read(replace(DOCUMENT, language=language, title=made.title, markdown=f"# {escape(made.title)}\n\n{body}"))
    text = _text(reader)
    assert reader.trailer["/Root"]["/Lang"].startswith(language)
    assert "Åsa Öberg-Groß" in text
    assert furniture(language)["page_of"].replace("%1", "1").replace("%2", str(len(reader.pages))) in text
    assert _tags(reader).count("/H2") == 6


@pytest.mark.parametrize("text", hostile.ALL, ids=range(len(hostile.ALL)))
def test_no_text_breaks_it(text: str) -> None:
    """Whatever stands in any place, there is a PDF, and nothing in it was run."""
    shown = words(text) or words("-")
    blocks = (
        Paragraph(shown),
        Answer(text, text, text, (Option(text, True), Option(text, False)), text, "warning"),
        Callout(text, (Paragraph(shown),), "note"),
        Table((shown, shown), ((shown, shown),)),
        Figure(SVG, text or "lijn"),
    )
    reader = _read(
        replace(
            DOCUMENT,
            title=text.strip() or "-",
            reference=text,
            markdown=text,
            blocks=blocks,
            recipient=(text, text),
            letterhead=Letterhead(text, (text,)),
            details=((text, text),),
            footer=text,
            audit_head=text,
            draft=True,
        )
    )
    assert len(reader.pages) >= 1


@pytest.mark.parametrize(
    "text",
    [
        "### c\n\n# a\n\n#### d\n\n> ###### in een citaat\n\n- # in een lijst",
        "#\n\n##   \n\ntekst",
        "[](https://leeg.example) ![](x)",
        "-\n-\n\n1.\n",
        "| |\n|-|\n| |\n",
        "|a|b|\n|-|-|\n|1|\n",
        "```\n```\n",
        ">\n\n***\n",
        "- - - a\n  - b\n        - c",
        "0. nul\n\n999999999. veel",
    ],
)
def test_strange_but_lawful_markdown_is_printed(text: str) -> None:
    """Skipped heading levels, empty headings, links, items and cells: people type them, the PDF stays accessible."""
    tags = _tags(_read(replace(DOCUMENT, markdown=text)))
    levels = [int(tag[2]) for tag in tags if re.fullmatch(r"/H\d", tag)]
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="#->*_`|[]()!~\\\n\t 1.ab<&é🦊\u202e\u0301", max_size=80))
def test_any_markdown_is_printed(text: str) -> None:
    """Whatever people type into the editor, approval never ends in a text that cannot be printed."""
    assert render_pdf(replace(DOCUMENT, markdown=text, heading=True)).startswith(b"%PDF")


def test_typst_and_markup_in_facts_stay_text() -> None:
    """Code of the typesetter is printed letter by letter."""
    text = _text(_read(replace(DOCUMENT, markdown=escape(hostile.TYPST), blocks=(Paragraph(words(hostile.SCRIPT)),))))
    assert '#panic("x") *vet* $x^2$ #read("/etc/passwd") @ref <label> = kop' in text
    assert "<script>alert(1)</script>" in text


def test_characters_without_a_glyph_are_named() -> None:
    """An emoji becomes its name, a rare sign its number; letters of our languages are never touched."""
    assert printable("a🦊b漢") == "a[fox face]b[U+6F22]"
    assert printable(hostile.LETTERS) == hostile.LETTERS
    assert printable("e\u0301") == "é"
    assert {ord(letter) for letter in hostile.LETTERS} <= drawable()


def test_hebrew_and_arabic_are_printed() -> None:
    """Names in right-to-left scripts have glyphs."""
    assert printable(hostile.RTL) == hostile.RTL


def test_a_very_long_word_can_break() -> None:
    """No line runs off the paper: long words get places to break, and stay the same word."""
    assert "\u200b" in printable(hostile.LONG_WORD)
    assert printable(hostile.LONG_WORD).replace("\u200b", "") == hostile.LONG_WORD


def test_a_megabyte_of_text_is_printed() -> None:
    """A huge text costs time in proportion, and nothing else."""
    started = time.perf_counter()
    reader = _read(replace(DOCUMENT, markdown="\n\n".join(["Een regel tekst van veertig letters lang."] * 24_000)))
    assert len(reader.pages) > 400
    assert time.perf_counter() - started < 60


def test_logo_and_ruler_are_drawn_with_words_for_who_cannot_see_them() -> None:
    """Both figures carry an alternative text."""
    document = replace(
        DOCUMENT, letterhead=Letterhead("Alumio B.V.", (), SVG.encode()), ruler_svg=SVG, ruler_text="Nog 12 uur"
    )
    data = render_pdf(document)
    reader = PdfReader(io.BytesIO(data))
    assert _tags(reader).count("/Figure") == 2
    assert "Nog 12 uur" in _text(_read(replace(document, ruler_svg=None, markdown="Nog 12 uur")))
    alternatives = [str(found) for found in _alternatives(reader)]
    assert "Nog 12 uur" in alternatives
    assert "Alumio B.V." in alternatives


def test_many_letters_make_one_file_in_which_each_counts_its_own_pages() -> None:
    """Every letter begins on the front of a new sheet, with its own recipient, language and page numbers."""
    long = replace(DOCUMENT, recipient=("Bob",), language="sv", markdown="Text.\n\n" * 120)
    reader = PdfReader(io.BytesIO(render_letters((DOCUMENT, long, replace(DOCUMENT, recipient=("Charlie",))))))
    sides = [" ".join(page.extract_text().split()) for page in reader.pages]
    assert all(number % 2 == 0 for number, side in enumerate(sides) if " 1 van " in side or " 1 av " in side)
    pages = [side for side in sides if side]
    middle = pages[1:-1]
    assert len(middle) > 1
    assert "Åsa" in pages[0]
    assert "Pagina 1 van 1" in pages[0]
    assert all(f"Sida {number} av {len(middle)}" in page for number, page in enumerate(middle, start=1))
    assert "Bob" in middle[0]
    assert "Charlie" in pages[-1]
    assert "Pagina 1 van 1" in pages[-1]
    with pytest.raises(ValueError, match="letter"):
        render_letters(())


def test_addresses_are_never_hyphenated() -> None:
    """What people have to type stays in one piece, wherever the line ends."""
    for width in range(60, 90):
        text = _text(
            _read(
                replace(DOCUMENT, markdown="a" * (width % 7) + " woord" * (width // 6) + " functionaris@zorg.example")
            )
        )
        assert "functionaris@zorg.example" in text


@pytest.mark.parametrize("logo", [b"", b"GIF89a", b"<svg", b"\x89PNG\r\n\x1a\nbroken", b"%PDF-1.7", b"x" * 2_000_000])
def test_a_logo_that_cannot_be_printed_is_refused_when_it_is_uploaded(logo: bytes) -> None:
    """A broken picture never waits until the letters have to go out."""
    with pytest.raises(Invalid):
        check_logo(logo)


def test_a_good_logo_passes() -> None:
    """SVG is taken."""
    check_logo(SVG.encode())


def _alternatives(reader: PdfReader) -> list[object]:
    found: list[object] = []

    def walk(node: object) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, DictionaryObject):
            if "/Alt" in node:
                found.append(node["/Alt"])
            if "/K" in node:
                walk(node["/K"])

    walk(reader.trailer["/Root"]["/StructTreeRoot"])
    return found


def test_no_question_stands_alone_at_the_foot_and_no_short_answer_is_torn() -> None:
    """Wherever a page ends: a question and its first part, and a part with the words below it, stand together."""
    more = (Answer("", "Aantal", "4000", origin="Vastgelegd"), Answer("", "Toelichting", "Naar schatting."))
    answer = (Answer("6.3.1", "Hoeveel records?"), *more)
    letters = [
        replace(DOCUMENT, markdown="", heading=False, blocks=(*(Paragraph(words("Regel")),) * lines, *answer))
        for lines in range(24, 36)
    ]
    reader = PdfReader(io.BytesIO(render_letters(letters)))
    pages = [page.extract_text() for page in reader.pages]
    told = [page for page in pages if "Hoeveel records?" in page]
    assert len(told) == len(letters)
    assert all("Aantal" in page and "Vastgelegd" in page and "Naar schatting." in page for page in told)
    assert any("Regel" not in page for page in told), "in one of them the page ended there"


def test_a_short_table_is_not_torn() -> None:
    """Wherever a page ends: a table of a few rows stands on one page with its heading row."""
    rows = tuple((words(f"Rij {number}"), words(str(number))) for number in range(6))
    table = Table((words("Kop"), words("Aantal")), rows)
    letters = [
        replace(DOCUMENT, markdown="", heading=False, blocks=(*(Paragraph(words("Regel")),) * lines, table))
        for lines in range(18, 36, 2)
    ]
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(render_letters(letters))).pages]
    told = [page for page in pages if "Rij 0" in page]
    assert len(told) == len(letters)
    assert all("Rij 5" in page for page in told)
    assert any("Regel" not in page for page in told), "in one of them the page ended there"


def test_a_row_of_a_long_table_is_not_torn() -> None:
    """Wherever a page ends, and beside a row that has no room on one: each other row begins and ends on one page."""
    short = (words("Vraag"), words(f"Begin {'van wat er veranderde ' * 20} einde"))
    table = Table((words("Vraag"), words("Wijziging")), (*(short,) * 3, (words("Lang"), words("lang " * 1500))))
    letters = [
        replace(DOCUMENT, markdown="", heading=False, blocks=(*(Paragraph(words("Regel")),) * lines, table))
        for lines in range(18, 36, 2)
    ]
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(render_letters(letters))).pages]
    assert sum(page.count("Begin") for page in pages) == len(letters) * 3
    assert all(page.count("Begin") == page.count("einde") for page in pages)


def test_a_row_that_goes_on_on_the_next_page_says_so() -> None:
    """AP 5.3: on the next page the cell of its question was empty, as if the rest belonged to the question above."""
    rows = ((words("5.3  Kort"), words("kort")), (words("10.2  Lang"), words("lang " * 1500)))
    blocks = (Table((words("Vraag"), words("Wijziging")), rows),)
    first, *others = _read(replace(DOCUMENT, markdown="", heading=False, blocks=blocks)).pages
    assert "vervolg" not in first.extract_text()
    assert others
    assert all("10.2 Lang, vervolg" in " ".join(page.extract_text().split()) for page in others)


def test_the_last_line_of_an_answer_is_not_alone_on_a_page() -> None:
    """EDPB 53: only why it was certain stood there."""
    for number in range(34, 46):
        told = [*(f"Moment {one} van alles wat er was" for one in range(number)), "Reden"]
        blocks = (Answer("53", "Tijdlijn", "\n".join(told)),)
        pages = [page.extract_text() for page in _read(replace(DOCUMENT, markdown="", blocks=blocks)).pages]
        (last,) = (page for page in pages if "Reden" in page)
        assert f"Moment {number - 1} " in last


def test_a_day_and_its_month_stand_on_one_line() -> None:
    """In what a program builds as in a letter: also in an answer, and in the note below it."""
    held: list[str] = []
    blocks = (Answer("1", "Wanneer?", "Op 24 november 2026.", origin="Uiterlijk 25 november 2026."),)
    render_letters((replace(DOCUMENT, markdown="", blocks=blocks),), lambda data: held.append(data) or b"")
    assert "Op 24\u00a0november 2026." in held[0]
    assert "Uiterlijk 25\u00a0november 2026." in held[0]


def test_a_date_beside_a_long_text_stands_on_one_line() -> None:
    """Dates, names and references never break, nor run into the column beside them."""
    long = "Alle servers zijn van het netwerk gehaald; de reservekopie van zondag is heel en wordt vandaag teruggezet."
    row = ("16-11-2026 07:10", long, "Jelle Postma", "DL-2026-0002-7")
    table = Table(tuple(map(words, ("Wanneer", "Wat", "Wie", "Kenmerk"))), (tuple(map(words, row)),), row_headers=True)
    text = _text(_read(replace(DOCUMENT, markdown="", heading=False, blocks=(table,))))
    for cell in (row[0], *row[2:]):
        assert any(cell in line for line in text.splitlines())


def test_no_point_of_a_boxed_list_is_torn() -> None:
    """What to do about a point stood alone on the next page, under the heading of the list."""
    points = tuple((Paragraph(words(f"Point {n}. {'word ' * 60}What to do about {n}.")),) for n in range(30))
    read = _read(replace(DOCUMENT, blocks=(Callout("To look at", (Listing(points),), "warning"),)))
    told = [" ".join(page.extract_text().split()) for page in read.pages]
    assert len(told) > 1
    for n in range(30):
        assert {f"Point {n}." in page for page in told if f"What to do about {n}." in page} == {True}


def test_a_box_that_goes_on_on_the_next_page_says_there_what_it_is() -> None:
    """A point of a list that stood alone on page 2 had lost its heading."""
    many = tuple(Paragraph(words(f"Point {number}. {'word ' * 40}")) for number in range(30))
    first, *later = _read(replace(DOCUMENT, blocks=(Callout("To look at", many, "warning"),))).pages
    titles = [page.extract_text().count("To look at") for page in (first, *later)]
    assert len(titles) > 1
    assert titles == [1] * len(titles)
    goes_on = [
        f"To look at{furniture(DOCUMENT.language)['continued']}" in page.extract_text() for page in (first, *later)
    ]
    assert goes_on == [False] + [True] * len(later), "the same heading twice was taken for a second list"
