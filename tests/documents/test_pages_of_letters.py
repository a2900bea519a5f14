"""Where the pages of a letter end: an ordinary one has one, and what is short is not torn."""

import io
from dataclasses import replace

import pytest
from pypdf import PageObject, PdfReader

from incident.documents.blocks import Answer
from incident.documents.drafting import for_recipient
from incident.documents.model import Letterhead, NoticeDocument
from incident.documents.pdf import render_letters, render_pdf
from incident.documents.writing import write_notice
from incident.law.vocabulary import DataCategory, IncidentKind, Nature
from incident.usecases.notices.ports import NoticeRequest
from tests.documents.cases import FACTS, LANGUAGES, MEASURES, NOW, ORGANISATION
from tests.documents.test_pdf import DOCUMENT, SVG


def _read(document: NoticeDocument) -> PdfReader:
    return PdfReader(io.BytesIO(render_pdf(document)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_ordinary_letter_stands_on_one_page_and_is_as_large_to_read(language: str) -> None:
    """What would leave its greeting for a second page stands closer together; what needs two pages keeps its air."""
    sent = replace(
        FACTS,
        kinds=(IncidentKind.EMAIL_WRONG_RECIPIENT,),
        nature=(Nature.CONFIDENTIALITY,),
        data_categories=(DataCategory.NAME, DataCategory.EMAIL, DataCategory.ADDRESS),
        measures_taken=MEASURES[language],
    )
    made = write_notice(NoticeRequest("subjects", "initial", language, sent, ORGANISATION, "DL-1", NOW))
    body = for_recipient(made.body, language)
    ordinary = replace(DOCUMENT, title=made.title, language=language, markdown=body, recipient=(), signature=None)
    reader = _read(ordinary)
    assert len(reader.pages) == 1
    assert _sizes(reader) == _sizes(_read(replace(ordinary, markdown=body * 2)))


def _sizes(reader: PdfReader) -> set[float]:
    found: set[float] = set()
    for page in reader.pages:
        page.extract_text(visitor_text=lambda _t, _c, matrix, _f, size: found.add(round(size * matrix[0], 1)))
    return found


def test_an_address_and_a_telephone_number_stand_together() -> None:
    """Wherever a page ends: a list of a few short items is not torn."""
    lists = "- E-mail: a@b.example\n- Telefoon: 010\n"
    letters = [replace(DOCUMENT, markdown="Regel\n\n" * lines + lists, heading=False) for lines in range(18, 32)]
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(render_letters(letters))).pages]
    told = [page for page in pages if "E-mail:" in page]
    assert len(told) == len(letters)
    assert all("Telefoon:" in page for page in told)
    assert any("Regel" not in page for page in told), "in one of them the page ended there"


def test_a_line_of_a_long_answer_is_not_torn() -> None:
    """Wherever a page ends: each line of a list of people and their data stands on one page."""
    line = "Van begin tot eind: " + "naam, adres en geboortedatum, " * 6 + "klaar."
    answer = Answer("7.2", "Wie?", "\n".join([line] * 20))
    forms = [replace(DOCUMENT, markdown="Regel\n\n" * lines, blocks=(answer,), heading=False) for lines in range(4)]
    for form in forms:
        pages = [page.extract_text() for page in _read(form).pages]
        assert len(pages) > 1
        assert [page.count("Van begin") for page in pages] == [page.count("klaar.") for page in pages]


@pytest.mark.parametrize("logo", [False, True])
def test_the_window_of_an_envelope_shows_the_address_and_nothing_else(logo: bool) -> None:
    """DIN 5008, form B. Whoever sees the envelope learns to whom it goes, and not what it is about."""
    name = "Mevrouw prof. dr. ir. Wilhelmina Alexandra van der Bilt tot Haersma Buma-van Zuylen van Nijevelt"
    recipient = (
        name,
        "Burgemeester van Karnebeekplantsoen 1234-bis, achterzijde",
        "2585 BB  's-Gravenhage",
        "Nederland",
    )
    letterhead = Letterhead(
        "Alumio B.V.", ("Laan 1", "9728 JS Groningen", "www.alumio.com"), SVG.encode() if logo else None
    )
    page = _read(replace(DOCUMENT, recipient=recipient, letterhead=letterhead)).pages[0]
    seen = [text for x, y, text in _placed(page) if x < 110 and 45 <= y <= 90]
    assert "".join(seen).replace(" ", "") == "".join(recipient).replace(" ", "")
    assert len(seen) > len(recipient), "what is too long for the window goes on in a new line"
    assert {x for x, y, _text in _placed(page) if 45 <= y <= 90 and x < 110} == {25.0}


def _placed(page: PageObject) -> list[tuple[float, float, str]]:
    """Each piece of text with the millimetres from the left and from the top."""
    found: list[tuple[float, float, str]] = []
    high, size = float(page.mediabox.height), 25.4 / 72

    def visit(text: str, context: list[float], matrix: list[float], _font: object, _size: float) -> None:
        if text.strip():
            x, y = matrix[4] * context[0] + context[4], matrix[5] * context[3] + context[5]
            found.append((round(x * size, 1), (high - y) * size, text.strip()))

    page.extract_text(visitor_text=visit)
    return found
