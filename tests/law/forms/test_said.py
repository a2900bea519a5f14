"""GDPR art. 34(2): a hollow letter is seen as hollow, and every letter of the house says all that the law asks."""

from pathlib import Path

import pytest

from incident.law.said import unsaid

PAIRS = pytest.mark.parametrize(
    ("addressee", "duty"), [("subjects", "gdpr_34"), ("public", "gdpr_34"), ("controller", "gdpr_33_2")]
)
TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "notices"


def test_a_hollow_letter_says_nothing_of_what_the_law_asks() -> None:
    """The letter that could be approved and mailed before: it lacks everything."""
    found = {item.id for item in unsaid("gdpr_34", "Nieuwsbrief\n\nEr was iets. Niets aan de hand.", "nl")}
    assert found == {"nature", "data", "contact", "consequences", "measures", "advice"}


def test_headings_with_nothing_below_say_nothing() -> None:
    """Emptied sections are as hollow as no sections."""
    text = "## Wat is er gebeurd?\n\n## Wat kan dit voor u betekenen?\n\n## Wat kunt u zelf doen?\n"
    assert len(unsaid("gdpr_34", text, "nl")) == 6


def test_what_lacks_is_named_with_its_article() -> None:
    """So that whoever approves can complete it, or say why it may go without."""
    text = "Datalek met uw gegevens. Het risico is misbruik. Wij hebben de toegang geblokkeerd. Bel 050 123 45 67."
    (item,) = unsaid("gdpr_34", text, "nl")
    assert item.id == "advice"
    assert "34(2)" in item.citation


@pytest.mark.parametrize("language", ["nl", "en", "sv", "de", "fr"])
@PAIRS
def test_the_letters_of_the_house_say_it_all(addressee: str, duty: str, language: str) -> None:
    """Their own headings and sentences are found in each language; a list of words that misses them would cry wolf."""
    body = (TEMPLATES / addressee / "initial" / f"{language}.md.j2").read_text("utf-8").split("+++")[2]
    told = body.replace("{{ contact_email }}", "fg@example.org").replace(
        "{{ happened | sentences }} {{ when }}", "Op 12 mei 2026"
    )
    assert {item.id for item in unsaid(duty, told, language)} <= {"moments"}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Misbruik.", False),
        ("Geen misbruik.", False),
        ("Let op fraude..", True),
        ("- fraude", True),
        ("  - fraude", True),
        ("-", False),
        ("fraude? 050 123 45 67", True),
        ("## Het risico is misbruik", False),
        ("**Het risico is misbruik**", False),
        ("Het risico is **misbruik**", True),
    ],
)
def test_a_line_says_something_when_it_is_long_enough_an_entry_of_a_list_or_an_address(line: str, says: bool) -> None:
    """Fifteen characters are the least of a sentence: "Kort." describes nothing."""
    missing = {item.id for item in unsaid("gdpr_34", f"Nieuwsbrief\n\n{line}\n", "nl")}
    assert ("consequences" not in missing) is says


def test_a_language_without_a_list_of_signs_is_never_called_silent() -> None:
    """Only how to reach somebody is seen in any language."""
    assert {item.id for item in unsaid("gdpr_34", "Något har hänt.", "xx")} == {"contact"}


def test_an_address_alone_is_a_contact_and_an_empty_entry_is_nothing() -> None:
    """However short: who reads "fg@abc.nl" can write; a heading above a lone dash still says nothing."""
    assert "contact" not in {item.id for item in unsaid("gdpr_34", "fg@abc.nl", "nl")}
    assert "consequences" in {item.id for item in unsaid("gdpr_34", "## Het risico is misbruik\n-\n", "nl")}


def test_the_reasons_of_a_delay_are_not_missed_in_a_letter() -> None:
    """They are owed to the authority, by whoever is late."""
    assert "delay" not in {item.id for item in unsaid("gdpr_33_1", "", "nl")}
