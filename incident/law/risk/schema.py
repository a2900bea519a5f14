"""GDPR art. 33(1): ``RiskAnswers`` as a file: its JSON Schema, reading it, writing it.

The schema is public: names and options never change their meaning. pydantic is imported only inside these functions,
so that judging needs no library.
"""

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from incident.law.risk.answers import DataItem, RiskAnswers
from incident.law.risk.questions import description
from incident.law.texts import texts

if TYPE_CHECKING:
    from pydantic import TypeAdapter

SCHEMA_ID: Final = "urn:meldklok:risk-answers:1"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
"""A JSON Schema or a part of it, or a document that it describes."""

_NAMES: Final = frozenset(field.name for kind in (RiskAnswers, DataItem) for field in fields(kind))
_NUMBERS: Final = ("recipients_number", "subjects_number")


class WrongAnswers(ValueError):
    """GDPR art. 33(1): a file that is not a set of answers; ``problems`` holds (path of the field, what is wrong)."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__("; ".join(f"{path}: {text}" for path, text in problems))
        self.problems = problems


@cache
def _adapter() -> "TypeAdapter[RiskAnswers]":
    from pydantic import TypeAdapter

    return TypeAdapter(RiskAnswers)


def read_answers(document: str | bytes) -> RiskAnswers:
    """GDPR art. 33(1): the answers in a JSON document; raises ``WrongAnswers`` naming the path of every wrong field."""
    from pydantic import ValidationError

    try:
        answers = _adapter().validate_json(document, strict=True)
    except ValidationError as wrong:
        problems = [_problem(error["loc"], error["type"], error["msg"]) for error in wrong.errors()]
        raise WrongAnswers(_deepest(problems)) from wrong
    _refuse_impossible(answers)
    return answers


def _refuse_impossible(answers: RiskAnswers) -> None:
    problems = []
    for name in _NUMBERS:
        value = getattr(answers, name)
        if isinstance(value, int) and value < 0:
            problems.append((name, "Input should be greater than or equal to 0"))
    if answers.nature == ():
        problems.append(("nature", "List should have at least 1 item"))
    if problems:
        raise WrongAnswers(tuple(problems))


def _problem(location: tuple[int | str, ...], kind: str, text: str) -> tuple[str, str]:
    """One problem with the path of its field, without the names that the reader gives to branches of a choice."""
    if kind == "unexpected_keyword_argument":
        return _path((*_fields(location[:-1]), location[-1])), "There is no such field"
    return _path(_fields(location)), text


def _fields(location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    return tuple(part for part in location if isinstance(part, int) or part in _NAMES)


def _path(parts: tuple[int | str, ...]) -> str:
    told = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return told.removeprefix(".") or "$"


def _deepest(problems: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """One sentence per field: a choice complains once for each branch, the deepest complaint helps."""
    found: dict[str, str] = {}
    for path, text in sorted(problems, key=lambda problem: -len(problem[0])):
        if not any(deeper.startswith(path) for deeper in found):
            found[path] = text
    return tuple(found.items())


def write_answers(answers: RiskAnswers) -> Schema:
    """GDPR art. 33(1): the answers as plain JSON values; ``read_answers`` reads them back."""
    document: Schema = _adapter().dump_python(answers, mode="json")
    return document


@cache
def _schema() -> Schema:
    schema = _adapter().json_schema(mode="validation")
    schema = {"$schema": DIALECT, "$id": SCHEMA_ID, **schema}
    schema["title"], schema["description"] = "Risk answers", texts()["risk.schema"]["en"]
    _describe(schema["properties"], "answers")
    _describe(schema["$defs"]["DataItem"]["properties"], "item")
    for definition in schema["$defs"].values():
        del definition["description"]
    schema["$defs"]["DataItem"]["description"] = texts()["risk.schema.item"]["en"]
    for name in _NUMBERS:
        schema["properties"][name]["anyOf"][0]["minimum"] = 0
    schema["properties"]["nature"]["anyOf"][0]["minItems"] = 1
    return schema


def answers_schema() -> Schema:
    """GDPR art. 33(1): the JSON Schema (2020-12) of a file of answers, every property described in English."""
    from copy import deepcopy

    return deepcopy(_schema())


def _describe(properties: dict[str, Schema], kind: str) -> None:
    for name, definition in properties.items():
        definition.pop("title", None)
        definition["description"] = description(name, kind)
