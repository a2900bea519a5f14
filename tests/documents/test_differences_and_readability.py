"""What changed between two texts, and how hard a text is to read."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.documents.differences import Piece, diff_html, diff_texts
from incident.documents.drafting import draft
from incident.documents.notice_case import NoticeCase
from incident.documents.readability import Level, jargon_list, readability
from incident.documents.templates import all_templates
from tests.documents.cases import LANGUAGES, facts_in

TEXTS = st.text(alphabet="ab é\n.<&", max_size=60)


@given(TEXTS, TEXTS)
def test_the_pieces_hold_both_texts(old: str, new: str) -> None:
    """Nothing is lost: without the added pieces it is the old text, without the removed ones the new."""
    pieces = diff_texts(old, new)
    assert "".join(piece.text for piece in pieces if piece.part != "added") == old
    assert "".join(piece.text for piece in pieces if piece.part != "removed") == new


def test_one_changed_word_is_one_change() -> None:
    """A reader sees the word, not the line."""
    assert diff_texts("Wij bellen u morgen.", "Wij bellen u vandaag.") == (
        Piece("same", "Wij bellen u "),
        Piece("removed", "morgen"),
        Piece("added", "vandaag"),
        Piece("same", "."),
    )


def test_the_difference_is_safe_html() -> None:
    """Both versions are escaped."""
    html = diff_html(diff_texts("a <b> c", "a <script> c"))
    assert html == "a &lt;<del>b</del><ins>script</ins>&gt; c"


def test_long_texts_are_compared_at_once() -> None:
    """100,000 characters, the most a notice may have, in both versions."""
    old = "\n".join(f"Regel {number} van deze lange brief." for number in range(3000))
    started = time.perf_counter()
    pieces = diff_texts(old, old.replace("Regel 1500 ", "Zin 1500 "))
    assert time.perf_counter() - started < 5
    assert [piece.part for piece in pieces] == ["same", "removed", "added", "same"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("addressee", ["subjects", "public"])
def test_our_own_letters_are_easy_and_free_of_jargon(addressee: str, language: str) -> None:
    """Texts to people outside keep to B1: easy by LIX, short sentences, no word of the trade."""
    for template in all_templates():
        if (template.addressee, template.language) != (addressee, language):
            continue
        found = readability(
            draft(template, facts_in(language, case=NoticeCase("DL-2026-0042"))).body_markdown, language
        )
        assert found.level is Level.EASY, (template.path, found.score)
        assert found.jargon == (), template.path
        assert found.words / found.sentences <= 15
        assert len(found.long_sentences) <= 1, found.long_sentences


def test_officialese_is_called_hard_and_its_jargon_named() -> None:
    """The figure rises, the long sentence and the words to replace are shown."""
    text = (
        "De verwerkingsverantwoordelijke heeft onverwijld mitigerende maatregelen getroffen teneinde de exfiltratie "
        "van persoonsgegevens van betrokkenen middels gecompromitteerde toegangsgegevens te beperken conform de "
        "vigerende informatiebeveiligingsvoorschriften van de toezichthoudende autoriteit inzake gegevensbescherming."
    )
    found = readability(text, "nl")
    assert found.level is Level.VERY_HARD
    assert len(found.long_sentences) == 1
    assert {"onverwijld", "teneinde", "betrokkene", "exfiltratie", "middels", "conform"} <= {
        j.word for j in found.jargon
    }


def test_lix_is_calculated_as_its_author_defined_it() -> None:
    """Words per sentence plus the percentage of words of more than six letters."""
    found = readability("Wij zien u graag. De organisatie is bereikbaar.", "nl")
    assert (found.words, found.sentences, found.score) == (8, 2, 4 + 25.0)


def test_a_text_without_words_is_easy() -> None:
    """Nothing to read is not hard to read, and nothing divides by zero."""
    assert (readability("", "nl").score, readability("--- 12 !", "fr").level) == (0.0, Level.EASY)


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [("nl", "Gisteren zagen wij het.", "gisteren"), ("en", "We saw it yesterday.", "yesterday")],
)
def test_a_day_that_is_another_one_for_the_reader_is_to_be_replaced(language: str, text: str, word: str) -> None:
    assert [one.word for one in readability(text, language).jargon] == [word]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_list_of_jargon(language: str) -> None:
    """Each word comes with something plainer."""
    words = jargon_list(language)
    assert len(words) >= 15
    assert all(instead and instead != word for word, instead in words.items())
