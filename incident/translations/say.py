"""The catalogue of the pages for whatever speaks without a page: Slack, reminders, mails, the calendar."""

import gettext
from functools import cache
from pathlib import Path
from typing import Final

SOURCE: Final = "en"
_FOLDER: Final = Path(__file__).resolve().parent


def N_(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is said."""
    return text


def translated(language: str, text: str, /, **values: object) -> str:
    """The text in a language, English for one that we do not have, with its ``%(name)s`` places filled in."""
    sentence = _catalogue(language).gettext(text)
    return sentence % values if values else sentence


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == SOURCE:
        return gettext.NullTranslations()
    return gettext.translation("messages", str(_FOLDER), [language], fallback=True)
