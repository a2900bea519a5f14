"""Languages: by the browser until the person chooses; refuses to start without its catalogues."""

import gettext
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

import flask_babel
from flask import Flask, g, has_app_context, has_request_context, request, session
from flask_babel import Babel, get_locale, get_translations, refresh
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError

from incident.domain.languages import LETTER_LANGUAGES
from incident.law import texts as law
from incident.platform import resources
from incident.platform.settings import Settings, SettingsError
from incident.web.scope import kept, kept_by_babel
from incident.web.templates import shown
from incident.web.viewer import current_person

SOURCE: Final = "en"
LANGUAGES: Final = {code: LETTER_LANGUAGES[code].name for code in law.LANGUAGES}
"""The languages of the pages by their own names."""
CHOICE: Final = "language"


def init_i18n(app: Flask, settings: Settings) -> None:
    """Wire Flask-Babel to our catalogues. Raises SettingsError when a catalogue is missing or empty."""
    folder = resources.translations_folder()
    for language in LANGUAGES:
        if language != SOURCE:
            check_catalogue(folder, language)
    Babel(
        app,
        default_locale=SOURCE,
        default_timezone=settings.zone.key,
        default_translation_directories=str(folder),
        locale_selector=select_language,
    )
    flask_babel._get_current_context = kept_by_babel
    app.context_processor(bound_words)
    app.jinja_env.globals.update(get_locale=get_locale, languages=LANGUAGES, language=language_code)


def bound_words() -> dict[str, Callable[..., Markup]]:
    """``_()`` and ``ngettext()`` for one page: its language is looked up once, not for each of its words."""
    words = get_translations()

    def one(message: str, /, **values: object) -> Markup:
        return _filled(words.ugettext(message), values) if values else _plain(words, message)

    def many(singular: str, plural: str, num: int, /, **values: object) -> Markup:
        return _filled(words.ungettext(singular, plural, num), {"num": num, **values})

    return {"_": one, "gettext": one, "ngettext": many}


@lru_cache(maxsize=8192)
def _plain(words: gettext.NullTranslations, message: str) -> Markup:
    """A sentence without a gap is the same on every page of a language."""
    return _filled(words.gettext(message), {})


def _filled(text: str, values: Mapping[str, object]) -> Markup:
    """The same as ``Markup(text) % values`` in a fifth of the time."""
    return Markup(text % {name: shown(value) for name, value in values.items()})


def check_catalogue(folder: Path, language: str) -> None:
    """Raise SettingsError unless the compiled catalogue of the language is there and holds translations."""
    try:
        catalogue = gettext.translation("messages", str(folder), [language])
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(
            "LANGUAGE", f"The translations for {language!r} cannot be read; reinstall Meldklok."
        ) from problem
    if not catalogue.info().get("language", "").startswith(language):
        raise SettingsError("LANGUAGE", f"The translations for {language!r} are empty; reinstall Meldklok.")


def select_language() -> str:
    """The person's own choice, else this browser session's choice, else what the browser asks for, else English."""
    if not has_request_context():
        return SOURCE
    chosen = _choice_of_person() or session.get(CHOICE)
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES), SOURCE) or SOURCE


def _choice_of_person() -> str | None:
    """The stored choice; a database that is gone must not keep the page that says so from having a language."""
    try:
        person = current_person()
    except SQLAlchemyError:
        return None
    return person.language if person else None


def own_words(texts: Mapping[str, str]) -> tuple[str, str] | None:
    """Words of the organisation and their language: the first of the reader's in which there are any.

    None where the page's own words come before them: the house says them in the language of the page.
    """
    page = language_code()
    asked = [page] if session.get(CHOICE) or _choice_of_person() else [*request.accept_languages.values(), page]
    for code in (one.partition("-")[0].casefold() for one in asked):
        if code in texts:
            return texts[code], code
        if code == page:
            return None
    return None


def language_code() -> str:
    """The code of the page's language, for the ``lang`` attribute and for texts that keep their own languages.

    A page asks this for each of its cells, so the answer is kept for as long as Flask-Babel keeps the locale.
    """
    if not has_app_context():
        return SOURCE
    page = kept()
    if "language_code" not in page:
        locale = get_locale()
        page.language_code = locale.language if locale and locale.language in LANGUAGES else SOURCE
    return str(page.language_code)


def choose_anew() -> None:
    """The person chose another language: what is said from here on is in it."""
    g.pop("language_code", None)
    refresh()
