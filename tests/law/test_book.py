"""The book of rules in docs/law says what the program judges by."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from incident.cli.law import law
from incident.law.book import book
from incident.law.book_values import told, value_title
from incident.law.explain import title
from incident.law.forms.catalogue import load_catalogue, portals
from incident.law.grounds import grounds
from incident.law.regimes import all_regimes
from incident.law.sources import Certainty, Value, house_value, values
from incident.law.texts import LANGUAGES, cited, sentence, texts

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "law"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_committed_book_is_the_one_the_data_give(language: str) -> None:
    """After a change of rules: `meldklok law book --language nl > docs/law/method.nl.md`, and so for each language."""
    assert (FOLDER / f"method.{language}.md").read_text("utf-8") == book(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_book_leaves_nothing_out(language: str) -> None:
    """Every duty, every value and every ground with its certainty; what is unread is an open question."""
    text = book(language)
    for regime in all_regimes():
        rows = [
            line for line in text.splitlines() if line.startswith(f"| {title(regime.id, language)} (`{regime.id}`)")
        ]
        assert any(row.endswith(f"| {regime.certainty.value} |") for row in rows), regime.id
    for value in values():
        assert f"### {value_title(value, language)} (`{value.id}`)\n" in text
    assert text.count(cited("UAVG art. 42", language)) >= len(
        [each for each in grounds().values() if each.citation == "UAVG art. 42"]
    )
    assert "{number}" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_value_is_told_by_the_names_of_the_program(language: str) -> None:
    """A lawyer reads what a name stands for, in the language of the book; each outcome stands at both its answers."""
    told_all = {value.id: told(value, language) for value in values()}
    for value_id, text in told_all.items():
        assert not re.search(r"\b[a-z]+_[a-z_]+\b|^-:|None", text, re.MULTILINE), value_id
        assert "- -" not in text
        assert "|  |" not in text, "each column has a heading, for who hears the page read out"
    outcomes = told_all["edpb.confidentiality"].splitlines()
    assert outcomes[-1].startswith(f"| {sentence('risk.likelihood.intended', (), language)} |")
    assert outcomes[-1].endswith(f"| {sentence('risk.level.high', (), language)} |")
    assert outcomes[0].endswith(f"| {sentence('risk.gravity.very_high', (), language)} |")


def test_a_name_without_words_is_refused() -> None:
    """Whoever adds a value adds its words."""
    with pytest.raises(KeyError, match="made_up"):
        told(Value("edpb.gravity", {"ordinary": ["made_up"]}, "GDPR art. 5(2)", Certainty.UNVERIFIED), "nl")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_no_text_decides_is_asked_with_both_sides(language: str) -> None:
    """A choice of the house that a lawyer may overturn: what speaks for it and what against, each with its source."""
    asked = [text_id for text_id in texts() if text_id.startswith("book.question.")]
    chapter = book(language).partition(f"## {sentence('book.open', (), language)}")[2]
    for text_id in asked:
        line = sentence(text_id, (("few", house_value("edpb.few_people").value),), language)
        assert f"- {line}\n" in chapter
    assert {"book.question.interest", "book.question.not_returned", "book.question.handful"} <= set(asked)


def test_the_command_prints_the_book() -> None:
    """For a lawyer who has the program and not the repository."""
    result = CliRunner().invoke(law, ["book", "--language", "en"])
    assert (result.exit_code, result.output) == (0, book("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_book_says_what_is_not_known_of_each_form(language: str) -> None:
    """With its certainty; a lawyer sees on which words a report of another portal rests."""
    text = book(language)
    for name in portals():
        form = load_catalogue(name)
        assert any(
            f"(`{name}`)" in line and form.about[language] in line and line.endswith(f"| {form.certainty.value} |")
            for line in text.splitlines()
        )
