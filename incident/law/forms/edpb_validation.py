"""GDPR art. 33(3), 33(4): check an EDPB payload against the template's own keys, letters, types and conditions."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from incident.law.forms.answers import QuestionKind, Value
from incident.law.forms.catalogue import Question, load_catalogue
from incident.law.forms.conditions import Given
from incident.law.forms.timeline import hours_passed

KEY = re.compile(r"field_(\d+)")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
INCOMPLETE = "b"
"""The letter of field 4 for a notification of which more will follow."""


class ProblemCode(StrEnum):
    """What can be wrong with one field of a payload."""

    UNKNOWN_KEY = "unknown_key"
    WRONG_TYPE = "wrong_type"
    WRONG_LETTER = "wrong_letter"
    ONLY_WHILE_INCOMPLETE = "only_while_incomplete"
    HIDDEN = "hidden"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the key, the kind of fault, and a sentence in English."""

    key: str
    code: ProblemCode
    text: str


def validate_edpb(payload: Mapping[str, object], filed_at: datetime | None = None) -> tuple[Problem, ...]:
    """Every fault of a payload, in the order of the template; an empty tuple means that it is valid.

    An incomplete notification may leave mandatory answers out, except those that identify it. ``filed_at`` decides
    whether reasons for a delay are asked; without it they are accepted and not asked.
    """
    catalogue = load_catalogue("edpb-1.0")
    known = {f"field_{question.key}" for question in catalogue.questions}
    strange = tuple(
        Problem(key, ProblemCode.UNKNOWN_KEY, f"{key} is no field of the template.")
        for key in payload
        if key not in known
    )
    given = Given(_answers(payload), _situation(payload, filed_at, catalogue.late_after_hours))
    found = (problem for question in catalogue.questions if (problem := _check(question, payload, given)))
    return strange + tuple(found)


def _check(question: Question, payload: Mapping[str, object], given: Given) -> Problem | None:
    key = f"field_{question.key}"
    if key not in payload:
        return _absent(question, key, given)
    if not question.visible.holds(given):
        return Problem(key, ProblemCode.HIDDEN, f"{key} is not asked with these answers.")
    return _wrong_type(question, key, payload[key]) or _wrong_letters(question, key, payload[key], given)


def _absent(question: Question, key: str, given: Given) -> Problem | None:
    may_follow = given.answers.get("4") == INCOMPLETE and not question.always_needed
    if may_follow or not question.required.holds(given) or not _asked(question, given):
        return None
    return Problem(key, ProblemCode.REQUIRED, f"{key} must be answered: {question.text}")


def _asked(question: Question, given: Given) -> bool:
    """Option b of field 97 stands for two options, and only one of them has the date of field 99."""
    return question.visible.holds(given) and question.key != "99"


def _wrong_type(question: Question, key: str, value: object) -> Problem | None:
    if TYPE_CHECKS[question.kind](value):
        return None
    return Problem(key, ProblemCode.WRONG_TYPE, f"{key} must be {TYPE_WORDS[question.kind]}.")


def _wrong_letters(question: Question, key: str, value: object, given: Given) -> Problem | None:
    if not question.options:
        return None
    letters = value if isinstance(value, list) else [value]
    if unknown := [letter for letter in letters if letter not in {option.letter for option in question.options}]:
        return Problem(key, ProblemCode.WRONG_LETTER, f"{key} has no option {unknown[0]}.")
    later = {option.letter for option in question.options}
    later -= {option.letter for option in question.options if not option.while_incomplete}
    if given.answers.get("4") != INCOMPLETE and (early := later.intersection(letters)):
        text = f"{key} may say {min(early)} in an incomplete notification only."
        return Problem(key, ProblemCode.ONLY_WHILE_INCOMPLETE, text)
    return None


def _answers(payload: Mapping[str, object]) -> dict[str, Value]:
    """The payload as conditions read it: numbers of fields, several letters as a tuple."""
    matches = ((KEY.fullmatch(key), value) for key, value in payload.items())
    return {match[1]: _readable(value) for match, value in matches if match}


def _readable(value: object) -> Value:
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    return value if isinstance(value, str | int | bool) else None


def _situation(payload: Mapping[str, object], filed_at: datetime | None, hours: int) -> frozenset[str]:
    late = "field_49" in payload if filed_at is None else _is_late(payload.get("field_48"), filed_at, hours)
    said = {"other_means": "field_105" in payload}
    flags = said | {"controller_in_eea": "field_120" not in payload, "late": late}
    return frozenset(flag for flag, holds in flags.items() if holds)


def _is_late(aware: object, filed_at: datetime, hours: int) -> bool:
    return _is_instant(aware) and hours_passed(datetime.fromisoformat(str(aware)), filed_at, hours)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _is_whole_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_letters(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, str) for item in value)
        and len(set(value)) == len(value)
    )


def _is_date(value: object) -> bool:
    return isinstance(value, str) and _parses(date.fromisoformat, value) and DAY.fullmatch(value) is not None


def _is_instant(value: object) -> bool:
    return isinstance(value, str) and _parses(datetime.fromisoformat, value) and _has_offset(value)


def _has_offset(value: str) -> bool:
    return datetime.fromisoformat(value).tzinfo is not None


def _parses(parse: Callable[[str], object], value: str) -> bool:
    try:
        parse(value)
    except ValueError:
        return False
    return True


TYPE_CHECKS: Mapping[QuestionKind, Callable[[object], bool]] = {
    QuestionKind.TEXT: _is_text,
    QuestionKind.NUMBER: _is_whole_number,
    QuestionKind.DATE: _is_date,
    QuestionKind.DATETIME: _is_instant,
    QuestionKind.BOOLEAN: lambda value: isinstance(value, bool),
    QuestionKind.SINGLE: lambda value: isinstance(value, str),
    QuestionKind.MULTI: _is_letters,
}
"""What a value of each kind must be in the interchange form."""

TYPE_WORDS: Mapping[QuestionKind, str] = {
    QuestionKind.TEXT: "a text that is not empty",
    QuestionKind.NUMBER: "a whole number of 0 or more",
    QuestionKind.DATE: "a date like 2026-11-23",
    QuestionKind.DATETIME: "a date and time with an offset like 2026-11-23T08:20:00Z",
    QuestionKind.BOOLEAN: "true or false",
    QuestionKind.SINGLE: "one letter",
    QuestionKind.MULTI: "a list of different letters",
}
"""The same in words."""
