"""What a register teaches: numbers over a period, from plain rows, as pure functions."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

LIMIT: Final = timedelta(hours=72)
"""GDPR art. 33(1): the hours against which everything is drawn."""
DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
REPEATED: Final = 3
"""So many of the same in one system within one quarter are a pattern."""
EDGES: Final = (0, 12, 24, 36, 48, 60, 72, 96, 120)
"""The bounds of the bars in hours; the last bar has no end."""


class Case(NamedTuple):
    """One incident as far as statistics go, as light as tens of thousands of them must be.

    Instants are aware; ``systems`` are identifiers or names.
    """

    reference: str
    reported_at: datetime
    aware_at: datetime | None = None
    decided_at: datetime | None = None
    notified_at: datetime | None = None
    cause: str | None = None
    kind: str | None = None
    risk: str | None = None
    is_breach: str = "unknown"
    subjects: int | None = None
    systems: tuple[str, ...] = ()

    @property
    def late(self) -> bool:
        """Whether the authority was told more than 72 hours after awareness."""
        return self.notified_at is not None and self.aware_at is not None and self.notified_at - self.aware_at > LIMIT


@dataclass(frozen=True, slots=True)
class Month:
    """One month: how many were reported in it, and how many notifications left in it, of which late."""

    first: date
    reported: int
    in_time: int
    late: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Hours from awareness to a step: a count for each bar, and the middle."""

    bars: tuple[int, ...]
    count: int
    middle: float | None
    over: int


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same kind of incident in the same system, three times or more in a quarter."""

    year: int
    quarter: int
    kind: str
    system: str
    references: tuple[str, ...]


def months(cases: Sequence[Case], first: date, last: date, zone: ZoneInfo) -> tuple[Month, ...]:
    """Every month of the period, also the empty ones."""
    days = list(_months(first, last))
    starts = _starts([*days, _next(days[-1])], zone)
    told: dict[bool, list[datetime]] = {False: [], True: []}
    for case in cases:
        if case.notified_at is not None:
            told[case.late].append(case.notified_at)
    counted = (_between(starts, instants) for instants in ([case.reported_at for case in cases], *told.values()))
    return tuple(map(Month, days, *counted))


def _between(starts: Sequence[datetime], instants: Iterable[datetime]) -> Iterable[int]:
    """How many instants lie between each start and the next: a few looked up among many, not many among a few."""
    ordered = sorted(instants)
    return (high - low for low, high in pairwise(bisect_left(ordered, start) for start in starts))


def _months(first: date, last: date) -> Iterable[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = _next(month)


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _starts(days: Iterable[date], zone: ZoneInfo) -> list[datetime]:
    """The instant each day begins in the zone: looking a moment up among them is cheaper than giving it its zone."""
    return [datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC) for day in days]


def spread(cases: Iterable[Case], step: Callable[[Case], datetime | None]) -> Spread:
    """The distribution of the hours between awareness and a step; cases without one of the two do not count.

    Each bar holds its upper bound: exactly 72 hours is still in time.
    """
    hours = sorted(
        (done - case.aware_at) / HOUR if done > case.aware_at else 0.0
        for case in cases
        if case.aware_at is not None and (done := step(case)) is not None
    )
    below = [0, *(bisect_right(hours, upper) for upper in EDGES[1:]), len(hours)]
    return Spread(
        bars=tuple(high - low for low, high in pairwise(below)),
        count=len(hours),
        middle=median(hours) if hours else None,
        over=len(hours) - bisect_right(hours, LIMIT / HOUR),
    )


def tally(names: Iterable[str | None]) -> tuple[tuple[str, int], ...]:
    """How often each name occurs, the most frequent first; ``None`` and empty names are left out."""
    counted = [(name, many) for name, many in Counter(names).items() if name]
    return tuple(sorted(counted, key=lambda pair: (-pair[1], pair[0])))


def repeats(cases: Sequence[Case], zone: ZoneInfo) -> tuple[Repeat, ...]:
    """Patterns worth a measure, the newest quarter first."""
    ordered = sorted(cases, key=lambda case: case.reported_at)
    reported = [case.reported_at for case in ordered]
    days = list(_months(reported[0].date() - DAY, reported[-1].date() + 32 * DAY)) if reported else []
    found: defaultdict[tuple[int, int, str, str], list[str]] = defaultdict(list)
    places = (bisect_left(reported, start) for start in _starts(days, zone))
    for day, (low, high) in zip(days, pairwise(places), strict=False):
        for case in ordered[low:high]:
            if what := case.kind or case.cause:
                for system in dict.fromkeys(case.systems):
                    found[day.year, (day.month + 2) // 3, what, system].append(case.reference)
    patterns = [Repeat(*key, tuple(sorted(refs))) for key, refs in found.items() if len(refs) >= REPEATED]
    return tuple(sorted(patterns, key=lambda p: (-p.year, -p.quarter, -len(p.references), p.kind, p.system)))


@dataclass(frozen=True, slots=True)
class Insight:
    """All numbers of one period."""

    first: date
    last: date
    total: int
    breaches: int
    notified: int
    late: int
    people: int
    months: tuple[Month, ...]
    to_report: Spread
    to_decision: Spread
    to_notification: Spread
    causes: tuple[tuple[str, int], ...]
    kinds: tuple[tuple[str, int], ...]
    systems: tuple[tuple[str, int], ...]
    risks: tuple[tuple[str, int], ...]
    repeats: tuple[Repeat, ...]
    hidden: int = 0
    """Incidents that only others may know of; no other number has them in it."""


def insight(cases: Sequence[Case], first: date, last: date, zone: ZoneInfo, hidden: int = 0) -> Insight:
    """The numbers over cases that were reported in the period; ``first`` and ``last`` are days in the zone."""
    breaches = [case for case in cases if case.is_breach != "no"]
    to_notification = spread(breaches, lambda case: case.notified_at)
    return Insight(
        first=first,
        last=last,
        total=len(cases),
        breaches=len(breaches),
        notified=sum(case.notified_at is not None for case in breaches),
        late=to_notification.over,
        hidden=hidden,
        people=sum(case.subjects or 0 for case in breaches),
        months=months(cases, first, last, zone),
        to_report=spread(breaches, lambda case: case.reported_at),
        to_decision=spread(breaches, lambda case: case.decided_at),
        to_notification=to_notification,
        causes=tally(case.cause for case in breaches),
        kinds=tally(case.kind for case in breaches),
        systems=tally(system for case in breaches for system in dict.fromkeys(case.systems)),
        risks=tally(case.risk for case in breaches),
        repeats=repeats(breaches, zone),
    )
