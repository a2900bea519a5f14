"""Both forms for many breaches, against a committed text: what is filled in, from what, and what stays open."""

from pathlib import Path

from tests.law.forms.filled import filled

SNAPSHOT = Path(__file__).parent / "snapshots" / "filled.txt"


def test_the_forms_are_filled_as_in_the_snapshot() -> None:
    """A change of the forms shows as changed answers that a lawyer can read; a derived one says from what."""
    assert filled() == SNAPSHOT.read_text("utf-8")
