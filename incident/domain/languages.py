"""The languages that letters are written in: one line each, and everybody who needs one asks here.

What letters say stands in `incident/documents/phrases/<code>.toml` and in `templates/notices`, a file a language.
"""

from dataclasses import dataclass
from typing import Final

from babel import Locale


@dataclass(frozen=True, slots=True)
class LetterLanguage:
    """A language of letters: its own name, the territory whose dates and numbers it writes, and how it marks a gap.

    ``lix`` is what compounds (German, Dutch, Swedish) and long everyday words (French) add to the reading score LIX
    without making a text harder.
    """

    name: str
    territory: str
    gap: str
    lix: int = 0


LETTER_LANGUAGES: Final = {
    "nl": LetterLanguage("Nederlands", "NL", "[nog invullen", lix=3),
    "en": LetterLanguage("English", "GB", "[to be completed"),
    "sv": LetterLanguage("Svenska", "SE", "[fyll i", lix=2),
    "de": LetterLanguage("Deutsch", "DE", "[noch auszufüllen", lix=6),
    "fr": LetterLanguage("Français", "FR", "[à compléter", lix=4),
}
"""By ISO 639-1 code, in the order in which they are offered."""

FALLBACK: Final = "en"
"""The language for whoever reads none of these."""


def locale_of(language: str, separator: str = "_") -> str:
    """Language with territory: ``nl_NL`` for Babel, ``nl-NL`` for Word. A language without a line stays as it is."""
    known = LETTER_LANGUAGES.get(language)
    return f"{language}{separator}{known.territory}" if known else language


def gaps(text: str) -> tuple[str, ...]:
    """The marks of missing values in a text, in whatever language; a text with any cannot be approved."""
    found = []
    for language in LETTER_LANGUAGES.values():
        start = text.find(language.gap)
        while start >= 0:
            end = text.find("]", start)
            found.append((start, text[start : end + 1 if end >= 0 else len(text)]))
            start = text.find(language.gap, start + 1)
    return tuple(mark for _, mark in sorted(found))


def language_name(code: str, language: str) -> str:
    """A language in words, as ``language`` calls it, with a capital letter; what is no known code stays as it is."""
    found = str(Locale.parse(language).languages.get(code, code))
    return found[:1].upper() + found[1:]


NO_COUNTRIES: Final = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Codes of two letters for unions of countries, for the rest of the world, and for tests."""


def is_country(code: str) -> bool:
    """Whether this is the ISO 3166-1 code of a country, or of a region that has one."""
    known = code.upper()
    return len(code) == 2 and known in Locale.parse("en").territories and known not in NO_COUNTRIES


def country_name(code: str, language: str) -> str:
    """The country of an ISO 3166-1 code in words, such as "Zweden" for SE; what is no such code stays as it is."""
    return str(Locale.parse(language).territories.get(code.strip().upper(), code))
