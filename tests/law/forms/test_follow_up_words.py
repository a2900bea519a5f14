"""What a follow-up says beside its news: who knows it, what was done since, and what is open (GDPR art. 33(4))."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from incident.law.facts import AffectedController, AffectedGroup, BreachFacts, CountryCount
from incident.law.forms.answers import FilledForm
from incident.law.forms.ap_2022 import fill_ap
from incident.law.forms.edpb_1_0 import fill_edpb
from incident.law.forms.filing import Earlier, FilingKind
from incident.law.forms.fill import fill_as_known
from incident.law.forms.notation import tells_number
from incident.law.vocabulary import (
    UNKNOWN,
    AvailabilityLoss,
    ConsequenceForSubjects,
    DataCategory,
    Informed,
    Nature,
    NoticeChannel,
    RiskLevel,
    Severity,
    SubjectGroup,
    Ternary,
)
from tests.law.forms.sheets import NOW, PROFILE, filing, with_

LATER = FilingKind.FOLLOW_UP
BOTH = (("62", "97", "106", "92", fill_edpb), ("5.3", "10.1.1", "10.1.1", "10.2", fill_ap))
OURS, THEIRS = SubjectGroup.CUSTOMERS, SubjectGroup.USERS
PROCESSED = with_(
    subject_groups=(OURS, THEIRS),
    affected_groups=(AffectedGroup(OURS, subjects=48), AffectedGroup(THEIRS, subjects=7)),
    subjects_min=55,
    subjects_max=55,
    subjects_exact=True,
    subjects_note="",
    on_behalf_of_customers=Ternary.NO,
    affected_controllers=(
        AffectedController("Shop B.V.", subjects=5, groups=(THEIRS,)),
        AffectedController("Bakery", subjects=2, groups=(THEIRS,)),
    ),
)


def edpb(facts: BreachFacts, kind: FilingKind = FilingKind.FIRST_COMPLETE, **context: object) -> FilledForm:
    return fill_edpb(facts, PROFILE, filing(kind, **context))


def ap(facts: BreachFacts, kind: FilingKind = FilingKind.FIRST_COMPLETE, **context: object) -> FilledForm:
    return fill_ap(facts, PROFILE, filing(kind, **context))


@pytest.mark.parametrize(("news", "informed", "told", "measures", "form"), BOTH)
def test_news_that_people_may_not_know_is_something_to_do(news, informed, told, measures, form) -> None:  # type: ignore[no-untyped-def]
    """GDPR art. 34(1): whoever was told before the news is named on top, until a later message is on record."""
    facts = with_(informed=Informed.INFORMED, informed_on=NOW.date(), told_news="Data were put online.")
    asked = form(facts, PROFILE, filing(LATER)).answer(told)
    assert "eerste bericht" in asked.todo or "first one" in asked.todo
    assert asked.number == told
    assert any(one.startswith("informed") for one in asked.fields), "so that it stands with what is to be done"
    for settled in (filing(LATER, told_again_at=NOW), filing()):
        assert form(facts, PROFILE, settled).answer(told).todo == ""


def test_the_day_of_a_later_message_stands_beside_that_of_the_first() -> None:
    """EDPB 98 takes one day; what a machine reads is the first."""
    facts = with_(informed=Informed.INFORMED, informed_on=date(2026, 11, 18))
    twice = edpb(facts, LATER, told_again_at=datetime(2026, 11, 24, 12, tzinfo=UTC)).answer("98")
    assert twice.text == "18-11-2026 (first message), 24-11-2026 (further message)"
    assert twice.value == "2026-11-18"
    assert edpb(facts, LATER).answer("98").text == "18-11-2026"
    dutch = ap(facts, LATER, told_again_at=datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert dutch.answer("10.1.1").note == "Zij zijn geïnformeerd op 18-11-2026, en opnieuw op 24-11-2026."
    (remark,) = {gap.remark for gap in dutch.unreproduced if gap.number == "10.1.2"}
    assert "(vastgelegd: 18 november 2026 en 24 november 2026)" in remark


def test_a_follow_up_says_that_the_first_notification_was_in_time() -> None:
    """AP 4.4 asks whether more than 72 hours lie between discovery and notification: by then that is known."""

    def remark(hours: int, kind: FilingKind = LATER) -> str:
        found = NOW - timedelta(days=5)
        facts = with_(discovered_at=found, first_notified_at=found + timedelta(hours=hours))
        return next(gap.remark for gap in ap(facts, kind).unreproduced if gap.number == "4.4")

    assert remark(71).endswith(
        "uw eerste melding (20 november 2026, 16:00 uur).\nVraagt de AP dat inderdaad? Antwoord nee."
    )
    assert "Antwoord nee" not in remark(73)
    assert "Meldt u uiterlijk" in remark(71, FilingKind.FIRST_COMPLETE)


@pytest.mark.parametrize(("news", "informed", "told", "measures", "form"), BOTH)
def test_measures_older_than_the_news_are_asked_for(news, informed, told, measures, form) -> None:  # type: ignore[no-untyped-def]
    """GDPR art. 33(3)(d): what was notified before the news says nothing of what was done about it."""
    facts = with_(told_news="Data were put online.", other_authorities_note="Reported to the police, number 42.")
    same = form(facts, PROFILE, filing(LATER, then=Earlier(NOW, "", facts.measures_taken))).answer(measures)
    assert f"{news}" in same.todo
    assert form(facts, PROFILE, filing(LATER, then=Earlier(NOW, "", "Less."))).answer(measures).todo == ""
    assert form(facts, PROFILE, filing()).answer(measures).todo == ""


@pytest.mark.parametrize(
    ("form", "number", "new", "old", "other"),
    [
        (edpb, "62", "New since 22 November 2026:", "Earlier notification (22 November 2026):", "The incident,"),
        (ap, "5.3", "Nieuw sinds 22 november 2026:", "Eerdere melding (22 november 2026):", "Het incident,"),
    ],
)
def test_the_news_and_what_was_told_before_are_told_apart(form, number, new, old, other) -> None:  # type: ignore[no-untyped-def]
    """GDPR art. 33(4): what came last stands first, and says so; a text that changed since was not told before."""
    facts = with_(told_news="Data were put online.", other_authorities_note="Reported to the police, number 42.")
    same = form(facts, LATER, then=Earlier(NOW, facts.description, "")).answer(number).text.splitlines()
    assert same[:4] == [new, "Data were put online.", old, facts.description]
    changed = form(facts, LATER, then=Earlier(NOW, "Another text.", "")).answer(number).text.splitlines()
    assert changed[2].startswith(other)
    assert form(facts, LATER).answer(number).text.splitlines()[0] == "Data were put online."


@pytest.mark.parametrize(("form", "number"), [(edpb, "62"), (ap, "5.3")])
def test_what_was_added_to_the_description_is_the_first_of_the_news(form, number) -> None:  # type: ignore[no-untyped-def]
    """GDPR art. 33(4): what makes the authority act stands on top, in either place where somebody wrote it."""
    copies, before = "Copies of 34 identity documents are online.", "Somebody copied files."
    for own in (f"{before} {copies}", f"{copies}\n{before}"):
        facts = with_(told_news="Data were put online.", description=own)
        answer = form(facts, LATER, then=Earlier(NOW, before, "")).answer(number)
        _title, first, second, told, last = answer.text.splitlines()[:5]
        assert (first, second, last) == (copies, "Data were put online.", before)
        assert told.startswith(("Eerdere melding", "Earlier notification"))
        assert own in answer.typed, "the words are those of a person in either order"


def test_words_in_the_middle_of_a_sentence_leave_the_description_whole() -> None:
    """Half a sentence is no news of its own."""
    own = "It is said: Somebody copied files. Not so."
    facts = with_(told_news="Data were put online.", description=own)
    told = ap(facts, LATER, then=Earlier(NOW, "Somebody copied files.", "")).answer("5.3").text
    assert own in told.splitlines()
    assert "Het incident, zoals nu bekend:" in told


def test_what_people_and_the_public_were_told_stands_before_what_is_open() -> None:
    """GDPR art. 33(3)(d), 34(3)(c): what was done, then what is still investigated, then what is planned."""
    facts = with_(
        measures_taken="A firm is investigating the login.",
        measures_prevent_note="Sign-in takes a code.",
        measures_prevent_by=date(2026, 12, 15),
    )
    told = ap(facts, LATER, told_again_at=NOW, told_publicly_at=NOW).answer("10.2").text.splitlines()
    said = ("A firm", "een nieuw bericht", "een openbare mededeling", "De uitkomst", "Om herhaling")
    found = [next(at for at, line in enumerate(told) if one in line) for one in said]
    assert found == sorted(set(found))
    assert "openbare mededeling" not in ap(facts, LATER).answer("10.2").text
    online = replace(facts, informed_channels=(NoticeChannel.WEBSITE,))
    assert "mededeling op onze website gedaan" in ap(online, LATER, told_publicly_at=NOW).answer("10.2").text


@pytest.mark.parametrize(("form", "number"), [(edpb, "90"), (ap, "10.1.1.reason")])
def test_people_told_voluntarily_are_told_for_a_reason(form, number) -> None:  # type: ignore[no-untyped-def]
    """GDPR art. 34(1): the authority reads why, as the register does; not where somebody wrote it here, or has to."""
    facts = with_(informed=Informed.PLANNED_ON_DATE, informed_on=date(2026, 12, 1), not_informing_note="")
    why = "They should hear it from us."
    unlikely = {"risk": RiskLevel.UNLIKELY, "telling_reason": why}
    assert why in form(facts, **unlikely).answer(number).text.splitlines()
    assert why not in form(replace(facts, not_informing_note="So."), **unlikely).answer(number).text


def test_a_paid_document_and_the_recovery_are_measures() -> None:
    """GDPR art. 33(3)(d): both are on record, and the Dutch form asks for them nowhere else."""
    facts = with_(
        document_paid=Ternary.YES,
        data_categories=(DataCategory.ID_DOCUMENT_COPY,),
        nature=(Nature.AVAILABILITY,),
        availability_loss=AvailabilityLoss.TEMPORARY,
        recovered_at=NOW,
    )
    told = ap(facts).answer("10.2").text.splitlines()
    assert "Sinds 22 november 2026, 17:00 uur werkt alles weer." in told
    assert "Wij betalen de kosten voor wie een nieuw identiteitsbewijs aanvraagt." in told
    assert "We pay for a new identity document for everybody who applies for one." in edpb(facts).answer("92").text
    assert "identity document" not in edpb(replace(facts, document_paid=Ternary.UNKNOWN)).answer("92").text
    assert "werkt alles weer" not in ap(replace(facts, recovered_at=UNKNOWN)).answer("10.2").text


def test_the_timeline_says_whether_everything_works_again() -> None:
    """EDPB 53: an availability that is lost for some time has an end, or one that is not known yet."""
    away = with_(nature=(Nature.AVAILABILITY,), availability_loss=AvailabilityLoss.TEMPORARY)
    assert (
        "Still going on: the data are not available again yet. When they will be is not known yet"
        in edpb(away).answer("53").text
    )
    assert "Still going on" not in edpb(replace(away, recovered_at=NOW)).answer("53").text
    assert "Still going on" not in edpb(with_()).answer("53").text


AWAY = with_(
    nature=(Nature.AVAILABILITY,),
    availability_loss=AvailabilityLoss.TEMPORARY,
    systems=(),
    systems_note="",
    informed=Informed.PLANNED,
    informed_on=UNKNOWN,
    not_informing_note="",
    countries=(CountryCount("NL", 900), CountryCount("DE", UNKNOWN)),
)
OPEN = {edpb: ("53", "63", "90", "117"), ap: ("2.1.1.countries", "10.1.1.reason")}


@pytest.mark.parametrize("form", OPEN)
def test_what_is_not_known_yet_says_by_when_it_is(form) -> None:  # type: ignore[no-untyped-def]
    """GDPR art. 33(4): the authority reads until when it waits; a day that has come is no answer any more."""
    for day, said in ((date(2026, 11, 22), True), (date(2026, 11, 21), False), (UNKNOWN, False)):
        filled = form(replace(AWAY, expected_on=day), FilingKind.FIRST_PROVISIONAL)
        for key in OPEN[form]:
            told = filled.answer(key).text
            assert any(words in told for words in ("by 22 November", "uiterlijk op 22 nov")) is said, key
        assert bool(filled.expected) is not said
        if form is edpb:
            assert ("write when" in filled.answer("63").note) is not said


def test_what_to_expect_is_asked_for_once_and_only_where_something_is_open() -> None:
    """The task names the answers that say "not known yet" and for which nothing else asks more; once a day is on record
    all of them, as field 4 does.
    """
    asked = edpb(AWAY, FilingKind.FIRST_PROVISIONAL)
    assert "open: 53 (when the data will be available again) and 117." in asked.expected
    assert {"63", "83"} == {one.number for one in asked.missing}
    assert "by when you expect to know it" in asked.answer("97").todo
    dated = edpb(replace(AWAY, expected_on=NOW.date()), FilingKind.FIRST_PROVISIONAL)
    assert (asked.to_follow, dated.expected) == ("", "")
    assert "open: 53 (when the data will be available again), 63, 83, 97 and 117. You expect" in dated.to_follow
    assert "to know it by 22 November 2026." in dated.to_follow
    assert edpb(with_(systems_note="In Groningen.")).expected == ""
    unknown = fill_as_known("edpb-1.0", AWAY, PROFILE, filing(), "en")
    assert "53, 63, 83, 97 and 117" in unknown.answer("4").note


def test_what_is_still_open_in_a_follow_up_is_asked_for_again() -> None:
    """GDPR art. 33(4): "add it in a follow-up" is no answer in the follow-up."""
    nothing = with_(systems=(), systems_note="")
    first, later = (
        edpb(nothing, kind).answer("63").note
        for kind in (FilingKind.FIRST_PROVISIONAL, FilingKind.FOLLOW_UP_PROVISIONAL)
    )
    assert (first.partition(".")[0], later.partition(".")[0]) == ("Not on record yet", "Still not on record")
    assert "when you expect to know it" in first


@pytest.mark.parametrize(("form", "number"), [(fill_edpb, "66"), (fill_ap, "7.2")])
def test_customers_who_were_told_are_named(form, number: str) -> None:  # type: ignore[no-untyped-def]
    """GDPR art. 33(2): whoever is a processor, too, tells its controllers, and the authority asks whether it did."""
    processed = replace(PROCESSED, data_note="")
    untold = form(processed, PROFILE, filing()).answer(number)
    assert "Shop B.V." in untold.todo
    assert "Bakery" in untold.todo
    assert "ingelicht" not in untold.text, "no more than is known"
    assert "informed" not in untold.text
    some = form(processed, PROFILE, filing(customers_told=(("shop b.v. ", NOW, NOW),))).answer(number)
    assert "Shop B.V. (22 november 2026)" in some.text.replace("November", "november")
    assert "Shop B.V." not in some.todo.replace("Bakery", "")
    assert "Bakery" in some.todo
    both = form(processed, PROFILE, filing(customers_told=TOLD_BOTH)).answer(number)
    assert both.todo == ""
    assert any(line.endswith(("op 22 november 2026.", "on 22 November 2026.")) for line in both.text.splitlines())


@pytest.mark.parametrize(("form", "number"), [(fill_edpb, "66"), (fill_ap, "7.2")])
def test_customers_who_may_not_know_the_news_are_asked_for(form, number: str) -> None:  # type: ignore[no-untyped-def]
    """GDPR art. 33(2): a follow-up with news says when each was told again, or asks whether they know it."""
    processed, later = replace(PROCESSED, data_note="", told_news="Put online."), NOW + timedelta(days=2)
    then = Earlier(NOW + timedelta(hours=1), "", "")
    for last, known in ((NOW, False), (later, True)):
        told = tuple((name, NOW, last) for name in ("Shop B.V.", "Bakery"))
        answer = form(processed, PROFILE, filing(LATER, then=then, customers_told=told)).answer(number)
        assert (answer.todo == "") is known
        assert ("Shop B.V." in answer.todo.partition("\n")[0]) is not known
        assert ("24 november 2026" in answer.text.replace("November", "november")) is known


@pytest.mark.parametrize(
    ("form", "number", "said"),
    [
        (fill_edpb, "66", "no data that we process for Shop B.V. and Bakery"),
        (fill_ap, "7.2", "die wij verwerken voor Shop B.V. en Bakery."),
    ],
)
def test_customers_whose_people_are_not_online_are_told_apart(form, number: str, said: str) -> None:  # type: ignore[no-untyped-def]
    """Only where the record says whose data are online, and of each customer which groups are its."""

    def told(*groups: SubjectGroup, customers: tuple[AffectedController, ...] = PROCESSED.affected_controllers) -> str:
        facts = replace(PROCESSED, published_groups=groups, affected_controllers=customers)
        return str(form(facts, PROFILE, filing()).answer(number).text)

    assert said in told(OURS)
    assert said not in told(OURS, THEIRS)
    assert said not in told()
    shared = tuple(replace(one, groups=(OURS, THEIRS)) for one in PROCESSED.affected_controllers)
    assert said not in told(OURS, customers=shared)


TOLD_BOTH = (("Shop B.V.", NOW, NOW), ("Bakery", NOW, NOW))
ONLINE = replace(PROCESSED, told_news="Put online on 23 November 2026, 10:15.", published_groups=(OURS,))


@pytest.mark.parametrize(
    ("form", "number", "many", "none"),
    [
        (
            edpb,
            "62",
            "At most 48 people are concerned. Exactly which data, and of how many people, is not known yet",
            "no data of users",
        ),
        (
            ap,
            "5.3",
            "hoogstens 48 mensen. Welke gegevens van hoeveel mensen dat precies zijn, is nog niet bekend",
            "staan van gebruikers",
        ),
    ],
)
def test_of_how_many_data_are_online_is_open_until_somebody_tells(form, number: str, many: str, none: str) -> None:  # type: ignore[no-untyped-def]
    """GDPR art. 33(4): the news has open points of its own, which EDPB 4 names; of the other groups nothing is online,
    as far as the record says whose data are.
    """
    both = replace(ONLINE, on_behalf_of_customers=Ternary.YES)
    told = form(both, LATER).answer(number)
    assert f"{many}." in told.text
    assert told.awaited
    assert none in told.text
    counted = form(replace(both, told_news="Data of 34 people were put online."), LATER).answer(number)
    assert many not in counted.text
    assert not counted.awaited
    assert none not in form(replace(both, published_groups=(OURS, THEIRS)), LATER).answer(number).text
    assert none not in form(replace(both, published_groups=(OURS, SubjectGroup.UNKNOWN)), LATER).answer(number).text
    later = form(replace(both, expected_on=date(2026, 12, 1)), FilingKind.FOLLOW_UP_PROVISIONAL).answer(number)
    assert f"{many}, " in later.text


def test_the_list_of_what_is_open_names_which_data_are_online() -> None:
    """GDPR art. 33(4): what is open in 5.3 and 62 was taken for the outcome of the investigation."""
    dated = replace(ONLINE, on_behalf_of_customers=Ternary.YES, expected_on=date(2026, 12, 1))
    assert "5.3 (welke gegevens van hoeveel mensen op internet staan)" in ap(dated, LATER).to_follow
    assert "62 (which data of how many people are on the internet)" in edpb(dated, LATER).to_follow


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("On 23 November 2026 at 10:15 some data were put online.", False),
        ("Am 23. November 2026 und am 24-11-2026.", False),
        ("November 23, 2026: some of the data.", False),
        ("Data of 34 people were put online on 23 November 2026.", True),
        ("Er staan gegevens van 10.640 mensen op internet.", True),
        ("", False),
    ],
)
def test_a_day_in_the_news_is_no_number_of_people(text: str, told: bool) -> None:
    """GDPR art. 33(4): where the news may tell the number, the form does not say that it is open."""
    assert tells_number(text) is told


def test_a_further_message_whose_day_the_words_tell_is_told_once() -> None:
    """EDPB 106 asks for the content: a sentence on the day alone stands only beside words on the first message."""
    again = datetime(2026, 11, 24, 12, tzinfo=UTC)
    for content, added in (("An email.", True), ("An email; on 24 November 2026 another one.", False)):
        facts = with_(informed=Informed.INFORMED, informed_on=date(2026, 11, 18), informed_content=content)
        told = edpb(facts, LATER, told_again_at=again).answer("106").text
        assert ("data subjects got a further message" in told) is added


@pytest.mark.parametrize(("form", "number"), [(edpb, "38"), (ap, "3.3")])
def test_a_form_without_other_parties_asks_who_runs_its_systems(form, number: str) -> None:  # type: ignore[no-untyped-def]
    """A system of the record may be run by somebody else, who is a processor then; the first line asks it, as that is
    what an approved form keeps.
    """
    alone = with_(others_involved=Ternary.NO, systems=("Microsoft 365",))
    asked = form(alone).answer(number)
    assert "Microsoft 365?" in asked.todo.splitlines()[0]
    assert asked.settled
    assert form(alone).approved.answer(number).todo == ""
    assert form(replace(alone, systems=())).answer(number).todo == ""
    assert form(replace(alone, others_involved=Ternary.YES)).answer(number).todo == ""


def test_systems_that_nobody_recorded_may_be_named_elsewhere() -> None:
    """EDPB 63: empty beside a description that names the servers; what is given needs no such word."""
    nothing = with_(systems=(), systems_note="")
    for kind in (FilingKind.FIRST_PROVISIONAL, FilingKind.FOLLOW_UP_PROVISIONAL):
        assert (
            "If the description (62) or an attachment (126) names any systems" in edpb(nothing, kind).answer("63").note
        )
    assert "attachment" not in edpb(with_(systems_note="In Groningen.")).answer("63").note


def test_the_day_of_telling_is_no_day_by_which_it_is_known() -> None:
    """GDPR art. 34(1): AP 10.1.1 and EDPB 90, there behind the risk, say which day is meant."""
    planned = with_(informed=Informed.PLANNED, informed_on=UNKNOWN, not_informing_note="", expected_on=NOW.date())
    by = "Wij weten uiterlijk op 22 november 2026 op welke dag wij de betrokkenen informeren."
    assert ap(planned, FilingKind.FIRST_PROVISIONAL).answer("10.1.1.reason").text == by
    told = edpb(planned, FilingKind.FIRST_PROVISIONAL).answer("90").text.splitlines()
    assert told == [
        with_().severity_note,
        "We will know by 22 November 2026 on which day we will inform the data subjects.",
    ]


def test_beside_words_of_its_own_the_organisation_tells_no_factors() -> None:
    """EDPB 90: what the guidelines weigh says the same again; without such words, or beside none, it stands."""
    told = edpb(with_(), risk_explanation="A factor.", risk_reason="We judged otherwise.").answer("90").text
    assert told == f"{with_().severity_note}\nWe judged otherwise."
    bare = with_(severity_note="")
    assert edpb(bare, risk_explanation="A factor.").answer("90").text == "A factor."


def test_people_are_told_though_nobody_has_to() -> None:
    """GDPR art. 34(1): the authority reads why people hear of a risk that is unlikely."""
    planned = with_(informed=Informed.PLANNED, informed_on=UNKNOWN, not_informing_note="")
    unlikely = {"risk": RiskLevel.UNLIKELY}
    told = edpb(planned, **unlikely).answer("90").text
    assert "We will inform the data subjects, although this is not required" in told
    assert ap(planned, **unlikely).answer("10.1.1.reason").text.splitlines() == [
        "Wij informeren de betrokkenen, hoewel dat niet verplicht is (AVG art. 34, lid 1).",
        "De dag waarop wij de betrokkenen informeren, staat nog niet vast.",
    ]
    for form, key in ((edpb, "90"), (ap, "10.1.1.reason")):
        assert "34(1)" not in form(planned, risk=RiskLevel.HIGH).answer(key).text
        assert "art. 34" not in form(planned, risk=RiskLevel.HIGH).answer(key).text


def test_the_place_of_the_systems_that_nobody_knows_is_said() -> None:
    """EDPB 63 asks where they are: the answer says that this is open, not the note alone."""
    named = with_(systems=("Microsoft 365",), systems_note="")
    assert edpb(named).answer("63").text == "Microsoft 365 (location not known yet)"
    assert "location" not in edpb(replace(named, systems_note="In Dublin.")).answer("63").text


def test_further_data_that_somebody_names_end_the_sentence() -> None:
    """EDPB 71: a fragment behind a full stop reads as torn off, and what ends the list is not named again."""
    named = with_(data_categories=(DataCategory.NAME, DataCategory.EMAIL, DataCategory.OTHER), data_note="repair notes")
    assert edpb(named).answer("71").text == "Name, email address and repair notes."
    assert edpb(named).answer("71").typed == ("repair notes",)


def test_an_end_before_all_worked_again_is_looked_at() -> None:
    """EDPB 47, AP 4.1.2: an end beside a later recovery is one that somebody forgot, or means something else."""
    facts = with_(nature=(Nature.AVAILABILITY,), recovered_at=NOW)
    for form, number in ((edpb, "47"), (ap, "4.1.2")):
        assert "22 " in form(facts).answer(number).todo
        for fine in (with_(recovered_at=NOW), replace(facts, recovered_at=UNKNOWN), replace(facts, occurred_to=NOW)):
            assert form(fine).answer(number).todo == ""
        away = replace(facts, recovered_at=UNKNOWN, availability_loss=AvailabilityLoss.TEMPORARY)
        assert form(away).answer(number).todo, "nothing says that the end came before the data were back"
        assert form(away).answer(number).settled


def test_what_somebody_may_look_at_leaves_a_form_complete() -> None:
    """EDPB 4, 87, 111: a level between two and the reference of a report are worth a look, and no gap."""
    facts = with_(systems_note="In Groningen.")
    told = fill_as_known("edpb-1.0", facts, PROFILE, filing(), "en")
    assert told.answer("87").todo.startswith(
        "Level 2 of the four on the Dutch form can be ‘Minor’ or ‘Moderate’ here.\n"
    )
    unlikely = fill_as_known("edpb-1.0", facts, PROFILE, filing(risk=RiskLevel.UNLIKELY), "en")
    assert (unlikely.answer("87").options, unlikely.answer("87").todo) == (("Minor",), "")
    assert "as a risk is unlikely (89), ‘Minor’ has been entered" in unlikely.answer("87").note
    assert told.answer("111").todo.startswith("On which day was it reported to the police, and under which number?")
    assert told.answer("4").value == "a"
    assert edpb(replace(facts, severity=Severity.VERY_GREAT)).answer("87").todo == ""


def test_people_who_will_be_told_are_not_told_yet() -> None:
    """AP 10.1.1: the plan must not read as done, and its day stands in the same sentence."""
    planned = with_(informed=Informed.PLANNED_ON_DATE, informed_on=date(2026, 11, 24), not_informing_note="")
    told = "Wij informeren de betrokkenen op 24 november 2026, hoewel dat niet verplicht is (AVG art. 34, lid 1)."
    assert ap(planned, risk=RiskLevel.UNLIKELY).answer("10.1.1.reason").text == told


def test_professional_secrecy_is_looked_at_where_only_employees_lost_health_data() -> None:
    """AP 9.2, EDPB 85: sick leave alone is no secret of a profession; whoever chose it says whether it is here."""
    chosen = {"consequences_subjects": (ConsequenceForSubjects.PROFESSIONAL_SECRECY,)}
    staff = with_(subject_groups=(SubjectGroup.EMPLOYEES,), data_categories=(DataCategory.EMPLOYMENT_HEALTH,), **chosen)
    for form, number in ((edpb, "85"), (ap, "9.2")):
        assert form(staff).answer(number).todo
        patients = replace(staff, subject_groups=(SubjectGroup.EMPLOYEES, SubjectGroup.PATIENTS))
        known = [replace(staff, secrecy_applies=one) for one in (Ternary.YES, Ternary.NO)]
        fraud = replace(staff, consequences_subjects=(ConsequenceForSubjects.FRAUD,))
        for fine in (patients, with_(**chosen), fraud, *known):
            assert form(fine).answer(number).todo == ""


def test_why_people_are_not_told_begins_with_the_law() -> None:
    """GDPR art. 34(1): AP 10.1.1 asks for the reason; what somebody wrote beside it comes after."""
    facts = with_(informed=Informed.NOT_HIGH_RISK, not_informing_note="There is one recipient.")
    told = ap(facts, risk=RiskLevel.RISK).answer("10.1.1.reason").text.splitlines()
    assert told == [
        "Een hoog risico voor de betrokkenen is niet waarschijnlijk (AVG art. 34, lid 1).",
        "There is one recipient.",
    ]


def test_the_timeline_keeps_the_last_event_and_the_day_of_the_publication() -> None:
    """EDPB 53: a breach that goes on has no end, and the authority still asks how long somebody was in."""
    last, on = datetime(2026, 11, 21, 4, 30, tzinfo=UTC), date(2026, 11, 23)
    facts = replace(
        AWAY, ongoing=Ternary.YES, occurred_to=UNKNOWN, last_event_at=last, published_on=on, published_groups=(OURS,)
    )
    told = edpb(replace(facts, subject_groups=(OURS,)), LATER).answer("53").text.splitlines()
    assert "21 November 2026, 05:30: the last event in the systems that affected the data" in told
    assert "23 November 2026: data were put on the internet" in told
    assert told.index("23 November 2026: data were put on the internet") > told.index(
        "21 November 2026, 05:30: the last event in the systems that affected the data"
    )
    news = edpb(replace(facts, subject_groups=(OURS,)), LATER).answer("62").text
    assert "Since 23 November 2026, data of some or all people" in news, "where the words do not name the day"


def test_an_end_beside_data_that_are_away_is_asked_for_in_the_words_of_the_list() -> None:
    """EDPB 44 and 47: 53 does not say that it ended what it says is going on."""
    facts = replace(AWAY, ongoing=Ternary.NO, occurred_to=NOW - timedelta(days=1))
    form, dutch = edpb(facts), ap(facts).answer("4.1.2").todo
    assert form.answer("44").todo == (asked := form.answer("47").todo)
    assert asked.startswith("47 gives 21 November 2026, 17:00 as the end of the breach, 53 as the last event in the")
    assert dutch.startswith("Volgens het dossier eindigde de inbreuk op 21 november 2026, 17:00 uur, maar")
    assert "the breach ended" not in form.answer("53").text


@pytest.mark.parametrize(("form", "key"), [(edpb, "92"), (ap, "10.2")])
def test_an_investigation_that_runs_is_open_until_a_day(form, key: str) -> None:  # type: ignore[no-untyped-def]
    """GDPR art. 33(4): the cause follows, and both forms say by when."""
    runs = with_(measures_taken="Somebody is investigating it.", expected_on=date(2026, 12, 1))
    answer = form(runs, FilingKind.FIRST_PROVISIONAL).answer(key)
    assert answer.awaited
    assert "1 decem" in answer.text.casefold().replace("1 december", "1 decem")
    assert not form(replace(runs, measures_taken="Somebody investigated it.")).answer(key).awaited


@pytest.mark.parametrize(("form", "key"), [(edpb, "73"), (ap, "6.3.1.number")])
def test_as_many_records_as_people_are_explained_or_confirmed(form, key: str) -> None:  # type: ignore[no-untyped-def]
    """GDPR art. 33(3)(a): nobody counted records where the number of people stands for them."""
    alike = {"subjects_min": 48, "subjects_max": 48, "subjects_exact": True, "records_min": 48, "records_max": 48}
    asked = form(with_(**alike, records_note=""))
    assert asked.answer(key).todo
    assert asked.answer(key).settled
    assert "48" in asked.answer(key).text
    assert asked.approved.answer(key).todo == ""
    assert form(with_(**alike, records_note="One record is one card.")).answer(key).todo == ""
    assert form(with_(**alike | {"records_max": 50}, records_note="")).answer(key).todo == ""


def test_a_further_message_stands_in_an_answer_of_the_dutch_form() -> None:
    """AP 10.2: no known question has room for it, and a remark beside an answer is not copied."""
    again = datetime(2026, 11, 24, 12, tzinfo=UTC)
    facts = with_(informed=Informed.INFORMED, informed_on=date(2026, 11, 19))
    assert "op 24 november 2026 een nieuw bericht" in ap(facts, LATER, told_again_at=again).answer("10.2").text
    assert "nieuw bericht" not in ap(facts, LATER).answer("10.2").text
