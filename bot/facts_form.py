"""The forms of the fact sheet, made from the fields of ``BreachFacts``: one short form per chapter.

Pure: facts in, blocks out; a filled form in, typed values out. What Slack cannot show (lists of organisations, texts
over its limit) is left to the page, and said.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot import blocks
from bot.inputs import Form
from bot.words import Words
from incident.law.facts import BreachFacts, Chapter, FactValue, FactValues
from incident.law.labels import choices, field_label
from incident.law.questions import Kind, Question, asked_in, is_known, question, questions
from incident.law.vocabulary import UNKNOWN
from incident.slack.limits import INPUT_LENGTH
from incident.slack.shapes import Block, Element
from incident.slack.text import length

STATED: Final = "stated_unknown"


def names_of(chapter: Chapter, facts: BreachFacts) -> list[str]:
    """The questions of a chapter that can matter, and that Slack can ask."""
    return [one.name for one in asked_in(chapter, facts) if one.kind is not Kind.ROWS]


def shown(name: str, facts: BreachFacts) -> bool:
    """Whether the present answer fits in a field of Slack; a longer one would be cut by saving it."""
    value = getattr(facts, name)
    return length(_lines(value) if isinstance(value, tuple) else str(value)) <= INPUT_LENGTH


def question_blocks(
    names: Sequence[str], facts: BreachFacts, *, language: str, zone: ZoneInfo, say: Words
) -> list[Block]:
    """The form of some questions, with the present answers in it."""
    rows = [row for name in names if shown(name, facts) for row in _rows(name, facts, language, zone, say)]
    hidden = [field_label(name, language).label for name in names if not shown(name, facts)]
    if hidden:
        rows.append(blocks.context(say("Too long for Slack, see the page: %(fields)s", fields=", ".join(hidden))))
    reason = say("Why is a moment corrected? (only when you change one)")
    return [*rows, *_not_known(names, facts, language, say), blocks.field("reason", reason, _LONG)]


_LONG: Final = blocks.text_input(multiline=True)


def _not_known(names: Sequence[str], facts: BreachFacts, language: str, say: Words) -> list[Block]:
    """One question for all that nobody can answer yet: "not known yet" is an answer too (GDPR art. 33(4))."""
    open_now = [name for name in names if may_be_unknown(name) and not is_known(getattr(facts, name))]
    if not open_now:
        return []
    found = [(name, field_label(name, language).label) for name in open_now]
    chosen = blocks.some_of(found, facts.stated_unknown)
    return [blocks.field(STATED, say("Which of these are not known yet?"), chosen)]


def may_be_unknown(name: str) -> bool:
    """Whether "not known yet" is said of a question here; lists with an "unknown" of their own need none."""
    asked = question(name)
    own = asked.kind is Kind.SOME and asked.lists_unknown
    return asked.kind is not Kind.FLAG and not asked.optional and not own


def _rows(name: str, facts: BreachFacts, language: str, zone: ZoneInfo, say: Words) -> list[Block]:
    label, value, asked = field_label(name, language), getattr(facts, name), question(name)
    if asked.kind is Kind.INSTANT:
        moment = value if isinstance(value, datetime) else None
        return blocks.instant(name, label.ask, say("%(field)s: time", field=label.label), zone, moment, label.help)
    return [blocks.field(name, label.ask, _element(asked, value, language, say), hint=label.help)]


def _element(asked: Question, value: FactValue, language: str, say: Words) -> Element:
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


def _lines(value: tuple[object, ...]) -> str:
    return "\n".join(str(each) for each in value)


def changed_values(form: Form, facts: BreachFacts) -> FactValues:
    """The answers that differ from those shown; what was not in the form is not touched."""
    typed = dict(_answers(form))
    found = {name: value for name, value in typed.items() if not _same(value, getattr(facts, name))}
    if STATED in form:
        elsewhere = {name for name in facts.stated_unknown if name not in form}
        ticked = {name for name in form.some(STATED) if not is_known(typed.get(name))}
        if (stated := elsewhere | ticked) != set(facts.stated_unknown):
            found[STATED] = tuple(sorted(stated))
    return found


def _answers(form: Form) -> Iterator[tuple[str, FactValue]]:
    for name, asked in questions().items():
        if name in form and asked.asked and asked.kind is not Kind.ROWS:
            yield name, _answer(form, asked)


def _answer(form: Form, asked: Question) -> FactValue:
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


def _same(new: FactValue, old: FactValue) -> bool:
    """A picker shows whole minutes, so seconds that it could not show are no change."""
    if isinstance(new, datetime) and isinstance(old, datetime):
        return new == old.replace(second=0, microsecond=0)
    return bool(new == old) if not isinstance(new, str) else new.strip() == str(old).strip()
