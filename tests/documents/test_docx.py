"""The Word file is real Word: headings, lists, tables, language; and a house template is filled in a sandbox."""

import io
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from docx.document import Document as DocxDocument

from incident.documents.blocks import Answer, Option, Paragraph, Table, column_widths, words
from incident.documents.docx import render_docx
from incident.documents.docx_house import check_house_template
from incident.documents.docx_package import stable
from incident.documents.model import Letterhead
from incident.domain.kernel.errors import Invalid
from tests.documents import hostile
from tests.documents.test_pdf import DOCUMENT, SVG


def _open(data: bytes) -> DocxDocument:
    return Document(io.BytesIO(data))


def _styled(document: DocxDocument, style: str) -> list[str]:
    return [part.text for part in document.paragraphs if part.style is not None and part.style.name == style]


def _house(*lines: str) -> bytes:
    made, stream = Document(), io.BytesIO()
    for line in lines:
        made.add_paragraph(line)
    made.sections[0].header.paragraphs[0].text = "{{ sender }}"
    made.save(stream)
    return stream.getvalue()


def test_headings_lists_and_tables_are_real() -> None:
    """A reader can jump by heading; lists count themselves; the header row of a table is marked as such."""
    made = _open(render_docx(replace(DOCUMENT, markdown=DOCUMENT.markdown + "\n1. a\n2. b\n\nx\n\n1. c\n")))
    assert _styled(made, "Heading 1") == ["Belangrijk: datalek"]
    assert _styled(made, "Heading 2") == ["Tweede kop"]
    assert _styled(made, "List Bullet") == ["punt een", "punt twee"]
    assert _styled(made, "List Number") == ["a", "b", "c"]
    (table,) = made.tables
    assert [cell.text for cell in table.rows[0].cells] == ["Soort", "Aantal"]
    assert "w:tblHeader" in table.rows[0]._tr.xml
    assert "w:tblHeader" not in table.rows[1]._tr.xml


def test_every_numbered_list_counts_from_its_own_start() -> None:
    """Two lists have two numberings; the second does not go on where the first ended."""
    made = _open(render_docx(replace(DOCUMENT, markdown="1. a\n2. b\n\nx\n\n5. c\n")))
    numbers = [part._p.pPr.numPr.numId.val for part in made.paragraphs if part.text in {"a", "b", "c"}]
    assert numbers[0] == numbers[1] != numbers[2]
    overrides = made.part.numbering_part.element.xpath(f"./w:num[@w:numId='{numbers[2]}']//w:startOverride/@w:val")
    assert overrides == ["5"]


def test_the_file_describes_itself() -> None:
    """Title, language, author and date come from the document; the spelling checker knows the language."""
    made = _open(render_docx(DOCUMENT))
    about = made.core_properties
    assert (about.title, about.language, about.author) == ("Belangrijk: datalek", "nl", "Alumio B.V.")
    assert about.created is not None
    assert about.created.date() == DOCUMENT.written_on
    assert 'w:val="nl-NL"' in made.styles.element.xml


def test_an_answer_is_not_torn_from_its_last_tick_nor_from_its_remark() -> None:
    """A page that opens with "derived" alone, or with one tick of four, does not say of what."""
    options = tuple(Option(f"Keuze {number}", chosen=True) for number in range(4))
    answer = Answer("9.1", "Gevolgen?", options=options, origin="Afgeleid")
    made = _open(render_docx(replace(DOCUMENT, blocks=(answer, Paragraph(words("Verder."))))))
    kept = {part.text.strip(): part.paragraph_format.keep_with_next for part in made.paragraphs}
    assert [kept[f"☒ Keuze {number}"] for number in range(4)] == [True] * 4
    assert not kept["Afgeleid"]
    many = tuple(Option(f"Keuze {number}", chosen=True) for number in range(40))
    long = _open(render_docx(replace(DOCUMENT, blocks=(Answer("6.1", "Welke?", options=many, origin="Afgeleid"),))))
    told = {part.text.strip(): part.paragraph_format.keep_with_next for part in long.paragraphs}
    assert (told["6.1  Welke?"], told["☒ Keuze 39"]) == (True, True)
    assert not told["☒ Keuze 20"], "a list of a page may go on"


def test_an_answer_is_as_long_as_its_lines_and_not_as_its_paragraphs() -> None:
    """Eight paragraphs of three lines, kept together, left a third of the page before them empty."""
    answer = Answer("7.2", "Wie?", "\n\n".join(f"Groep {number}: {'naam, adres, ' * 20}" for number in range(8)))
    made = _open(render_docx(replace(DOCUMENT, blocks=(answer, Paragraph(words("Verder."))))))
    kept = {part.text.strip()[:7]: part.paragraph_format.keep_with_next for part in made.paragraphs}
    assert kept["Groep 6"]
    assert not kept["Groep 3"]


def test_a_remark_without_a_number_is_no_question_and_parts_stay_with_theirs() -> None:
    """What the form does not reproduce stands in grey; a question and its parts are not torn over two pages."""
    answer = (Answer("3.2.1", "Wie meldt?"), Answer("", "Naam", "Noor"), Answer("", "Functie", "FG"))
    made = _open(render_docx(replace(DOCUMENT, blocks=(*answer, Answer("", "De tekst is niet bekend.")))))
    said = {part.text.strip(): part for part in made.paragraphs}
    assert said["3.2.1  Wie meldt?"].paragraph_format.keep_with_next
    assert said["Naam: Noor"].paragraph_format.keep_with_next
    assert not said["Functie: FG"].paragraph_format.keep_with_next
    remark = next(run for run in said["De tekst is niet bekend."].runs if run.text.strip())
    assert not remark.bold


def test_a_long_detail_has_the_room_of_a_short_one() -> None:
    """Three tabs at equal distances sent the longest, the version of a follow-up, to a second line."""
    told = (
        ("Ons kenmerk", "DL-2026-0003-5"),
        ("Datum", "4 mei 2026"),
        ("Versie", "1 van deze aanvulling (goedgekeurd)"),
    )
    made = _open(render_docx(replace(DOCUMENT, details=told)))
    line = next(part for part in made.paragraphs if "Versie" in part.text)
    first, second, end = [round(stop.position.mm) for stop in line.paragraph_format.tab_stops]
    assert end - second > 2 * (second - first)
    assert end == 163


def test_page_numbers_reference_and_audit_head_are_in_the_footer() -> None:
    """On the first page and on the others."""
    made = _open(render_docx(DOCUMENT))
    for footer in (made.sections[0].footer, made.sections[0].first_page_footer):
        xml = footer._element.xml
        assert "NUMPAGES" in xml
        assert "DL-2026-0042" in xml
        assert "3fa9c1e2b7" in xml


def test_the_same_document_gives_the_same_bytes() -> None:
    """Also when the package was written at another time of the day."""
    assert render_docx(DOCUMENT) == render_docx(DOCUMENT)
    with zipfile.ZipFile(io.BytesIO(render_docx(DOCUMENT))) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.namelist()[0] == "[Content_Types].xml"


def test_links_are_links() -> None:
    """A web address is a relationship of its own, not typed text."""
    made = _open(render_docx(replace(DOCUMENT, markdown="[AP](https://autoriteitpersoonsgegevens.nl)")))
    targets = [relation.target_ref for relation in made.part.rels.values() if relation.is_external]
    assert targets == ["https://autoriteitpersoonsgegevens.nl"]


@pytest.mark.parametrize("text", hostile.ALL, ids=range(len(hostile.ALL)))
def test_no_text_breaks_it(text: str) -> None:
    """Control characters are dropped, everything else is carried as text."""
    head = Letterhead(text, (text,), SVG.encode())
    document = replace(DOCUMENT, title=text, markdown=text, recipient=(text,), details=((text, text),), letterhead=head)
    made = _open(render_docx(document))
    assert len(made.paragraphs) >= 1


HOUSE = ("{%p for line in recipient %}", "{{ line }}", "{%p endfor %}", "{{ title }} {{ date }}", "{{ body }}", "Groet")


def test_the_text_stands_in_the_house_template_where_it_belongs() -> None:
    """Fields are filled, the body comes between what stood above and below, styles and all."""
    made = _open(render_docx(DOCUMENT, _house(*HOUSE)))
    texts = [part.text for part in made.paragraphs if part.text]
    assert texts[:3] == ["Mevrouw Åsa Öberg-Groß", "Belangrijk: datalek 22 november 2026", "Belangrijk: datalek"]
    assert texts[-1] == "Groet"
    assert _styled(made, "Heading 2") == ["Tweede kop"]
    assert made.sections[0].header.paragraphs[0].text == "Alumio B.V."
    assert check_house_template(_house(*HOUSE)) == {"recipient", "title", "date", "body", "sender"}


def test_values_in_a_house_template_are_not_run_again() -> None:
    """Braces and tags in a title are letters."""
    made = _open(render_docx(replace(DOCUMENT, title=hostile.BRACES + hostile.SCRIPT), _house(*HOUSE)))
    assert any(hostile.BRACES + hostile.SCRIPT in part.text for part in made.paragraphs)


@pytest.mark.parametrize(
    "line",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ recipient.__class__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ title",
        "{% for x in %}",
        "{{ secret }}",
        "geen plaats",
    ],
)
def test_a_hostile_or_broken_house_template_is_refused(line: str) -> None:
    """The sandbox gives nothing away, and the person hears what is wrong with the template."""
    lines = ("{{ title }}", line) if line == "geen plaats" else ("{{ body }}", line)
    with pytest.raises(Invalid):
        check_house_template(_house(*lines))


def test_what_is_no_word_file_is_refused() -> None:
    """Text, another ZIP, a cut-off file, macros, and a bomb."""
    good = _house("{{ body }}")
    for bad in (
        b"",
        b"hallo",
        b"%PDF-1.7",
        good[:200],
        _zip({"a.txt": b"x"}),
        _with(good, "word/vbaProject.bin", b"x"),
    ):
        with pytest.raises(Invalid):
            check_house_template(bad)
    with pytest.raises(Invalid, match="far too much"):
        check_house_template(_with(good, "word/media/bomb.bin", b"\0" * (101 * 2**20)))
    with pytest.raises(Invalid, match="MB"):
        check_house_template(b"x" * (21 * 2**20))


def _zip(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return stream.getvalue()


def _with(package: bytes, name: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(stable(package))) as source:
        parts = {known: source.read(known) for known in source.namelist()}
    return _zip({**parts, name: content})


def test_a_draft_says_so_on_every_page_and_in_the_house_letter_too() -> None:
    """What is not approved is never mistaken for what is."""
    mark = "Concept: nog niet goedgekeurd"
    draft = replace(DOCUMENT, draft=True)
    own, house = _open(render_docx(draft)), _open(render_docx(draft, _house(*HOUSE)))
    section = own.sections[0]
    for footer in (section.footer, section.first_page_footer):
        assert mark in [line.text for line in footer.paragraphs]
    assert [line.text for line in house.paragraphs].count(mark) == 2
    assert mark not in [line.text for line in _open(render_docx(DOCUMENT, _house(*HOUSE))).paragraphs]


def test_a_column_is_as_wide_as_its_words_ask_and_no_row_is_torn() -> None:
    """A column of numbers does not take a third of the page."""
    text = "| Nr. | Vraag |\n| --- | --- |\n| 8.1 | Waren de persoonsgegevens vooraf versleuteld of gehasht? |"
    (table,) = _open(render_docx(replace(DOCUMENT, markdown=text))).tables
    narrow, wide = (cell.width for cell in table.rows[1].cells)
    assert narrow * 3 < wide
    assert all(row._tr.trPr.xpath("./w:cantSplit") for row in table.rows)


def test_the_longest_word_of_a_narrow_column_has_room() -> None:
    """ "Verwerkingsverantwoordelijke" never runs into the words beside it."""
    row = (
        words("Onze rol"),
        words("Verwerkingsverantwoordelijke"),
        words("Loader, zaterdag 28 februari 2026 om 03:00 uur (versie 2)"),
    )
    shares = column_widths(Table((words("Onderwerp"), words("Antwoord"), words("Vastgelegd door")), (row,)))
    assert shares[1] / sum(shares) > 0.3
