"""Page, e-mail and plain text: accessible, safe, and saying the same as the PDF."""

import re
from dataclasses import replace

import pytest

from incident.documents.blocks import Answer, Callout, Figure, Option, Paragraph, Table, words
from incident.documents.html import render_email_html, render_html
from incident.documents.personal import personal_document
from incident.documents.text import WIDTH, render_text
from incident.domain.recipients import Addressed
from incident.usecases.notices.ports import PrintableNotice
from tests.documents import hostile
from tests.documents.cases import NOW, ORGANISATION
from tests.documents.test_pdf import DOCUMENT, SVG
from tests.markup import read

FORBIDDEN = re.compile(r"<(script|img|iframe|object|svg|link|form|input)\b|<[^>]*\s(on\w+|src)\s*=|javascript:", re.I)


@pytest.mark.parametrize("render", [render_html, render_email_html])
def test_the_page_is_valid_and_says_its_language_and_title(render: object) -> None:
    """A strict HTML5 parser takes it; language and title are there for a screen reader."""
    page = render(DOCUMENT)  # type: ignore[operator]
    read(page)
    assert '<html lang="nl">' in page
    assert "<title>Belangrijk: datalek</title>" in page
    assert '<th scope="col">Soort</th>' in page or "<th scope=" in page


def test_an_email_loads_nothing_and_needs_no_style_sheet() -> None:
    """No picture, no font, no address: nothing tells a sender that the letter was read."""
    mail = render_email_html(replace(DOCUMENT, ruler_svg=SVG, ruler_text="Nog 12 uur"))
    assert not re.search(r"src=|url\(|<style|<link|@import", mail)
    assert '<h2 style="' in mail
    assert "Nog 12 uur" in mail


@pytest.mark.parametrize("text", hostile.ALL, ids=range(len(hostile.ALL)))
def test_no_text_becomes_markup(text: str) -> None:
    """In every place of every block, hostile text is only text."""
    shown = words(text)
    blocks = (
        Paragraph(shown),
        Answer(text, text, text, (Option(text, True),), text, "warning"),
        Callout(text, (Paragraph(shown),)),
        Table((shown,), ((shown,),), row_headers=True),
        Figure(SVG, text),
    )
    document = replace(
        DOCUMENT, title=text, markdown=text, blocks=blocks, recipient=(text,), footer=text, audit_head=text
    )
    for page in (render_html(document), render_email_html(document)):
        assert not FORBIDDEN.search(page)
    assert render_text(document)


def test_hostile_text_is_shown_not_swallowed() -> None:
    """Cleaning takes nothing away: what was typed can be read on the page, letter by letter."""
    page = render_html(replace(DOCUMENT, markdown="", blocks=(Paragraph(words(hostile.SCRIPT)),)))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=" in page


def test_links_are_safe() -> None:
    """Only web, mail and telephone; a page that is opened learns nothing about where it was opened from."""
    text = "[a](https://a.example) [b](javascript:alert(1)) <https://c.example>"
    html = render_html(replace(DOCUMENT, markdown=text, blocks=()))
    assert re.findall(r'href="([^"]*)"', html) == ["https://a.example", "https://c.example"]
    assert html.count('rel="noopener noreferrer"') == 2


def test_plain_text_has_everything_within_the_width() -> None:
    """Structure is kept by characters, long lines are wrapped, links show their address."""
    text = render_text(
        replace(
            DOCUMENT,
            draft=True,
            markdown=DOCUMENT.markdown + "\n[AP](https://ap.example)\n\n" + "woord " * 60,
            blocks=(Answer("5.1", "Aard", "Tekst", (Option("Ja", True), Option("Nee", False)), "Vastgelegd"),),
        )
    )
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    for part in (
        "BELANGRIJK: DATALEK",
        "*** Concept",
        "- punt een",
        "Naam: 1",
        "AP (https://ap.example)",
        "[x] Ja",
        "[ ] Nee",
    ):
        assert part in text
    assert text.endswith("Controlepunt van het logboek: 3fa9c1e2b7\n")


def test_the_four_renditions_say_the_same_words() -> None:
    """The words of the text are the same in page, e-mail and plain text."""
    page, mail, text = render_html(DOCUMENT), render_email_html(DOCUMENT), render_text(DOCUMENT)
    for word in ("Eerste alinea.", "punt twee", "Naam"):
        assert word in page
        assert word in mail
        assert word in text


def test_an_item_of_a_list_is_wrapped_once() -> None:
    """No line of a letter in plain text breaks after two words because it was wrapped before it was indented."""
    item = (
        "Wees de komende tijd alert op berichten en telefoontjes van mensen en bedrijven die u niet kent of vertrouwt."
    )
    lines = render_text(
        replace(
            DOCUMENT,
            markdown=f"- {item}",
            blocks=(),
            details=(),
            recipient=(),
            letterhead=None,
            signature=None,
            audit_head="",
        )
    ).splitlines()
    wrapped = [line for line in lines if line.startswith(("- ", "  "))]
    assert " ".join(" ".join(wrapped).removeprefix("- ").split()) == item
    assert len(wrapped) == 2


def test_an_address_abroad_has_one_space_behind_its_postcode() -> None:
    """Two are how the Dutch post wants it; elsewhere they read as a mistake."""
    notice = PrintableNotice("subjects", "initial", "de", "T", "Text", {}, ORGANISATION, "DL-1", 1, NOW, True, "")
    here = Addressed(1, "A", "", "Straat 1", "9711 AA", "Groningen")
    abroad = Addressed(2, "B", "", "Straße 2", "26871", "Papenburg", "Deutschland")
    lines = [personal_document(notice, one).recipient[2] for one in (here, abroad)]
    assert lines == ["9711 AA  Groningen", "26871 Papenburg"]
