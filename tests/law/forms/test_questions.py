"""Each fact is one question: how it is asked follows from the field, and only the branch that applies is asked."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from incident.law.facts import AffectedController, BreachFacts, Chapter, Party
from incident.law.labels import field_label
from incident.law.questions import (
    APPLIES,
    OPTIONAL,
    SET_BY_OTHER_ACTS,
    Kind,
    asked_in,
    chosen_answers,
    first_asked,
    is_known,
    question,
    questions,
    stated_unknown,
)
from incident.law.vocabulary import (
    UNKNOWN,
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    DiscoveredBy,
    IncidentKind,
    Informed,
    Nature,
    NoticeChannel,
    PartyRole,
    Protection,
    Role,
    SubjectGroup,
    Ternary,
)


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


PROCESSOR = Party("Host BV", PartyRole.PROCESSOR)
RECIPIENT = Party("Wrong BV", PartyRole.RECIPIENT)
OURS = {"role": Role.CONTROLLER}
SICK_LEAVE = {
    "data_categories": (DataCategory.EMPLOYMENT_HEALTH,),
    "consequences_subjects": (ConsequenceForSubjects.PROFESSIONAL_SECRECY,),
}
MATTERS: tuple[tuple[str, dict[str, object], bool], ...] = (
    ("other_authorities", {}, True),
    ("other_authorities", {"other_authorities_told": Ternary.NO}, False),
    ("other_authorities_note", {"other_authorities_told": Ternary.YES}, True),
    ("other_authorities_note", {"other_authorities_told": Ternary.NO}, False),
    ("countries", {}, True),
    ("countries", {"cross_border": Ternary.NO}, False),
    ("other_privacy_authorities_told", {"cross_border": Ternary.YES}, True),
    ("other_privacy_authorities_told", {"cross_border": Ternary.NO}, False),
    ("privacy_authorities_told", {}, True),
    ("privacy_authorities_told", {"other_privacy_authorities_told": Ternary.NO}, False),
    ("parties", {}, True),
    ("parties", {"others_involved": Ternary.NO}, False),
    ("affected_controllers", {}, True),
    ("affected_controllers", {"role": Role.JOINT_CONTROLLER}, False),
    ("affected_groups", {"subject_groups": (SubjectGroup.MINORS,)}, False),
    ("affected_groups", {"subject_groups": (SubjectGroup.MINORS, SubjectGroup.EMPLOYEES)}, True),
    ("other_people", {"subject_groups": (SubjectGroup.MINORS,)}, False),
    ("other_people", {"subject_groups": (SubjectGroup.MINORS, SubjectGroup.OTHER)}, True),
    ("other_reason", {"subject_groups": (SubjectGroup.MINORS,)}, False),
    ("other_reason", {"subject_groups": (SubjectGroup.MINORS, SubjectGroup.OTHER)}, True),
    ("published_groups", {"disclosure": Disclosure.LIKELY}, True),
    ("published_groups", {"disclosure": Disclosure.RULED_OUT}, False),
    ("occurred_to", {}, True),
    ("occurred_to", {"ongoing": Ternary.YES}, False),
    ("last_event_at", {"ongoing": Ternary.YES}, True),
    ("last_event_at", {"ongoing": Ternary.NO}, False),
    ("published_on", {"published_groups": (SubjectGroup.MINORS,)}, True),
    ("published_on", {}, False),
    ("processor_aware_at", {}, True),
    ("processor_aware_at", OURS, False),
    ("processor_aware_at", {"role": Role.PROCESSOR}, True),
    ("processor_told_us_at", {}, True),
    ("processor_told_us_at", OURS, False),
    ("processor_told_us_at", OURS | {"parties": (RECIPIENT, PROCESSOR)}, True),
    ("processor_told_us_at", OURS | {"parties": (RECIPIENT,)}, False),
    ("processor_told_us_at", OURS | {"discovered_by": DiscoveredBy.PROCESSOR}, True),
    ("processor_told_us_at", OURS | {"discovered_by": DiscoveredBy.DATA_SUBJECT}, False),
    ("disclosure", {}, True),
    ("disclosure", {"nature": (Nature.CONFIDENTIALITY,)}, True),
    ("disclosure", {"nature": (Nature.AVAILABILITY,)}, False),
    ("recipient", {}, True),
    ("recipient", {"nature": (Nature.CONFIDENTIALITY,)}, True),
    ("recipient", {"nature": (Nature.INTEGRITY,)}, False),
    ("recipient", {"disclosure": Disclosure.RULED_OUT}, False),
    ("recipient", {"disclosure": Disclosure.NOT_ASSESSABLE}, True),
    ("alteration", {}, True),
    ("alteration", {"nature": (Nature.INTEGRITY,)}, True),
    ("alteration", {"nature": (Nature.AVAILABILITY,)}, False),
    ("availability_loss", {"nature": (Nature.AVAILABILITY,)}, True),
    ("availability_loss", {"nature": (Nature.CONFIDENTIALITY,)}, False),
    ("backup_available", {}, True),
    ("backup_available", {"nature": (Nature.INTEGRITY,)}, False),
    ("kind_note", {}, True),
    ("kind_note", {"kinds": (IncidentKind.OTHER, IncidentKind.PHISHING)}, True),
    ("kind_note", {"kinds": (IncidentKind.PHISHING,)}, False),
    ("protection_intact", {}, True),
    ("protection_intact", {"protection": (Protection.ENCRYPTED,)}, True),
    ("protection_intact", {"protection": (Protection.NONE, Protection.UNKNOWN)}, False),
    ("informed_on", {}, True),
    ("informed_on", {"informed": Informed.PLANNED_ON_DATE}, True),
    ("informed_on", {"informed": Informed.INFORMED}, True),
    ("informed_on", {"informed": Informed.PLANNED}, False),
    *(
        (name, {}, True)
        for name in ("informed_count", "informed_channels", "informed_content", "informed_not_all_note")
    ),
    *(
        (name, {"informed": Informed.PLANNED}, False)
        for name in ("informed_count", "informed_channels", "informed_content", "informed_not_all_note")
    ),
    ("informed_channels_note", {}, True),
    ("informed_channels_note", {"informed_channels": (NoticeChannel.OTHER,)}, True),
    ("informed_channels_note", {"informed_channels": (NoticeChannel.EMAIL,)}, False),
    ("told_news", {"informed": Informed.INFORMED}, True),
    ("told_news", {}, False),
    ("document_paid", {"data_categories": (DataCategory.ID_DOCUMENT_COPY,)}, True),
    ("secrecy_applies", {**SICK_LEAVE, "subject_groups": (SubjectGroup.EMPLOYEES,)}, True),
    ("secrecy_applies", {**SICK_LEAVE, "subject_groups": (SubjectGroup.EMPLOYEES, SubjectGroup.PATIENTS)}, False),
    ("on_behalf_of_customers", {"affected_controllers": (AffectedController("Shop"),)}, True),
    (
        "on_behalf_of_customers",
        {"affected_controllers": (AffectedController("Shop", on_behalf=Ternary.NO),)},
        False,
    ),
    ("on_behalf_of_customers", {}, False),
    ("document_paid", {"data_categories": (DataCategory.BSN,)}, False),
    ("not_informing_ground", {}, True),
    ("not_informing_ground", {"informed": Informed.EXCEPTION}, True),
    ("not_informing_ground", {"informed": Informed.INFORMED}, False),
    ("not_informing_note", {"informed": Informed.EXCEPTION}, True),
    ("not_informing_note", {"informed": Informed.INFORMED}, False),
)


@pytest.mark.parametrize(("name", "known", "matters"), MATTERS)
def test_a_question_is_asked_as_long_as_its_answer_can_matter(
    name: str, known: dict[str, object], matters: bool
) -> None:
    """What is open can still be so; only an answer that rules it out takes a question from the sheet."""
    assert question(name).applies(replace(BreachFacts(), **known)) is matters  # type: ignore[arg-type]


def test_each_rule_is_tried_both_ways() -> None:
    """So that no rule lets everything pass, or nothing."""
    tried = {name: {matters for each, _known, matters in MATTERS if each == name} for name in APPLIES}
    assert {name for name, ways in tried.items() if ways != {True, False}} == set()


def test_a_chapter_asks_its_own_questions_and_leaves_out_what_other_acts_state() -> None:
    """Triage, registration and submission state their own moments; nobody types them a second time."""
    for chapter in Chapter:
        asked = asked_in(chapter, BreachFacts())
        assert {one.chapter for one in asked} == {chapter}
        assert not {one.name for one in asked} & (SET_BY_OTHER_ACTS | {"stated_unknown"})
        assert all(one.applies(BreachFacts()) for one in asked)


def test_progress_counts_what_somebody_has_to_answer() -> None:
    """No remark beside an answer, nothing that may stay empty, nothing that a step of the response states."""
    counted = {one.name for one in questions().values() if one.counts}
    flags = {"occurrence_estimated", "subjects_exact"}
    assert counted == set(questions()) - flags - OPTIONAL - SET_BY_OTHER_ACTS - {"stated_unknown"}
    assert [one.name for one in questions().values() if one.optional] == [
        name for name in questions() if name in OPTIONAL
    ]


@pytest.mark.parametrize(
    ("name", "listed"), [("role", True), ("kinds", True), ("nature", False), ("summary", False), ("aware_at", False)]
)
def test_a_list_says_whether_nobody_knows_is_one_of_its_answers(name: str, listed: bool) -> None:
    """Where it is not, the page asks it beside the question."""
    assert question(name).lists_unknown is listed


def test_choosing_takes_less_time_than_typing() -> None:
    """The estimate beside a form is honest: a list is quicker than a line, a line than a text."""
    ticked, chosen, line, text = (
        question(name).seconds for name in ("subjects_exact", "role", "contact_name", "summary")
    )
    assert 0 < ticked < chosen < line < text
    assert all(ticked <= one.seconds <= text for one in questions().values()), "no answer without an estimate"


def test_a_question_gives_the_member_that_was_chosen() -> None:
    """And what it holds without an answer when nothing was chosen."""
    assert question("role").member("processor") is Role.PROCESSOR
    assert question("role").member(None) is question("role").member("") is Role.UNKNOWN
    assert question("not_informing_ground").member(None) is UNKNOWN


@pytest.mark.parametrize("nothing", [UNKNOWN, None, "", "  ", (), ("", None), (Protection.UNKNOWN,), Ternary.UNKNOWN])
def test_nothing_and_unknown_say_nothing(nothing: object) -> None:
    """Wherever it stands: alone or in a list."""
    assert not is_known(nothing)


@pytest.mark.parametrize("something", [0, False, "x", Ternary.NO, (Protection.UNKNOWN, Protection.HASHED)])
def test_zero_and_no_are_answers(something: object) -> None:
    assert is_known(something)


def test_what_may_be_shown_to_all_is_chosen_and_not_typed() -> None:
    """A name may stand in what somebody typed; what nobody knows is no answer."""
    facts = BreachFacts(
        summary="Laptop of Jan stolen",
        reporter_name="Jan",
        systems=("Mail of Jan",),
        parties=(PROCESSOR,),
        subjects_exact=True,
        role=Role.CONTROLLER,
        ongoing=Ternary.UNKNOWN,
        subjects_max=12,
        aware_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    )
    assert chosen_answers(facts) == ("role", "aware_at", "subjects_max")


def test_nobody_knows_is_said_by_name_or_in_a_list() -> None:
    """A list with a real answer beside it is answered; an empty one was never asked."""
    facts = BreachFacts(
        stated_unknown=("summary",), kinds=(IncidentKind.UNKNOWN,), protection=(Protection.UNKNOWN, Protection.HASHED)
    )
    assert stated_unknown(facts) == {"summary", "kinds"}
    assert not question("kinds").open(facts)
    assert question("data_categories").open(facts)


def test_only_what_people_answer_is_asked_first() -> None:
    """A moment that a step of the response states is open and yet not asked."""
    assert first_asked({"logged_at", "is_breach", "summary"}, BreachFacts()) == ("summary",)
