"""Counting as a person would: one number after the other, from all incidents, however long it takes.

The product adds up sums that it keeps; what it shows must be this.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import ceil, inf
from statistics import median
from zoneinfo import ZoneInfo

from incident.domain.register.insight import EDGES, Case, Insight, Month, Repeat, Spread


def counted(cases: Sequence[Case], first: date, last: date, zone: ZoneInfo) -> Insight:
    """The numbers of incidents that were reported in the period."""
    breaches = [case for case in cases if case.is_breach != "no"]
    return Insight(
        first=first,
        last=last,
        total=len(cases),
        breaches=len(breaches),
        unjudged=sum(case.is_breach == "unknown" for case in breaches),
        notified=sum(case.notified_at is not None for case in breaches),
        voluntary=sum(_voluntary(case) for case in breaches),
        late=sum(case.late for case in breaches),
        people=sum(case.subjects or 0 for case in breaches),
        months=tuple(_months(cases, first, last, zone)),
        to_report=_spread(breaches, lambda case: case.reported_at if _later(case) else None),
        to_decision=_spread(breaches, lambda case: case.decided_at),
        to_notification=_spread(breaches, lambda case: None if _voluntary(case) else case.notified_at),
        causes=_tally(case.cause for case in breaches),
        kinds=_tally(case.kind for case in breaches),
        systems=_tally(system for case in breaches for system in set(case.systems)),
        risks=_tally(case.risk for case in breaches),
        repeats=tuple(_repeats(breaches, zone)),
        systemless=sum(not case.systems for case in breaches),
    )


def _months(cases: Sequence[Case], first: date, last: date, zone: ZoneInfo) -> Iterable[Month]:
    day = first.replace(day=1)
    while day <= last:

        def within(at: datetime | None, month: date = day) -> bool:
            return at is not None and at.astimezone(zone).date().replace(day=1) == month

        told = [case for case in cases if within(case.notified_at)]
        late = sum(case.late for case in told)
        yield Month(day, sum(within(case.reported_at) for case in cases), len(told) - late, late)
        day = (day + timedelta(days=31)).replace(day=1)


def _voluntary(case: Case) -> bool:
    """GDPR art. 33(1): whether it was notified though a risk was unlikely."""
    return case.notified_at is not None and case.risk == "unlikely"


def _later(case: Case) -> bool:
    """Whether it was reported only after somebody was aware of it."""
    return case.aware_at is not None and case.reported_at > case.aware_at


def _spread(cases: Iterable[Case], step: Callable[[Case], datetime | None]) -> Spread:
    pairs = [(case.aware_at, step(case)) for case in cases]
    took = [max(done - aware, timedelta(0)) / timedelta(hours=1) for aware, done in pairs if aware and done]
    bars = (sum(low < hours <= high for hours in took) for low, high in pairwise((-1, *EDGES[1:], inf)))
    over = sum(hours > 72 for hours in took)
    if not took:
        return Spread(tuple(bars), 0, None, over)
    middle = median(took)
    within, each = sum(hours <= ceil(middle) for hours in took), tuple(sorted(took)) if len(took) <= 5 else ()
    return Spread(tuple(bars), len(took), middle, over, within, max(took), each)


def _tally(names: Iterable[str | None]) -> tuple[tuple[str, int], ...]:
    found = Counter(name for name in names if name)
    return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _repeats(cases: Sequence[Case], zone: ZoneInfo) -> Iterable[Repeat]:
    found: dict[tuple[int, int, str, str], list[str]] = {}
    for case in sorted(cases, key=lambda case: (case.reported_at, case.reference)):
        day = case.reported_at.astimezone(zone)
        if what := case.kind or case.cause:
            for system in set(case.systems):
                found.setdefault((day.year, (day.month + 2) // 3, what, system), []).append(case.reference)
    for key in sorted(found, key=lambda key: (-key[0], -key[1], -len(found[key]), *key[2:])):
        if len(found[key]) >= 3:
            yield Repeat(*key, len(found[key]), tuple(found[key][:4]))
