"""The fact sheet in words: labels, values, origins, progress."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from incident.domain.fact_sheet import fields_of
from incident.law.facts import BreachFacts, Chapter
from incident.law.labels import chapter_title, field_label
from incident.law.vocabulary import UNKNOWN
from incident.web.filters import day, number, when
from incident.web.i18n import language_code
from incident.web.labels import law_label

SHOWN_ELSEWHERE = frozenset({"stated_unknown", "triggers"})


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """One answer of the sheet; ``stated`` says whether there is one, ``open`` that 'not known yet' was stated."""

    name: str
    label: str
    text: str | Markup
    stated: bool
    open: bool
    by: str
    at: datetime | None
    version: int | None


@dataclass(frozen=True, slots=True)
class ChapterProgress:
    """How many questions of a chapter have an answer, 'not known yet' among them."""

    chapter: Chapter
    title: str
    done: int
    total: int


def is_stated(value: Any) -> bool:
    """Whether a field holds an answer."""
    if value in ("", (), UNKNOWN, None, False):
        return False
    return not (isinstance(value, Enum) and value.value == "unknown")


def chapter_progress(chapter: Chapter, facts: BreachFacts) -> ChapterProgress:
    """The progress of one chapter."""
    names = [
        name for name in fields_of(chapter) if name not in SHOWN_ELSEWHERE and type(getattr(facts, name)) is not bool
    ]
    done = sum(1 for name in names if is_stated(getattr(facts, name)) or name in facts.stated_unknown)
    return ChapterProgress(chapter, chapter_title(chapter, language_code()), done, len(names))


def shown_chapter(chapter: Chapter, facts: BreachFacts, origins: dict[str, Any]) -> list[ShownAnswer]:
    """The answers of one chapter in words."""
    names = [name for name in fields_of(chapter) if name not in SHOWN_ELSEWHERE]
    return [_shown(name, facts, origins.get(name, {})) for name in names]


def _shown(name: str, facts: BreachFacts, origin: dict[str, Any]) -> ShownAnswer:
    value = getattr(facts, name)
    at = datetime.fromisoformat(origin["at"]) if origin.get("at") else None
    return ShownAnswer(
        name,
        field_label(name, language_code()).label,
        shown_value(name, value),
        is_stated(value),
        name in facts.stated_unknown,
        origin.get("by", ""),
        at,
        origin.get("version"),
    )


def shown_value(name: str, value: Any) -> str | Markup:
    """One value in the words of the page's language."""
    if value is True or value is False:
        return str(_("Yes") if value else _("No"))
    if value is UNKNOWN or value in ("", (), None):
        return "–"
    if isinstance(value, tuple):
        return Markup("<br>").join(escape(shown_value(name, item)) for item in value)
    if isinstance(value, Enum):
        return law_label(value)
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int):
        return number(value)
    return str(value) if isinstance(value, str) else _record_text(value)


def _record_text(value: Any) -> str:
    parts = (getattr(value, field.name) for field in fields(value))
    told = (shown_value("", part) for part in parts if part not in ("", None, UNKNOWN))
    return " · ".join(str(part) for part in told)
