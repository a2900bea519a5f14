"""The forms of the fact sheet, made from the fields of ``BreachFacts``: one short form per chapter.

Pure: facts in, blocks out; a filled form in, typed values out. What Slack cannot show (lists of organisations, texts
over its limit) is left to the page, and said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from bot import blocks
from bot.inputs import Form
from bot.words import Words
from incident.law.facts import BreachFacts, Chapter
from incident.law.labels import choices, field_label
from incident.law.vocabulary import UNKNOWN, Unknown
from incident.slack.limits import INPUT_LENGTH
from incident.slack.text import length
from incident.usecases.response.record_facts import SET_BY_OTHER_ACTS

NOT_ASKED = SET_BY_OTHER_ACTS | {"stated_unknown"}


@dataclass(frozen=True, slots=True)
class Kind:
    """How one field is asked: the form of the answer, and the closed list where there is one."""

    shape: str
    options: type[Enum] | None = None


@cache
def kinds() -> Mapping[str, Kind]:
    """The fields that Slack can ask, with their kind."""
    hints = get_type_hints(BreachFacts)
    found = {field.name: _kind(hints[field.name]) for field in fields(BreachFacts)}
    return {name: kind for name, kind in found.items() if kind is not None and name not in NOT_ASKED}


def _kind(hint: Any) -> Kind | None:
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        if inner is str:
            return Kind("lines")
        return Kind("some", inner) if _is_enum(inner) else None
    plain = [each for each in (get_args(hint) or (hint,)) if each is not Unknown]
    shapes: dict[Any, str] = {bool: "bool", int: "number", str: "text", datetime: "moment", date: "day"}
    if len(plain) != 1:
        return None
    return Kind("one", plain[0]) if _is_enum(plain[0]) else (Kind(shapes[plain[0]]) if plain[0] in shapes else None)


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def names_of(chapter: Chapter) -> list[str]:
    """The fields of a chapter that Slack can ask, in their order."""
    return [
        field.name for field in fields(BreachFacts) if field.metadata["chapter"] is chapter and field.name in kinds()
    ]


def shown(name: str, facts: BreachFacts) -> bool:
    """Whether the present answer fits in a field of Slack; a longer one would be cut by saving it."""
    value = getattr(facts, name)
    return length(_lines(value) if isinstance(value, tuple) else str(value)) <= INPUT_LENGTH


def chapter_blocks(
    chapter: Chapter, facts: BreachFacts, *, language: str, zone: ZoneInfo, say: Words
) -> list[blocks.Block]:
    """The form of a chapter, with the present answers in it."""
    rows = [row for name in names_of(chapter) if shown(name, facts) for row in _rows(name, facts, language, zone, say)]
    hidden = [field_label(name, language).label for name in names_of(chapter) if not shown(name, facts)]
    if hidden:
        rows.append(blocks.context(say("Too long for Slack, see the page: %(fields)s", fields=", ".join(hidden))))
    reason = say("Why is a moment corrected? (only when you change one)")
    return [*rows, blocks.field("reason", reason, blocks.text_input(multiline=True))]


def _rows(name: str, facts: BreachFacts, language: str, zone: ZoneInfo, say: Words) -> list[blocks.Block]:
    label, value, kind = field_label(name, language), getattr(facts, name), kinds()[name]
    if kind.shape == "moment":
        moment = value if isinstance(value, datetime) else None
        return blocks.instant(name, label.ask, say("%(field)s: time", field=label.label), zone, moment, label.help)
    return [blocks.field(name, label.ask, _element(kind, value, language, say), hint=label.help)]


def _element(kind: Kind, value: Any, language: str, say: Words) -> blocks.Element:
    known = None if value is UNKNOWN else value
    match kind.shape:
        case "one":
            return blocks.one_of(_words(kind, language), str(known.value) if known is not None else None)
        case "some":
            return blocks.some_of(_words(kind, language), [str(each.value) for each in value])
        case "bool":
            return blocks.radio([("yes", say("Yes")), ("no", say("No"))], "yes" if value else "no")
        case "day":
            return {"type": "datepicker", **({"initial_date": known.isoformat()} if known else {})}
        case "number":
            return blocks.text_input(str(known) if known is not None else "", limit=15)
        case "lines":
            return blocks.text_input(_lines(value), multiline=True)
        case _:
            return blocks.text_input(str(value), multiline=True)


def _words(kind: Kind, language: str) -> tuple[tuple[str, str], ...]:
    assert kind.options is not None
    return choices(kind.options, language)


def _lines(value: tuple[Any, ...]) -> str:
    return "\n".join(str(each) for each in value)


def changed_values(form: Form, facts: BreachFacts) -> dict[str, Any]:
    """The answers that differ from those shown; what was not in the form is not touched."""
    return {name: value for name, value in _answers(form) if not _same(value, getattr(facts, name))}


def _answers(form: Form) -> Iterator[tuple[str, Any]]:
    for name, kind in kinds().items():
        if name in form:
            yield name, _answer(form, name, kind)


def _answer(form: Form, name: str, kind: Kind) -> Any:
    match kind.shape:
        case "moment":
            return form.moment(name) or UNKNOWN
        case "day":
            return form.day(name) or UNKNOWN
        case "number":
            number = form.number(name)
            return UNKNOWN if number is None else number
        case "bool":
            return form.one(name) == "yes"
        case "lines":
            return tuple(line.strip() for line in form.text(name).splitlines() if line.strip())
        case "text":
            return form.text(name)
        case "some":
            assert kind.options is not None
            return tuple(kind.options(value) for value in form.some(name))
        case _:
            return _one(form, name, kind)


def _one(form: Form, name: str, kind: Kind) -> Any:
    """The chosen identifier; a menu that was left open means "not known", in whichever way this field says that."""
    assert kind.options is not None
    chosen = form.one(name)
    if chosen is not None:
        return kind.options(chosen)
    return kind.options["UNKNOWN"] if "UNKNOWN" in kind.options.__members__ else UNKNOWN


def _same(new: Any, old: Any) -> bool:
    """A picker shows whole minutes, so seconds that it could not show are no change."""
    if isinstance(new, datetime) and isinstance(old, datetime):
        return new == old.replace(second=0, microsecond=0)
    return bool(new == old) if not isinstance(new, str) else new.strip() == str(old).strip()
