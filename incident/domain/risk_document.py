"""Risk answers and results as documents: what is stored, shown and exported."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from incident.domain.errors import Invalid
from incident.law.risk import Assessment, RiskAnswers


@cache
def _answers() -> TypeAdapter[RiskAnswers]:
    return TypeAdapter(RiskAnswers)


@cache
def _result() -> TypeAdapter[Assessment]:
    return TypeAdapter(Assessment)


def answers_from(document: Mapping[str, Any]) -> RiskAnswers:
    """Answers from plain values. Raises Invalid at the first one that does not fit."""
    try:
        return _answers().validate_python(dict(document))
    except ValidationError as error:
        field = ".".join(str(step) for step in error.errors()[0]["loc"])
        raise Invalid("This answer cannot be read. Choose it again.", field=field) from error


def answers_to(answers: RiskAnswers) -> dict[str, Any]:
    """Answers as plain JSON values."""
    document: dict[str, Any] = _answers().dump_python(answers, mode="json")
    return document


def result_from(document: Mapping[str, Any]) -> Assessment:
    """A stored result back, to be told in another language."""
    return _result().validate_python(dict(document))


def result_to(result: Assessment) -> dict[str, Any]:
    """A result as plain JSON values, with every finding and citation."""
    document: dict[str, Any] = _result().dump_python(result, mode="json")
    return document
