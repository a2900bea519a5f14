"""GDPR art. 33(1), 33(3): what whoever approves a form confirms by that is open no longer, and nothing else is."""

from dataclasses import replace
from datetime import UTC, datetime

from incident.documents.blocks import Answer, Paragraph, plain
from incident.documents.dossier import dossier_blocks
from incident.law.facts import AffectedController, AffectedGroup, Party
from incident.law.forms.ap_2022 import fill_ap
from incident.law.forms.edpb_1_0 import fill_edpb
from incident.law.vocabulary import (
    UNKNOWN,
    ConsequenceForData,
    ConsequenceForSubjects,
    DataCategory,
    Nature,
    PartyRole,
    RiskLevel,
    Severity,
    SubjectGroup,
    Ternary,
)
from tests.law.forms.sheets import NOW, PROFILE, filing, with_

STAFF, USERS = SubjectGroup.EMPLOYEES, SubjectGroup.USERS
SHOP = AffectedController("Shop B.V.", subjects=1000, groups=(USERS,))
REFUSED = with_(
    subject_groups=(STAFF, USERS),
    subjects_min=1048,
    subjects_max=1048,
    subjects_exact=True,
    affected_groups=(AffectedGroup(STAFF, subjects=48), AffectedGroup(USERS, subjects=1000)),
    affected_controllers=(SHOP,),
    on_behalf_of_customers=Ternary.NO,
    subjects_note="",
    data_note="No card numbers.",
    severity=Severity.VERY_GREAT,
)
DATA = (DataCategory.NAME, DataCategory.EMAIL)
TOLD = filing(customers_told=(("Shop B.V.", NOW, NOW),), risk=RiskLevel.RISK)


def test_an_approval_that_lists_what_may_be_about_others_is_the_decision_about_ones_own_people() -> None:
    """No record could close it: so whoever approves answers it, and is told so."""
    form = fill_ap(REFUSED, PROFILE, TOLD)
    for number in ("9.1", "9.3"):
        assert "Met de goedkeuring bevestigt u dat het dan klopt." in form.answer(number).todo
        settled = form.approved.answer(number)
        assert settled.todo == ""
        assert settled.note == "Bij de goedkeuring bevestigd: dit klopt ook voor uw eigen betrokkenen alleen (zie 7.2)."
    assert form.answer("2.1.1").todo == form.approved.answer("2.1.1").todo != "", "nobody knows where they live by that"


def test_the_european_template_is_settled_by_what_the_other_form_listed_and_by_nothing_else() -> None:
    """Nobody approves it by itself: what nobody was asked stays open."""
    european, dutch = (fill(REFUSED, PROFILE, TOLD) for fill in (fill_edpb, fill_ap))
    open_ = {one.number for one in european.answers if one.confirmed}
    assert {"79", "87", "89", "71"} <= open_
    unasked = european.settled_by(dutch.confirms - {"data_note"})
    left = {one.number for one in unasked.answers if one.confirmed and one.confirms}
    assert {"79", "87", "89"}.isdisjoint(left)
    assert "71" in left, "the other form did not show these words then"
    assert {one.number for one in european.settled_by(frozenset()).answers if one.confirmed} == open_


def test_words_on_the_data_stand_on_both_forms_so_that_an_approval_settles_both() -> None:
    """AP 7.2 tells which data of whom, as EDPB 71 does: a remark on them belongs there, too."""
    rows = tuple(replace(row, data_categories=(data,)) for row, data in zip(REFUSED.affected_groups, DATA, strict=True))
    apart = replace(REFUSED, affected_groups=rows, data_categories=DATA)
    dutch, european = (fill(apart, PROFILE, TOLD) for fill in (fill_ap, fill_edpb))
    assert dutch.answer("7.2").text.endswith("\nNo card numbers.")
    assert "‘No card numbers’" in dutch.answer("7.2").todo
    assert european.settled_by(dutch.confirms).answer("71").todo == "" != european.answer("71").todo
    assert dutch.approved.answer("7.2").note.endswith(
        "Bij de goedkeuring bevestigd: ‘No card numbers’ klopt ook voor uw eigen betrokkenen alleen."
    ), "7.2 names the people of others, too: it is these words that were confirmed"


def test_the_words_beside_a_choice_are_looked_at_with_it() -> None:
    """AP 9.1: of what was chosen and of the words beside it one list asked twice."""
    closed = replace(REFUSED, consequences_data=(ConsequenceForData.OTHER,), consequences_data_note="We are closed.")
    form = fill_ap(closed, PROFILE, TOLD)
    assert form.answer("9.1.other").todo == form.answer("9.1").todo != ""
    assert form.approved.answer("9.1.other").todo == ""
    assert "consequences_data_note" in form.confirms


def test_an_approval_of_the_own_form_holds_what_rests_on_it() -> None:
    """EDPB 72 and 87: a reader found what this program chose among several alone not to have been confirmed."""
    counted = with_(
        severity=Severity.LIMITED,
        **dict.fromkeys(("subjects_min", "subjects_max", "records_min", "records_max"), 48),
        subjects_exact=True,
        records_note="One record is one customer.",
    )
    form = fill_edpb(counted, PROFILE, filing(risk=RiskLevel.UNLIKELY))
    for key, said in (("72", "the number of records, as many as"), ("87", "‘Beperkt (limited)’, level 2 of 4")):
        assert "Confirmed" not in form.answer(key).note
        assert form.settled_by(frozenset()).answer(key).note.startswith(f"Confirmed with the approval: {said}")


def test_an_answer_that_says_itself_that_it_may_rest_on_others_is_not_confirmed() -> None:
    """The authority would read both."""
    form = fill_ap(replace(REFUSED, severity_note=""), PROFILE, replace(TOLD, risk_explanation="Names were lost."))
    assert "kan ook berusten op de gevolgen" in form.answer("9.3.explanation").text
    assert form.approved.answer("9.3").todo == form.answer("9.3").todo != ""
    assert form.approved.answer("9.1").todo == ""


def test_professional_secrecy_is_chosen_only_where_a_person_says_that_it_applies() -> None:
    """AP 9.2, EDPB 85: an approval of a consequence that nobody looked at confirmed that such secrecy applies."""
    chosen = (ConsequenceForSubjects.FRAUD, ConsequenceForSubjects.PROFESSIONAL_SECRECY)
    staff = with_(
        subject_groups=(SubjectGroup.EMPLOYEES,),
        data_categories=(DataCategory.EMPLOYMENT_HEALTH,),
        consequences_subjects=chosen,
    )
    for fill, key, secrecy, note in (
        (fill_ap, "9.2", "beroepsgeheim", "Het gevolg voor een beroepsgeheim staat hier niet"),
        (fill_edpb, "85", "professional secrecy", "The consequence for professional secrecy is not chosen"),
    ):
        form = fill(staff, PROFILE, filing())
        asked, settled = form.answer(key), form.approved.answer(key)
        assert asked.todo
        assert not any(secrecy in one for one in asked.options + settled.options)
        assert (settled.todo, settled.options) == ("", asked.options)
        assert settled.note.startswith(note)
        applies, never = (replace(staff, secrecy_applies=one) for one in (Ternary.YES, Ternary.NO))
        assert any(secrecy in one for one in fill(applies, PROFILE, filing()).answer(key).options)
        left = fill(never, PROFILE, filing()).answer(key)
        assert (left.options, left.todo, left.note) == (asked.options, "", "")


def test_an_essential_service_is_what_a_person_calls_one() -> None:
    """AP 9.1: a web shop that is closed is no essential service; EDPB 83 asks of any service."""
    for lost, option, letter in (
        (ConsequenceForData.SERVICE_TEMPORARILY_LOST, "other", "b"),
        (ConsequenceForData.ESSENTIAL_SERVICE_TEMPORARILY_LOST, "service_temporary", "b"),
        (ConsequenceForData.SERVICE_PERMANENTLY_LOST, "other", "a"),
        (ConsequenceForData.ESSENTIAL_SERVICE_PERMANENTLY_LOST, "service_permanent", "a"),
    ):
        facts = with_(consequences_data=(lost,), nature=(Nature.AVAILABILITY,))
        assert fill_ap(facts, PROFILE, filing()).answer("9.1").value == (option,)
        assert fill_edpb(facts, PROFILE, filing()).answer("83").value == (letter,)
    closed = with_(consequences_data=(ConsequenceForData.SERVICE_TEMPORARILY_LOST,), consequences_data_note="")
    assert fill_ap(closed, PROFILE, filing()).answer("9.1.other").text == "een dienst is tijdelijk niet te leveren"


def test_what_was_confirmed_stands_beside_its_question() -> None:
    """AP 9.1, 9.3: loose on top, with the numbers before it, it said nothing to whoever copied the answers."""
    form = fill_ap(replace(REFUSED, consequences_subjects_note=""), PROFILE, TOLD).approved
    told = {one.number: one.origin for one in dossier_blocks(form, checked=True) if isinstance(one, Answer)}
    for number in ("9.1", "9.3"):
        assert "Bij de goedkeuring bevestigd: dit klopt ook voor uw eigen betrokkenen alleen" in told[number]
    on_top = [plain(one.runs) for one in dossier_blocks(form, checked=True) if isinstance(one, Paragraph)]
    assert not any("Bij de goedkeuring bevestigd" in one for one in on_top)


def test_a_party_without_a_role_is_asked_for() -> None:
    """AP 3.3, EDPB 39: "other role" answers nothing."""
    for fill, key in ((fill_ap, "3.3.who"), (fill_edpb, "39")):
        for role, asked in ((PartyRole.OTHER, True), (PartyRole.PROCESSOR, False)):
            facts = with_(others_involved=Ternary.YES, parties=(Party("North", role),))
            form = fill(facts, PROFILE, filing())
            assert ("North" in form.answer(key).todo) is asked
            assert form.approved.answer(key).todo == ""


def test_the_end_of_a_breach_whose_data_are_on_the_internet_is_looked_at() -> None:
    """AP 4.1.2, EDPB 47: the end was that of the availability; the data had been published a day later."""
    online = with_(published_groups=(SubjectGroup.CUSTOMERS,), occurred_to=datetime(2026, 11, 20, tzinfo=UTC))
    for fill, key in ((fill_ap, "4.1.2"), (fill_edpb, "47")):
        form = fill(online, PROFILE, filing())
        assert "internet" in form.answer(key).todo
        assert "internet" in form.approved.answer(key).note
        assert fill(replace(online, published_groups=()), PROFILE, filing()).answer(key).todo == ""
    told = fill_edpb(online, PROFILE, filing()).answer("53").text
    assert "the breach ended\n" in told, "and not the last event that affected the data"
    assert "data are on the internet (see field 62)" in told
    lasting = fill_ap(replace(online, ongoing=Ternary.YES, occurred_to=UNKNOWN), PROFILE, filing())
    assert lasting.answer("4.1.2").todo == ""


def test_a_voluntary_notification_names_no_deadline_of_a_duty() -> None:
    """GDPR art. 33(1): where a risk is unlikely nobody has to notify, so that no 72 hours run."""
    for risk, runs in ((RiskLevel.UNLIKELY, False), (RiskLevel.RISK, True)):
        form = fill_ap(with_(), PROFILE, filing(risk=risk))
        (remark,) = {gap.remark for gap in form.unreproduced if gap.number == "4.4"}
        (late,) = (one.text for one in form.hidden if one.key == "4.5")
        for told in (remark, late):
            assert ("De termijn om te melden loopt vanaf" in told) is runs
            assert ("vrijwillig" in told) is not runs
        hidden = {one.number: one.reason for one in fill_edpb(with_(), PROFILE, filing(risk=risk)).hidden}
        assert ("voluntarily" in hidden["49"]) is not runs
