"""A payload is checked by keys, letters, types and the template's own conditions."""

from datetime import timedelta

import pytest

from incident.law.forms.edpb_1_0 import edpb_interchange, fill_edpb
from incident.law.forms.edpb_validation import ProblemCode, validate_edpb
from incident.law.forms.filing import FilingKind
from tests.law.forms.sheets import NOW, PROFILE, filing, with_

GOOD = edpb_interchange(fill_edpb(with_(), PROFILE, filing()))
OPEN = edpb_interchange(fill_edpb(with_(), PROFILE, filing(FilingKind.FIRST_PROVISIONAL)))
ABSENT = object()


def problems(changes: dict[str, object], base: dict[str, object] = GOOD) -> list[tuple[str, ProblemCode]]:
    changed = {key: value for key, value in {**base, **changes}.items() if value is not ABSENT}
    return [(problem.key, problem.code) for problem in validate_edpb(changed, NOW)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"field_1": "a"}, [("field_1", ProblemCode.UNKNOWN_KEY)]),
        ({"note": "a"}, [("note", ProblemCode.UNKNOWN_KEY)]),
        ({"field_12": "  "}, [("field_12", ProblemCode.WRONG_TYPE)]),
        ({"field_12": 7}, [("field_12", ProblemCode.WRONG_TYPE)]),
        ({"field_68": "12"}, [("field_68", ProblemCode.WRONG_TYPE)]),
        ({"field_68": True}, [("field_68", ProblemCode.WRONG_TYPE)]),
        ({"field_68": -1}, [("field_68", ProblemCode.WRONG_TYPE)]),
        ({"field_68": 0}, []),
        ({"field_98": 20261121}, [("field_98", ProblemCode.WRONG_TYPE)]),
        ({"field_45": "yes"}, [("field_45", ProblemCode.WRONG_TYPE)]),
        ({"field_48": "2026-11-20T16:00:00"}, [("field_48", ProblemCode.WRONG_TYPE)]),
        ({"field_48": "yesterday"}, [("field_48", ProblemCode.WRONG_TYPE)]),
        ({"field_98": "20261121"}, [("field_98", ProblemCode.WRONG_TYPE)]),
        ({"field_98": "2026-13-21"}, [("field_98", ProblemCode.WRONG_TYPE)]),
        ({"field_55": "a"}, [("field_55", ProblemCode.WRONG_TYPE)]),
        ({"field_60": []}, [("field_60", ProblemCode.WRONG_TYPE)]),
        ({"field_60": ["d", "d"]}, [("field_60", ProblemCode.WRONG_TYPE)]),
        ({"field_60": ["d", 4]}, [("field_60", ProblemCode.WRONG_TYPE)]),
        ({"field_61": 4}, [("field_61", ProblemCode.WRONG_TYPE)]),
        ({"field_61": "z"}, [("field_61", ProblemCode.WRONG_LETTER)]),
        ({"field_60": ["d", "z"]}, [("field_60", ProblemCode.WRONG_LETTER)]),
        ({"field_61": "e"}, [("field_61", ProblemCode.ONLY_WHILE_INCOMPLETE)]),
        ({"field_99": "2026-12-01"}, [("field_99", ProblemCode.HIDDEN)]),
        ({"field_12": ABSENT}, [("field_12", ProblemCode.REQUIRED)]),
        ({"field_49": "No time"}, [("field_49", ProblemCode.HIDDEN)]),
        ({"field_97": "b", "field_98": ABSENT, "field_102": ABSENT, "field_104": ABSENT, "field_106": ABSENT}, []),
    ],
)
def test_a_fault_is_named(changes: dict[str, object], expected: list[tuple[str, ProblemCode]]) -> None:
    assert expected == problems(changes)


def test_the_sections_inside_and_outside_the_eea_exclude_each_other() -> None:
    hidden = {key for key, code in problems({"field_120": "a"}) if code is ProblemCode.HIDDEN}
    assert {f"field_{number}" for number in range(113, 119)} == hidden


def test_the_shared_letter_c_of_the_risk_outcome_is_allowed_in_both() -> None:
    assert problems({"field_89": "c"}) == []
    assert problems({"field_89": "c"}, OPEN) == []


def test_an_incomplete_notification_may_leave_answers_out_but_not_its_core() -> None:
    assert problems({"field_51": ABSENT, "field_61": "e"}, OPEN) == []
    assert problems({"field_48": ABSENT}, OPEN) == [("field_48", ProblemCode.REQUIRED)]


def test_lateness_is_judged_by_the_moment_of_filing() -> None:
    assert [problem.key for problem in validate_edpb(GOOD, NOW + timedelta(days=9))] == ["field_49"]
    late = {**GOOD, "field_49": "The form was down."}
    assert validate_edpb(late, NOW + timedelta(days=9)) == ()
    assert validate_edpb(late) == ()
    assert validate_edpb(GOOD) == ()


def test_estimated_dates_must_be_explained() -> None:
    assert problems({"field_53": ABSENT}) == []
    assert problems({"field_53": ABSENT, "field_45": True}) == [("field_53", ProblemCode.REQUIRED)]
    assert problems({"field_53": ABSENT, "field_44": "a"}) == [("field_53", ProblemCode.REQUIRED)]


def test_a_value_of_no_known_type_is_refused() -> None:
    assert problems({"field_12": None}) == [("field_12", ProblemCode.WRONG_TYPE)]


def test_a_problem_says_what_to_do() -> None:
    texts = {problem.key: problem.text for problem in validate_edpb({"field_4": "a", "field_61": "z"}, NOW)}
    assert texts["field_61"] == "field_61 has no option z."
    (first,) = (problem.text for problem in validate_edpb({**GOOD, "field_60": ["d", "z", "zz"]}, NOW))
    assert first == "field_60 has no option z."
    assert texts["field_12"] == "field_12 must be answered: Name of the organisation"
