"""Every reason with its source, against a committed list."""

from pathlib import Path

from tests.law.clock.reasons import reasons

SNAPSHOT = Path(__file__).parent / "snapshots" / "reasons.txt"


def test_every_reason_cites_what_the_list_says() -> None:
    """A changed rule, source or effect shows as a changed line that a lawyer can check."""
    assert reasons() == SNAPSHOT.read_text("utf-8")
