"""The AP form: each question answered, missing or rightly hidden; answers in the form's own words and notation."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from incident.domain.organisation import load_profile
from incident.law.facts import BreachFacts, CountryCount, Party, Trigger
from incident.law.forms.answers import FilledForm, Origin
from incident.law.forms.ap_2022 import fill_ap
from incident.law.forms.filing import FilingKind
from incident.law.vocabulary import (
    UNKNOWN,
    Attachment,
    AvailabilityLoss,
    ConsequenceForData,
    DataCategory,
    DiscoveredBy,
    IncidentKind,
    Informed,
    Nature,
    NotInformingGround,
    OtherAuthority,
    PartyRole,
    Protection,
    Severity,
    SubjectGroup,
    Ternary,
    TriggerKind,
)
from tests.law.forms.sheets import (
    BLANK,
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


def fill(facts: BreachFacts, kind: FilingKind = FilingKind.FIRST_COMPLETE, **context: object) -> FilledForm:
    return fill_ap(facts, PROFILE, filing(kind, **context))


def text(key: str, facts: BreachFacts, **context: object) -> str:
    return fill(facts, **context).answer(key).text  # type: ignore[arg-type]


def origin(key: str, facts: BreachFacts, **context: object) -> Origin:
    return fill(facts, **context).answer(key).origin  # type: ignore[arg-type]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(fact_sheets())
def test_every_question_is_answered_missing_or_hidden(facts: BreachFacts) -> None:
    assert_whole(fill_ap(facts, PROFILE, filing(FilingKind.FIRST_PROVISIONAL)))


@pytest.mark.parametrize("start", range(0, 300, 100))
def test_the_same_for_three_hundred_random_sheets(start: int) -> None:
    for seed in range(start, start + 100):
        assert_whole(fill_ap(random_facts(seed), random_profile(seed), random_filing(seed), "en"))


def test_a_fully_known_breach_has_nothing_missing() -> None:
    form = fill(with_())
    assert form.missing == ()
    assert form.language == "nl"


def test_a_blank_sheet_asserts_nothing_about_the_breach() -> None:
    """What leaked is never inferred: only the filing, the law and the organisation are known."""
    form = fill(BLANK)
    answered = {answer.number for answer in form.answers if answer.text}
    assert {"1.1", "1.2", "3.1.1", "3.1.2", "3.2.2", "6.3.1"} == answered


def test_dates_are_written_as_the_form_wants_them_in_the_authoritys_zone() -> None:
    facts = with_(discovered_at=datetime(2026, 10, 23, 23, 30, tzinfo=UTC))
    assert text("4.2.date", facts) == "24-10-2026"
    assert text("4.2.time", facts) == "01:30"


def test_a_time_in_the_repeated_hour_shows_its_offset() -> None:
    facts = with_(discovered_at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    assert text("4.2.time", facts) == "02:30 (UTC+0100)"


def test_discovery_is_not_awareness() -> None:
    """Question 4.2 asks when the incident was discovered, which may be days before anybody was certain of a breach."""
    facts = with_(discovered_at=NOW - timedelta(days=2, hours=1))
    assert (text("4.2.date", facts), origin("4.2.date", facts)) == ("20-11-2026", Origin.RECORDED)
    assert text("4.2.time", facts) == "16:00"


def test_without_a_discovery_the_earliest_moment_stands_and_is_derived() -> None:
    facts = with_(discovered_at=UNKNOWN)
    assert text("4.2.time", facts) == "15:00"
    assert Origin.DERIVED is origin("4.2.time", facts)
    unsigned = with_(first_signal_at=UNKNOWN, investigation_started_at=UNKNOWN)
    assert (text("4.2.time", unsigned), origin("4.2.time", unsigned)) == ("17:00", Origin.DERIVED)
    assert Origin.MISSING is origin("4.2.date", BLANK)
    assert text("4.2.time", BLANK) == ""


def test_an_ongoing_breach_says_so_instead_of_an_end() -> None:
    assert text("4.1.2", with_(ongoing=Ternary.YES)) == "Duurt nog voort"
    assert Origin.RECORDED is origin("4.1.2", with_(ongoing=Ternary.YES))
    assert text("4.1.2", with_()) == "20-11-2026"


@pytest.mark.parametrize(
    ("kinds", "expected", "how"),
    [
        ((IncidentKind.RANSOMWARE,), "Hacking, malware (bijv. ransomware) en/of phishing", Origin.RECORDED),
        (
            (IncidentKind.EXFILTRATION, IncidentKind.PHISHING),
            "Hacking, malware (bijv. ransomware) en/of phishing",
            Origin.DERIVED,
        ),
        (
            (IncidentKind.EMAIL_WRONG_RECIPIENT, IncidentKind.HACKING),
            "E-mail met persoonsgegevens verstuurd aan verkeerde ontvanger(s)",
            Origin.DERIVED,
        ),
        ((IncidentKind.VERBAL_DISCLOSURE,), "Overig (namelijk)", Origin.RECORDED),
        ((IncidentKind.UNKNOWN,), "Overig (namelijk)", Origin.UNKNOWN),
        ((), "", Origin.MISSING),
    ],
)
def test_the_single_kind_of_incident(kinds: tuple[IncidentKind, ...], expected: str, how: Origin) -> None:
    assert expected == text("5.2", with_(kinds=kinds))
    assert how is origin("5.2", with_(kinds=kinds))


def test_other_is_described_by_the_note_or_by_the_chosen_kinds() -> None:
    facts = with_(kinds=(IncidentKind.VERBAL_DISCLOSURE,))
    assert text("5.2.other", facts) == "mondeling doorverteld"
    assert text("5.2.other", replace(facts, kind_note="In de lift")) == "In de lift"
    assert Origin.MISSING is origin("5.2.other", with_(kinds=(IncidentKind.OTHER,)))
    assert "5.2.other" in hidden(fill(with_()))


@pytest.mark.parametrize(
    ("natures", "loss", "expected", "how"),
    [
        (
            (Nature.AVAILABILITY,),
            AvailabilityLoss.PERMANENT,
            ["Persoonsgegevens permanent niet beschikbaar (verloren/verwijderd)"],
            Origin.FOLLOWS,
        ),
        ((Nature.AVAILABILITY,), AvailabilityLoss.UNKNOWN, [], Origin.MISSING),
        (
            (Nature.INTEGRITY, Nature.AVAILABILITY),
            AvailabilityLoss.UNKNOWN,
            ["Persoonsgegevens ongeoorloofd of onopzettelijk gewijzigd"],
            Origin.MISSING,
        ),
        (
            (Nature.CONFIDENTIALITY,),
            AvailabilityLoss.UNKNOWN,
            ["Persoonsgegevens (mogelijk) ingezien door onbevoegden"],
            Origin.RECORDED,
        ),
    ],
)
def test_the_nature_of_the_breach(
    natures: tuple[Nature, ...], loss: AvailabilityLoss, expected: list[str], how: Origin
) -> None:
    answer = fill(with_(nature=natures, availability_loss=loss)).answer("5.1")
    assert (tuple(expected), how) == (answer.options, answer.origin)


def test_data_are_divided_over_general_and_special() -> None:
    facts = with_(data_categories=(DataCategory.PHONE, DataCategory.HEALTH), data_note="")
    assert fill(facts).answer("6.1").options == ("Contactgegevens", "Telefoonnummer")
    assert text("6.2", facts) == "Gegevens over iemands gezondheid"


def test_no_special_data_among_the_recorded_ones_is_derived() -> None:
    assert (text("6.2", with_()), origin("6.2", with_())) == ("(niets aankruisen)", Origin.DERIVED)
    only_special = with_(data_categories=(DataCategory.GENETIC,))
    assert (text("6.1", only_special), origin("6.1", only_special)) == ("(niets aankruisen)", Origin.DERIVED)


def test_unknown_data_are_unknown_and_unrecorded_data_are_missing() -> None:
    unknown = with_(data_categories=(DataCategory.UNKNOWN,))
    assert (text("6.1", unknown), origin("6.1", unknown)) == ("Onbekend", Origin.UNKNOWN)
    assert Origin.UNKNOWN is origin("6.2", unknown)
    missing = with_(data_categories=())
    assert (text("6.1", missing), origin("6.1", missing)) == ("", Origin.MISSING)
    assert Origin.MISSING is origin("6.2", missing)


def test_data_without_an_option_are_named_under_other() -> None:
    facts = with_(data_categories=(DataCategory.NAME, DataCategory.BEHAVIOUR), data_note="")
    assert fill(facts).answer("6.1").options == ("Naam", "Anders (namelijk)")
    assert text("6.1.other", facts) == "gegevens over het gebruik van websites en e-mail"
    remarked = replace(facts, data_note="Van klanten geen BSN.")
    assert text("6.1.other", remarked) == "gegevens over het gebruik van websites en e-mail"
    assert Origin.FOLLOWS is origin("6.1.other", remarked)
    other = with_(data_categories=(DataCategory.OTHER,), data_note="Kenteken")
    assert text("6.1.other", other) == "Kenteken"
    several = with_(data_categories=(DataCategory.EDUCATION, DataCategory.ORDERS, DataCategory.PROFESSIONAL))
    assert text("6.1.other", several).count("; ") == 2, "names hold an 'and' of their own"


@pytest.mark.parametrize(
    ("changes", "kind", "expected", "how"),
    [
        ({"records_min": 10, "records_max": 20}, FilingKind.FIRST_COMPLETE, "20", Origin.DERIVED),
        ({"records_min": 10, "records_max": UNKNOWN}, FilingKind.FIRST_COMPLETE, "10", Origin.RECORDED),
        ({"records_min": UNKNOWN, "records_max": UNKNOWN}, FilingKind.FIRST_COMPLETE, "", Origin.MISSING),
        ({"records_min": UNKNOWN, "records_max": UNKNOWN}, FilingKind.FIRST_PROVISIONAL, "1", Origin.MISSING),
        (
            {"records_min": UNKNOWN, "records_max": -4, "stated_unknown": ("records_max",)},
            FilingKind.FIRST_COMPLETE,
            "1",
            Origin.UNKNOWN,
        ),
    ],
)
def test_the_number_of_records(changes: dict[str, object], kind: FilingKind, expected: str, how: Origin) -> None:
    answer = fill(with_(**changes), kind).answer("6.3.1.number")
    assert (expected, how) == (answer.text, answer.origin)
    assert answer.value == (int(expected) if expected else None)


def test_records_are_explained_with_dutch_numbers() -> None:
    assert (
        text("6.3.1.explanation", with_(records_min=10000, records_max=12500))
        == "Naar schatting tussen 10.000 en 12.500."
    )
    assert "daarom is 1 ingevuld" in text("6.3.1.explanation", with_(records_min=UNKNOWN, records_max=UNKNOWN))
    assert text("6.3.1.explanation", with_(records_min=5, records_max=5)) == ""


def test_people_are_counted_exactly_or_between_two_numbers() -> None:
    exact = fill(with_())
    assert ("1200", {"7.3.min", "7.3.max"}) == (exact.answer("7.3.exact").text, hidden(exact) & {"7.3.min", "7.3.max"})
    assert "7.3.exact" in hidden(fill(with_(subjects_exact=False))), "nobody said that the number is exact"
    range_ = fill(with_(subjects_exact=False, subjects_max=1500))
    assert (range_.answer("7.3.min").text, range_.answer("7.3.max").text) == ("1200", "1500")
    assert "7.3.exact" in hidden(range_)


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(UNKNOWN, 9, "9"), (9, UNKNOWN, "9"), (8, 9, None), (UNKNOWN, UNKNOWN, None)]
)
def test_an_exact_number_needs_bounds_that_agree(low: object, high: object, expected: str | None) -> None:
    form = fill(with_(subjects_min=low, subjects_max=high))
    assert expected == (None if "7.3.exact" in hidden(form) else form.answer("7.3.exact").text)


def test_groups_without_an_option_are_other_and_described() -> None:
    """As one list within a sentence, in one case of letters."""
    facts, readers = (
        with_(subject_groups=(SubjectGroup.SUBSCRIBERS,), subjects_note=""),
        "nieuwsbrieven en uitnodigingen",
    )
    assert text("7.1", facts) == "Anders (namelijk)"
    assert text("7.1.other", facts) == f"ontvangers van {readers}"
    assert (text("7.2", facts), origin("7.2", facts)) == (f"Ontvangers van {readers}", Origin.DERIVED)
    groups = (SubjectGroup.SUBSCRIBERS, SubjectGroup.OTHER)
    visitors = with_(subject_groups=groups, subjects_note="", other_people="bezoekers van de open dag")
    assert text("7.1.other", visitors) == f"ontvangers van {readers} en bezoekers van de open dag"
    assert text("7.2", visitors) == f"Ontvangers van {readers} en bezoekers van de open dag"
    left = with_(subject_groups=groups[:1], subjects_note="", other_people="Bezoekers van de open dag")
    assert "open dag" not in text("7.1.other", left) + text("7.2", left), "whom nobody chose is not told of"


@pytest.mark.parametrize(
    ("protection", "expected", "how"),
    [
        ((Protection.ENCRYPTED,), "Versleuteld (encryptie)", Origin.RECORDED),
        ((Protection.PSEUDONYMISED,), "Nee", Origin.DERIVED),
        ((Protection.PSEUDONYMISED, Protection.UNKNOWN), "Nee", Origin.DERIVED),
        ((Protection.PSEUDONYMISED, Protection.HASHED), "Gehasht", Origin.RECORDED),
        ((Protection.NONE,), "Nee", Origin.RECORDED),
        ((Protection.UNKNOWN,), "Niet bekend", Origin.UNKNOWN),
        ((), "", Origin.MISSING),
    ],
)
def test_protection_beforehand(protection: tuple[Protection, ...], expected: str, how: Origin) -> None:
    facts = with_(protection=protection)
    assert (expected, how) == (text("8.1", facts), origin("8.1", facts))
    shielded = set(protection) - {Protection.NONE, Protection.UNKNOWN}
    assert bool(shielded) == ("8.1.explanation" not in hidden(fill(facts)))


def test_pseudonymised_data_are_called_readable_and_the_explanation_tells() -> None:
    """GDPR art. 4(5): pseudonymised data are no "unintelligible" data; the form has no option of their own."""
    facts = with_(protection=(Protection.PSEUDONYMISED,), protection_intact=Ternary.YES, protection_note="")
    told = text("8.1.explanation", facts)
    assert told.startswith("Gepseudonimiseerd.")
    assert told.endswith("De bescherming is intact gebleven.")
    assert Origin.DERIVED is origin("8.1.explanation", facts)
    assert text("8.1.explanation", replace(facts, protection_note="Namen vervangen.")) == "Namen vervangen."


@pytest.mark.parametrize(
    ("intact", "told"),
    [
        (Ternary.YES, "De bescherming is intact gebleven."),
        (Ternary.NO, "De bescherming is niet intact gebleven."),
        (Ternary.UNKNOWN, ""),
    ],
)
def test_the_explanation_names_what_protected_and_whether_it_held(intact: Ternary, told: str) -> None:
    """What nobody knows, or what was called no protection, is not named among it."""
    facts = with_(protection=(Protection.HASHED, Protection.UNKNOWN, Protection.NONE), protection_intact=intact)
    first, _, rest = text("8.1.explanation", replace(facts, protection_note="")).partition("\n")
    assert first == "Gehasht"
    assert rest == told


NO_HIGH_RISK = "Een hoog risico voor de betrokkenen is niet waarschijnlijk (AVG art. 34, lid 1)."


@pytest.mark.parametrize(
    ("changes", "option", "reason"),
    [
        ({"informed": Informed.PLANNED_ON_DATE}, "Nog niet", "De betrokkenen worden geïnformeerd op 21 november 2026."),
        ({"informed": Informed.PLANNED_ON_DATE, "informed_on": UNKNOWN}, "Nog niet", ""),
        (
            {"informed": Informed.INVESTIGATING},
            "Nog niet",
            "Het onderzoek loopt nog. Daarna besluiten wij of wij de betrokkenen informeren.",
        ),
        (
            {"informed": Informed.NOT_HIGH_RISK, "not_informing_note": "Laag risico."},
            "Nee",
            f"{NO_HIGH_RISK}\nLaag risico.",
        ),
        ({"informed": Informed.EXCEPTION}, "Nee", ""),
        (
            {
                "informed": Informed.NOT_HIGH_RISK,
                "not_informing_note": "Laag risico.",
                "not_informing_ground": NotInformingGround.UAVG_42,
            },
            "Nee",
            f"{NO_HIGH_RISK}\nLaag risico.",
        ),
        (
            {
                "informed": Informed.EXCEPTION,
                "not_informing_note": "Wij zijn een bank.",
                "not_informing_ground": NotInformingGround.UAVG_42,
            },
            "Nee",
            "Financiële onderneming (art. 42 UAVG)\nWij zijn een bank.",
        ),
        (
            {"informed": Informed.EXCEPTION, "not_informing_ground": NotInformingGround.UAVG_42},
            "Nee",
            "Financiële onderneming (art. 42 UAVG)",
        ),
    ],
)
def test_why_people_are_not_informed(changes: dict[str, object], option: str, reason: str) -> None:
    facts = with_(**changes)
    assert (option, reason) == (text("10.1.1", facts), text("10.1.1.reason", facts))
    assert {"10.1.3", "10.1.7"} <= hidden(fill(facts))


def test_stated_unknown_is_told_apart_from_missing() -> None:
    facts = with_(informed=Informed.UNKNOWN, stated_unknown=("informed",))
    assert (text("10.1.1", facts), origin("10.1.1", facts)) == ("Niet bekend", Origin.UNKNOWN)
    assert text("10.1.1", facts, kind=FilingKind.FIRST_PROVISIONAL) == "Nog niet bekend"
    assert (text("10.1.1", BLANK), origin("10.1.1", BLANK)) == ("", Origin.MISSING)


@pytest.mark.parametrize(
    ("kind", "now", "due", "shown"),
    [
        (FilingKind.FIRST_COMPLETE, NOW, NOW - timedelta(seconds=1), True),
        (FilingKind.FIRST_COMPLETE, NOW, NOW, False),
        (FilingKind.FIRST_COMPLETE, NOW + timedelta(hours=24), None, False),
        (FilingKind.FIRST_COMPLETE, NOW + timedelta(hours=24, seconds=1), None, True),
        (FilingKind.FOLLOW_UP, NOW, NOW - timedelta(days=9), False),
    ],
)
def test_the_reason_for_delay_is_asked_once_the_deadline_has_passed(
    kind: FilingKind, now: datetime, due: datetime | None, shown: bool
) -> None:
    facts = with_(delay_reason="The form was down.", discovered_at=with_().aware_at)
    form = fill(facts, kind, now=now, due_at=due)
    assert shown is ("4.5" not in hidden(form))


def test_who_supplements_is_not_asked_why_it_was_discovered_long_ago() -> None:
    """The first notification said so, and a follow-up is late for no one."""
    long_ago = with_(discovered_at=NOW - timedelta(days=5))
    assert "4.5" not in hidden(fill(long_ago))
    assert "4.5" in hidden(fill(long_ago, FilingKind.FOLLOW_UP))


def test_nothing_is_late_while_no_moment_is_known() -> None:
    assert "4.5" in hidden(fill(BLANK))


@pytest.mark.parametrize(
    ("kind", "expected", "shown"),
    [
        (FilingKind.FIRST_PROVISIONAL, "Ik wil één inbreuk melden (reguliere melding)", set()),
        (FilingKind.FOLLOW_UP_PROVISIONAL, "Aanvulling op een eerdere melding", {"1.1.earlier_number"}),
        (FilingKind.WITHDRAWAL, "Intrekking van een eerdere melding", {"1.1.earlier_number", "1.1.withdrawal_reason"}),
    ],
)
def test_the_kind_of_filing(kind: FilingKind, expected: str, shown: set[str]) -> None:
    form = fill(with_(), kind, earlier_number="M-1", withdrawal_reason="Geen inbreuk")
    assert (expected, Origin.FOLLOWS) == (form.answer("1.1").text, form.answer("1.1").origin)
    assert shown == {"1.1.earlier_number", "1.1.withdrawal_reason"} - hidden(form)


def test_other_supervisors() -> None:
    assert text("1.3", with_()) == "(niets aankruisen)", "as where 6.2 has nothing to tick"
    told = with_(other_authorities=(OtherAuthority.RDI, OtherAuthority.OTHER), other_authorities_note="Cbw-CSIRT")
    assert fill(told).answer("1.3").options == ("Agentschap Telecom (AT)", "Andere toezichthouder (namelijk)")
    assert text("1.3.other", told) == "Cbw-CSIRT"
    open_ = with_(other_authorities_told=Ternary.UNKNOWN)
    assert text("1.3", open_, other_notifications=("NCSC",)) == "Andere toezichthouder (namelijk)"
    assert text("1.3.other", open_, other_notifications=("NCSC",)) == "NCSC"
    assert text("1.3", with_(), other_notifications=("NCSC",)) == "Andere toezichthouder (namelijk)", "a no of before"
    assert Origin.MISSING is origin("1.3", open_)


def test_several_countries_follow_from_the_countries_named() -> None:
    open_ = with_(cross_border=Ternary.UNKNOWN)
    assert (text("2.1.1", open_), origin("2.1.1", open_)) == ("Ja", Origin.DERIVED)
    assert (
        text("2.1.1.countries", with_(countries=(CountryCount("NL", 900), CountryCount("DE"))))
        == "NL (900), DE (aantal nog niet bekend)"
    )
    denied = with_(cross_border=Ternary.NO)
    assert (text("2.1.1", denied), origin("2.1.1", denied)) == ("Nee", Origin.RECORDED)
    one_country = with_(cross_border=Ternary.UNKNOWN, countries=(CountryCount("NL"),))
    assert Origin.MISSING is origin("2.1.1", one_country)


def test_other_privacy_authorities() -> None:
    unsaid = {"other_privacy_authorities_told": Ternary.UNKNOWN}
    assert text("2.2.1", with_()) == "Nee"
    assert text("2.2.1", with_(**unsaid, privacy_authorities_told="BfDI (DE)")) == "Ja"
    assert (
        text("2.2.1", with_(**unsaid, cross_border=Ternary.NO)),
        origin("2.2.1", with_(**unsaid, cross_border=Ternary.NO)),
    ) == ("Nee", Origin.FOLLOWS)
    assert Origin.MISSING is origin("2.2.1", with_(**unsaid))


def test_other_organisations() -> None:
    assert text("3.3.who", with_()) == "Freshdesk (verwerker), privacy@freshdesk.example"
    named = with_(others_involved=Ternary.UNKNOWN)
    assert (text("3.3", named), origin("3.3", named)) == ("Ja", Origin.FOLLOWS)
    assert text("3.3", with_(others_involved=Ternary.NO)) == "Nee"
    assert text("3.1.1.controllers", with_()) == "Alumio B.V.", "a processor is no controller"
    assert Origin.MISSING is origin("3.3", with_(others_involved=Ternary.UNKNOWN, parties=()))
    joint = with_(parties=(Party("Partner B.V.", PartyRole.JOINT_CONTROLLER),))
    assert text("3.1.1.controllers", joint) == "Alumio B.V.\nPartner B.V."


def test_the_contact_person_is_asked_only_when_it_is_somebody_else() -> None:
    assert (text("3.2.2.name", with_()), origin("3.2.2.name", with_())) == ("Femke Gerritsen", Origin.DERIVED)
    named = with_(contact_name="Ilse Bakker", contact_function="Privacy officer")
    assert (text("3.2.2.name", named), origin("3.2.2.name", named)) == ("Ilse Bakker", Origin.RECORDED)
    same = with_(contact_name="Ruben Smit")
    assert "3.2.2.name" in hidden(fill(same))
    bare = fill_ap(with_(), load_profile(), filing())
    assert "3.2.2.name" in hidden(bare)


def test_a_registration_number_is_asked_only_with_an_officer() -> None:
    assert text("3.1.1.fg_number", with_()) == "FG000123"
    none = fill_ap(with_(), replace(PROFILE, dpo_designated=False), filing())
    assert "3.1.1.fg_number" in hidden(none)


def test_how_it_was_discovered() -> None:
    at_once = {"first_signal_at": UNKNOWN, "discovered_at": with_().aware_at}
    told = with_(discovery="", discovered_by=DiscoveredBy.PRESS, **at_once)
    assert (text("4.3", told), origin("4.3", told)) == ("Via de media.", Origin.DERIVED)
    assert Origin.MISSING is origin("4.3", with_(discovery="", discovered_by=DiscoveredBy.OTHER))


def test_the_summary_stands_in_for_a_description() -> None:
    assert Origin.DERIVED is origin("5.3", with_(description=""))
    assert Origin.RECORDED is origin("5.3", with_())


def test_the_words_of_a_report_are_looked_at_before_the_authority_reads_them() -> None:
    """Whoever reports at night writes for colleagues, and names people: a form with those words is not simply full."""
    told = "oops, list mailed to the wrong customer, and the passport of Mrs Jansen. what now"
    answer = fill(with_(summary=told, description=told)).answer("5.3")
    assert answer.text.startswith(told)
    assert (answer.origin, "woorden van de melding" in answer.note) == (Origin.DERIVED, True)


def test_attachments_are_listed() -> None:
    assert text("5.4", with_(), attachments=(Attachment.RANSOM_NOTE,)) == "Losgeldbericht"
    assert "5.4" not in {answer.key for answer in fill(with_()).missing}


def test_a_consequence_of_the_european_form_is_other_here() -> None:
    facts = with_(consequences_data=(ConsequenceForData.LINKABLE,))
    assert text("9.1", facts) == "Anders (namelijk)"
    assert text("9.1.other", facts) == "gegevens zijn te koppelen aan andere gegevens"


def test_no_answer_is_offered_to_a_question_whose_words_are_unknown() -> None:
    """A value under a number nobody can read would be copied into whatever the number asks."""
    gaps = fill(with_(first_notified_at=NOW)).unreproduced
    assert {"4.4", "10.1.2", "10.1.4", "10.1.5", "10.1.6", "10.1.8"} == {gap.number for gap in gaps}
    assert all(gap.remark and gap.fields and not hasattr(gap, "text") for gap in gaps)


def test_notes_speak_the_readers_language_and_the_form_stays_dutch() -> None:
    form = fill_ap(with_(), PROFILE, filing(), "en")
    assert form.answer("10.2").note == "Put together from what is on record."
    assert form.chapters[0].title == "Introductie"
    assert form.answer("3.2.1.name").part_label == "Naam"


def test_an_answer_that_is_hidden_or_unknown_has_no_key() -> None:
    with pytest.raises(KeyError):
        fill(with_()).answer("4.5")


def test_derived_answers_are_listed_for_checking() -> None:
    """What could be no other answer, such as the first notification, is none of them: of 26 nobody looked at any."""
    form = fill(with_())
    derived = {answer.key for answer in form.derived}
    assert "10.2" in derived, "worded here"
    assert "1.2" in derived, "no other law is on record, which nobody has said"
    assert derived.isdisjoint({"1.1", "3.1.1.kvk", "3.1.2"}), "of the profile, or without another possibility"
    assert form.derived == tuple(answer for answer in form.answers if answer.origin == "derived")
    assert len(form.derived) < len(list(form.answers)), "what somebody recorded is not listed"


@pytest.mark.parametrize(
    ("running", "met", "expected"),
    [
        ({"gdpr_33_1"}, Ternary.YES, "Algemene verordening gegevensbescherming (AVG)"),
        ({"gdpr_33_1", "wpg_33a"}, Ternary.YES, "Wet politiegegevens (Wpg)"),
        ({"gdpr_33_1", "wpg_33a"}, Ternary.UNKNOWN, "Algemene verordening gegevensbescherming (AVG)"),
        ({"gdpr_33_1", "telecom_initial"}, Ternary.UNKNOWN, "Telecommunicatiewet"),
        ({"gdpr_33_1", "dora_initial"}, Ternary.UNKNOWN, "Algemene verordening gegevensbescherming (AVG)"),
    ],
)
def test_the_legal_basis_follows_the_law_that_applies(running: set[str], met: Ternary, expected: str) -> None:
    """Question 1.2 names the law under which this form is filed: a running clock of it, and its event stated."""
    facts = with_(triggers=(Trigger(TriggerKind.POLICE_OR_JUDICIAL_DATA, met),))
    form = fill(facts, running=frozenset(running))
    assert (form.answer("1.2").text, form.answer("1.2").origin) == (expected, Origin.DERIVED)
    assert ("politie" in form.answer("1.2").note) is ("politie" in expected)


def test_the_assessment_explains_the_severity_until_a_person_does() -> None:
    """9.3 asks why; an assessed risk answered that already, an unknown severity has nothing to explain."""
    quiet = with_(severity_note="")
    assert text("9.3.explanation", quiet, risk_explanation="Readable for the thief.") == "Readable for the thief."
    assert origin("9.3.explanation", quiet, risk_explanation="Readable for the thief.") is Origin.DERIVED
    assert text("9.3.explanation", with_(), risk_explanation="Readable for the thief.") == "Contact data only."
    unknown = with_(severity_note="", severity=Severity.UNKNOWN)
    assert text("9.3.explanation", unknown, risk_explanation="Readable for the thief.") == ""
