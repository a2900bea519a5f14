"""Both languages are whole: every English text of the bot has its Dutch, with the same places to fill in."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

import bot
from bot.words import refusal_text, words
from incident import translations
from incident.domain.kernel.errors import DomainError, Invalid
from incident.domain.kernel.events import Status
from incident.domain.kinds import Addressee
from incident.slack.profiles import language_of
from incident.slack.words import WORDS, addressee_word, status_word, word
from incident.web.labels import ADDRESSEES, STATUSES

REFUSALS = {"Invalid", "NotAllowed", "NotFound", "IllegalMove"}
PLACES = re.compile(r"%\((\w+)\)s")


def texts() -> set[str]:
    """Every text that a person in Slack can see, as it stands in the code."""
    found = set()
    for path in Path(bot.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                found |= set(_said(node))
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "text":
                found |= {part.value for part in ast.walk(node.value) if _is_sentence(part)}  # type: ignore[attr-defined]
    return found


def _is_sentence(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and "(%(n)s" in node.value


def _said(node: ast.Call) -> list[str]:
    name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
    place = 1 if name == "Offer" else 0
    if name != "say" and name != "Offer" and name not in REFUSALS:
        return []
    argument = node.args[place] if len(node.args) > place else None
    return [argument.value] if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else []


def test_the_search_for_texts_finds_them() -> None:
    """A search that finds nothing would make the next test worthless."""
    assert {"What happened?", "I take it", "Choose the date as well."} <= texts()
    assert len(texts()) > 150


@pytest.mark.parametrize("text", sorted(texts()))
def test_every_text_has_its_dutch(text: str) -> None:
    """Translated, and with the same places."""
    dutch = words("nl")(text)
    assert dutch != text
    assert sorted(PLACES.findall(dutch)) == sorted(PLACES.findall(text))


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
    values = {name: "x" for name in ("n", "moment", "who", "step", "steps", "reference", "clock", "channel")}
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
