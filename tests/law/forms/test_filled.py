"""Each form for many breaches, against a committed text: what is filled in, from what, and what stays open."""

from pathlib import Path

from tests.law.forms.filled import filled
from tests.law.forms.reported import reported

SNAPSHOTS = Path(__file__).parent / "snapshots"


def test_the_forms_are_filled_as_in_the_snapshot() -> None:
    """A change of the forms shows as changed answers that a lawyer can read; a derived one says from what."""
    assert filled() == (SNAPSHOTS / "filled.txt").read_text("utf-8")


def test_the_reports_of_other_portals_are_filled_as_in_the_snapshot() -> None:
    """NIS2 art. 23(4), DORA art. 19(4), CRA art. 14: what each report says, and what a person has to answer there."""
    assert reported() == (SNAPSHOTS / "reported.txt").read_text("utf-8")
