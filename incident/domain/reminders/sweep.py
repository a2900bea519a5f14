"""What a sweep does with the rungs of one incident that are due: which are said, which are folded in, which are moot.

After an outage many rungs are due at once. Of the reminders only the most urgent is said, and so of the escalations of
each duty; the others are counted. People do not need to read yesterday's reminder, but must know that it did not come.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from incident.domain.reminders.ladder import LATE_AFTER, Reached, calls_for_next
from incident.domain.reminders.roster import Audience


@dataclass(frozen=True, slots=True)
class DueRung:
    """A stored rung that is due, with what its deadline says now."""

    id: UUID
    deadline_id: UUID
    name: str
    planned_at: datetime
    deadline_due_at: datetime
    open: bool
    escalation: bool
    audience: tuple[Audience, ...]
    unless: Reached | None = None

    @property
    def urgency(self) -> tuple[timedelta, datetime, str]:
        """The greater, the more urgent: the nearer its planned moment lies to, or past, the end of the period."""
        return (self.planned_at - self.deadline_due_at, self.planned_at, self.name)


@dataclass(frozen=True, slots=True)
class Said:
    """A rung that becomes a message; ``missed`` counts earlier messages that nobody got."""

    rung: DueRung
    audience: tuple[Audience, ...]
    late_by: timedelta | None
    missed: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of all due rungs of one incident; every rung is in exactly one of the groups."""

    said: tuple[Said, ...]
    collapsed: tuple[DueRung, ...]
    not_needed: tuple[DueRung, ...]

    @property
    def overdue(self) -> frozenset[UUID]:
        """The deadlines that have passed and call for a further reminder."""
        live = (*(one.rung for one in self.said), *self.collapsed)
        return frozenset(rung.deadline_id for rung in live if calls_for_next(rung.name))


def judge(rungs: tuple[DueRung, ...], done: Mapping[UUID, frozenset[Reached]], now: datetime) -> Verdict:
    """Sort the due rungs of one incident. ``done`` are the steps on its record for each deadline; seeing is no step."""
    live = tuple(rung for rung in rungs if rung.open and rung.unless not in done[rung.deadline_id])
    moot = tuple(rung for rung in rungs if rung not in live)
    groups = {None: tuple(rung for rung in live if not rung.escalation)} | {
        key: tuple(rung for rung in live if rung.escalation and rung.deadline_id == key) for key in done
    }
    said = tuple(_said(group, now) for group in groups.values() if group)
    chosen = {one.rung.id for one in said}
    return Verdict(said, tuple(rung for rung in live if rung.id not in chosen), moot)


def _said(group: tuple[DueRung, ...], now: datetime) -> Said:
    first = max(group, key=lambda rung: rung.urgency)
    audience = tuple(dict.fromkeys(one for rung in (first, *group) for one in rung.audience))
    late_by = now - first.planned_at
    missed = sum(1 for rung in group if rung is not first and now - rung.planned_at > LATE_AFTER)
    return Said(first, audience, late_by if late_by > LATE_AFTER else None, missed)
