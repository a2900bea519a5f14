"""Regulation 1182/71 art. 2 and Algemene termijnenwet art. 3: public holidays and working days in the Netherlands.

Regulation 1182/71 art. 2(1): the holidays of the Member State in which action is to be taken count. The days stand in
``parameters/calendars.toml``, each by its date or by how far it is from Easter.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from types import MappingProxyType
from typing import Final

from incident.law.periods import next_day, start_of_day
from incident.law.rulesets import AUTHORITY_ZONE
from incident.law.sources import Table, tables

_SATURDAY: Final = 5


@cache
def public_holidays(year: int) -> Mapping[date, str]:
    """Algemene termijnenwet art. 3: the recognised holidays of a year with their English names, in order of date.

    Good Friday is equated with them (art. 3(2)); King's Day moves to 26 April when 27 April is a Sunday.
    """
    named = ((_day_of(table, year), table["name"]) for table in tables("calendar"))
    return MappingProxyType(dict(sorted(named)))


def _day_of(table: Table, year: int) -> date:
    if "easter" in table:
        return date.fromordinal(easter(year).toordinal() + table["easter"])
    day = date(year, table["month"], table["day"])
    return date.fromordinal(day.toordinal() - (day.isoweekday() == table.get("not_on")))


def easter(year: int) -> date:
    """Algemene termijnenwet art. 3(1): Easter Sunday, the first after the full moon of the church on or after 21 March.

    The calendar of 1582: the age of its moon follows from the year's place in the cycle of nineteen years, corrected in
    years that end a century.
    """
    century, golden = year // 100, year % 19
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    # Two of the thirty ages share a day, so that two full moons of one cycle never fall on one date.
    moon = 21 + epact - (epact == 29 or (epact == 28 and golden > 10))
    full = date(year, 3, 1).toordinal() + moon - 1
    return date.fromordinal(full + 7 - full % 7)


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
