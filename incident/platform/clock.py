"""The only place that asks the machine for the time; everything else is handed an instant."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Gives the present instant, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)


def stopwatch() -> Callable[[], timedelta]:
    """Gives how long ago it was started, whatever becomes of the machine's clock meanwhile."""
    begun = time.monotonic()
    return lambda: timedelta(seconds=time.monotonic() - begun)


class AheadClock:
    """The machine's clock, and as many seconds more as a file says: all processes of a trial follow its page."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        """The instant of the trial, in UTC; without the file, the machine's."""
        ahead = float(self._file.read_text()) if self._file.exists() else 0.0
        return SystemClock().now() + timedelta(seconds=ahead)

    def forward(self, *, hours: float) -> None:
        """Set every process of the trial forward; there is no way back, as there is none for a clock."""
        ahead = self.now() - SystemClock().now() + timedelta(hours=hours)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(str(ahead.total_seconds()))
        fresh.replace(self._file)


class FixedClock:
    """A clock that stands still until it is told to move; for tests, examples and seeds."""

    def __init__(self, at: datetime) -> None:
        """Start at `at`; a naive instant is refused with ValueError, because its zone would be a guess."""
        if at.tzinfo is None:
            raise ValueError("A clock needs an instant with a time zone.")
        self._now = at.astimezone(UTC)

    def now(self) -> datetime:
        """The instant the clock stands at, in UTC."""
        return self._now

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
        """Move forward (or back, when negative) by elapsed time and return the new instant."""
        self._now += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return self._now

    def in_hours(self, hours: float) -> datetime:
        """The instant `hours` from now; the clock itself does not move."""
        return self._now + timedelta(hours=hours)
