"""What a register teaches: numbers over a period, from plain rows, as pure functions."""

from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, pairwise
from statistics import median
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from incident.law.vocabulary import RiskLevel

LIMIT: Final = timedelta(hours=72)
"""GDPR art. 33(1): the hours against which everything is drawn."""
HOUR: Final = timedelta(hours=1)
REPEATED: Final = 3
"""So many of the same in one system within one quarter are a pattern."""
EDGES: Final = (0, 12, 24, 36, 48, 60, 72, 96, 120)
"""The bounds of the bars in hours; the last bar has no end."""
STEPS: Final = ("report", "decision", "notification")
"""To what hours are counted from awareness; to a notification only where it had to be made."""
FEW: Final = 5
"""Of so few breaches a list says more than a chart or a count would."""
NAMED: Final = 4
"""So many incidents of a pattern are named."""
Pattern = tuple[int, int, str, str]
"""A year, its quarter, a kind or else a cause, and a system."""


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
    def voluntary(self) -> bool:
        """GDPR art. 33(1): whether the authority was told though nobody had to, a risk being unlikely: no term runs."""
        return self.notified_at is not None and self.risk == RiskLevel.UNLIKELY

    @property
    def late(self) -> bool:
        """Whether the authority had to be told, and was more than 72 hours after awareness."""
        told, aware = self.notified_at, self.aware_at
        return told is not None and aware is not None and told - aware > LIMIT and not self.voluntary


class Sort(NamedTuple):
    """What decides in whose numbers an incident is: examples are apart, and so are those of each circle."""

    is_example: bool
    circle: frozenset[UUID] | None


@dataclass(frozen=True, slots=True)
class Month:
    """One month: how many were reported in it, and how many notifications left in it, of which late."""

    first: date
    reported: int
    in_time: int
    late: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Hours from awareness to a step: a count for each bar, the middle, how many are within it, rounded up, and of few
    each.
    """

    bars: tuple[int, ...]
    count: int
    middle: float | None
    over: int
    within: int = 0
    longest: float = 0.0
    each: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same kind of incident in the same system, three times or more in a quarter."""

    year: int
    quarter: int
    kind: str
    system: str
    times: int
    references: tuple[str, ...]
    """The first few."""


class Sums(NamedTuple):
    """What can be added up of any number of incidents; from it alone come the numbers of a period."""

    counts: Counter[tuple[str | int | None, ...]]
    """How many of each, by what was counted (``total``, ``cause``, ``reported`` in a month) and its values."""
    hours: Mapping[str, Sequence[float]]
    """The hours from awareness to each step, in order."""
    patterns: Mapping[Pattern, tuple[str, ...]]
    """The first references of each kind of incident in each system in each quarter; all of them are counted."""


def summed(cases: Iterable[Case], zone: ZoneInfo) -> Sums:
    """The sums of these cases; each month is one of the zone."""
    counts: Counter[tuple[str | int | None, ...]] = Counter()
    hours: dict[str, list[float]] = {step: [] for step in STEPS}
    patterns: defaultdict[Pattern, list[str]] = defaultdict(list)
    for case in sorted(cases, key=lambda case: (case.reported_at, case.reference)):
        year, month = _month(case.reported_at, zone)
        counts["total",] += 1
        counts["reported", year, month] += 1
        if case.notified_at is not None:
            counts["late" if case.late else "in time", *_month(case.notified_at, zone)] += 1
        if case.is_breach == "no":
            continue
        counts["breaches",] += 1
        counts["unjudged",] += case.is_breach == "unknown"
        counts["notified",] += case.notified_at is not None
        counts["voluntary",] += case.voluntary
        counts["people",] += case.subjects or 0
        obliged = None if case.voluntary else case.notified_at
        for step, done in zip(STEPS, (case.reported_at, case.decided_at, obliged), strict=True):
            if case.aware_at is not None and done is not None and (step != "report" or done > case.aware_at):
                hours[step].append(max((done - case.aware_at) / HOUR, 0.0))
        counts["cause", case.cause] += 1
        counts["kind", case.kind] += 1
        counts["risk", case.risk] += 1
        counts["systemless",] += not case.systems
        what = case.kind or case.cause
        for system in dict.fromkeys(case.systems):
            counts["system", system] += 1
            if what:
                patterns[year, (month + 2) // 3, what, system].append(case.reference)
    counts.update({("pattern", *key): len(references) for key, references in patterns.items()})
    ordered = {step: array("d", sorted(found)) for step, found in hours.items()}
    return Sums(counts, ordered, {key: tuple(references[:NAMED]) for key, references in patterns.items()})


def _month(instant: datetime, zone: ZoneInfo) -> tuple[int, int]:
    local = instant.astimezone(zone)
    return local.year, local.month


def added(parts: Sequence[Sums]) -> Sums:
    """The sums of several together, those that were reported first in front."""
    if len(parts) == 1:
        return parts[0]
    counts: Counter[tuple[str | int | None, ...]] = Counter()
    patterns: dict[Pattern, tuple[str, ...]] = {}
    for part in parts:
        counts.update(part.counts)
        for key, references in part.patterns.items():
            earlier = patterns.get(key, ())
            patterns[key] = earlier if len(earlier) == NAMED else (*earlier, *references)[:NAMED]
    hours = {step: array("d", sorted(chain.from_iterable(part.hours[step] for part in parts))) for step in STEPS}
    return Sums(counts, hours, patterns)


def known(sorts: Mapping[Sort, Sums], knows: Callable[[frozenset[UUID] | None], bool]) -> tuple[Sums, bool, int]:
    """The sums of what somebody may know of, whether they are the examples, and how many incidents are hidden.

    Examples count only where there is nothing else, hidden ones as well, so that no real number is ever mixed with one.
    """
    seen: dict[bool, list[Sums]] = {True: [], False: []}
    hidden = {True: 0, False: 0}
    for sort, sums in sorts.items():
        if knows(sort.circle):
            seen[sort.is_example].append(sums)
        else:
            hidden[sort.is_example] += sums.counts["total",]
    unseen = hidden[False] or (0 if seen[False] else hidden[True])
    return added(seen[False] or seen[True]), bool(seen[True]) and not seen[False], unseen


def months(sums: Sums, first: date, last: date) -> tuple[Month, ...]:
    """Every month of the period, also the empty ones."""
    return tuple(
        Month(day, *(sums.counts[what, day.year, day.month] for what in ("reported", "in time", "late")))
        for day in _months(first, last)
    )


def _months(first: date, last: date) -> Iterable[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


def spread(hours: Sequence[float]) -> Spread:
    """The distribution of the hours to a step, which are in order.

    Each bar holds its upper bound: exactly 72 hours is still in time.
    """
    below = [0, *(bisect_right(hours, upper) for upper in EDGES[1:]), len(hours)]
    half = len(hours) // 2
    middle = median(hours[half - 1 + len(hours) % 2 : half + 1]) if hours else None
    return Spread(
        bars=tuple(high - low for low, high in pairwise(below)),
        count=len(hours),
        middle=middle,
        over=len(hours) - bisect_right(hours, LIMIT / HOUR),
        within=0 if middle is None else bisect_right(hours, -(-middle // 1)),
        longest=hours[-1] if hours else 0.0,
        each=tuple(hours) if len(hours) <= FEW else (),
    )


def tally(sums: Sums, what: str) -> tuple[tuple[str, int], ...]:
    """How often each name occurs, the most frequent first; ``None`` and empty names are left out."""
    counted = [(str(key[1]), many) for key, many in sums.counts.items() if key[0] == what and key[1]]
    return tuple(sorted(counted, key=lambda pair: (-pair[1], pair[0])))


def repeats(sums: Sums) -> tuple[Repeat, ...]:
    """Patterns worth a measure, the newest quarter first."""
    times = ((sums.counts["pattern", *key], key, references) for key, references in sums.patterns.items())
    found = [Repeat(*key, many, references) for many, key, references in times if many >= REPEATED]
    return tuple(sorted(found, key=lambda p: (-p.year, -p.quarter, -p.times, p.kind, p.system)))


@dataclass(frozen=True, slots=True)
class Insight:
    """All numbers of one period."""

    first: date
    last: date
    total: int
    breaches: int
    unjudged: int
    """So many of them nobody has judged yet: each may turn out to be none."""
    notified: int
    voluntary: int
    """So many of them nobody had to notify: no term ran for it."""
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
    systemless: int = 0
    """Breaches without a system on record: they are in no other count of systems."""
    hidden: int = 0
    """Incidents that only others may know of; no other number has them in it."""

    @property
    def obliged(self) -> int:
        """How many of the notifications had to be made."""
        return self.notified - self.voluntary


def insight(sums: Sums, first: date, last: date, hidden: int = 0) -> Insight:
    """The numbers of incidents that were reported in the period; ``first`` and ``last`` are days in the zone."""
    to_report, to_decision, to_notification = (spread(sums.hours[step]) for step in STEPS)
    return Insight(
        first=first,
        last=last,
        total=sums.counts["total",],
        breaches=sums.counts["breaches",],
        unjudged=sums.counts["unjudged",],
        notified=sums.counts["notified",],
        voluntary=sums.counts["voluntary",],
        late=to_notification.over,
        systemless=sums.counts["systemless",],
        hidden=hidden,
        people=sums.counts["people",],
        months=months(sums, first, last),
        to_report=to_report,
        to_decision=to_decision,
        to_notification=to_notification,
        causes=tally(sums, "cause"),
        kinds=tally(sums, "kind"),
        systems=tally(sums, "system"),
        risks=tally(sums, "risk"),
        repeats=repeats(sums),
    )
