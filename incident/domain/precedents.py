"""Earlier breaches of the same kind with what was decided about them: the ones most like this come first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from incident.law.facts import BreachFacts
from incident.law.vocabulary import DataCategory, IncidentKind, RiskLevel
from incident.law.words import named_kinds


@dataclass(frozen=True, slots=True)
class Precedent:
    """One decided breach; ``notified`` is what was decided about the authority, ``reason`` why."""

    reference: str
    summary: str
    reported_at: datetime
    risk: RiskLevel | None
    notified: bool
    reason: str
    data: frozenset[DataCategory]
    subjects: int | None
    is_restricted: bool = False


@dataclass(frozen=True, slots=True)
class Precedents:
    """How many of the newest of the kind were notified and how many not, and the few that are most like this one."""

    notified: int
    kept: int
    closest: tuple[Precedent, ...]


def kind_of(facts: BreachFacts, words: str) -> IncidentKind | None:
    """What kind of breach it is: as recorded, else as the report says; None where neither tells."""
    return next((one for one in (*facts.kinds, *named_kinds(words)) if one is not IncidentKind.UNKNOWN), None)


def precedents(facts: BreachFacts, found: Iterable[Precedent]) -> Precedents:
    """Of these, newest first, the three that are most like the facts in their data and their number of people."""
    cases = tuple(found)
    ordered = sorted(cases, key=lambda one: _unlike(facts, one))
    notified = sum(one.notified for one in cases)
    return Precedents(notified, len(cases) - notified, tuple(ordered[:3]))


def _unlike(facts: BreachFacts, case: Precedent) -> float:
    """From 0, the same kinds of data and about as many people, to 2; what is not known of either counts half."""
    return _other_data(frozenset(facts.data_categories), case.data) + _other_number(facts, case)


def _other_data(ours: frozenset[DataCategory], theirs: frozenset[DataCategory]) -> float:
    return 1 - len(ours & theirs) / len(ours | theirs) if ours and theirs else 0.5


def _other_number(facts: BreachFacts, case: Precedent) -> float:
    """How many powers of ten lie between the two numbers, three or more being the most."""
    ours = facts.subjects_max if isinstance(facts.subjects_max, int) else facts.subjects_min
    if not isinstance(ours, int) or case.subjects is None:
        return 0.5
    return min(abs(len(str(max(ours, 1))) - len(str(max(case.subjects, 1)))), 3) / 3


__all__ = ["Precedent", "Precedents", "kind_of", "precedents"]
