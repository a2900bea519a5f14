"""GDPR art. 33(3), as the forms put it into practice: when a question is shown and when it must be answered.

A condition is data in a catalogue, never code: ``{ answer = "38", is = ["a"] }``, ``{ situation = "late" }``,
``{ all = [...] }``, ``{ any = [...] }``, ``{ not = {...} }``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from incident.law.forms.answers import Value
from incident.law.sources import Table


@dataclass(frozen=True, slots=True)
class Given:
    """What conditions may look at: the answers so far (option ids or values by key) and flags of the situation."""

    answers: Mapping[str, Value] = field(default_factory=dict)
    situation: frozenset[str] = frozenset()


class Condition(Protocol):
    """Something that holds or does not hold of the answers given."""

    def holds(self, given: Given) -> bool: ...


@dataclass(frozen=True, slots=True)
class Chosen:
    """The answer to a question is, or contains, one of these options."""

    question: str
    options: frozenset[str]

    def holds(self, given: Given) -> bool:
        answer = given.answers.get(self.question)
        chosen = answer if isinstance(answer, tuple) else (answer,)
        return not self.options.isdisjoint(str(option) for option in chosen if option is not None)


@dataclass(frozen=True, slots=True)
class InSituation:
    """A flag of the situation is set: ``late``, ``follow_up``, ``controller_in_eea`` …"""

    flag: str

    def holds(self, given: Given) -> bool:
        return self.flag in given.situation


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Condition, ...]

    def holds(self, given: Given) -> bool:
        for part in self.parts:  # noqa: SIM110 - a form asks hundreds of times, and a generator doubles the time.
            if not part.holds(given):
                return False
        return True


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def holds(self, given: Given) -> bool:
        return any(part.holds(given) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition

    def holds(self, given: Given) -> bool:
        return not self.part.holds(given)


ALWAYS = AllOf(())
"""The condition of a question that is shown to everybody."""

NEVER = Not(ALWAYS)
"""The condition of a question that nobody has to answer."""


def parse_condition(source: object) -> Condition:
    """Read one condition of a catalogue; ``ValueError`` shows the part that is no condition."""
    if not isinstance(source, dict):
        raise ValueError(f"not a condition: {source!r}")
    if "answer" in source:
        return Chosen(str(source["answer"]), frozenset(source["is"]))
    match list(source.items()):
        case [("situation", str(flag))]:
            return InSituation(flag)
        case [("all", list(parts))]:
            return AllOf(tuple(parse_condition(part) for part in parts))
        case [("any", list(parts))]:
            return AnyOf(tuple(parse_condition(part) for part in parts))
        case [("not", part)]:
            return Not(parse_condition(part))
    raise ValueError(f"not a condition: {source!r}")


def parse_visible(source: Table) -> Condition:
    """The condition under which a question is shown; without one it is shown to everybody."""
    return parse_condition(source["visible"]) if "visible" in source else ALWAYS


def parse_required(source: object) -> Condition:
    """Yes, no, a condition, or the flags of the situation of which one must be set."""
    if isinstance(source, bool):
        return ALWAYS if source else NEVER
    if isinstance(source, list):
        return in_any(source)
    return parse_condition(source)


def in_any(flags: Sequence[str]) -> Condition:
    """A list of flags of the situation of which one must be set; an empty one asks for none."""
    return AnyOf(tuple(InSituation(flag) for flag in flags)) if flags else ALWAYS


Reasons: TypeAlias = tuple[tuple[str, Condition], ...]
"""Names of sentences, each with when it is true, so that a question is skipped for one reason, never "A, or B"."""


def parse_reasons(source: str | list[Table]) -> Reasons:
    """One name, or several, each with ``when`` it is true; the last one needs none."""
    told = [{"note": source}] if isinstance(source, str) else source
    return tuple((one["note"], parse_condition(one["when"]) if "when" in one else ALWAYS) for one in told)


def reason(reasons: Reasons, given: Given) -> str:
    """The name of the first sentence that is true; empty where there is none."""
    return next((name for name, condition in reasons if condition.holds(given)), "")
