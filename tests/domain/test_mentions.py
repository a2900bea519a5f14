"""Whoever asks for their data gets theirs, and nobody loses data because a name is part of another word."""

import json

import pytest

from incident.domain.kernel.errors import Invalid
from incident.domain.mentions import wanted


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Anna", "ANNA called"),
        ("Anna", "Letter_of_anna.eml"),
        ("Zoe Muller", "Met Zoë  Müller gesproken"),
        ("Zoë Müller", "zoe_muller.pdf"),
        ("Søren Ek", "SOREN EK"),
        ("O'Brien", "spoke to Mrs. O’Brien."),
        ("ann@example.org", "Mail of <Ann@Example.org>."),
        ("ann@example.org", "ann@example.org rang back"),
    ],
)
def test_a_name_is_found_by_whole_words_and_an_address_whole(typed: str, text: str) -> None:
    """Whatever its case, its accents and what stands between its words."""
    assert wanted(typed).said_in("something else", text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Anna", "Hannah rang, and Joanna and Annabel"),
        ("Anna Smit", "Anna and the Smit family"),
        ("ann@example.org", "joann@example.org"),
        ("ann@example.org", "j.ann@example.org"),
        ("ann@example.org", "ann@example.organic"),
        ("ann@example.org", "ann@example.org.uk"),
        ("ann@example.org", "ann at example.org"),
    ],
)
def test_another_person_is_not_taken_for_them(typed: str, text: str) -> None:
    """Part of a word is another name, and part of an address another address."""
    assert not wanted(typed).said_in(text)


@pytest.mark.parametrize("escaped", [True, False], ids=["SQLite", "PostgreSQL"])
def test_a_document_is_read_by_its_values(escaped: bool) -> None:
    """The names of our own fields name nobody; both databases write accents their own way."""
    document = json.dumps({"name": "Zoë Quux", "more": [{"country": 3}, "rang"]}, ensure_ascii=escaped)
    assert wanted("zoe quux").said_in_values(document)
    assert not wanted("name").said_in_values(document)
    assert not wanted("country").said_in_values(document)


@pytest.mark.parametrize("typed", ["", " an ", "----", "@"])
def test_too_little_is_refused(typed: str) -> None:
    """Three letters would hand out everybody."""
    with pytest.raises(Invalid):
        wanted(typed)
