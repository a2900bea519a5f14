"""The fact sheet in words: labels, values, origins, progress."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from incident.domain.fact_sheet import FactConflict, chapter_of, fields_of
from incident.domain.kernel.json import JsonObject
from incident.law.facts import BreachFacts, Chapter, FactValue
from incident.law.facts_from_risk import newer_facts
from incident.law.labels import chapter_title, field_label
from incident.law.questions import asked_in, is_known
from incident.law.risk.answers import DataItem, RiskAnswers
from incident.law.vocabulary import UNKNOWN
from incident.web.filters import day, number, when
from incident.web.forms.facts import OTHERWISE
from incident.web.i18n import language_code
from incident.web.labels import law_label

SHOWN_ELSEWHERE = frozenset({"stated_unknown", "triggers", "authority_letters"})


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
    step: str

    @property
    def origin(self) -> tuple[str, datetime | None, str]:
        """Who said it, when, and at which step."""
        return self.by, self.at, self.step


@dataclass(frozen=True, slots=True)
class ChapterProgress:
    """How many questions of a chapter have an answer, 'not known yet' among them."""

    chapter: Chapter
    title: str
    done: int
    total: int


def chapter_progress(chapter: Chapter, facts: BreachFacts) -> ChapterProgress:
    """The progress of one chapter, without notes on an "other" that nobody ticked."""
    counted = [one for one in asked_in(chapter, facts) if one.counts and not _explains_nothing(one.name, facts)]
    done = sum(not one.open(facts) for one in counted)
    return ChapterProgress(chapter, chapter_title(chapter, language_code()), done, len(counted))


def _explains_nothing(name: str, facts: BreachFacts) -> bool:
    listed = OTHERWISE.get(name, "")
    ticked = {one.value for one in getattr(facts, listed)} if listed else set()
    return bool(listed) and "other" not in ticked and not is_known(getattr(facts, name))


def shown_chapter(chapter: Chapter, facts: BreachFacts, origins: JsonObject) -> list[ShownAnswer]:
    """The answers of one chapter in words."""
    names = [name for name in fields_of(chapter) if name not in SHOWN_ELSEWHERE]
    return [_shown(name, facts, origins.get(name, {})) for name in names]


def common_origin(shown: Iterable[ShownAnswer]) -> ShownAnswer | None:
    """The answer whose origin most answers of a chapter share, if any do: said once above them, not below each."""
    told = [one for one in shown if one.at and (one.stated or one.open)]
    counted = Counter(one.origin for one in told)
    most = max(told, key=lambda one: counted[one.origin], default=None)
    return most if most is not None and counted[most.origin] > 1 else None


def _shown(name: str, facts: BreachFacts, origin: JsonObject) -> ShownAnswer:
    value = getattr(facts, name)
    at = datetime.fromisoformat(origin["at"]) if origin.get("at") else None
    return ShownAnswer(
        name,
        field_label(name, language_code()).label,
        shown_value(name, value),
        is_known(value) and value is not False,
        name in facts.stated_unknown,
        origin.get("by", ""),
        at,
        origin.get("version"),
        str(STEPS.get(origin.get("step", ""), "")),
    )


STEPS = {
    "report": _l("from the report"),
    "preset": _l("accepted from the proposals"),
    "profile": _l("accepted from the profile of the organisation"),
    "missing": _l("asked because it was missing"),
    "triage": _l("from the first look"),
    "risk": _l("from the risk assessment"),
    "decision": _l("from the decision"),
    "close": _l("from the closing"),
}
"""The step in which an answer was given, where that was not the fact sheet itself."""


@dataclass(frozen=True, slots=True)
class ShownNewer:
    """A question on which facts and assessment disagree, with both answers in words."""

    question: str
    label: str
    chapter: Chapter
    fact: str | Markup
    assessed: str | Markup
    may_stand: bool
    """Whether the assessment has an answer at all, which may become the fact."""


def tell_newer(facts: BreachFacts, assessed: RiskAnswers) -> list[ShownNewer]:
    """Where the facts say otherwise than the newest assessment did."""
    return [
        ShownNewer(
            one.question,
            field_label(one.field, language_code()).label,
            chapter_of(one.field),
            shown_value(one.field, _plain(one.fact)),
            shown_value(one.field, _plain(one.assessed)),
            is_known(_plain(one.assessed)),
        )
        for one in newer_facts(facts, assessed)
    ]


def _plain(value: FactValue) -> FactValue:
    """Kinds of data without how much each tells."""
    if isinstance(value, tuple):
        return tuple(item.category if isinstance(item, DataItem) else item for item in value)
    return value


def both_sides(conflict: FactConflict) -> list[tuple[str, str | Markup, str | Markup]]:
    """Each answer that two people gave otherwise: its name, what is recorded, and what was typed."""
    return [
        (one.name, shown_value(one.name, one.theirs), shown_value(one.name, one.mine)) for one in conflict.conflicts
    ]


def shown_value(name: str, value: FactValue) -> str | Markup:
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


def shown_change(name: str, old: FactValue, new: FactValue) -> Markup:
    """What an answer was and is: in a list only what went or came is marked; a first answer bears no mark."""
    if isinstance(old, tuple) and isinstance(new, tuple) and old:
        gone = [Markup("<del>{}</del>").format(shown_value(name, item)) for item in old if item not in new]
        mark = {True: Markup("{}"), False: Markup("<ins>{}</ins>")}
        return Markup("<br>").join([*gone, *(mark[item in old].format(shown_value(name, item)) for item in new)])
    was, now = shown_value(name, old), shown_value(name, new)
    return escape(now) if was == "–" else Markup("<del>{}</del> → <ins>{}</ins>").format(was, now)


def _record_text(value: FactValue) -> str:
    parts = (getattr(value, field.name) for field in fields(value))
    told = (_part_text(part) for part in parts if part not in ("", None, UNKNOWN, ()))
    return " · ".join(told)


def _part_text(part: object) -> str:
    return ", ".join(map(_part_text, part)) if isinstance(part, tuple) else str(shown_value("", part))
