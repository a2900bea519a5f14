"""Regulation (EEC, Euratom) 1182/71 art. 3: how long a period lasts. The only place where time is added to an instant.

Instants are aware UTC. A period in hours is elapsed time: nights, weekends and public holidays count, and a change
of the clock adds or takes away nothing. A period in days or months follows the calendar of the authority's zone: it
ends on the later day at the same time on the clock.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_WRITTEN = re.compile(r"P(?:T(?P<hours>[1-9]\d*)H|(?P<days>[1-9]\d*)D|(?P<months>[1-9]\d*)M)")


@dataclass(frozen=True, slots=True)
class Period:
    """Regulation 1182/71 art. 3(1): a period of hours, days or months; exactly one of the three is not zero."""

    hours: int = 0
    days: int = 0
    months: int = 0

    def __post_init__(self) -> None:
        if sorted((self.hours, self.days, self.months))[:2] != [0, 0] or self.hours + self.days + self.months < 1:
            raise ValueError(f"A period is a positive number of hours, days or months, not {self!r}.")

    @classmethod
    def parse(cls, text: str) -> "Period":
        """ISO 8601, the part the law needs: ``PT72H``, ``P14D``, ``P1M``; raises ``ValueError`` for anything else."""
        if not (found := _WRITTEN.fullmatch(text)):
            raise ValueError(f"{text!r} is not a period like PT72H, P14D or P1M.")
        return cls(**{unit: int(number) for unit, number in found.groupdict().items() if number})

    def __str__(self) -> str:
        if self.hours:
            return f"PT{self.hours}H"
        return f"P{self.days}D" if self.days else f"P{self.months}M"

    def end_after(self, start: datetime, zone: ZoneInfo) -> datetime:
        """Regulation 1182/71 art. 3, read strictly: the instant at which the period that starts at ``start`` is over.

        Hours are elapsed hours from the very instant. Days and months end at the same time on the clock in
        ``zone``; the last day of a shorter month stands in for a day that month does not have.
        """
        if self.hours:
            return start.astimezone(UTC) + self.hours * _HOUR
        local = start.astimezone(zone)
        day = local.date() + self.days * _DAY if self.days else _months_later(local.date(), self.months)
        return at_clock_time(local, day)

    def on_the_clock(self, start: datetime, zone: ZoneInfo) -> datetime:
        """Clock changes: the local time at which the hands of the clock in ``zone`` stand these hours further.

        It differs from ``end_after`` by an hour when the clock changes inside, and may be a time that does not exist.
        Nobody may plan on the later of the two.
        """
        return (start.astimezone(zone) + self.hours * _HOUR).replace(fold=0)


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def at_clock_time(local: datetime, day: date) -> datetime:
    """Clock changes: the instant at which the clock of ``local``'s zone shows the same time on ``day``, as UTC.

    Of a time that is struck twice the first counts, and a skipped time is moved on by the skipped hour.
    """
    return local.replace(year=day.year, month=day.month, day=day.day, fold=0).astimezone(UTC)


def next_full_hour(instant: datetime) -> datetime:
    """Regulation 1182/71 art. 3(1): the hour in which the event falls is not counted; the first hour starts here."""
    return instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + _HOUR


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Regulation 1182/71 art. 3(2): the instant at which ``day`` begins in ``zone``, as UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def next_day(day: date) -> date:
    """Regulation 1182/71 art. 3(2): the day after ``day``."""
    return day + _DAY


def hours_between(earlier: datetime, later: datetime) -> float:
    """GDPR art. 33(1): the elapsed hours between two instants; negative when they stand the other way round."""
    return (later - earlier) / _HOUR
