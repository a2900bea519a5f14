"""What a person types is understood as people write it, and refused with a sentence where it is not."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from incident.domain.kernel.errors import Invalid
from incident.domain.typed import Count, read_count, read_day, read_instant, read_number, read_time

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("250", Count(250, 250)),
        ("1.200", Count(1200, 1200)),
        ("1 200", Count(1200, 1200)),
        ("ca. 1.200", Count(1200, 1200, about=True)),
        ("ongeveer 300 klanten", Count(300, 300, about=True)),
        ("10-20", Count(10, 20, about=True)),
        ("tussen 10 en 20", Count(10, 20, about=True)),
        ("n.v.t.", None),
        ("", None),
    ],
)
def test_a_number_of_people_is_read_as_people_write_it(text: str, expected: Count | None) -> None:
    """An estimate and a range say what they say; "not applicable" says nothing."""
    assert read_count(text) == expected


@pytest.mark.parametrize("text", ["12,5", "1.20", "1.200,50", "-5", "a few", "20-10", "12 maart 2024", "²"])
def test_what_is_no_number_of_people_is_refused(text: str) -> None:
    """Half a person would have become ten times as many without the comma."""
    with pytest.raises(Invalid):
        read_count(text)


def test_from_and_to_are_no_number_where_one_is_asked() -> None:
    """Whoever typed a wrong place in an order is not told to write a range, which would be taken for its end."""
    assert (read_number("1.200"), read_number(" 3 "), read_number("")) == (1200, 3, None)
    for text in ("10-20", "ca. 10", "a few"):
        with pytest.raises(Invalid) as refusal:
            read_number(text)
        assert str(refusal.value) == "Write a whole number, like 250."
    with pytest.raises(Invalid, match="larger than there are people"):
        read_number("1" * 20)


def test_a_number_that_is_too_large_is_not_called_no_number() -> None:
    """Whoever typed twenty digits is told what is wrong with them."""
    with pytest.raises(Invalid, match="larger than there are people"):
        read_count("1" * 20)


@pytest.mark.parametrize(
    "text", ["12-3-2024", "2024-03-12", "12 maart 2024", "12 mrt. 2024", "di 12 maart 2024", "March 12, 2024"]
)
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    """In figures or in words, in Dutch and in English."""
    assert read_day(text) == date(2024, 3, 12)


@pytest.mark.parametrize("text", ["31-02-2026", "tomorrow", "2026-13-01", "1-1-26", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_is_refused(text: str) -> None:
    """A year of two figures may be any century; at the ends of the calendar a day begins before all time somewhere."""
    with pytest.raises(Invalid):
        read_day(text)


@pytest.mark.parametrize("text", ["24:00", "12:60", "noon", "1"])
def test_what_is_no_time_is_refused(text: str) -> None:
    """With a sentence that says how to write it."""
    with pytest.raises(Invalid):
        read_time(text)


@pytest.mark.parametrize("read", [read_count, read_number, read_day, read_time])
@pytest.mark.parametrize("text", ["x" * 1_000_000, "1-" * 500_000, "ca. " * 250_000])
def test_a_megabyte_is_refused_at_once(read: Callable[[str], object], text: str) -> None:
    """A form has a dozen such fields, and whoever sends it has a thread of the process until all are read."""
    began = process_time()
    with pytest.raises(Invalid):
        read(text)
    assert process_time() - began < 0.2


def test_of_an_hour_that_comes_twice_the_first_counts() -> None:
    """The earlier instant gives the earlier deadline; an hour that the clocks skip is refused."""
    assert read_instant("25-10-2026", "02:30", AMSTERDAM) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    with pytest.raises(Invalid, match="did not exist"):
        read_instant("28-03-2027", "02:30", AMSTERDAM)
