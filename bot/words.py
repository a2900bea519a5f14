"""Words in the language of the person in Slack.

English is the source; Dutch comes from the bot's own catalogue and, for what the use cases say, from the catalogue of
the pages. The catalogues are read as they are written (.po), so that no compiled copy can be older than its text.
"""

from collections.abc import Callable
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from incident.domain.kernel.errors import DomainError
from incident.platform import resources

SOURCE: Final = "en"
OWN: Final = Path(__file__).parent / "translations"
Words = Callable[..., str]


@cache
def words(language: str) -> Words:
    """The function that puts an English text into a language and fills in its ``%(name)s`` places."""

    def translated(text: str, /, **values: object) -> str:
        sentence = _catalogue(language).gettext(text) if text else ""
        return sentence % values if values else sentence

    return translated


def counted(language: str, one: str, many: str, num: int, /, **values: object) -> str:
    """The text for one or for ``num`` things, with its ``%(num)s`` and other places filled in."""
    return _catalogue(language).ngettext(one, many, num) % {"num": num, **values}


def refusal_text(refusal: DomainError, language: str) -> str:
    """What a refusal says, in a language."""
    return words(language)(refusal.message, **refusal.params)


@cache
def _catalogue(language: str) -> NullTranslations:
    """The bot's own words; behind them those of the pages, and behind these the English text itself."""
    own = _read(OWN, language)
    own.add_fallback(_read(resources.translations_folder(), language))
    return own


def _read(folder: Path, language: str) -> NullTranslations:
    path = folder / language / "LC_MESSAGES" / "messages.po"
    if language == SOURCE or not path.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return GNUTranslations(compiled)
