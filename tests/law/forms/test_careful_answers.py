"""GDPR art. 33(3), 33(4), 34(1): what a case handler would ask back, answered or asked before somebody does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from incident.law.facts import AffectedController, AffectedGroup, BreachFacts, Party
from incident.law.forms.answers import FilledForm
from incident.law.forms.ap_2022 import fill_ap
from incident.law.forms.edpb_1_0 import fill_edpb
from incident.law.forms.filing import FilingKind
from incident.law.forms.notation import still_investigated, unanswered, without_advice
from incident.law.vocabulary import (
    UNKNOWN,
    AvailabilityLoss,
    ConsequenceForSubjects,
    DataCategory,
    Informed,
    Nature,
    PartyRole,
    RiskLevel,
    SubjectGroup,
    Ternary,
)
from tests.law.forms.sheets import NOW, PROFILE, filing, with_

Form = Callable[..., FilledForm]
LATER = FilingKind.FOLLOW_UP_PROVISIONAL
BOTH = (SubjectGroup.CUSTOMERS, SubjectGroup.EMPLOYEES)
ROWS = (
    AffectedGroup(SubjectGroup.CUSTOMERS, (DataCategory.NAME,), subjects=1000, note="All of them had an order open."),
    AffectedGroup(SubjectGroup.EMPLOYEES, (DataCategory.NAME, DataCategory.EMAIL), subjects=200),
)
ONLINE = with_(subject_groups=BOTH, affected_groups=ROWS, published_groups=BOTH, told_news="Data were put online.")
AWAY = with_(
    nature=(Nature.AVAILABILITY,),
    availability_loss=AvailabilityLoss.TEMPORARY,
    recovered_at=UNKNOWN,
    occurred_to=UNKNOWN,
    ongoing=Ternary.YES,
    backup_available=Ternary.YES,
    expected_on=date(2026, 11, 25),
)


def ap(facts: BreachFacts, kind: FilingKind = FilingKind.FIRST_COMPLETE, **context: Any) -> FilledForm:
    return fill_ap(facts, PROFILE, filing(kind, **context))


def edpb(facts: BreachFacts, kind: FilingKind = FilingKind.FIRST_COMPLETE, **context: Any) -> FilledForm:
    return fill_edpb(facts, PROFILE, filing(kind, **context))


@pytest.mark.parametrize(("form", "asked", "told"), [(ap, "10.1.1", "10.1.1.reason"), (edpb, "97", "90")])
def test_a_later_day_beside_a_high_risk_is_asked_until_somebody_says_why(form: Form, asked: str, told: str) -> None:
    """GDPR art. 34(1): without undue delay. An approval does not settle it; the reason does, and the form tells it."""
    planned = with_(informed=Informed.PLANNED_ON_DATE, informed_on=date(2026, 11, 24), not_informing_note="")
    answer = form(planned, risk=RiskLevel.HIGH).approved.answer(asked)
    assert answer.duty
    assert "34" in answer.todo.splitlines()[0]
    explained = form(replace(planned, not_informing_note="The letters are printed first."), risk=RiskLevel.HIGH)
    assert "34" not in explained.answer(asked).todo
    assert explained.answer(told).text.endswith("2026.\nThe letters are printed first.")
    assert "34" not in form(planned, risk=RiskLevel.RISK).answer(asked).todo
    undated = replace(
        planned, informed=Informed.PLANNED, informed_on=UNKNOWN, not_informing_note="We look for them first."
    )
    assert form(undated, risk=RiskLevel.HIGH).answer(told).text.endswith("We look for them first.")


@pytest.mark.parametrize(("form", "asked", "told"), [(ap, "10.1.1", "10.1.1.reason"), (edpb, "97", "90")])
def test_people_who_are_told_freely_leave_the_notification_complete(form: Form, asked: str, told: str) -> None:
    """GDPR art. 33(4), 34(1): where nobody has to tell them, nobody has to send more about it either."""
    planned = with_(informed=Informed.PLANNED_ON_DATE, informed_on=date(2026, 11, 24), not_informing_note="")
    filled = form(planned, risk=RiskLevel.UNLIKELY)
    assert filled.answer(asked).todo != form(planned, risk=RiskLevel.RISK).answer(asked).todo
    assert "2026, " in filled.answer(told).text
    assert "34(1)" in filled.answer(told).text.replace("art. 34, lid 1", "34(1)")


def test_an_end_that_is_to_come_says_why_and_by_when() -> None:
    """AP 4.1.2 beside "all works again": the authority reads what goes on, and no day that it was told drops out."""
    away, online = ap(AWAY), ap(replace(ONLINE, ongoing=Ternary.YES, occurred_to=UNKNOWN), LATER)
    assert "nog niet weer beschikbaar" in away.answer("4.1.2").text
    assert "25 november 2026" in away.answer("4.1.2").text
    assert online.answer("4.1.2").text == "Duurt nog voort: er staan gegevens op internet"
    for filled in (away, online):
        assert "4.1.2" in filled.awaited
    assert "4.1.2" in away.to_follow


@pytest.mark.parametrize(("form", "number"), [(ap, "4.1.2"), (edpb, "44")])
def test_a_breach_that_goes_on_though_all_works_again_is_looked_at(form: Form, number: str) -> None:
    over = replace(AWAY, recovered_at=NOW - timedelta(hours=3))
    assert form(over).answer(number).todo
    assert not form(AWAY).answer(number).todo
    online = replace(over, published_groups=over.subject_groups)
    assert not form(online).answer(number).todo, "that data are online is why"


def test_the_measures_tell_the_police_and_the_backup() -> None:
    """AP 10.2: for these the form has no question, and the letters of the same day do say them."""
    told = ap(AWAY).answer("10.2")
    _taken, away, police, *_planned = told.text.splitlines()
    assert away.startswith("Er is een reservekopie. ")
    assert police == "Wij hebben aangifte gedaan bij de politie.", "the report to the police comes after the data"
    assert away.endswith("Wij verwachten uiterlijk op 25 november 2026 te weten wanneer wel."), (
        "behind “not known yet, expected by” one could take that day for that of the data"
    )
    assert told.awaited
    numbered = replace(AWAY, other_authorities_note="CSIRT gebeld. Aangifte gedaan, politie, nummer 42.")
    assert "\nAangifte gedaan, politie, nummer 42.\n" in ap(numbered).answer("10.2").text
    assert "CSIRT" not in ap(numbered).answer("10.2").text
    said = ap(replace(AWAY, measures_taken="Wij deden aangifte.")).answer("10.2").text
    assert said.count("angifte") == 1
    assert "politie" not in ap(replace(AWAY, reported_to_police=Ternary.NO)).answer("10.2").text
    assert "reservekopie" not in ap(replace(AWAY, recovered_at=NOW)).answer("10.2").text
    restoring = replace(AWAY, measures_taken="Wij zetten de bestanden terug uit de reservekopie.")
    assert ap(restoring).answer("10.2").text.count("reservekopie") == 1


def test_a_report_to_the_police_is_asked_for_its_day_and_number() -> None:
    """AP 10.2: a case handler asked for both; the day by which the rest is known is asked for all the same."""
    form = ap(replace(AWAY, expected_on=UNKNOWN))
    assert form.answer("10.2").todo.startswith("Op welke dag is aangifte gedaan, en onder welk nummer?")
    assert form.answer("10.2").note == "Samengesteld uit wat is vastgelegd."
    assert "10.2" in form.expected
    dated = replace(AWAY, other_authorities_note="Aangifte bij de politie op 17 november 2026, nummer 42.")
    assert ap(dated).answer("10.2").todo == ap(replace(AWAY, reported_to_police=Ternary.NO)).answer("10.2").todo == ""


@pytest.mark.parametrize(("form", "number"), [(ap, "5.3"), (edpb, "62")])
def test_a_description_that_names_no_company_is_asked_which_it_is(form: Form, number: str) -> None:
    """AP 5.3, EDPB 62: “a supplier” there and its name at the parties is the first thing to be asked back."""
    parties = (Party("Kassa B.V.", PartyRole.PROCESSOR), Party("North", PartyRole.PROCESSOR_SINCE))
    told = with_(others_involved=Ternary.YES, parties=parties, description="With the password of a supplier.")
    asked = form(told).answer(number)
    assert "Kassa B.V. of North" in asked.todo or "Kassa B.V. or North" in asked.todo
    assert asked.settled
    for fine in (
        replace(told, description="With the password of our supplier Kassa B.V."),
        replace(told, description="With a password."),
        replace(told, parties=()),
        replace(told, parties=parties[:1], affected_controllers=(AffectedController("Kassa B.V."),)),
    ):
        assert form(fine).answer(number).todo == ""


def test_what_field_92_tells_of_the_police_is_not_told_again() -> None:
    """EDPB 111 holds what is on record about the police; readers met one and the same sentence in both fields."""
    known = with_(other_authorities_note="Reported on 17 November 2026. On 23 November 2026, we told the police more.")
    both = edpb(replace(known, measures_taken="On 24 November 2026, we asked the police and the provider for help."))
    assert both.answer("111").text == known.other_authorities_note
    assert both.answer("92").text.count("police") == 1


def test_that_all_works_again_is_told_once() -> None:
    """AP 10.2: somebody who wrote what was restored on that day wrote it with what was done then."""
    back = replace(AWAY, recovered_at=NOW)
    assert "werkt alles weer." in ap(back).answer("10.2").text
    told = replace(back, measures_taken="Op 22 november 2026 hebben wij alles teruggezet.")
    assert "werkt alles weer" not in ap(told).answer("10.2").text


def test_how_many_people_are_online_at_most_is_the_sum_of_their_groups() -> None:
    """GDPR art. 33(4): the public may not know more than the authority."""
    assert "At most 1,200 people are concerned" in edpb(ONLINE, LATER).answer("62").text
    bare = replace(ONLINE, affected_groups=())
    assert (
        "on the internet: customers, former customers and other contacts; current and former employees. "
        "Exactly which data, and of how many people, is not known yet." in edpb(bare, LATER).answer("62").text
    )


def test_groups_whose_names_list_several_are_parted_by_semicolons() -> None:
    """Readers took "customers, current and former employees" for three groups."""
    told = ap(ONLINE, LATER).answer("5.3").text
    assert "klanten, oud-klanten en andere contacten; huidige en vroegere medewerkers." in told
    two = replace(ONLINE, published_groups=(SubjectGroup.APPLICANTS, SubjectGroup.EMPLOYEES))
    everybody = replace(two, subject_groups=(SubjectGroup.APPLICANTS, *ONLINE.subject_groups))
    assert "sollicitanten, huidige en vroegere medewerkers." in ap(everybody, LATER).answer("5.3").text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Ons nummer is niet veranderd: maak geen geld over.", "Ons nummer is niet veranderd."),
        ("Our account has not changed: do not pay into it.", "Our account has not changed."),
        ("Fake emails circulate. Please delete them.", "Fake emails circulate."),
        ("Es gibt falsche Mails. Überweisen Sie kein Geld.", "Es gibt falsche Mails."),
        ("Es gibt falsche Mails. Dann rufen Sie Ihre Bank an.", "Es gibt falsche Mails."),
        ("Falska mejl skickas. Klicka inte på länken.", "Falska mejl skickas."),
        ("Wij hebben geen wachtwoorden gevonden. Open bestanden zijn gekopieerd.", ""),
        ("Found so far: copies of documents. Use of the data was seen. Check marks were copied.", ""),
        ("Deel één: niets.\nChange of the account: none.", ""),
    ],
)
def test_what_readers_are_told_to_do_is_no_part_of_the_form(text: str, told: str) -> None:
    """GDPR art. 33(4): the authority is not going to pay. What only happened stays, whatever word it begins with."""
    assert without_advice(text) == (told or text)


@pytest.mark.parametrize(("form", "number"), [(ap, "10.2"), (edpb, "92")])
def test_the_recipient_who_deleted_the_data_is_told_with_the_measures(form: Form, number: str) -> None:
    asked = with_(measures_taken="We asked the recipient to delete it.")
    assert form(asked, deleted=True).answer(number).text != form(asked).answer(number).text
    done = replace(asked, measures_taken="The recipient confirmed that it is gone.")
    assert form(done, deleted=True).answer(number).text == form(done).answer(number).text


def test_nothing_is_counted_or_named_twice() -> None:
    """EDPB 63, 66: a second 1,600 reads as 1,600 more."""
    other = replace(ONLINE, subject_groups=(*BOTH, SubjectGroup.OTHER), other_people="guests")
    rows = (*ROWS, AffectedGroup(SubjectGroup.OTHER, (DataCategory.NAME,), subjects=1600))
    told = edpb(replace(other, affected_groups=rows, subjects_note="")).answer("66").text
    assert told.count("1,600") == 1
    assert told.endswith("Additional data subjects (field 65): guests.")
    assert edpb(with_(systems_note="Freshdesk, in Dublin.")).answer("63").text == "Freshdesk, in Dublin."


def test_a_remark_on_the_data_of_a_group_stands_behind_them() -> None:
    """AP 7.2, EDPB 71: the letters to these people tell it."""
    for form, number in ((ap, "7.2"), (edpb, "71")):
        assert ". All of them had an order open.\n" in form(ONLINE).answer(number).text


def test_a_moment_that_was_contained_later_says_where_that_stands() -> None:
    at_once = with_(occurred_to=with_().occurred_from, contained_at=NOW)
    assert "53" in edpb(at_once).answer("47").note
    assert "53" not in edpb(replace(at_once, contained_at=UNKNOWN)).answer("47").note


def test_somebody_who_finds_out_is_still_investigating() -> None:
    assert still_investigated("Een bureau zoekt uit hoe dit kon.")
    assert still_investigated("A firm is finding out how this happened.")
    assert not still_investigated("Een bureau zocht uit hoe dit kon.")


def test_whoever_learns_an_address_may_write_to_it() -> None:
    """AP 9.2: letters warned of fake messages, 9.3 weighed them, and 9.2 did not name them."""
    spread = (ConsequenceForSubjects.DISCLOSURE_TO_THIRD_PARTIES,)
    facts = with_(consequences_subjects=spread, consequences_subjects_note="", data_categories=(DataCategory.EMAIL,))
    assert ap(facts).answer("9.2.other").text == "verspreiding van de gegevens onder derden en nepberichten (phishing)"
    for other in (
        replace(facts, data_categories=(DataCategory.NAME,)),
        replace(facts, consequences_subjects=(*spread, ConsequenceForSubjects.FRAUD)),
        replace(facts, consequences_subjects_note="Gossip."),
    ):
        assert "nepberichten" not in ap(other).answer("9.2.other").text


def test_what_was_asked_and_has_no_answer_is_told_with_what_was_asked() -> None:
    """Of the line in which it stands; an answer that came is none of these."""
    asked = "Wij hebben de host gevraagd de gegevens te verwijderen. Wij hebben nog geen antwoord."
    assert unanswered(f"Alles staat uit. De host is gebeld.\nDe server is leeg. {asked} Meer volgt.") == asked
    assert unanswered("Everything is off.\nWe have had no reply yet.") == "We have had no reply yet."
    assert unanswered("Wir haben gefragt. Wir haben noch keine Antwort.").startswith("Wir haben gefragt.")
    assert unanswered("Wij hebben het gevraagd. Het antwoord was ja.") == ""
