"""Conditions are small data: read, judged, and refused when they are no condition."""

import pytest

from incident.law.forms.conditions import ALWAYS, NEVER, Given, parse_condition

GIVEN = Given({"1": "a", "2": ("b", "c"), "3": True, "4": None}, frozenset({"late"}))


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ({"answer": "1", "is": ["a", "b"]}, True),
        ({"answer": "1", "is": ["b"]}, False),
        ({"answer": "2", "is": ["c"]}, True),
        ({"answer": "3", "is": ["True"]}, True),
        ({"answer": "4", "is": ["None"]}, False),
        ({"answer": "9", "is": ["a"]}, False),
        ({"situation": "late"}, True),
        ({"situation": "other"}, False),
        ({"not": {"situation": "late"}}, False),
        ({"all": [{"situation": "late"}, {"answer": "1", "is": ["a"]}]}, True),
        ({"all": [{"situation": "late"}, {"answer": "1", "is": ["b"]}]}, False),
        ({"any": [{"situation": "other"}, {"answer": "1", "is": ["a"]}]}, True),
        ({"any": []}, False),
    ],
)
def test_a_condition_is_judged(source: dict[str, object], holds: bool) -> None:
    assert holds is parse_condition(source).holds(GIVEN)


@pytest.mark.parametrize("source", [None, "late", {}, {"situation": 1}, {"all": {}}, {"none": []}, {"any": [None]}])
def test_what_is_no_condition_is_refused(source: object) -> None:
    with pytest.raises(ValueError, match="not a condition"):
        parse_condition(source)


def test_always_and_never() -> None:
    assert ALWAYS.holds(GIVEN)
    assert not NEVER.holds(GIVEN)
