"""GDPR art. 99: reading the dated, cited values of ``parameters/*.toml``, once per process.

A file holds ``[[regime]]`` tables (a duty with a clock, see ``regimes.py``) and ``[[value]]`` tables (a single
number or word). A value has ``id``, ``value``, ``citation``, ``certainty`` and optionally ``valid_from`` /
``valid_to`` (first and last day on which it holds, Dutch local time).
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

Table = Mapping[str, Any]
"""A table of a TOML file as it was read; `Value` and `Regime` are made from those of the law."""


class Certainty(StrEnum):
    """GDPR art. 5(2): how the wording behind a value was verified."""

    PRIMARY = "P"
    SECONDARY = "S"
    UNVERIFIED = "K"


@dataclass(frozen=True, slots=True)
class Value:
    """GDPR art. 5(2): one number or word of the law or of house policy, with the place where it is written.

    ``valid_from`` and ``valid_to`` are the first and the last day on which it holds; ``None`` means without limit.
    """

    id: str
    value: Any
    citation: str
    certainty: Certainty
    valid_from: date | None = None
    valid_to: date | None = None

    def in_force(self, day: date) -> bool:
        """GDPR art. 99(2): whether the value holds on ``day`` (a date in the Netherlands)."""
        return in_force(self.valid_from, self.valid_to, day)


def in_force(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """GDPR art. 99(2): whether ``day`` lies between the first and the last day of validity, both included."""
    return (valid_from is None or valid_from <= day) and (valid_to is None or day <= valid_to)


@cache
def documents() -> Mapping[str, Table]:
    """GDPR art. 99: every parameter file as plain data, by file name, in alphabetical order."""
    folder = files("incident.law") / "parameters"
    found = sorted(folder.iterdir(), key=lambda entry: entry.name)
    return {entry.name: tomllib.loads(entry.read_text("utf-8")) for entry in found}


def tables(kind: str) -> Iterator[Table]:
    """GDPR art. 99: the tables of one kind (``regime``, ``value``, ``calendar``) from all files."""
    for document in documents().values():
        yield from document.get(kind, ())


@cache
def values() -> tuple[Value, ...]:
    """GDPR art. 99: every dated value, in the order of the files."""
    return tuple(Value(**{**table, "certainty": Certainty(table["certainty"])}) for table in tables("value"))


@cache
def _house_values() -> Mapping[str, Value]:
    return {value.id: value for value in values() if value.valid_from is None and value.valid_to is None}


def house_value(value_id: str) -> Value:
    """GDPR art. 5(2): a value that holds without limit in time; raises ``KeyError`` when there is none of that name."""
    return _house_values()[value_id]
