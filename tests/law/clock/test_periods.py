"""Periods: reading, writing, and where they end."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from incident.law.periods import Period, hours_between, next_day, next_full_hour, start_of_day
from tests.law.clock.cases import at

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("text", "period"),
    [("PT72H", Period(hours=72)), ("P14D", Period(days=14)), ("P1M", Period(months=1)), ("PT10H", Period(hours=10))],
)
def test_a_period_reads_and_writes_iso_8601(text: str, period: Period) -> None:
    """The written form and the value are the same thing, both ways."""
    assert Period.parse(text) == period
    assert str(period) == text


@pytest.mark.parametrize("text", ["", "72", "PT0H", "P1Y", "PT72", "PT-1H", "P1DT1H", "P1W", "xPT1H", "PT1Hx", "P03D"])
def test_anything_else_is_refused(text: str) -> None:
    """The message names what was read and what would do."""
    with pytest.raises(ValueError, match=r"is not a period like PT72H, P14D or P1M\.$") as refused:
        Period.parse(text)
    assert str(refused.value).startswith(repr(text))


@pytest.mark.parametrize(
    ("hours", "days", "months"), [(0, 0, 0), (1, 1, 0), (0, 1, 1), (1, 0, 1), (-1, 0, 0), (1, -1, 0), (1, 1, 1)]
)
def test_a_period_is_one_positive_number(hours: int, days: int, months: int) -> None:
    """Hours, days and months do not mix, and nothing lasts less than nothing."""
    with pytest.raises(ValueError, match=r"^A period is a positive number of hours, days or months, not Period\("):
        Period(hours=hours, days=days, months=months)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("PT24H", "2026-10-24T12:00", "2026-10-25T11:00"),
        ("PT1H", "2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"),
        ("P1D", "2026-10-24T12:00", "2026-10-25T12:00"),
        ("P3D", "2026-11-20T09:30", "2026-11-23T09:30"),
        ("P1D", "2027-03-27T02:30", "2027-03-28T03:30"),
        ("P1D", "2026-10-24T02:30", "2026-10-25T02:30+02:00"),
        ("P1D", "2026-10-25T02:30+01:00", "2026-10-26T02:30"),
        ("P14D", "2026-12-24T08:05", "2027-01-07T08:05"),
        ("P1M", "2026-11-22T10:00", "2026-12-22T10:00"),
        ("P1M", "2026-12-31T10:00", "2027-01-31T10:00"),
        ("P1M", "2027-01-31T10:00", "2027-02-28T10:00"),
        ("P1M", "2028-01-31T10:00", "2028-02-29T10:00"),
        ("P1M", "2027-03-31T10:00", "2027-04-30T10:00"),
        ("P2M", "2026-11-30T10:00", "2027-01-30T10:00"),
        ("P2M", "2027-12-31T10:00", "2028-02-29T10:00"),
        ("P154D", "2026-10-25T02:30+01:00", "2027-03-28T03:30"),
        ("P13M", "2026-12-15T10:00", "2028-01-15T10:00"),
        ("P1M", "2027-02-28T02:30", "2027-03-28T03:30"),
    ],
)
def test_a_period_ends_where_it_should(period: str, start: str, end: str) -> None:
    """Hours are elapsed; days and months keep the time on the clock and shorten to the end of a month."""
    found = Period.parse(period).end_after(at(start), AMSTERDAM)
    assert found == at(end)
    assert found.tzinfo is UTC


def test_the_zone_of_a_start_makes_no_difference() -> None:
    """A start written in Tokyo gives the same end, in UTC."""
    start = datetime(2026, 11, 23, 17, 20, tzinfo=ZoneInfo("Asia/Tokyo"))
    for period in (Period(hours=72), Period(days=3), Period(months=1)):
        assert period.end_after(start, AMSTERDAM) == period.end_after(start.astimezone(UTC), AMSTERDAM)
        assert period.end_after(start, AMSTERDAM).tzinfo is UTC


def test_on_the_clock_follows_the_hands_even_into_a_skipped_hour() -> None:
    """The hands stand 72 hours further, whatever the clock did meanwhile; of a repeated hour the first is meant."""
    hands = Period(hours=72)
    assert hands.on_the_clock(at("2026-10-23T16:20"), AMSTERDAM).isoformat() == "2026-10-26T16:20:00+01:00"
    assert hands.on_the_clock(at("2027-03-25T02:30"), AMSTERDAM).replace(tzinfo=None) == datetime(2027, 3, 28, 2, 30)
    repeated = Period(hours=24).on_the_clock(at("2026-10-24T02:30"), AMSTERDAM)
    assert (repeated.fold, repeated.isoformat()) == (0, "2026-10-25T02:30:00+02:00")
    from_second = Period(hours=24).on_the_clock(at("2026-10-25T02:30+01:00"), AMSTERDAM)
    assert (from_second.fold, from_second.isoformat()) == (0, "2026-10-26T02:30:00+01:00")


@pytest.mark.parametrize(
    ("event", "start"),
    [
        ("2026-11-23T09:20:59", "2026-11-23T10:00"),
        ("2026-11-23T09:00", "2026-11-23T10:00"),
        ("2026-11-23T23:59:59.999999", "2026-11-24T00:00"),
        ("2026-10-25T02:30+02:00", "2026-10-25T02:00+01:00"),
    ],
)
def test_the_hour_of_the_event_is_not_counted(event: str, start: str) -> None:
    """Art. 3(1): counting starts with the next full hour, even when the event fell on the stroke of an hour."""
    found = next_full_hour(at(event))
    assert found == at(start)
    assert found.tzinfo is UTC


def test_days_and_hours_between() -> None:
    """The small parts: a day starts at local midnight, days follow each other, elapsed hours have a sign."""
    assert start_of_day(date(2026, 7, 1), AMSTERDAM) == at("2026-06-30T22:00Z")
    assert start_of_day(date(2026, 7, 1), AMSTERDAM).tzinfo is UTC
    assert next_day(date(2026, 12, 31)) == date(2027, 1, 1)
    assert hours_between(at("2026-10-25T00:00"), at("2026-10-26T00:00")) == 25.0
    assert hours_between(at("2026-10-26T00:00"), at("2026-10-25T22:30")) == -1.5
