"""The words of notices and documents, per language, as data (``<language>.toml``).

They belong to the language of the *notice*, which is the reader's, and never to that of the person who happens to be
signed in: so they are not gettext texts.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from incident.domain.languages import FALLBACK, LETTER_LANGUAGES

Phrases = Mapping[str, Mapping[str, str]]


@cache
def phrases(language: str) -> Phrases:
    """Every section of the phrases of ``language``; a language the product does not write gets English."""
    known = language if language in LETTER_LANGUAGES else FALLBACK
    text = files(__name__).joinpath(f"{known}.toml").read_text(encoding="utf-8")
    return MappingProxyType({name: MappingProxyType(section) for name, section in tomllib.loads(text).items()})


@cache
def phrases_to_colleagues(language: str) -> Phrases:
    """The phrases of ``language`` as colleagues are addressed, who are on other terms than who gets a letter."""
    usual = phrases(language)
    return MappingProxyType(
        {name: MappingProxyType({**section, **usual.get(f"{name}_colleague", {})}) for name, section in usual.items()}
    )


def furniture(language: str) -> Mapping[str, str]:
    """The words around a text: page numbers, labels, marks."""
    return phrases(language)["furniture"]


def language_of(text: str) -> str | None:
    """The notice language that ``text`` is most likely written in, by its small words; None when that is not clear."""
    words = text.lower().replace("’", "'").split()
    scores = {one: sum(word.strip(".,;:!?()") in _common(one) for word in words) for one in LETTER_LANGUAGES}
    ranked = sorted(LETTER_LANGUAGES, key=lambda one: scores[one], reverse=True)
    clear = scores[ranked[0]] >= 3 and scores[ranked[0]] > 1.5 * scores[ranked[1]]
    return ranked[0] if clear else None


@cache
def _common(language: str) -> frozenset[str]:
    return frozenset(phrases(language)["language"]["common"].split())
