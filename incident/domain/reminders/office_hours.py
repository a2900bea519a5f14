"""Office hours in the organisation's zone: when an early reminder may wait until somebody reads it.

The calendars of the ``holidays`` library are loaded with the first question about one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

SEARCHED_DAYS = 14


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Opening and closing time on working days (Monday is 0), and the country whose public holidays count."""

    opens: time = time(8, 30)
    closes: time = time(17, 30)
    working_days: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    zone: str = "Europe/Amsterdam"
    country: str = "NL"

    def open_at(self, instant: datetime) -> bool:
        """Whether somebody is in the office at that instant."""
        local = instant.astimezone(ZoneInfo(self.zone))
        return self._works(local.date()) and self.opens <= local.time() < self.closes

    def next_open(self, instant: datetime) -> datetime:
        """The instant itself when the office is open, else the next opening; in UTC."""
        if self.open_at(instant):
            return instant
        return next((opening for opening in self._openings(instant) if opening > instant), instant)

    def _openings(self, instant: datetime) -> Iterator[datetime]:
        zone = ZoneInfo(self.zone)
        first = instant.astimezone(zone).date()
        for day in (first + timedelta(days=ahead) for ahead in range(SEARCHED_DAYS)):
            if self._works(day):
                yield datetime.combine(day, self.opens, zone).astimezone(UTC)

    def _works(self, day: date) -> bool:
        return day.weekday() in self.working_days and day not in _public_holidays(self.country, day.year)


@cache
def _public_holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country in a year; none for an unknown country."""
    if not country:
        return frozenset()
    from holidays import country_holidays

    return frozenset(country_holidays(country, years=year))
