"""Public holidays and working days of the Netherlands."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from dateutil.easter import easter as reckoned
from holidays import country_holidays

from incident.law.calendars import (
    easter,
    end_of_next_working_day,
    end_of_working_day,
    falls_on_working_day,
    free_days_between,
    is_working_day,
    public_holidays,
    working_days_between,
)
from tests.law.clock.cases import at
from tests.law.clock.holidays_table import YEARS, table

SNAPSHOT = Path(__file__).parent / "snapshots" / "holidays_nl.txt"


def by_the_act(year: int) -> set[date]:
    """Algemene termijnenwet art. 3, written out: fixed days, days around Easter, King's Day, and Good Friday."""
    sunday = reckoned(year)
    kings_day = date(year, 4, 27)
    return {
        date(year, 1, 1),
        *(sunday + timedelta(days) for days in (-2, 0, 1, 39, 49, 50)),
        kings_day - timedelta(kings_day.weekday() == 6),
        date(year, 5, 5),
        date(year, 12, 25),
        date(year, 12, 26),
    }


@pytest.mark.parametrize("year", YEARS)
def test_the_calendar_is_the_list_of_the_act(year: int) -> None:
    """Eleven days a year, Liberation Day every year, Good Friday equated (ten when two fall together)."""
    assert set(public_holidays(year)) == by_the_act(year)


def test_the_holidays_are_those_of_the_snapshot() -> None:
    """A changed table or a changed reckoning shows here as a changed line."""
    assert SNAPSHOT.read_text("utf-8") == table()


def test_known_edges_of_the_calendar() -> None:
    """King's Day moves from a Sunday to the Saturday; Easter and Good Friday of 2027 lie in March."""
    assert public_holidays(2031)[date(2031, 4, 26)] == "King's Day"
    assert date(2031, 4, 27) not in public_holidays(2031)
    assert public_holidays(2027)[date(2027, 3, 26)] == "Good Friday"
    assert public_holidays(2027)[date(2027, 3, 28)] == "Easter Sunday"
    assert public_holidays(2026)[date(2026, 5, 5)] == "Liberation Day"
    assert list(public_holidays(2026)) == sorted(public_holidays(2026))


def test_easter_is_that_of_the_church_calendar() -> None:
    """Algemene termijnenwet art. 3(1): against another way of reckoning, for all years that a register may speak of."""
    assert [easter(year) for year in range(1900, 2400)] == [reckoned(year) for year in range(1900, 2400)]


def test_a_holiday_of_the_library_is_one_of_the_act() -> None:
    """Somebody else's list of these years; Liberation Day is not in it in most years, for most people work then."""
    for year in YEARS:
        assert dict(public_holidays(year)) == {
            date(year, 5, 5): "Liberation Day",
            **country_holidays("NL", years=year, language="en_US"),
        }


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 22), False),
        (date(2026, 11, 23), True),
        (date(2026, 12, 25), False),
        (date(2026, 12, 28), True),
    ],
)
def test_working_days_are_no_weekends_and_no_holidays(day: date, working: bool) -> None:
    """Friday yes, Saturday and Sunday no, Christmas no."""
    assert is_working_day(day) is working


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2026-11-23T09:00", "2026-11-26T09:00", 2),
        ("2026-11-23T00:00", "2026-11-26T00:00", 3),
        ("2026-11-23T00:00:01", "2026-11-25T23:59:59", 1),
        ("2026-11-23T00:00", "2026-11-24T00:00", 1),
        ("2026-11-20T17:00", "2026-11-23T17:00", 0),
        ("2026-12-24T00:00", "2026-12-29T00:00", 2),
        ("2026-10-23T00:00", "2026-10-27T00:00", 2),
        ("2026-11-23T09:00", "2026-11-23T10:00", 0),
        ("2026-11-26T09:00", "2026-11-23T09:00", 0),
    ],
)
def test_only_whole_working_days_are_counted(start: str, end: str, count: int) -> None:
    """A day counts from midnight to midnight in Amsterdam or not at all."""
    assert working_days_between(at(start), at(end)) == count


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2026-11-27T16:45", "2026-11-30T16:45", 2),
        ("2026-11-27T16:45", "2026-11-28T00:00", 1),
        ("2026-11-28T23:00", "2026-11-29T01:00", 2),
        ("2026-12-23T12:00", "2026-12-28T12:00", 3),
        ("2026-11-23T09:00", "2026-11-23T10:00", 0),
        ("2026-11-22T23:30Z", "2026-11-23T09:00", 0),
    ],
)
def test_free_days_are_counted_when_touched(start: str, end: str, count: int) -> None:
    """Saturdays, Sundays and holidays count even when only an hour of them lies inside."""
    assert free_days_between(at(start), at(end)) == count


@pytest.mark.parametrize(
    ("number", "after", "end"),
    [
        (1, "2026-11-23T09:00", "2026-11-25T00:00"),
        (1, "2026-11-23T00:00", "2026-11-24T00:00"),
        (2, "2026-11-27T16:45", "2026-12-02T00:00"),
        (2, "2026-12-24T13:00", "2026-12-30T00:00"),
        (3, "2026-11-23T00:00", "2026-11-26T00:00"),
        (1, "2026-11-28T00:00", "2026-12-01T00:00"),
    ],
)
def test_the_end_of_the_nth_working_day(number: int, after: str, end: str) -> None:
    """Whole working days that begin at or after the instant; the end is the midnight that closes the last."""
    assert end_of_working_day(number, at(after)) == at(end)


@pytest.mark.parametrize(
    ("instant", "end"),
    [
        ("2026-11-23T09:00", "2026-11-24T00:00"),
        ("2026-11-28T09:00", "2026-12-01T00:00"),
        ("2026-12-25T09:00", "2026-12-29T00:00"),
        ("2026-11-27T23:30Z", "2026-12-01T00:00"),
    ],
)
def test_the_end_of_the_next_working_day(instant: str, end: str) -> None:
    """The day itself when it is a working day, otherwise the first after it, in Amsterdam's calendar."""
    assert end_of_next_working_day(at(instant)) == at(end)


def test_the_day_of_an_instant_is_amsterdams() -> None:
    """Half past eleven at night in London on Friday is Saturday in Amsterdam."""
    assert not falls_on_working_day(at("2026-11-27T23:30Z"))
    assert falls_on_working_day(at("2026-11-27T22:30Z"))
