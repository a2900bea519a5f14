"""Typed text: cleaned of what nothing can carry, bounded, and otherwise left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.text import clean, required


@pytest.mark.parametrize(
    "bad", ["\x00", "\x0b", "\x7f", "\ud800", "\ufdd0", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff"]
)
def test_characters_that_nothing_can_carry_are_taken_out(bad) -> None:
    """No page, no database and no PDF takes them."""
    assert clean(f"a{bad}b", field="text") == "ab"


@given(st.text(max_size=200))
def test_whatever_is_typed_can_be_stored_and_cleaning_twice_changes_nothing(text) -> None:
    """The result is valid UTF-8 and stable."""
    once = clean(text, field="text")
    assert once.encode("utf-8").decode("utf-8") == once
    assert clean(once, field="text") == once


def test_nothing_is_cut_off_silently() -> None:
    """Too long is said, with both numbers; empty where it must not be is said too."""
    with pytest.raises(Invalid, match="11 characters; at most 10"):
        clean("x" * 11, field="text", limit=10)
    with pytest.raises(Invalid, match="Write it"):
        required(" \n ", "Write it.", field="text")
