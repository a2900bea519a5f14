"""The EDPB template: filled from the facts, exported in the interchange form, valid by its own conditions."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from incident.domain.languages import country_name
from incident.law.facts import BreachFacts, CountryCount, Party
from incident.law.forms.answers import FilledForm, Origin
from incident.law.forms.edpb_1_0 import edpb_interchange, fill_edpb
from incident.law.forms.edpb_validation import ProblemCode, validate_edpb
from incident.law.forms.filing import FilingKind
from incident.law.forms.fill import fill_as_known, fill_form, open_answers
from incident.law.forms.timeline import awareness
from incident.law.vocabulary import (
    UNKNOWN,
    Actor,
    Attachment,
    AvailabilityLoss,
    ConsequenceForData,
    DataCategory,
    Disclosure,
    DiscoveredBy,
    IncidentKind,
    Informed,
    Nature,
    NotInformingGround,
    OrganisationSector,
    OrganisationSize,
    OtherAuthority,
    PartyRole,
    Protection,
    RiskLevel,
    Severity,
    SubjectGroup,
    Ternary,
)
from tests.law.forms.sheets import (
    BLANK,
    FULL,
    NOW,
    PROFILE,
    assert_whole,
    fact_sheets,
    filing,
    hidden,
    random_facts,
    random_filing,
    random_profile,
    with_,
)

PROVISIONAL = FilingKind.FIRST_PROVISIONAL


def fill(facts: BreachFacts, kind: FilingKind = FilingKind.FIRST_COMPLETE, **context: object) -> FilledForm:
    return fill_edpb(facts, PROFILE, filing(kind, **context))


def payload(facts: BreachFacts, kind: FilingKind = FilingKind.FIRST_COMPLETE, **context: object) -> dict[str, object]:
    return edpb_interchange(fill(facts, kind, **context))


def field(number: int, facts: BreachFacts, kind: FilingKind = FilingKind.FIRST_COMPLETE, **context: object) -> object:
    return payload(facts, kind, **context).get(f"field_{number}")


def test_a_fully_known_breach_is_a_valid_complete_notification() -> None:
    form = fill(with_())
    assert form.missing == ()
    assert validate_edpb(edpb_interchange(form), NOW) == ()


def test_five_hundred_generated_sheets_give_valid_notifications() -> None:
    """Provisional ones may leave open what is open; only a moment of awareness they cannot do without."""
    for seed in range(500):
        facts, context = random_facts(seed), random_filing(seed, PROVISIONAL)
        form = fill_edpb(facts, random_profile(seed), context)
        problems = validate_edpb(edpb_interchange(form), NOW)
        expected = [] if awareness(facts)[0] else ["field_48"]
        assert expected == [problem.key for problem in problems], seed


def test_complete_notifications_fail_exactly_on_what_is_missing() -> None:
    """What the form lists as missing or not known is what the validation misses, and nothing else is wrong."""
    for seed in range(500):
        context = random_filing(seed, FilingKind.FIRST_COMPLETE)
        form = fill_edpb(random_facts(seed), random_profile(seed), context)
        problems = validate_edpb(edpb_interchange(form), NOW)
        assert {ProblemCode.REQUIRED} >= {problem.code for problem in problems}, seed
        open_ = {f"field_{answer.key}" for answer in form.answers if answer.required and answer.value is None}
        assert open_ - {"field_99"} == {problem.key for problem in problems}, seed


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(fact_sheets())
def test_every_field_is_answered_missing_or_hidden(facts: BreachFacts) -> None:
    assert_whole(fill_edpb(facts, PROFILE, filing(PROVISIONAL)))


def test_the_same_for_two_hundred_random_filings() -> None:
    for seed in range(200):
        assert_whole(fill_edpb(random_facts(seed), random_profile(seed), random_filing(seed), "nl"))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (FilingKind.FIRST_COMPLETE, ("a", "a")),
        (FilingKind.FIRST_PROVISIONAL, ("a", "b")),
        (FilingKind.FOLLOW_UP, ("b", "a")),
        (FilingKind.FOLLOW_UP_PROVISIONAL, ("b", "b")),
        (FilingKind.WITHDRAWAL, ("b", "c")),
    ],
)
def test_the_kind_of_filing(kind: FilingKind, expected: tuple[str, str]) -> None:
    data = payload(with_(), kind, earlier_number="M-1", withdrawal_reason="Geen inbreuk")
    assert expected == (data["field_3"], data["field_4"])
    assert ("field_6" in data) is (not kind.is_first)
    assert ("field_5" in data) is (kind is FilingKind.WITHDRAWAL)
    assert validate_edpb(data, NOW) == ()


@pytest.mark.parametrize(
    ("changes", "kind", "expected"),
    [
        ({}, FilingKind.FIRST_COMPLETE, "b"),
        ({"occurred_to": NOW - timedelta(days=3)}, FilingKind.FIRST_COMPLETE, "a"),
        ({"ongoing": Ternary.YES}, FilingKind.FIRST_COMPLETE, "c"),
        ({"occurred_from": UNKNOWN}, FilingKind.FIRST_COMPLETE, None),
        ({"occurred_to": UNKNOWN}, PROVISIONAL, "e"),
        ({"occurred_from": UNKNOWN, "stated_unknown": ("occurred_from",)}, FilingKind.FIRST_COMPLETE, "d"),
        ({"occurred_from": UNKNOWN, "stated_unknown": ("occurred_from",)}, PROVISIONAL, "e"),
    ],
)
def test_when_it_occurred(changes: dict[str, object], kind: FilingKind, expected: str | None) -> None:
    data = payload(with_(**changes), kind)
    assert expected == data.get("field_44")
    assert ("field_46" in data, "field_47" in data) == (expected in {"a", "b", "c"}, expected in {"a", "b"})


def test_instants_and_days_are_iso() -> None:
    data = payload(with_())
    assert data["field_48"] == "2026-11-20T16:00:00Z"
    assert data["field_98"] == "2026-11-21"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {
                "discovered_by": DiscoveredBy.PROCESSOR,
                "processor_told_us_at": datetime(2026, 11, 20, 23, 30, tzinfo=UTC),
            },
            "2026-11-21",
        ),
        ({"discovered_by": DiscoveredBy.PRESS}, "2026-11-20"),
        ({"discovered_by": DiscoveredBy.DATA_SUBJECT, "first_signal_at": UNKNOWN}, None),
        ({"discovered_by": DiscoveredBy.CONTROLLER}, None),
    ],
)
def test_the_day_on_which_somebody_outside_told_us(changes: dict[str, object], expected: str | None) -> None:
    assert expected == field(52, with_(**changes))


def test_discovery_that_is_stated_unknown_is_other() -> None:
    unknown = with_(discovered_by=DiscoveredBy.UNKNOWN, stated_unknown=("discovered_by",))
    assert field(50, unknown) == "f"
    assert None is field(50, with_(discovered_by=DiscoveredBy.UNKNOWN))


def test_the_reasons_for_delay_are_asked_when_72_hours_have_passed() -> None:
    late = with_(aware_at=NOW - timedelta(hours=72, seconds=1), delay_reason="The form was down.")
    in_time = with_(aware_at=NOW - timedelta(hours=72), delay_reason="The form was down.")
    assert field(49, late) == "The form was down."
    assert None is field(49, in_time)
    assert None is field(49, late, FilingKind.FOLLOW_UP)


def test_estimated_dates_are_explained() -> None:
    estimated = fill(with_(occurrence_estimated=True)).answer("53")
    assert estimated.required
    assert "These dates are estimates." in estimated.text
    assert not fill(with_()).answer("53").required


def test_the_timeline_is_in_the_order_of_time() -> None:
    """What came at once stands in one line, the zone once, and why the awareness is later than the discovery."""
    at_once = fill(with_(occurred_to=FULL.occurred_from)).answer("53").text
    assert "17:00: the breach took place\n" in at_once
    form = fill(with_(contained_at=FULL.first_signal_at))
    zone, *moments = form.answer("53").text.splitlines()
    assert "Europe/Amsterdam" in zone
    assert [line.partition(": ")[0] for line in moments[:4]] == [
        f"{day} November 2026, {hour}:00" for day, hour in ((19, 17), (20, 15), (20, 16), (20, 17))
    ]
    assert moments[1].partition(": ")[2] == "first signal; the breach was contained"
    locked = fill(with_(contained_at=FULL.first_signal_at, kinds=(IncidentKind.RANSOMWARE,))).answer("53").text
    assert "contained (from then on, nothing more could be taken from our systems" in locked
    assert (form.answer("48").origin, "72 hours" in form.answer("48").note) == (Origin.RECORDED, True)
    assert fill(with_(first_signal_at=UNKNOWN, investigation_started_at=UNKNOWN)).answer("48").note == ""


@pytest.mark.parametrize(
    ("changes", "kind", "expected"),
    [
        ({"protection": (Protection.ENCRYPTED,), "protection_intact": Ternary.YES}, FilingKind.FIRST_COMPLETE, "a"),
        ({"protection": (Protection.HASHED,), "protection_intact": Ternary.NO}, FilingKind.FIRST_COMPLETE, "b"),
        ({"protection": (Protection.ENCRYPTED, Protection.NONE)}, FilingKind.FIRST_COMPLETE, "c"),
        (
            {"protection": (Protection.ENCRYPTED,), "stated_unknown": ("protection_intact",)},
            FilingKind.FIRST_COMPLETE,
            "d",
        ),
        ({"protection": (Protection.ENCRYPTED,)}, FilingKind.FIRST_COMPLETE, None),
        ({"protection": (Protection.UNKNOWN,)}, PROVISIONAL, "e"),
        ({"protection": ()}, PROVISIONAL, "e"),
    ],
)
def test_whether_the_data_were_unintelligible(changes: dict[str, object], kind: FilingKind, expected: str) -> None:
    assert expected == field(57, with_(**changes), kind)


@pytest.mark.parametrize(
    ("changes", "kind", "expected"),
    [
        ({}, FilingKind.FIRST_COMPLETE, "d"),
        ({"actor": Actor.UNKNOWN}, FilingKind.FIRST_COMPLETE, None),
        ({"actor": Actor.UNKNOWN}, PROVISIONAL, "e"),
        ({"actor": Actor.UNKNOWN, "stated_unknown": ("actor",)}, PROVISIONAL, "f"),
    ],
)
def test_the_cause(changes: dict[str, object], kind: FilingKind, expected: str | None) -> None:
    assert expected == field(61, with_(**changes), kind)


def test_to_be_determined_stands_only_while_incomplete() -> None:
    unknown = with_(
        kinds=(IncidentKind.UNKNOWN,), disclosure=Disclosure.UNKNOWN, data_categories=(DataCategory.UNKNOWN,)
    )
    assert tuple(field(number, unknown, PROVISIONAL) for number in (60, 56, 70)) == (["x"], "e", ["t"])
    assert tuple(field(number, unknown) for number in (60, 56, 70)) == (None, None, None)
    partly = with_(kinds=(IncidentKind.PHISHING, IncidentKind.UNKNOWN))
    assert (field(60, partly), field(60, partly, PROVISIONAL)) == (["d"], ["d", "x"])


def test_a_text_that_is_stated_unknown_says_so() -> None:
    unknown = with_(discovery="", stated_unknown=("discovery",))
    assert (field(51, unknown), field(51, unknown, PROVISIONAL)) == ("Not known", "Not known yet")
    assert None is field(51, with_(discovery=""))


@pytest.mark.parametrize(
    ("changes", "choice", "number"),
    [
        ({}, "a", 1200),
        ({"subjects_exact": False, "subjects_max": 1500}, "b", 1500),
        ({"subjects_min": UNKNOWN, "subjects_max": UNKNOWN}, None, None),
        ({"subjects_min": UNKNOWN, "subjects_max": UNKNOWN, "stated_unknown": ("subjects_min",)}, "c", None),
    ],
)
def test_how_many_people(changes: dict[str, object], choice: str | None, number: int | None) -> None:
    data = payload(with_(**changes))
    assert (choice, number) == (data.get("field_67"), data.get("field_68"))


def test_how_many_records() -> None:
    assert (field(72, with_()), field(73, with_())) == ("a", 1200)
    assert (
        field(72, with_(records_min=10, records_max=20)),
        field(73, with_(records_min=10, records_max=20)),
    ) == ("b", 20)


def test_descriptions_fall_back_on_what_was_chosen() -> None:
    bare = with_(subjects_note="", data_note="", measures_before_note="", description="")
    form = fill(bare)
    assert [form.answer(number).text for number in ("62", "66", "71")] == [
        "A support agent was phished.",
        "Customers, former customers and other contacts",
        "Name and email address",
    ]
    assert {Origin.DERIVED} == {form.answer(number).origin for number in ("62", "66", "71")}
    measures = form.answer("76")
    assert (measures.origin, "Access control" in measures.text) == (Origin.MISSING, False), "75 says it already"
    assert measures.note.startswith("Only the choices in 75 are on record.")
    groups = (*bare.subject_groups, SubjectGroup.OTHER)
    visitors = replace(bare, subject_groups=groups, other_people="visitors to the open day")
    named, additional = fill(visitors).answer("66").text.splitlines()
    assert named.endswith("; visitors to the open day")
    assert additional == "Additional data subjects (field 65): visitors to the open day."


def test_consequences_follow_the_nature_of_the_breach() -> None:
    everything = with_(
        nature=tuple(Nature),
        availability_loss=AvailabilityLoss.UNKNOWN,
        consequences_data=tuple(ConsequenceForData),
        consequences_data_note="Backlog",
    )
    data = payload(everything)
    assert [data[f"field_{n}"] for n in (79, 81, 83)] == [["a", "b", "c", "d"], ["a", "b", "c"], ["a", "b", "c"]]
    assert [data[f"field_{n}"] for n in (80, 82, 84)] == ["Backlog"] * 3
    assert data["field_59"] == "c"
    assert {"81", "83", "84"} <= hidden(fill(with_()))


@pytest.mark.parametrize(
    ("severity", "expected"),
    [(Severity.NEGLIGIBLE, "a"), (Severity.LIMITED, "b"), (Severity.VERY_GREAT, "c"), (Severity.UNKNOWN, None)],
)
def test_four_levels_become_three(severity: Severity, expected: str | None) -> None:
    assert expected == field(87, with_(severity=severity))


@pytest.mark.parametrize(
    ("risk", "expected"), [(RiskLevel.HIGH, "a"), (RiskLevel.RISK, "b"), (RiskLevel.UNLIKELY, "c"), (UNKNOWN, None)]
)
def test_the_outcome_of_the_assessment_is_a_persons(risk: object, expected: str | None) -> None:
    assert expected == field(89, with_(), risk=risk)


def test_an_open_assessment_is_told_apart_from_an_unlikely_risk() -> None:
    """Both share the letter c; the description says which one is meant."""
    data = payload(with_(), PROVISIONAL, risk=UNKNOWN, risk_explanation="")
    assert data["field_89"] == "c"
    assert "Additional information is needed" in str(data["field_90"])
    assert Origin.DERIVED is fill(with_(), PROVISIONAL, risk=UNKNOWN).answer("90").origin
    empty = fill(with_(severity_note=""), PROVISIONAL, risk=UNKNOWN, risk_explanation="").answer("90")
    assert Origin.MISSING is empty.origin


def test_the_severity_note_explains_the_risk_when_nothing_else_does() -> None:
    assert field(90, with_(), risk_explanation="") == "Contact data only."


@pytest.mark.parametrize(
    ("changes", "kind", "letter", "present", "absent"),
    [
        ({}, FilingKind.FIRST_COMPLETE, "a", {98, 102, 104, 106}, {99, 100, 101, 103}),
        ({"informed": Informed.PLANNED_ON_DATE}, FilingKind.FIRST_COMPLETE, "b", {99}, {98, 100}),
        ({"informed": Informed.PLANNED}, FilingKind.FIRST_COMPLETE, "b", set(), {98, 99, 100}),
        ({"informed": Informed.INVESTIGATING}, FilingKind.FIRST_COMPLETE, None, set(), {98, 99}),
        ({"informed": Informed.INVESTIGATING}, PROVISIONAL, "c", set(), {98, 99}),
        ({"informed": Informed.UNKNOWN}, PROVISIONAL, "c", set(), {98, 99}),
        ({"informed": Informed.NOT_HIGH_RISK}, FilingKind.FIRST_COMPLETE, "d", set(), {100, 101}),
        (
            {
                "informed": Informed.EXCEPTION,
                "not_informing_ground": NotInformingGround.PROTECTED,
                "not_informing_note": "Key safe.",
            },
            FilingKind.FIRST_COMPLETE,
            "e",
            {100, 101},
            {98, 99},
        ),
        (
            {"informed": Informed.EXCEPTION, "not_informing_note": "Key safe."},
            FilingKind.FIRST_COMPLETE,
            "e",
            {101},
            {100},
        ),
    ],
)
def test_whether_people_were_told(
    changes: dict[str, object], kind: FilingKind, letter: str | None, present: set[int], absent: set[int]
) -> None:
    data = payload(with_(**changes), kind)
    assert letter == data.get("field_97")
    assert {f"field_{number}" for number in present} <= set(data)
    assert not {f"field_{number}" for number in absent} & set(data)


def test_a_ground_of_national_law_has_no_option_and_is_put_into_words() -> None:
    facts = with_(informed=Informed.EXCEPTION, not_informing_ground=NotInformingGround.UAVG_42)
    form = fill(facts)
    assert (form.answer("97").value, form.answer("100").value) == ("e", None)
    assert "no option for a ground of Dutch law" in form.answer("100").note
    assert "art. 42" in form.answer("101").text


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "a"),
        ({"informed_count": 1199}, "b"),
        ({"informed_not_all_note": "Three addresses bounced."}, "b"),
        ({"informed_count": UNKNOWN}, None),
        ({"subjects_min": UNKNOWN, "subjects_max": UNKNOWN}, None),
    ],
)
def test_whether_all_were_told(changes: dict[str, object], expected: str | None) -> None:
    assert expected == field(102, with_(**changes))


def test_other_parties() -> None:
    data = payload(with_())
    assert tuple(data[f"field_{number}"] for number in (38, 39, 40, 41)) == (
        "a",
        "Freshdesk: processor",
        "Freshdesk",
        "Freshdesk: privacy@freshdesk.example",
    )
    assert field(38, with_(others_involved=Ternary.UNKNOWN)) == "a"
    assert None is field(38, with_(others_involved=Ternary.UNKNOWN, parties=()))
    alone = payload(with_(others_involved=Ternary.NO, parties=()))
    assert not {"field_39", "field_40", "field_41"} & set(alone)
    assert None is field(41, with_(parties=(Party("Freshdesk", PartyRole.PROCESSOR),)))


def test_other_authorities_and_the_police() -> None:
    data = payload(with_())
    assert tuple(data[f"field_{number}"] for number in (109, 110, 111)) == (
        "a",
        "b",
        "Reported to the police.",
    )
    told = with_(
        reported_to_police=Ternary.NO, other_authorities_told=Ternary.UNKNOWN, other_authorities=(OtherAuthority.DNB,)
    )
    assert (field(110, told), field(111, told)) == ("a", "De Nederlandsche Bank (DNB)")
    open_ = with_(other_authorities_told=Ternary.UNKNOWN, reported_to_police=Ternary.UNKNOWN)
    assert (field(109, open_), field(110, open_), field(111, open_)) == ("c", "c", None)
    stated = fill(replace(open_, stated_unknown=("reported_to_police",)))
    assert Origin.UNKNOWN is stated.answer("109").origin


def test_cross_border() -> None:
    """The numbers stand country by country; the interchange form has room for their sum."""
    data = payload(with_())
    assert tuple(data[f"field_{n}"] for n in (113, 115, 116, 117, 118)) == ("a", "NL", "NL and DE", 1200, "a")
    many = fill(with_(countries=(CountryCount("NL", 4600), CountryCount("DE"))), country_name=country_name).answer(
        "117"
    )
    assert many.text == "Netherlands (4,600), Germany (number not known yet)"
    assert "4,600" in many.note
    named = fill(with_(privacy_authorities_told="")).answer("118")
    assert named.options == (named.text,) == (PROFILE.lead_authority,)
    uncounted = with_(countries=(CountryCount("SE"),))
    assert (field(116, uncounted), field(117, uncounted)) == ("SE", None)


def test_a_controller_outside_the_eea_answers_the_other_section() -> None:
    outside = replace(PROFILE, in_eea=False, representative_name="Rep B.V.", representative_contact="rep@example.eu")
    data = edpb_interchange(fill_edpb(with_(), outside, filing()))
    assert (data["field_120"], data["field_18"]) == ("a", "Rep B.V.")
    assert not {f"field_{number}" for number in range(113, 119)} & set(data)
    assert validate_edpb(data, NOW) == ()


@pytest.mark.parametrize(
    ("profile", "reporter", "expected"),
    [
        (PROFILE, "Ruben Smit", {"field_23": "c", "field_29": "Yes", "field_30": "Femke Gerritsen", "field_33": "a"}),
        (PROFILE, "Femke Gerritsen", {"field_23": "a", "field_29": None, "field_30": None, "field_33": "a"}),
        (
            replace(PROFILE, dpo_designated=False, dpo_name=""),
            "Ruben Smit",
            {"field_29": "No", "field_30": None, "field_33": "b"},
        ),
        (replace(PROFILE, dpo_designated=None, dpo_name=""), "Ruben Smit", {"field_29": None, "field_33": "b"}),
        (replace(PROFILE, dpo_designated=None), "Ruben Smit", {"field_29": "Yes", "field_24": "Security officer"}),
    ],
)
def test_who_reports_and_who_is_the_officer(profile: object, reporter: str, expected: dict[str, object]) -> None:
    data = edpb_interchange(fill_edpb(with_(reporter_name=reporter), profile, filing()))  # type: ignore[arg-type]
    assert expected == {key: data.get(key) for key in expected}


def test_a_contact_person_of_ones_own() -> None:
    named = with_(contact_name="Ilse Bakker", contact_function="Counsel", contact_phone="06 1")
    assert tuple(payload(named)[f"field_{n}"] for n in (33, 34, 35, 36)) == ("c", "Ilse Bakker", "Counsel", "06 1")
    nobody = replace(PROFILE, dpo_name="", dpo_designated=False)
    blank = edpb_interchange(fill_edpb(BLANK, nobody, filing()))
    assert "field_33" not in blank
    assert "field_23" not in blank


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (PROFILE, {"field_10": "a", "field_11": "12345678", "field_14": "a", "field_15": "b"}),
        (
            replace(PROFILE, kvk="", sector_kind=UNKNOWN),
            {"field_10": None, "field_11": None, "field_14": None, "field_15": None},
        ),
        (replace(PROFILE, sector_kind=OrganisationSector.PUBLIC), {"field_14": "b", "field_15": None}),
        (
            replace(PROFILE, size=OrganisationSize.OTHER, size_note="Foundation"),
            {"field_15": "d", "field_16": "Foundation"},
        ),
        (replace(PROFILE, size=UNKNOWN), {"field_15": None}),
    ],
)
def test_the_organisation(profile: object, expected: dict[str, object]) -> None:
    data = edpb_interchange(fill_edpb(with_(), profile, filing()))  # type: ignore[arg-type]
    assert expected == {key: data.get(key) for key in expected}


def test_an_authority_told_under_other_law_is_another_authority_that_was_told() -> None:
    """Whoever reported to the CSIRT is not asked whether anybody else knows, and an earlier no does not stand."""
    for stated in (Ternary.UNKNOWN, Ternary.NO):
        facts = with_(other_authorities_told=stated, other_authorities=())
        told = fill_edpb(facts, PROFILE, filing(other_notifications=("NCSC",))).answer("110")
        assert (told.value, told.origin) == ("a", Origin.DERIVED)


def test_attachments() -> None:
    data = payload(with_(), attachments=(Attachment.OTHER, Attachment.RANSOM_NOTE), attachments_note="A drawing")
    assert (data["field_125"], data["field_126"]) == (["d", "j"], "A drawing")


def test_a_filing_with_open_answers_becomes_provisional_by_itself() -> None:
    whole = with_(systems_note="In a data centre in Groningen.")
    complete = fill_as_known("edpb-1.0", whole, PROFILE, filing(), "en")
    assert complete.answer("4").value == "a"
    for lacks, number in ((with_(), "63"), (replace(whole, informed=Informed.PLANNED, informed_on=UNKNOWN), "97")):
        open_still = fill_as_known("edpb-1.0", lacks, PROFILE, filing(), "en").answer("4")
        assert (open_still.value, open_still.note.partition(".")[0]) == (
            "b",
            f"Not every answer is known yet: {number}",
        )
    assert (complete.answer("4").origin, complete.answer("4").todo) == (Origin.DERIVED, ""), (
        "nothing is left to be done"
    )
    lasts = {"occurred_to": UNKNOWN, "ongoing": Ternary.YES}
    away = {"nature": (Nature.AVAILABILITY,), "availability_loss": AvailabilityLoss.TEMPORARY}
    for goes_on, reason in (
        (replace(whole, **lasts), "the breach is still going on"),
        (
            replace(whole, **away, consequences_data=(ConsequenceForData.OTHER,), consequences_data_note="-"),
            "not available",
        ),
    ):
        found = fill_as_known("edpb-1.0", goes_on, PROFILE, filing(), "en").answer("4")
        assert (found.value, reason in found.note, "Not every answer" in found.note) == ("b", True, False)
    back = fill_as_known("edpb-1.0", replace(goes_on, recovered_at=NOW), PROFILE, filing(), "en")
    assert back.answer("4").value == "a"
    open_ = fill_as_known("edpb-1.0", replace(whole, discovery=""), PROFILE, filing(), "en")
    assert (open_.answer("4").value, open_.answer("4").note[:16]) == ("b", "Not every answer"), "the reason that holds"
    asked = fill_as_known("edpb-1.0", replace(whole, discovery=""), PROFILE, filing(FilingKind.FIRST_PROVISIONAL), "en")
    assert asked.answer("4").note.startswith("You chose a provisional notification.")
    stated = replace(whole, discovery="", stated_unknown=("discovery",))
    assert fill_as_known("edpb-1.0", stated, PROFILE, filing(), "en").answer("4").value == "b"
    follow_up = fill_as_known("edpb-1.0", replace(whole, discovery=""), PROFILE, filing(FilingKind.FOLLOW_UP), "en")
    assert (follow_up.answer("3").value, follow_up.answer("4").value) == ("b", "b")
    withdrawn = fill_as_known("ap-2022", BLANK, PROFILE, filing(FilingKind.WITHDRAWAL), "en")
    assert open_answers(withdrawn)
    with pytest.raises(KeyError):
        fill_form("ap-1999", BLANK, PROFILE, filing(), "en")


def test_days_of_the_facts_are_not_moments() -> None:
    assert field(99, with_(informed=Informed.PLANNED_ON_DATE, informed_on=date(2026, 11, 30))) == "2026-11-30"


def test_a_cross_border_breach_is_not_called_none() -> None:
    """Fields 121 to 123 are for controllers outside the EEA: what hides them is where the controller is."""
    form = fill(with_(cross_border=Ternary.YES))
    reasons = {question.key: question.reason for question in form.hidden}
    assert {reasons[key] for key in ("120", "121", "122", "123")} == {"The controller is established in the EEA."}
    assert form.answer("113").options == ("Yes",)
    assert "Netherlands" in fill(with_(), country_name=country_name).answer("13").text


def test_a_form_says_what_somebody_typed() -> None:
    """Own words stay in the language they were typed in; set phrases and choices around them are the form's."""
    form = fill(
        with_(measures_taken="Server uit.", measures_prevent_note="Tweede factor.", aware_ground="Het logboek.")
    )
    assert form.answer("92").typed == ("Server uit.",)
    assert form.answer("95").typed == ("Tweede factor.",)
    assert form.answer("53").typed == ("Het logboek.",)
    assert form.answer("3").typed == form.answer("12").typed == ()
