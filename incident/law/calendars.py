"""Regulation 1182/71 art. 2 and Algemene termijnenwet art. 3: public holidays and working days.

The dates come from the ``holidays`` library, corrected by ``parameters/calendars.toml``. The library is loaded with the
first question, because it is large and most questions of this package need no calendar.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from types import MappingProxyType
from typing import Final

from incident.law.periods import next_day, start_of_day
from incident.law.rulesets import AUTHORITY_ZONE
from incident.law.sources import tables

COUNTRY: Final = "NL"
"""Regulation 1182/71 art. 2(1): the holidays of the Member State in which action is to be taken count."""

_SATURDAY: Final = 5


@cache
def public_holidays(year: int, country: str = COUNTRY) -> Mapping[date, str]:
    """Algemene termijnenwet art. 3: the recognised holidays of a year with their English names, in order of date.

    Good Friday is equated with them (art. 3(2)); King's Day moves to 26 April when 27 April is a Sunday.
    """
    from holidays import country_holidays

    language = "en_US" if country == COUNTRY else None
    found = dict(country_holidays(country, years=year, language=language))
    for table in tables("calendar"):
        if table["country"] == country:
            found.setdefault(date(year, table["month"], table["day"]), table["name"])
    return MappingProxyType(dict(sorted(found.items())))


@cache
def is_working_day(day: date) -> bool:
    """Regulation 1182/71 art. 2(2): every day that is no public holiday, Saturday or Sunday (in the Netherlands)."""
    return day.weekday() < _SATURDAY and day not in public_holidays(day.year)


def working_days_between(start: datetime, end: datetime) -> int:
    """Regulation 1182/71 art. 3(5): the working days that lie whole between two instants, from midnight to midnight."""
    return sum(map(is_working_day, _days(_first_whole_day(start), _day(end))))


def free_days_between(start: datetime, end: datetime) -> int:
    """Regulation 1182/71 art. 3(3): the Saturdays, Sundays and public holidays between two instants."""
    return sum(not is_working_day(day) for day in _days(_day(start), next_day(_day(end))))


def end_of_working_day(number: int, after: datetime) -> datetime:
    """Regulation 1182/71 art. 3(5): the end of the n-th whole working day that begins at or after an instant."""
    day, seen = _first_whole_day(after), 0
    while (seen := seen + is_working_day(day)) < number:
        day = next_day(day)
    return start_of_day(next_day(day), AUTHORITY_ZONE)


def end_of_next_working_day(instant: datetime) -> datetime:
    """Regulation 1182/71 art. 3(4): the end of the day of ``instant``, or of the first working day after it."""
    day = _day(instant)
    while not is_working_day(day):
        day = next_day(day)
    return start_of_day(next_day(day), AUTHORITY_ZONE)


def falls_on_working_day(instant: datetime) -> bool:
    """Regulation 1182/71 art. 3(4): whether the authority's calendar shows a working day at that instant."""
    return is_working_day(_day(instant))


def _days(first: date, end: date) -> Iterator[date]:
    """The days from the first up to, and without, the end."""
    return map(date.fromordinal, range(first.toordinal(), end.toordinal()))


def _first_whole_day(start: datetime) -> date:
    day = _day(start)
    return day if start_of_day(day, AUTHORITY_ZONE) == start else next_day(day)


def _day(instant: datetime) -> date:
    return instant.astimezone(AUTHORITY_ZONE).date()
