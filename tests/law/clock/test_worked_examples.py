"""Twelve worked examples of the 72 hours, in Amsterdam time."""

import pytest

from incident.law.calendars import public_holidays
from incident.law.texts import moment
from tests.law.clock.cases import at, authority_clock, outcome, remark_ids

AMSTERDAM = "Europe/Amsterdam"

EXAMPLES = [
    pytest.param(
        "2026-11-23T09:20", "2026-11-26T09:20+01:00", "2026-11-26T10:00+01:00", {"1182/71-3(1)"}, id="1 plain week"
    ),
    pytest.param(
        "2026-11-27T16:45",
        "2026-11-30T16:45+01:00",
        "2026-11-30T17:00+01:00",
        {"1182/71-3(1)", "1182/71-3(3)", "1182/71-3(5)"},
        id="2 weekend inside",
    ),
    pytest.param(
        "2026-12-23T17:40",
        "2026-12-26T17:40+01:00",
        "2026-12-26T18:00+01:00",
        {"1182/71-3(1)", "1182/71-3(3)", "1182/71-3(4)", "1182/71-3(5)", "Atw-4(a)"},
        id="3 ends on a holiday, no extension",
    ),
    pytest.param(
        "2026-12-24T12:17",
        "2026-12-27T12:17+01:00",
        "2026-12-27T13:00+01:00",
        {"1182/71-3(1)", "1182/71-3(3)", "1182/71-3(4)", "1182/71-3(5)", "Atw-4(a)"},
        id="4 half a working day inside",
    ),
    pytest.param(
        "2026-12-31T17:05",
        "2027-01-03T17:05+01:00",
        "2027-01-03T18:00+01:00",
        {"1182/71-3(1)", "1182/71-3(3)", "1182/71-3(4)", "1182/71-3(5)", "Atw-4(a)"},
        id="5 New Year and a weekend",
    ),
    pytest.param(
        "2026-10-23T16:20",
        "2026-10-26T15:20+01:00",
        "2026-10-26T16:00+01:00",
        {"1182/71-3(1)", "1182/71-3(3)", "1182/71-3(5)", "clock-change"},
        id="6 autumn change",
    ),
    pytest.param(
        "2027-03-26T16:20",
        "2027-03-29T17:20+02:00",
        "2027-03-29T18:00+02:00",
        {"1182/71-3(1)", "1182/71-3(3)", "1182/71-3(4)", "1182/71-3(5)", "Atw-4(a)", "clock-change"},
        id="7 spring change over Easter",
    ),
    pytest.param(
        "2027-03-25T16:20",
        "2027-03-28T17:20+02:00",
        "2027-03-28T18:00+02:00",
        {"1182/71-3(1)", "1182/71-3(3)", "1182/71-3(4)", "1182/71-3(5)", "Atw-4(a)", "clock-change"},
        id="8 no whole working day inside",
    ),
    pytest.param(
        "2026-10-22T02:30",
        "2026-10-25T02:30+02:00",
        "2026-10-25T02:00+01:00",
        {"1182/71-3(1)", "1182/71-3(3)", "1182/71-3(4)", "1182/71-3(5)", "Atw-4(a)", "repeated-hour"},
        id="9 ends inside the repeated hour",
    ),
    pytest.param(
        "2027-03-25T02:30",
        "2027-03-28T03:30+02:00",
        "2027-03-28T04:00+02:00",
        {"1182/71-3(1)", "1182/71-3(3)", "1182/71-3(4)", "1182/71-3(5)", "Atw-4(a)", "clock-change"},
        id="10 the same time on the clock does not exist",
    ),
    pytest.param(
        "2026-04-30T23:59",
        "2026-05-03T23:59+02:00",
        "2026-05-04T00:00+02:00",
        {"1182/71-3(1)", "1182/71-3(3)", "1182/71-3(4)", "1182/71-3(5)", "Atw-4(a)"},
        id="11 month and midnight edge",
    ),
    pytest.param(
        "2020-12-22T12:17",
        "2020-12-25T12:17+01:00",
        "2020-12-25T13:00+01:00",
        {"1182/71-3(1)", "1182/71-3(3)", "1182/71-3(4)", "Atw-4(a)"},
        id="12 the published example",
    ),
]


@pytest.mark.parametrize(("aware_at", "strict", "full_hours", "remarks"), EXAMPLES)
def test_the_worked_examples_hold(aware_at: str, strict: str, full_hours: str, remarks: set[str]) -> None:
    """The strict deadline, the reading of Regulation 1182/71, and exactly the remarks that belong to each."""
    clock = authority_clock(aware_at)
    assert clock.due_at == at(strict)
    assert outcome(clock, "1182/71-3(1)") == at(full_hours)
    assert set(remark_ids(clock)) == remarks
    assert len(remark_ids(clock)) == len(remarks)


def test_the_autumn_wall_clock_reading_is_an_hour_late() -> None:
    """Example 6: the same time on the clock three days on is 73 hours; the strict deadline stays."""
    clock = authority_clock("2026-10-23T16:20")
    assert outcome(clock, "clock-change") == at("2026-10-26T16:20+01:00")


def test_the_spring_wall_clock_reading_is_an_hour_early() -> None:
    """Example 7: the same time on the clock is 71 hours; lateness is judged by 72."""
    clock = authority_clock("2027-03-26T16:20")
    assert outcome(clock, "clock-change") == at("2027-03-29T16:20+02:00")
    assert clock.due_at == at("2027-03-29T17:20+02:00")


def test_a_deadline_in_the_repeated_hour_shows_its_offset() -> None:
    """Example 9: half past two is struck twice; the first one is meant, and the text says so."""
    clock = authority_clock("2026-10-22T02:30")
    remark = next(remark for remark in clock.remarks if remark.id == "repeated-hour")
    assert dict(remark.params) == {"shown": "2026-10-25T02:30+02:00"}
    assert moment(clock.due_at, "en", AMSTERDAM) == "Sunday 25 October 2026 02:30 CEST"


def test_a_skipped_time_is_told_and_moves_nothing() -> None:
    """Example 10: half past two does not exist on the last day; the remark's outcome is the strict deadline itself."""
    clock = authority_clock("2027-03-25T02:30")
    remark = next(remark for remark in clock.remarks if remark.id == "clock-change")
    assert remark.text_id == "remark.clock_skips"
    assert dict(remark.params) == {"shown": "02:30", "end": clock.due_at}
    assert clock.due_at == remark.at


@pytest.mark.parametrize(
    ("aware_at", "whole_days", "contested"),
    [
        pytest.param("2026-12-24T12:17", 0, "2026-12-30T00:00", id="4 Monday and Tuesday after Christmas"),
        pytest.param("2027-03-25T16:20", 0, "2027-04-01T00:00", id="8 Tuesday and Wednesday after Easter"),
        pytest.param("2026-12-23T17:40", 1, "2026-12-29T00:00", id="3 Christmas Eve and the Monday after"),
    ],
)
def test_the_contested_reading_counts_whole_working_days(aware_at: str, whole_days: int, contested: str) -> None:
    """Art. 3(5): how many whole working days lie inside, and where two of them would end."""
    remark = next(remark for remark in authority_clock(aware_at).remarks if remark.id == "1182/71-3(5)")
    assert dict(remark.params) == {"count": whole_days, "end": at(contested)}
    assert remark.at == at(contested)


def test_the_examples_lie_among_the_holidays_they_tell_of() -> None:
    """The calendar behind the examples has Christmas and Good Friday 2027."""
    names = {str(day): name for year in (2026, 2027) for day, name in public_holidays(year).items()}
    assert names["2026-12-25"] == "Christmas Day"
    assert names["2027-03-26"] == "Good Friday"
