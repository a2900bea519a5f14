"""The words under which a record is kept, as one text: `python -m tests.law.on_record` prints it."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from enum import Enum
from typing import Any

import incident.law
from incident.law.facts import (
    AffectedController,
    AffectedGroup,
    AuthorityLetter,
    BreachFacts,
    CountryCount,
    Party,
    Trigger,
)
from incident.law.questions import Question, questions
from incident.law.risk.answers import RiskAnswers

KEPT = (BreachFacts, Party, AffectedController, AffectedGroup, Trigger, AuthorityLetter, CountryCount, RiskAnswers)


def on_record() -> str:
    """The members of every closed list of the law, and the fields of what is kept with what they hold when nothing
    is stated."""
    return "\n".join((*_lists(), *(line for kind in KEPT for line in _fields(kind)))) + "\n"


def _lists() -> Iterator[str]:
    names = sorted(one.name for one in pkgutil.walk_packages(incident.law.__path__, "incident.law."))
    for module in (importlib.import_module(name) for name in names):
        for name, kind in vars(module).items():
            if isinstance(kind, type) and issubclass(kind, Enum) and kind.__module__ == module.__name__:
                yield f"{module.__name__.removeprefix('incident.law.')} {name}: {', '.join(str(m.value) for m in kind)}"


def _fields(kind: Any) -> Iterator[str]:
    yield f"\n{kind.__name__}"
    for one in fields(kind):
        asked = _asked(questions()[one.name]) if kind is BreachFacts else ""
        yield f"{one.name} = {_nothing(one)}{asked}"


def _asked(one: Question) -> str:
    how = "stated by another act" if not one.asked else "may stay empty" if one.optional else ""
    return ", ".join(filter(None, (f" ({one.kind} of {one.chapter}", how))) + ")"


def _nothing(one: "Field[Any]") -> str:
    if one.default is MISSING:
        return "must be given" if one.default_factory is MISSING else repr(one.default_factory())
    return str(one.default.value) if isinstance(one.default, Enum) else repr(one.default)


if __name__ == "__main__":
    print(on_record(), end="")  # noqa: T201
