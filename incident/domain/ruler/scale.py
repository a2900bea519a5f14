"""Where an instant stands on the ruler: the window shown, ticks, nights, weekends and lanes for pins.

All arithmetic is on UTC instants; only the edges of nights and days are looked up in the reader's zone, so that a day
of 23 or 25 hours is drawn as long as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from incident.domain.ruler.given import Pin, RulerInput

HOUR = timedelta(hours=1)
NIGHT_FROM = time(22)
NIGHT_TO = time(7)
STEPS = (1, 2, 4, 6, 12, 24, 48, 72, 168)
MOST_LABELS = 7
BEFORE = 0.16
BEYOND = 0.5
CROWDED = 0.035
KEPT = 1024
"""Windows whose nights and days are remembered: that of a running clock stays the same from one look to the next."""
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the ruler, from one instant to another."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Scale:
    """The window that is drawn; what lies outside it is drawn at its edge."""

    first: datetime
    last: datetime
    cut_right: bool

    def share(self, at: datetime) -> float:
        """The place of an instant, from 0 (left) to 1 (right)."""
        return min(1.0, max(0.0, (at - self.first) / (self.last - self.first)))


def scale_of(given: RulerInput) -> Scale:
    """The window: the period itself, a little of what came before it, and the overrun beyond it."""
    length = given.due_at - given.starts_at
    known = [pin.at for pin in given.pins]
    earliest = min([*known, given.starts_at])
    latest = max([*known, given.reading_at, given.due_at]) if given.is_late else given.due_at
    first = max(earliest, given.starts_at - length * BEFORE)
    last = min(latest, given.due_at + length * BEYOND)
    return Scale(first, last, cut_right=last < latest)


def tick_step(length: timedelta) -> int:
    """Hours between two labelled ticks, such that few enough labels stand side by side."""
    hours = length / HOUR
    return next((step for step in STEPS if hours / step <= MOST_LABELS - 1), round(hours / (MOST_LABELS - 1)))


def ticks(given: RulerInput, scale: Scale) -> Iterator[tuple[int, datetime]]:
    """Every full hour since the start inside the window; for long periods only the labelled ones."""
    length = given.due_at - given.starts_at
    step = 1 if length <= 96 * HOUR else tick_step(length)
    hour = 0
    while (at := given.starts_at + hour * HOUR) <= scale.last:
        yield hour, at
        hour += step


def _local_days(scale: Scale, zone: ZoneInfo) -> Iterator[date]:
    day = scale.first.astimezone(zone).date() - timedelta(days=1)
    last = scale.last.astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _inside(scale: Scale, spans: Iterator[Span]) -> tuple[Span, ...]:
    cut = (Span(max(span.start, scale.first), min(span.end, scale.last)) for span in spans)
    return tuple(span for span in cut if span.start < span.end)


@lru_cache(maxsize=KEPT)
def nights(scale: Scale, zone: ZoneInfo) -> tuple[Span, ...]:
    """22:00 to 07:00 local time."""
    days = _local_days(scale, zone)
    following = timedelta(days=1)
    spans = (Span(_instant(day, NIGHT_FROM, zone), _instant(day + following, NIGHT_TO, zone)) for day in days)
    return _inside(scale, spans)


@lru_cache(maxsize=KEPT)
def days(scale: Scale, zone: ZoneInfo) -> tuple[Span, ...]:
    """The calendar days of the window, each from local midnight to local midnight."""
    following = timedelta(days=1)
    spans = (
        Span(_instant(day, time(0), zone), _instant(day + following, time(0), zone)) for day in _local_days(scale, zone)
    )
    return _inside(scale, spans)


@lru_cache(maxsize=KEPT)
def weekends(scale: Scale, zone: ZoneInfo) -> tuple[Span, ...]:
    """The Saturdays and Sundays of the window; they count like any other hour, and one sees that they do."""
    return tuple(day for day in days(scale, zone) if day.start.astimezone(zone).weekday() >= SATURDAY)


def numbered(pins: tuple[Pin, ...]) -> tuple[tuple[int, Pin], ...]:
    """The pins in the order of their time, each with the number it carries in the drawing."""
    order = {kind: place for place, kind in enumerate(type(pins[0].kind))} if pins else {}
    return tuple(enumerate(sorted(pins, key=lambda pin: (pin.at, order[pin.kind])), start=1))


def lanes(shares: list[float]) -> list[int]:
    """For each pin (left to right) the lowest lane in which it does not stand on another."""
    ends: list[float] = []
    placed = []
    for share in shares:
        lane = next((index for index, end in enumerate(ends) if share - end >= CROWDED), len(ends))
        ends[lane : lane + 1] = [share]
        placed.append(lane)
    return placed
