"""Each fact is one question: how it is asked follows from the field, and only the branch that applies is asked."""

from dataclasses import fields, replace

import pytest

from incident.law.facts import BreachFacts, Chapter
from incident.law.labels import field_label
from incident.law.questions import APPLIES, Kind, asked_in, first_asked, question, questions
from incident.law.vocabulary import Informed, Nature, Role, Ternary


def test_every_field_is_a_question_with_words() -> None:
    """A new fact is asked everywhere at once."""
    assert tuple(questions()) == tuple(field.name for field in fields(BreachFacts))
    assert all(field_label(name, language).ask for name in questions() for language in ("nl", "en"))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("summary", Kind.TEXT),
        ("reporter_name", Kind.LINE),
        ("systems", Kind.LINES),
        ("role", Kind.ONE),
        ("not_informing_ground", Kind.ONE),
        ("nature", Kind.SOME),
        ("occurrence_estimated", Kind.FLAG),
        ("aware_at", Kind.INSTANT),
        ("informed_on", Kind.DAY),
        ("records_max", Kind.COUNT),
        ("parties", Kind.ROWS),
    ],
)
def test_the_kind_of_an_answer_follows_from_the_field(name: str, kind: Kind) -> None:
    """Page, Slack and register read the same kind."""
    assert question(name).kind is kind


@pytest.mark.parametrize(
    ("known", "asked", "not_asked"),
    [
        ({"role": Role.CONTROLLER}, "others_involved", "affected_controllers"),
        ({"role": Role.PROCESSOR}, "affected_controllers", "processor_told_us_at"),
        ({"informed": Informed.NOT_HIGH_RISK}, "not_informing_note", "informed_count"),
        ({"informed": Informed.INFORMED}, "informed_count", "not_informing_note"),
        ({"nature": (Nature.AVAILABILITY,)}, "backup_available", "alteration"),
        ({"ongoing": Ternary.YES}, "occurred_from", "occurred_to"),
    ],
)
def test_only_the_branch_that_applies_is_asked(known: dict[str, object], asked: str, not_asked: str) -> None:
    """Yes or no, controller or processor: never both."""
    facts = replace(BreachFacts(), **known)  # type: ignore[arg-type]
    names = {one.name for chapter in Chapter for one in asked_in(chapter, facts)}
    assert asked in names
    assert not_asked not in names


def test_what_has_an_answer_always_shows() -> None:
    """Otherwise an answer from an earlier branch could never be corrected."""
    facts = BreachFacts(informed=Informed.NOT_HIGH_RISK, informed_count=12)
    assert question("informed_count").applies(facts)


def test_every_rule_names_a_question() -> None:
    """A typing error in a rule would make it dead."""
    assert set(APPLIES) <= set(questions())


def test_only_what_a_no_would_leave_open_is_asked_first() -> None:
    """Of a question and what its "yes" would ask only the question; what has an answer, or "unknown", not again."""
    names = {"cross_border", "countries", "other_privacy_authorities_told", "measures_taken", "summary", "informed_on"}
    blank = BreachFacts(summary="Laptop stolen", stated_unknown=("measures_taken",))
    assert first_asked(names, blank) == ("cross_border", "informed_on")
    abroad = replace(blank, cross_border=Ternary.YES, informed=Informed.NOT_HIGH_RISK)
    assert first_asked(names, abroad) == ("countries", "other_privacy_authorities_told")
    nobody_knows = replace(blank, stated_unknown=("cross_border", "informed_on", "measures_taken"))
    assert first_asked(names, nobody_knows) == ()
