"""The clocks: aware, UTC, and still where they should stand still."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from incident.platform.clock import FixedClock, SystemClock


def test_the_system_clock_is_aware_and_in_utc() -> None:
    """Its zone is part of the promise."""
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_a_fixed_clock_moves_only_when_told() -> None:
    """Looking ahead does not move it."""
    clock = FixedClock(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert clock.in_hours(72) == datetime(2026, 10, 28, 0, 30, tzinfo=UTC)
    assert clock.now() == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    clock.advance(hours=1, minutes=30)
    assert clock.now() == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)


def test_a_fixed_clock_gives_utc_whatever_it_was_set_with() -> None:
    """The instant is kept, the zone is not."""
    start = datetime(2026, 3, 2, 10, 0, tzinfo=timezone(timedelta(hours=1)))
    assert FixedClock(start).now().isoformat() == "2026-03-02T09:00:00+00:00"


def test_an_instant_without_a_zone_is_refused() -> None:
    """Its zone would be a guess."""
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(datetime(2026, 3, 2, 10, 0))
