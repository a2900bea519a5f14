"""The forms of the fact sheet, made from the fields of ``BreachFacts``: one short form per chapter.

Pure: facts in, blocks out; a filled form in, typed values out. What Slack cannot show (lists of organisations, texts
over its limit) is left to the page, and said.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot import blocks
from bot.inputs import Form
from bot.words import Words
from incident.law.facts import BreachFacts, Chapter
from incident.law.labels import choices, field_label
from incident.law.questions import Kind, Question, asked_in, question, questions
from incident.law.vocabulary import UNKNOWN
from incident.slack.limits import INPUT_LENGTH
from incident.slack.text import length


def names_of(chapter: Chapter, facts: BreachFacts) -> list[str]:
    """The questions of a chapter that can matter, and that Slack can ask."""
    return [one.name for one in asked_in(chapter, facts) if one.kind is not Kind.ROWS]


def shown(name: str, facts: BreachFacts) -> bool:
    """Whether the present answer fits in a field of Slack; a longer one would be cut by saving it."""
    value = getattr(facts, name)
    return length(_lines(value) if isinstance(value, tuple) else str(value)) <= INPUT_LENGTH


def chapter_blocks(
    chapter: Chapter, facts: BreachFacts, *, language: str, zone: ZoneInfo, say: Words
) -> list[blocks.Block]:
    """The form of a chapter, with the present answers in it."""
    names = names_of(chapter, facts)
    rows = [row for name in names if shown(name, facts) for row in _rows(name, facts, language, zone, say)]
    hidden = [field_label(name, language).label for name in names if not shown(name, facts)]
    if hidden:
        rows.append(blocks.context(say("Too long for Slack, see the page: %(fields)s", fields=", ".join(hidden))))
    reason = say("Why is a moment corrected? (only when you change one)")
    return [*rows, blocks.field("reason", reason, blocks.text_input(multiline=True))]


def _rows(name: str, facts: BreachFacts, language: str, zone: ZoneInfo, say: Words) -> list[blocks.Block]:
    label, value, asked = field_label(name, language), getattr(facts, name), question(name)
    if asked.kind is Kind.INSTANT:
        moment = value if isinstance(value, datetime) else None
        return blocks.instant(name, label.ask, say("%(field)s: time", field=label.label), zone, moment, label.help)
    return [blocks.field(name, label.ask, _element(asked, value, language, say), hint=label.help)]


def _element(asked: Question, value: Any, language: str, say: Words) -> blocks.Element:
    known = None if value is UNKNOWN else value
    match asked.kind:
        case Kind.ONE:
            return blocks.one_of(choices(asked.members, language), str(known.value) if known is not None else None)
        case Kind.SOME:
            return blocks.some_of(choices(asked.members, language), [str(each.value) for each in value])
        case Kind.FLAG:
            return blocks.radio([("yes", say("Yes")), ("no", say("No"))], "yes" if value else "no")
        case Kind.DAY:
            return {"type": "datepicker", **({"initial_date": known.isoformat()} if known else {})}
        case Kind.COUNT:
            return blocks.text_input(str(known) if known is not None else "", limit=40)
        case Kind.LINES:
            return blocks.text_input(_lines(value), multiline=True)
        case _:
            return blocks.text_input(str(value), multiline=True)


def _lines(value: tuple[Any, ...]) -> str:
    return "\n".join(str(each) for each in value)


def changed_values(form: Form, facts: BreachFacts) -> dict[str, Any]:
    """The answers that differ from those shown; what was not in the form is not touched."""
    return {name: value for name, value in _answers(form) if not _same(value, getattr(facts, name))}


def _answers(form: Form) -> Iterator[tuple[str, Any]]:
    for name, asked in questions().items():
        if name in form and asked.asked and asked.kind is not Kind.ROWS:
            yield name, _answer(form, asked)


def _answer(form: Form, asked: Question) -> Any:
    name = asked.name
    match asked.kind:
        case Kind.INSTANT:
            return form.moment(name) or UNKNOWN
        case Kind.DAY:
            return form.day(name) or UNKNOWN
        case Kind.COUNT:
            number = form.number(name, least=name.endswith("_min"))
            return UNKNOWN if number is None else number
        case Kind.FLAG:
            return form.one(name) == "yes"
        case Kind.LINES:
            return tuple(line.strip() for line in form.text(name).splitlines() if line.strip())
        case Kind.SOME:
            return tuple(asked.members(value) for value in form.some(name))
        case Kind.ONE:
            return asked.member(form.one(name))
        case _:
            return form.text(name)


def _same(new: Any, old: Any) -> bool:
    """A picker shows whole minutes, so seconds that it could not show are no change."""
    if isinstance(new, datetime) and isinstance(old, datetime):
        return new == old.replace(second=0, microsecond=0)
    return bool(new == old) if not isinstance(new, str) else new.strip() == str(old).strip()
