"""Risk answers and results as documents: what is stored, shown and exported."""

import json
from collections.abc import Mapping
from functools import cache

from pydantic import TypeAdapter

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.json import Json, JsonObject
from incident.law.risk import Assessment, RiskAnswers
from incident.law.risk.schema import WrongAnswers, read_answers


@cache
def _result() -> TypeAdapter[Assessment]:
    return TypeAdapter(Assessment)


def answers_from(document: Mapping[str, Json]) -> RiskAnswers:
    """Answers from plain JSON values. Raises Invalid at the first one that does not fit.

    A form on which nothing was ticked for the nature of the breach says nothing about it: that is "not known".
    """
    stated = {name: value for name, value in document.items() if name != "nature" or value}
    try:
        return read_answers(json.dumps(stated, default=str))
    except WrongAnswers as error:
        raise Invalid("This answer cannot be read. Choose it again.", field=error.problems[0][0]) from error


def result_from(document: Mapping[str, Json]) -> Assessment:
    """A stored result back, to be told in another language."""
    return _result().validate_python(dict(document))


def result_to(result: Assessment) -> JsonObject:
    """A result as plain JSON values, with every finding and citation."""
    document: JsonObject = _result().dump_python(result, mode="json")
    return document
