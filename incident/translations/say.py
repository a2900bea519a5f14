"""The catalogue of the pages for whatever speaks without a page: Slack, reminders, mails, the ruler, the calendar."""

import gettext
from functools import cache
from pathlib import Path
from typing import Final

SOURCE: Final = "en"
_FOLDER: Final = Path(__file__).resolve().parent


def N_(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is said."""
    return text


def P_(context: str, text: str) -> str:
    """Mark a text that has words of its own in this context; it is translated where it is said."""
    return text


def translated(language: str, text: str, context: str = "", /, **values: object) -> str:
    """The text in a language, English for one that we do not have, with its ``%(name)s`` places filled in."""
    words = _catalogue(language)
    sentence = words.pgettext(context, text) if context else words.gettext(text)
    return sentence % values if values else sentence


def counted(language: str, one: str, many: str, num: int, /, **values: object) -> str:
    """The text for one or for ``num`` things, with its ``%(num)s`` and other places filled in."""
    return _catalogue(language).ngettext(one, many, num) % {"num": num, **values}


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == SOURCE:
        return gettext.NullTranslations()
    return gettext.translation("messages", str(_FOLDER), [language], fallback=True)
