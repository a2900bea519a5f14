"""Reading a moment from what a person wrote."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from incident.law.errors import LawError, NotAnInstant
from incident.law.explain import explain
from incident.law.instants import clock_time_exists, in_utc, is_repeated, read_instant

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        ("2026-10-23T16:20", "Europe/Amsterdam", datetime(2026, 10, 23, 14, 20, tzinfo=UTC)),
        ("2026-10-23 16:20", "Europe/Amsterdam", datetime(2026, 10, 23, 14, 20, tzinfo=UTC)),
        (" 2026-10-23T16:20:05 ", "UTC", datetime(2026, 10, 23, 16, 20, 5, tzinfo=UTC)),
        ("2026-10-23T16:20:05.25", "UTC", datetime(2026, 10, 23, 16, 20, 5, 250000, tzinfo=UTC)),
        ("2026-10-23T16:20Z", "Europe/Amsterdam", datetime(2026, 10, 23, 16, 20, tzinfo=UTC)),
        ("2026-10-25T02:30+02:00", "Europe/Amsterdam", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T02:30+01:00", "Europe/Amsterdam", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("2026-10-25T02:30", "Asia/Tokyo", datetime(2026, 10, 24, 17, 30, tzinfo=UTC)),
        ("2026-10-23T16:20-03:30", "Europe/Amsterdam", datetime(2026, 10, 23, 19, 50, tzinfo=UTC)),
    ],
)
def test_a_written_time_becomes_an_instant(text: str, zone: str, instant: datetime) -> None:
    """Local time in the zone, or the offset that was written; always UTC afterwards."""
    found = read_instant(text, zone)
    assert found == instant
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["", "now", "2026-10-23", "2026-10", "16:20", "2026-13-01T10:00", "2026-02-30T10:00", "20261023T1620"]
)
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    """The sentence repeats what was written and shows how to write it."""
    with pytest.raises(NotAnInstant) as refused:
        read_instant(text, "Europe/Amsterdam")
    assert str(refused.value) == (
        f"{text} is not a date with a time. Write it like 2026-10-23T16:20, with an offset like +02:00 if you want."
    )


@pytest.mark.parametrize("text", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00"])
def test_a_time_outside_the_calendar_is_refused(text: str) -> None:
    """An offset may not push a time out of the years that exist."""
    with pytest.raises(NotAnInstant) as refused:
        read_instant(text, "Europe/Amsterdam")
    assert str(refused.value).startswith(f"{text[:16]}:00{text[16:]} is not a date with a time.")


def test_a_skipped_time_is_refused() -> None:
    """In spring the clock jumps from two to three; half past two was never shown."""
    with pytest.raises(NotAnInstant) as refused:
        read_instant("2027-03-28T02:30", "Europe/Amsterdam")
    assert str(refused.value) == (
        "2027-03-28 02:30 does not exist in Europe/Amsterdam: the clock skips that hour. "
        "Choose a time before or after the jump, or write the offset from UTC."
    )


def test_a_time_struck_twice_is_refused_and_both_are_named() -> None:
    """In autumn half past two comes twice; the sentence shows both with their offsets."""
    with pytest.raises(NotAnInstant) as refused:
        read_instant("2026-10-25T02:30", "Europe/Amsterdam")
    assert str(refused.value) == (
        "2026-10-25 02:30 occurs twice in Europe/Amsterdam: 2026-10-25T02:30:00+02:00 and 2026-10-25T02:30:00+01:00. "
        "Write the offset from UTC, as in one of those two."
    )
    assert explain(refused.value.reason, "nl").startswith("2026-10-25 02:30 komt in Europe/Amsterdam twee keer voor:")


def test_a_fold_does_not_hide_the_doubt() -> None:
    """A naive time that carries a fold is refused like any other, with both moments in order."""
    with pytest.raises(NotAnInstant, match=r"02:30:00\+02:00 and 2026-10-25T02:30:00\+01:00"):
        in_utc(datetime(2026, 10, 25, 2, 30, fold=1), "Europe/Amsterdam")
    assert in_utc(datetime(2026, 11, 25, 2, 30, fold=1), "Europe/Amsterdam") == datetime(
        2026, 11, 25, 1, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-10-25T01:59", "2026-10-24T23:59:00+00:00"),
        ("2026-10-25T03:00", "2026-10-25T02:00:00+00:00"),
        ("2027-03-28T01:59", "2027-03-28T00:59:00+00:00"),
        ("2027-03-28T03:00", "2027-03-28T01:00:00+00:00"),
    ],
)
def test_the_edges_of_both_nights_are_single_moments(text: str, utc: str) -> None:
    """One minute before and the first minute after the doubtful hour are plain times."""
    assert read_instant(text, "Europe/Amsterdam").isoformat() == utc


@pytest.mark.parametrize("zone", ["Mars/Base", "", "../etc/passwd", "Europe", "\0", "@title.gdpr_34"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    """Whatever the name looks like, it is a sentence and no crash; nothing of it is taken for a text."""
    with pytest.raises(NotAnInstant) as refused:
        in_utc(datetime(2026, 1, 1), zone)
    assert str(refused.value) == f"{zone} is not a known time zone. Write a name like Europe/Amsterdam."


def test_a_refusal_is_a_law_error_with_its_rule() -> None:
    """Callers catch one type and can explain it."""
    with pytest.raises(LawError) as refused:
        read_instant("soon", "UTC")
    assert (refused.value.reason.rule_id, refused.value.reason.citation) == (
        "local_time",
        "Regulation 1182/71 art. 3(1)",
    )


def test_repeated_and_skipped_hours_are_known() -> None:
    """One function asks of an instant, the other of a time on the clock."""
    assert is_repeated(datetime(2026, 10, 25, 0, 0, tzinfo=UTC), AMSTERDAM)
    assert is_repeated(datetime(2026, 10, 25, 1, 59, tzinfo=UTC), AMSTERDAM)
    assert not is_repeated(datetime(2026, 10, 25, 2, 0, tzinfo=UTC), AMSTERDAM)
    assert not is_repeated(datetime(2027, 3, 28, 1, 0, tzinfo=UTC), AMSTERDAM)
    assert not clock_time_exists(datetime(2027, 3, 28, 2, 0, tzinfo=AMSTERDAM))
    assert clock_time_exists(datetime(2027, 3, 28, 3, 0, tzinfo=AMSTERDAM))
    assert clock_time_exists(datetime(2026, 10, 25, 2, 30, tzinfo=AMSTERDAM, fold=1))
