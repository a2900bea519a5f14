"""Both languages are whole: every English text of the bot has its Dutch, with the same places to fill in."""

import ast
import re
from pathlib import Path

import pytest

import bot
from bot.words import language_of, refusal_text, words
from incident.domain.kernel.errors import DomainError, Invalid
from incident.slack.words import CATALOGUES

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


def test_both_catalogues_of_the_headline_have_the_same_words() -> None:
    """A word missing in one language would break the message in that language."""
    assert CATALOGUES["nl"].keys() == CATALOGUES["en"].keys()


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
