"""What stands before and behind what somebody wrote on the EDPB template."""

from dataclasses import replace
from datetime import timedelta

import pytest

from incident.law.forms.answers import Origin
from incident.law.forms.ap_2022 import fill_ap
from incident.law.forms.edpb_1_0 import fill_edpb
from incident.law.forms.filing import FilingKind
from incident.law.vocabulary import (
    DataCategory,
    Informed,
    RiskLevel,
    SubjectGroup,
    Ternary,
)
from tests.law.forms.sheets import (
    NOW,
    PROFILE,
    filing,
    with_,
)
from tests.law.forms.test_edpb_form import fill


def test_a_day_of_informing_that_has_come_is_looked_at_in_both_forms() -> None:
    """A dossier of Tuesday that is filed on Wednesday says "not yet" of people who have had their letter."""
    for day, come in ((NOW.date(), True), (NOW.date() + timedelta(days=1), False)):
        planned = with_(informed=Informed.PLANNED_ON_DATE, informed_on=day)
        european, dutch = fill_edpb(planned, PROFILE, filing()), fill_ap(planned, PROFILE, filing())
        for answer in (european.answer("97"), dutch.answer("10.1.1")):
            assert answer.duty, "they still have to be told"
            assert answer.settled is not come, "a day to come is an answer, and is no gap"


@pytest.mark.parametrize("kind", [FilingKind.FOLLOW_UP, FilingKind.FIRST_COMPLETE])
def test_the_news_of_a_follow_up_goes_before_the_description(kind: FilingKind) -> None:
    """GDPR art. 33(4): a follow-up opens with what is new, and every notification says whose data are online."""
    online = with_(told_news="Some data were put online.", published_groups=(SubjectGroup.CUSTOMERS,))
    news = [] if kind.is_first else ["Some data were put online."]
    for filler, number, told in (
        (fill_edpb, "62", "Data of some or all people in these groups"),
        (fill_ap, "5.3", "Op internet staan gegevens"),
    ):
        answer = filler(online, PROFILE, filing(kind)).answer(number)
        *first, published, description = answer.text.splitlines()
        assert (first, description) == (news, online.description)
        assert published.startswith(told)
        assert answer.origin is Origin.DERIVED
        assert filler(with_(), PROFILE, filing(kind)).answer(number).text == online.description


def test_where_a_risk_is_unlikely_the_notification_is_voluntary() -> None:
    """GDPR art. 33(1): then nobody has to notify, and no deadline is told as one that holds."""
    due = NOW + timedelta(hours=5)
    for form in (fill_edpb, fill_ap):
        told = {risk: form(with_(), PROFILE, filing(risk=risk, due_at=due)).voluntary for risk in RiskLevel}
        assert {risk for risk, voluntary in told.items() if voluntary} == {RiskLevel.UNLIKELY}
        assert form(with_(), PROFILE, filing(FilingKind.FOLLOW_UP, risk=RiskLevel.UNLIKELY, due_at=due)).voluntary == ""
    unlikely, some = (fill(with_(), risk=risk, due_at=due) for risk in (RiskLevel.UNLIKELY, RiskLevel.RISK))
    assert unlikely.answer("90").text.startswith("We consider a risk unlikely and are notifying voluntarily.\n")
    assert "voluntar" not in some.answer("90").text
    assert ("deadline" in some.answer("48").note, "deadline" in unlikely.answer("48").note) == (True, False)
    explained = {
        risk: fill_ap(with_(), PROFILE, filing(risk=risk)).answer("9.3.explanation").text for risk in RiskLevel
    }
    assert [risk for risk, text in explained.items() if "melden vrijwillig" in text] == [RiskLevel.UNLIKELY]
    withdrawn = filing(FilingKind.WITHDRAWAL, risk=RiskLevel.UNLIKELY)
    assert "vrijwillig" not in str(fill_ap(with_(), PROFILE, withdrawn).answers)


def test_a_reason_for_not_telling_people_says_that_it_is_one() -> None:
    """GDPR art. 34(1): beside words on the risk it says the same twice, and field 97 gives the reason of the law."""
    untold = with_(informed=Informed.NOT_HIGH_RISK, not_informing_note="There is one recipient.", severity_note="")
    told = fill(untold, risk=RiskLevel.RISK).answer("90").text
    assert "\nWhy we are not informing the data subjects: There is one recipient." in told
    assert "recipient" not in fill(replace(untold, severity_note="Small."), risk=RiskLevel.RISK).answer("90").text


def test_a_remark_on_the_data_stands_behind_their_names() -> None:
    """GDPR art. 33(3)(a): the ticks of field 70 do not tell a name from a day of birth, nor an address from another."""
    noted = with_(data_categories=(DataCategory.NAME, DataCategory.EMAIL, DataCategory.OTHER), data_note="Repairs")
    assert fill(noted).answer("71").text == "Name and email address.\nRepairs"
    assert fill(replace(noted, data_categories=(DataCategory.OTHER,))).answer("71").text == "Repairs"


def test_the_description_names_the_data_that_field_70_has_no_option_for() -> None:
    """EDPB 71: "please specify" asks which of the data are the additional ones; where all are, the list tells it."""
    mixed = with_(data_categories=(DataCategory.NAME, DataCategory.EDUCATION, DataCategory.ORDERS), data_note="")
    assert fill(mixed).answer("71").text.splitlines()[1:] == [
        "Additional data types (field 70): information about education, information about orders and contracts."
    ]
    for plain in ((DataCategory.NAME, DataCategory.EMAIL), (DataCategory.EDUCATION, DataCategory.ORDERS)):
        assert "field 70" not in fill(replace(mixed, data_categories=plain)).answer("71").text


def test_derived_is_what_was_worked_out_and_nothing_else() -> None:
    """EDPB 17, 95 and 97: words of the profile and of the record are no work of ours; a day nobody set is."""
    facts = with_(informed=Informed.PLANNED, measures_prevent_note="MFA.", measures_prevent_by=NOW.date())
    form = fill(facts, risk=RiskLevel.HIGH)
    named = fill_edpb(facts, replace(PROFILE, activity="A bicycle shop"), filing())
    assert [named.answer(number).origin for number in ("17", "95")] == [Origin.FOLLOWS] * 2
    assert form.answer("97").origin is Origin.DERIVED
    assert form.answer("97").note == "The risk is high, and no date is on record."
    assert fill(replace(facts, measures_prevent_note="")).answer("95").origin is not Origin.FOLLOWS


def test_what_people_were_told_says_whether_they_were_told_more() -> None:
    """GDPR art. 33(4), 34(1): a message that is older than the news of a follow-up does not tell it."""
    told = with_(informed=Informed.INFORMED, informed_content="What happened.", told_news="Data were put online.")
    later = FilingKind.FOLLOW_UP
    again, open_, first = fill(told, later, told_again_at=NOW), fill(told, later), fill(told)
    assert again.answer("106").text == (
        "What happened.\n"
        "After the message of 21 November 2026, data subjects got a further message on 22 November 2026."
    )
    assert open_.answer("106").text == first.answer("106").text == "What happened."
    assert "no message after the first one" in open_.answer("106").todo
    assert first.answer("106").todo == fill(replace(told, told_news=""), later).answer("106").todo == ""
    assert "22 November" not in fill(replace(told, informed_content=""), later, told_again_at=NOW).answer("106").text


def test_a_high_risk_without_a_day_and_a_breach_within_one_country_are_explained() -> None:
    """GDPR art. 34(1), 56(1): without undue delay; and a lead authority only for cross-border processing."""
    planned = with_(informed=Informed.PLANNED, cross_border=Ternary.NO)
    form = fill_edpb(planned, PROFILE, filing(risk=RiskLevel.HIGH))
    told = form.answer("97")
    assert told.todo == (
        "The risk is high, so you must inform the data subjects without undue delay (GDPR art. 34(1)).\n"
        "Record when you will do so or did so, or by when you expect to know it, and why you cannot yet: that will "
        "stand under 90, as the form has no other place for it. You can file before they have been informed."
    )
    dutch = fill_ap(planned, PROFILE, filing(risk=RiskLevel.HIGH)).answer("10.1.1")
    assert dutch.todo.startswith("Het risico is hoog: u moet de betrokkenen onverwijld informeren"), (
        "either form asks it"
    )
    assert "‘Beperkt (limited)’" in form.answer("87").note, "three levels here: the one on record is told"
    assert "only for cross-border processing (GDPR art. 56(1))" in form.answer("114").note
    assert "lead" not in form.answer("118").note
    calm = fill_edpb(replace(planned, cross_border=Ternary.YES), PROFILE, filing(risk=RiskLevel.RISK))
    assert calm.answer("97").todo.startswith("The date on which you inform the data subjects is not on record yet.")
    assert calm.answer("114").note == ""
    assert calm.answer("118").note.endswith("the lead supervisory authority.")
