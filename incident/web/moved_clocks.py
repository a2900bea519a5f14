"""What a moment on the fact sheet does to the deadlines, told before anybody records it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from incident.domain.kernel.errors import DomainError
from incident.domain.kinds import DeadlineState
from incident.law.facts import BreachFacts, FactValue
from incident.store.db import db
from incident.usecases.clock.deadlines import due_on
from incident.web.case import Case
from incident.web.clock import now
from incident.web.labels import deadline_name

if TYPE_CHECKING:
    from incident.store.models import Deadline

STARTS_PERIODS: Final = ("aware_at", "first_signal_at", "discovered_at", "processor_aware_at", "processor_told_us_at")
"""GDPR art. 33(1) and (2): the moments from which a period runs, or may run until a later one is stated."""

_SIGNALS: Final = ("first_signal_at", "discovered_at")


@dataclass(frozen=True, slots=True)
class MovedClock:
    """A running deadline that counts from a moment: when it is due, and when with what is typed, if that differs.

    ``then`` is None where no deadline would run any more; ``corrects`` says that the moment was stated before.
    """

    name: str
    due_at: datetime
    then: datetime | None
    corrects: bool

    @property
    def moves(self) -> bool:
        """Whether what is typed changes it."""
        return self.then != self.due_at


def moved_clocks(case: Case, question: str, typed: FactValue) -> tuple[MovedClock, ...]:
    """The running deadlines that this moment starts or that this answer would move; none where the law has no rule."""
    stated = getattr(case.facts, question)
    found: list[tuple[Deadline, datetime | None]]
    running = [row for row in case.head.deadlines if row.state is DeadlineState.OPEN]
    if typed == stated:
        found = [(row, row.due_at) for row in _started(case, question, running)]
    else:
        dues = _dues(case, replace(case.facts, **{question: typed}))
        found = [(row, dues.get(row.obligation)) for row in running if dues and dues.get(row.obligation) != row.due_at]
    corrects = isinstance(stated, datetime)
    return tuple(MovedClock(deadline_name(row.obligation), row.due_at, then, corrects) for row, then in found)


def _started(case: Case, question: str, running: "list[Deadline]") -> "list[Deadline]":
    """The running deadlines that this moment starts.

    At the same minute as the awareness, what is certain counts from that, and what is provisional from the other.
    """
    stated, facts = getattr(case.facts, question), case.facts
    rows = [row for row in running if row.starts_at == stated]
    if question in _SIGNALS and facts.aware_at == stated:
        return [row for row in rows if row.provisional]
    return rows


def _dues(case: Case, facts: BreachFacts) -> dict[str, datetime]:
    """When each duty would be due on these facts; nothing where no rule was in force at such a moment."""
    try:
        return due_on(db.session(), case.incident, facts, now())
    except DomainError:
        return {}
