"""The clock over two years, against a committed picture."""

from pathlib import Path

from tests.law.clock.grid import grid

SNAPSHOT = Path(__file__).parent / "snapshots" / "grid.txt"


def test_the_clock_over_two_years_is_that_of_the_snapshot() -> None:
    """A change of the counting shows as changed lines that a lawyer can read."""
    assert grid() == SNAPSHOT.read_text("utf-8")
