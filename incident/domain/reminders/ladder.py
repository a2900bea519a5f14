"""The ladder: when a deadline reminds whom, as data; and the plan that follows from it, as a pure function.

The instants of a plan are elapsed hours before the end (reminders) or after the start (escalations) of the period, so
a change of the wall clock moves none of them. Early rungs may wait for office hours; in the last hours of
``waits_until_hours_left`` none does. While a deadline is overdue a reminder follows every ``overdue_every_minutes``,
without end, until the act itself is recorded. Nothing here stops because somebody has *seen* a message.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from incident.domain.reminders.office_hours import OfficeHours
from incident.domain.reminders.roster import Audience

AWARENESS = "awareness"
DUE = "due"
OVERDUE = "overdue"
LATE_AFTER = timedelta(minutes=5)
"""A reminder that leaves later than this after its planned instant says that it is late."""


class Reached(StrEnum):
    """What an escalation looks for on the record; where it is found, the escalation is not needed."""

    ASSESSED = "assessed"
    DECIDED = "decided"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Reminding:
    """A reminder so many hours before the end."""

    hours_left: float
    audience: tuple[Audience, ...] = (Audience.DUTY,)


@dataclass(frozen=True, slots=True)
class Escalating:
    """A message to other people so many hours after the start, unless a step is on record by then."""

    after_hours: float
    audience: tuple[Audience, ...]
    unless: Reached | None = None
    prepares_dossier: bool = False


@dataclass(frozen=True, slots=True)
class LadderPolicy:
    """The ladder as the DPO may edit it; the defaults are the house's."""

    at_awareness: tuple[Audience, ...] = (Audience.DUTY,)
    reminders: tuple[Reminding, ...] = (
        Reminding(48),
        Reminding(24, (Audience.DUTY, Audience.DPO)),
        Reminding(12, (Audience.DUTY, Audience.DPO)),
        Reminding(6, (Audience.DUTY, Audience.DPO)),
        Reminding(3, (Audience.DUTY, Audience.DPO, Audience.DEPUTY)),
        Reminding(1, (Audience.DUTY, Audience.DPO, Audience.DEPUTY)),
    )
    at_due: tuple[Audience, ...] = (Audience.EVERYBODY,)
    overdue_every_minutes: int = 60
    overdue: tuple[Audience, ...] = (Audience.DUTY, Audience.DPO, Audience.DEPUTY)
    escalations: tuple[Escalating, ...] = (
        Escalating(12, (Audience.DPO,), Reached.ASSESSED),
        Escalating(24, (Audience.DEPUTY,), Reached.DECIDED),
        Escalating(48, (Audience.MANAGEMENT,)),
        Escalating(60, (Audience.EVERYBODY,), Reached.APPROVED, prepares_dossier=True),
    )
    waits_until_hours_left: float = 24
    prove_every_days: int = 100
    office: OfficeHours | None = field(default_factory=OfficeHours)


@dataclass(frozen=True, slots=True)
class Period:
    """Start and end of a deadline; only one that ``escalates`` climbs to other people."""

    starts_at: datetime
    due_at: datetime
    escalates: bool = True


class Rung(NamedTuple):
    """One planned message. ``name`` is unique within a deadline and says what the rung is."""

    name: str
    at: datetime
    audience: tuple[Audience, ...]
    escalation: bool = False
    unless: Reached | None = None
    prepares_dossier: bool = False
    waited: bool = False


_in_order = attrgetter("at", "escalation", "name")


def ladder(period: Period, policy: LadderPolicy) -> tuple[Rung, ...]:
    """All rungs of a period in the order of time, up to and including the moment it is due.

    Rungs that lie before the start are left out: a period of 24 hours has no reminder at 48 hours left. What follows
    the end is made one at a time by :func:`next_overdue`.
    """
    rungs = [Rung(AWARENESS, period.starts_at, policy.at_awareness)]
    rungs += _worth_saying([rung for step in policy.reminders if (rung := _reminder(step, period, policy)) is not None])
    rungs.append(Rung(DUE, period.due_at, policy.at_due))
    if period.escalates:
        rungs += [rung for step in policy.escalations if (rung := _escalation(step, period)) is not None]
    return tuple(sorted(rungs, key=_in_order))


def plan(period: Period, policy: LadderPolicy, now: datetime) -> tuple[Rung, ...]:
    """The rungs to store for a period that becomes known at ``now``.

    Of the reminders whose moment has already gone by, only the most urgent remains, and it is due at once: nothing was
    missed, because nobody could have sent it. Escalations in the past remain as they are; the sweep checks on the
    record whether each is still needed, and sends them as one.
    """
    rungs = ladder(period, policy)
    gone = [rung for rung in rungs if rung.at <= now and not rung.escalation]
    late = [rung for rung in rungs if rung.at <= now and rung.escalation] + gone[-1:]
    moved = sorted([rung._replace(at=now) for rung in late], key=_in_order)
    return (*moved, *[rung for rung in rungs if rung.at > now])


def next_overdue(period: Period, policy: LadderPolicy, now: datetime) -> Rung:
    """The next reminder of a deadline that has passed: on its own written plan, and never a burst of missed ones."""
    every = timedelta(minutes=policy.overdue_every_minutes)
    number = max(1, (now - period.due_at) // every + 1)
    return Rung(f"{OVERDUE}-{number:05d}", period.due_at + number * every, policy.overdue)


def calls_for_next(rung: str) -> bool:
    """Whether settling this rung calls for :func:`next_overdue`."""
    return rung == DUE or rung.startswith(f"{OVERDUE}-")


def _worth_saying(rungs: list[Rung]) -> list[Rung]:
    """Without the rungs that waited so long that a more urgent one speaks first, or in the same moment."""
    return [
        rung
        for place, rung in enumerate(rungs)
        if not (rung.waited and any(later.at <= rung.at for later in rungs[place + 1 :]))
    ]


def _reminder(step: Reminding, period: Period, policy: LadderPolicy) -> Rung | None:
    name, before = _step("left", step.hours_left)
    at = period.due_at - before
    if at <= period.starts_at:
        return None
    latest = period.due_at - _step("left", policy.waits_until_hours_left)[1]
    if policy.office is None or at >= latest:
        return Rung(name, at, step.audience)
    waits_for = min(policy.office.next_open(at), latest)
    return Rung(name, waits_for, step.audience, waited=waits_for != at)


def _escalation(step: Escalating, period: Period) -> Rung | None:
    name, after = _step("escalate", step.after_hours)
    at = period.starts_at + after
    if at >= period.due_at:
        return None
    return Rung(name, at, step.audience, True, step.unless, step.prepares_dossier)


@lru_cache(maxsize=256)
def _step(what: str, hours: float) -> tuple[str, timedelta]:
    """The name and the length of a step; a ladder has the same for every deadline."""
    return f"{what}-{hours:g}h", timedelta(hours=hours)
