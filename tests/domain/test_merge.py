"""What people changed by hand and what the facts changed since: both stand in the text, and a person chooses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.domain.merge import merge

MARK = "[choose]"
LINES = st.lists(st.sampled_from(["a", "b", "c", "d", ""]), max_size=8).map("\n".join)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "wanted"),
    [
        ("a\nb\nc\n", "a\nB\nc\n", "a\nb\nc\n", "a\nB\nc\n"),
        ("a\nb\nc\n", "a\nb\nc\n", "a\nb\nC\n", "a\nb\nC\n"),
        ("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\nd\n", "A\nb\nC\nd\n"),
        ("a\nb\nc\n", "a\nX\nc\n", "a\nY\nc\n", f"a\nX\n\n{MARK}\n\nY\nc\n"),
        ("a\nb\nc\n", "a\nc\n", "a\nb\nc\nd\n", "a\nc\nd\n"),
        ("a\n", "mine\n", "mine\n", "mine\n"),
    ],
)
def test_both_sides_are_kept(base: str, mine: str, theirs: str, wanted: str) -> None:
    """An edit, a changed fact, both apart, both at one place, something taken out, the same done twice."""
    assert merge(base, mine, theirs, MARK) == wanted


@given(base=LINES, mine=LINES, theirs=LINES)
def test_no_line_that_somebody_added_is_lost(base: str, mine: str, theirs: str) -> None:
    """Whatever the three texts are: each line that one side added to the first stands in what comes out."""
    found = merge(base, mine, theirs, MARK).splitlines()
    for side in (mine, theirs):
        for line in set(side.splitlines()) - set(base.splitlines()):
            assert line in found


@given(base=LINES, other=LINES)
def test_only_one_side_changed_is_that_side(base: str, other: str) -> None:
    """Without edits it is the new draft, without news the edited text; nothing has to be chosen."""
    assert merge(base, base, other, MARK).splitlines() == (other.splitlines() or [""])
    assert merge(base, other, base, MARK).splitlines() == (other.splitlines() or [""])
