"""Words in the language of the person in Slack.

English is the source; Dutch comes from the bot's own catalogue and, for what the use cases say, from the catalogue of
the pages. The catalogues are read as they are written (.po), so that no compiled copy can be older than its text.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

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
        sentence = _catalogue(language).get(text, text) if language != SOURCE else text
        return sentence % values if values else sentence

    return translated


def refusal_text(refusal: DomainError, language: str) -> str:
    """What a refusal says, in a language."""
    return words(language)(refusal.message, **refusal.params)


@cache
def _catalogue(language: str) -> dict[str, str]:
    files = (resources.translations_folder(), OWN)
    found: dict[str, str] = {}
    for folder in files:
        path = folder / language / "LC_MESSAGES" / "messages.po"
        if path.is_file():
            found |= _read(path)
    return found


def _read(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        messages = read_po(file)
    return {
        message.id: message.string
        for message in messages
        if isinstance(message.id, str) and message.id and isinstance(message.string, str) and message.string
    }
