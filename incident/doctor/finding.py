"""The result of one check."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """How grave a finding is: `warn` still works, `fail` does not."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing, what was found about it, and what to do (empty when nothing need be done).

    `message` and `cure` are English sentences with `%(name)s` places for `params`, so that pages can translate them;
    `sentence` and `advice` are the same, filled in.
    """

    name: str
    state: State
    message: str
    cure: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What was found, in English."""
        return self.message % self.params if self.params else self.message

    @property
    def advice(self) -> str:
        """What to do about it, in English."""
        return self.cure % self.params if self.params else self.cure


def ok(name: str, message: str, /, **params: object) -> Finding:
    """All is well with `name`."""
    return Finding(name, State.OK, message, "", params)


def warn(name: str, message: str, cure: str, /, **params: object) -> Finding:
    """Something about `name` needs attention, but works."""
    return Finding(name, State.WARN, message, cure, params)


def fail(name: str, message: str, cure: str, /, **params: object) -> Finding:
    """`name` does not work."""
    return Finding(name, State.FAIL, message, cure, params)
