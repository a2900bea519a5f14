"""The result of one check."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How grave a finding is: `warn` still works, `fail` does not."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one thing, and what to do about it (empty when nothing need be done)."""

    name: str
    state: State
    sentence: str
    advice: str = ""


def ok(name: str, sentence: str) -> Finding:
    """All is well with `name`."""
    return Finding(name, State.OK, sentence)


def warn(name: str, sentence: str, advice: str) -> Finding:
    """Something about `name` needs attention, but works."""
    return Finding(name, State.WARN, sentence, advice)


def fail(name: str, sentence: str, advice: str) -> Finding:
    """`name` does not work."""
    return Finding(name, State.FAIL, sentence, advice)
