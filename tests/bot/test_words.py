"""Every language is whole: each English text of the bot has its words in it, with the same places to fill in."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

import bot
import incident.slack
from bot.words import SOURCE, counted, refusal_text, words
from incident import translations
from incident.domain.kernel.errors import DomainError, Invalid
from incident.domain.kernel.events import Status
from incident.domain.kinds import Addressee
from incident.law.texts import LANGUAGES
from incident.slack.profiles import language_of
from incident.slack.words import WORDS, addressee_word, notified_word, status_word, word
from incident.web.labels import ADDRESSEES, STATUSES

REFUSALS = {"Invalid", "NotAllowed", "NotFound", "IllegalMove"}
PLACES = re.compile(r"%\((\w+)\)s")


@cache
def texts() -> frozenset[str]:
    """Every text that a person in Slack can see, as it stands in the code."""
    found = set()
    for path in Path(bot.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                found |= set(_said(node))
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "text":
                found |= {part.value for part in ast.walk(node.value) if _is_sentence(part)}  # type: ignore[attr-defined]
    return frozenset(found)


def _is_sentence(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and "(%(n)s" in node.value


def _said(node: ast.Call) -> list[str]:
    name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
    place = 1 if name == "Offer" else 0
    if name != "say" and name != "Offer" and name not in REFUSALS:
        return []
    argument = node.args[place] if len(node.args) > place else None
    return [argument.value] if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else []


ALIKE = {"Text", "(optional)"}
"""What is the same in English and German."""


def test_the_search_for_texts_finds_them() -> None:
    """A search that finds nothing would make the next test worthless."""
    assert {"What happened?", "I take it", "Choose the date as well."} <= texts()
    assert len(texts()) > 150


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != SOURCE])
@pytest.mark.parametrize("text", sorted(texts()))
def test_every_text_has_its_words(text: str, language: str) -> None:
    """Translated, and with the same places; a word of two languages may stay as it is."""
    told = words(language)(text)
    assert told != text or text in ALIKE
    assert sorted(PLACES.findall(told)) == sorted(PLACES.findall(text))


MANY = re.compile(r"\b[01] (?!is\b|was\b|has\b)\w+(?:en|s)\b")
"""A count of one before a word for many, in either language; hours are *uur* however many there are."""


def numbered() -> dict[tuple[str, str], str]:
    """Every text for one and for many that the bot and the messages in Slack say, with the file it stands in."""
    found = {}
    for folder in (Path(bot.__file__).parent, Path(incident.slack.__file__).parent):
        for path in folder.rglob("*.py"):
            text = path.read_text()
            for node in ast.walk(ast.parse(text)) if "counted" in text else ():
                if isinstance(node, ast.Call) and "counted" in (
                    getattr(node.func, "id", ""),
                    getattr(node.func, "attr", ""),
                ):
                    said = [part.value for part in node.args if isinstance(part, ast.Constant)]
                    if len(said) == 2:
                        found[str(said[0]), str(said[1])] = path.parent.name
    return found


def filled(text: str, one: str) -> str:
    """The text with this in all its places that can hold a number."""
    return PLACES.sub(one, text.replace("%(reference)s", "DL"))


@pytest.mark.parametrize("text", sorted(texts() | {str(text) for text in WORDS.values()}))
def test_no_text_counts_one_as_many(text: str) -> None:
    """Whatever may stand before a word for many is counted: "1 bestand", and never "1 bestanden"."""
    for language in ("en", "nl"):
        assert not MANY.search(filled(words(language)(text), "1")), language


def test_the_search_for_counts_finds_them() -> None:
    """A search that finds nothing would make the tests around it worthless."""
    assert MANY.search("1 bestanden zijn bewaard")
    assert MANY.search("1 files were kept")
    assert not MANY.search("nog 1 uur")
    assert {"One file was kept as evidence of %(ref)s.", "%(num)s hour left"} <= {one for one, _ in numbered()}
    assert len(numbered()) >= 9


@pytest.mark.parametrize(("one", "many"), sorted(numbered()))
def test_one_thing_is_said_as_one(one: str, many: str) -> None:
    """In both languages, each with the same places; for more there are other words, except for hours in Dutch."""
    values = dict.fromkeys(PLACES.findall(one + many), "x")
    for language in ("en", "nl"):
        single, several = (counted(language, one, many, num, **(values | {"num": num})) for num in (1, 2))
        assert not MANY.search(single), single
        assert single != several
        assert "%(num)s" not in many or "2" in several
    assert counted("nl", one, many, 2, **(values | {"num": 2})) != filled(many, "2")


@pytest.mark.parametrize(
    ("hours", "english", "dutch"),
    [
        (0, "authority notified within an hour", "gemeld bij de toezichthouder binnen een uur"),
        (1, "authority notified after 1 hour", "gemeld bij de toezichthouder na 1 uur"),
        (51, "authority notified after 51 hours", "gemeld bij de toezichthouder na 51 uur"),
    ],
)
def test_nobody_reads_after_0_hours(hours: int, english: str, dutch: str) -> None:
    """What took less than an hour is said so."""
    assert (notified_word(hours, "en"), notified_word(hours, "nl")) == (english, dutch)


@pytest.mark.parametrize("status", Status)
def test_a_status_has_the_same_word_in_slack_and_on_the_pages(status: Status) -> None:
    """Whoever reads both never wonders whether two things are meant."""
    pages = Flask("pages")
    Babel(pages, default_translation_directories=str(Path(translations.__file__).parent))
    for language in ("nl", "en"):
        with pages.test_request_context(), force_locale(language):
            assert status_word(status, language) == str(STATUSES[status][0])


@pytest.mark.parametrize("addressee", Addressee)
def test_an_addressee_has_the_same_words_in_slack_and_on_the_pages(addressee: Addressee) -> None:
    """One catalogue: nobody wonders whether "the insurer" here is "Insurer" there."""
    pages = Flask("pages")
    Babel(pages, default_translation_directories=str(Path(translations.__file__).parent))
    for language in ("nl", "en"):
        with pages.test_request_context(), force_locale(language):
            assert addressee_word(addressee, language) == str(ADDRESSEES[addressee.value])


def test_the_words_of_the_headline_are_translated() -> None:
    """A word missing in one language would break the message in that language."""
    values = {name: "x" for name in ("moment", "who", "step", "steps", "reference", "clock", "channel", "page")}
    assert [key for key in WORDS if word(key, "nl", **values) == word(key, "en", **values)] == ["topic"]


@pytest.mark.parametrize(
    ("locale", "language"), [("nl-NL", "nl"), ("nl_BE", "nl"), ("en-US", "en"), ("fr-FR", "en"), (None, "nl")]
)
def test_the_language_follows_slack(locale: str | None, language: str) -> None:
    """Dutch for Dutch, English for every other language, Dutch where Slack says nothing."""
    assert language_of(locale) == language


def test_a_refusal_is_said_in_the_persons_language() -> None:
    """The sentence of a use case, with its values."""
    refusal: DomainError = Invalid("Choose the date as well.", field="x")
    assert refusal_text(refusal, "nl") == "Kies ook de datum."
    assert refusal_text(refusal, "en") == "Choose the date as well."
