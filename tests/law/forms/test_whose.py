"""GDPR art. 33(1), 33(2), 34(1): whose people are counted, as far as the record divides them, and no further."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from incident.law.facts import AffectedController, AffectedGroup, BreachFacts, CountryCount, Party
from incident.law.forms.answers import FilledAnswer, Origin
from incident.law.forms.ap_2022 import fill_ap
from incident.law.forms.catalogue import load_catalogue
from incident.law.forms.edpb_1_0 import edpb_interchange, fill_edpb
from incident.law.forms.fill import fill_as_known
from incident.law.vocabulary import UNKNOWN, DataCategory, IncidentKind, Informed, PartyRole, SubjectGroup, Ternary
from tests.law.forms.sheets import NOW, PROFILE, filing, with_

STAFF, USERS, CONTACTS = SubjectGroup.EMPLOYEES, SubjectGroup.USERS, SubjectGroup.BUSINESS_CONTACTS
SHOP = AffectedController("Shop B.V.", subjects=1200, records=3000, groups=(USERS,))
BAKERY = AffectedController("Bakery", subjects=280, groups=(USERS, CONTACTS))
BOTH = with_(
    subject_groups=(STAFF, USERS, CONTACTS),
    affected_groups=(
        AffectedGroup(STAFF, subjects=48),
        AffectedGroup(USERS, subjects=1300),
        AffectedGroup(CONTACTS, subjects=180),
    ),
    subjects_note="",
    subjects_min=1528,
    subjects_max=1528,
    records_min=9000,
    records_max=9000,
    affected_controllers=(SHOP, BAKERY),
    informed=Informed.PLANNED_ON_DATE,
)


TOLD = ((SHOP.name, NOW, NOW), (BAKERY.name, NOW, NOW))
LEFT_OUT = (
    "Zij tellen in deze melding niet mee: over een melding voor hen beslist hun eigen verwerkingsverantwoordelijke."
)


def ap(key: str, facts: BreachFacts = BOTH) -> FilledAnswer:
    return fill_ap(facts, PROFILE, filing()).answer(key)


def edpb(key: str, facts: BreachFacts = BOTH) -> FilledAnswer:
    return fill_edpb(facts, PROFILE, filing()).answer(key)


def test_both_forms_say_whose_people_they_are() -> None:
    """The total stays as recorded, a person decides, and each group has its number where the record knows it."""
    assert ap("7.2").text.splitlines() == [
        "Wij zijn zelf verwerkingsverantwoordelijke voor de gegevens van huidige en vroegere medewerkers (48).",
        "Voor Shop B.V. verwerken wij de gegevens van gebruikers (1.200).",
        "Voor Bakery verwerken wij de gegevens van gebruikers (100) en zakelijke contacten (180): samen 280 mensen.",
    ]
    assert "As processor for Bakery we process the data of users (100) and business contacts (180)" in edpb("66").text
    for number in (ap("7.3.exact"), edpb("68")):
        assert (number.value, number.origin) == (1528, Origin.DERIVED)
    assert ap("7.3.exact").note == (
        "In dit aantal zitten ook de 1.480 betrokkenen van Shop B.V. en Bakery. "
        "Of u ook namens hen meldt, is nog niet vastgelegd."
    )
    assert edpb_interchange(fill_edpb(BOTH, PROFILE, filing()))["field_68"] == 1528


def answered(answer: Ternary, facts: BreachFacts = BOTH) -> BreachFacts:
    return replace(facts, on_behalf_of_customers=answer)


def test_what_hangs_on_the_open_answer_is_what_differs_between_a_yes_and_a_no() -> None:
    """GDPR art. 33(1): the draft names these answers and both numbers, and nothing is left out by hand."""
    for fill, number, all_, own in (
        (fill_ap, "7.3.exact", "Ja: deze melding gaat over 1.528", "Nee: deze melding gaat over 48"),
        (fill_edpb, "68", "If so, this notification covers 1,528", "If not, it covers 48"),
    ):
        yes, no = ({one.key: one for one in fill(answered(said), PROFILE, filing()).answers} for said in _SAID)
        asked = fill(BOTH, PROFILE, filing()).answer(number)
        told = asked.todo.rpartition(": ")[2].rstrip(".").replace(" and ", ", ").replace(" en ", ", ").split(", ")
        differ = {yes[key].number for key in yes if key in no and yes[key].text != no[key].text} - {asked.number}
        assert differ
        assert differ <= set(told)
        assert all_ in asked.todo
        assert own in asked.todo
        assert asked.number not in told
    assert ap("7.3.exact").todo.endswith(": 2.1.1, 3.1.1, 3.3, 6.3.1, 7.1, 7.2, 9.1, 9.3 en 10.1.1.")
    at_home = edpb("68", replace(BOTH, cross_border=Ternary.NO)).todo
    assert "113" not in at_home, "what crosses no border does not for a part of the people"


_SAID = (Ternary.YES, Ternary.NO)


def test_who_notifies_for_customers_says_so_and_counts_their_people() -> None:
    """GDPR art. 33(1): the authority has to see on whose behalf; nothing is left to be decided."""
    facts = answered(Ternary.YES)
    number = ap("7.3.exact", facts)
    assert (number.value, number.origin, number.note, number.todo) == (1528, Origin.RECORDED, "", "")
    assert ap("7.2", facts).text.splitlines()[-1] == "Wij doen deze melding ook namens Shop B.V. en Bakery."
    assert ap("3.1.1.controllers", facts).text.splitlines()[1:] == ["Shop B.V.", "Bakery"]
    assert "en melden ook namens deze organisatie" in ap("3.3.who", facts).text
    assert "We are also making this notification on behalf of Shop B.V. and Bakery." in edpb("66", facts).text
    assert "is for Shop B.V. and Bakery to decide" in edpb("66", facts).text, "who tells their people is another matter"
    assert (ap("2.1.1.countries", facts).note, edpb("68", facts).todo) == ("", "")


def test_who_does_not_notify_for_customers_reports_its_own_people_alone() -> None:
    """GDPR art. 33(1): numbers, groups, data and records are those of its own; the customers notify themselves."""
    rows = (
        AffectedGroup(STAFF, (DataCategory.NAME, DataCategory.BSN), subjects=48),
        AffectedGroup(USERS, (DataCategory.EMAIL,), subjects=1300),
        AffectedGroup(CONTACTS, (DataCategory.PHONE,), subjects=180),
    )
    data = tuple(one for row in rows for one in row.data_categories)
    customers = (SHOP, replace(BAKERY, records=1000))
    facts = answered(
        Ternary.NO,
        replace(BOTH, affected_groups=rows, data_categories=data, affected_controllers=customers, records_note=""),
    )
    assert (ap("7.3.exact", facts).value, ap("7.3.exact", facts).origin) == (48, Origin.DERIVED)
    assert ap("7.3.exact", facts).note == "Zonder de betrokkenen voor wie u verwerker bent en niet meldt (7.2)."
    looked_at = [
        one for one in fill_ap(facts, PROFILE, filing()).answers if one.todo and not one.number.startswith("10.")
    ]
    marked = {one.key: one.todo.splitlines()[0] for one in looked_at}
    assert set(marked) == {"2.1.1", "2.1.1.countries", "7.2", "9.1", "9.3"}, "beside these, not beside the number"
    assert ap("9.1", facts).origin is Origin.RECORDED, "somebody chose it, and nothing was worked out"
    assert marked["2.1.1"] == marked["2.1.1.countries"]
    assert marked["2.1.1"].endswith("die zijn van de betrokkenen voor wie u verwerker bent en niet meldt (7.2).")
    assert {one.todo for one in looked_at if one.number.startswith("9")} == {
        "Klopt wat hier is ingevuld ook als u alleen uw eigen betrokkenen meetelt (48)? Wat is vastgelegd, kan ook "
        "gaan over de betrokkenen voor wie u verwerker bent en niet meldt (7.2).\n"
        "Zo niet, verbeter het. Met de goedkeuring bevestigt u dat het dan klopt."
    }
    assert ap("7.2", facts).text.splitlines() == [
        "48 huidige en vroegere medewerkers",
        "De inbreuk raakt ook mensen van wie wij de gegevens verwerken voor Shop B.V. (1.200) en Bakery (280).",
        LEFT_OUT,
        BOTH.data_note,
    ]
    assert ap("6.1", facts).options == ("Naam", "Burgerservicenummer (BSN)")
    assert (ap("6.3.1.number", facts).value, ap("6.3.1.explanation", facts).text) == (5000, "")
    assert "voor wie u verwerker bent en niet meldt" in ap("6.3.1.number", facts).note, "as beside the number of people"
    assert ap("10.1.1.reason", facts).text == "De betrokkenen worden geïnformeerd op 21 november 2026."
    assert "wij zijn verwerker" in ap("3.3.who", facts).text, "they are involved all the same"
    machine = edpb_interchange(fill_edpb(facts, PROFILE, filing()))
    assert {key: machine[f"field_{key}"] for key in ("68", "73", "117")} == {"68": 48, "73": 5000, "117": 48}
    assert "in each country is not on record" in edpb("117", facts).note
    apart = replace(facts, countries=(CountryCount("NL", 40), CountryCount("DE", 8)))
    assert ap("2.1.1.countries", apart).text == "NL (40), DE (8)", "numbers that fit the own people are theirs"
    assert ap("2.1.1.countries", apart).todo == ""
    informed = replace(facts, informed=Informed.INFORMED, informed_count=48)
    assert edpb("102", informed).value == "a", "all of whom are reported were told"
    assert edpb("102", informed).note.endswith(": 48 of 48.")


def each(shop: Ternary, bakery: Ternary, facts: BreachFacts = BOTH) -> BreachFacts:
    """The same with an answer for each customer."""
    theirs = (replace(SHOP, on_behalf=shop), replace(BAKERY, on_behalf=bakery))
    return replace(facts, affected_controllers=theirs)


def test_an_answer_that_may_be_about_others_says_so_itself() -> None:
    """GDPR art. 33(1): a note is not copied, so that the authority would read a doubtful answer as a plain one; nobody
    wrote that sentence, and beside words of somebody who weighed it there is none.
    """
    refused = answered(Ternary.NO)
    for told in (ap("2.1.1.countries", refused), edpb("116", refused)):
        assert told.awaited
        assert told.text.splitlines()[1].count("Shop B.V. ") == 1
        assert told.origin is Origin.DERIVED
    weighed = filing(risk_explanation="A factor.")
    for form, key in ((fill_ap, "9.3.explanation"), (fill_edpb, "90")):
        alone = form(replace(refused, severity_note=""), PROFILE, weighed).answer(key)
        assert alone.text.splitlines()[-1].startswith(("Deze inschatting kan ook", "This assessment may also"))
        assert alone.origin is Origin.DERIVED
        own = form(replace(refused, severity_note="We weighed it."), PROFILE, weighed).answer(key)
        assert (own.text, own.origin) == ("We weighed it.", Origin.RECORDED)
    agreed = answered(Ternary.YES)
    for told in (ap("2.1.1.countries", agreed), edpb("116", agreed), edpb("90", agreed)):
        assert "Shop" not in told.text
    assert (edpb("73", refused).origin, edpb("73", agreed).origin) == (Origin.DERIVED, Origin.RECORDED)


def test_an_answer_of_all_people_is_looked_at_and_is_no_gap() -> None:
    """GDPR art. 33(4): EDPB 4 names answers that are not known yet; one that may be about others, too, is known."""
    told = {"informed": Informed.NOT_HIGH_RISK, "systems_note": "In Groningen."}
    refused = replace(answered(Ternary.NO), cross_border=Ternary.NO, countries=(), **told)
    form = fill_as_known("edpb-1.0", refused, PROFILE, filing(customers_told=TOLD), "en")
    assert form.answer("89").todo
    assert form.answer("4").value == "a"


def test_customers_whom_nobody_told_are_a_duty_and_no_detail_of_the_form() -> None:
    """GDPR art. 33(2): it stands with what is to be done, before and after the approval."""
    assert (ap("7.2").duty, edpb("66").duty, ap("2.1.1.countries", answered(Ternary.NO)).duty) == (True, True, False)


def test_who_notifies_for_one_customer_alone_counts_its_people_and_not_those_of_the_other() -> None:
    """GDPR art. 33(1): each controller decides for itself; a group of both is divided by the numbers on record."""
    facts = each(Ternary.YES, Ternary.NO)
    assert ap("7.2", facts).text.splitlines() == [
        "Wij zijn zelf verwerkingsverantwoordelijke voor de gegevens van huidige en vroegere medewerkers (48).",
        "Voor Shop B.V. verwerken wij de gegevens van gebruikers (1.200).",
        "Wij doen deze melding ook namens Shop B.V.",
        "De inbreuk raakt ook mensen van wie wij de gegevens verwerken voor Bakery (280).",
        LEFT_OUT,
        BOTH.data_note,
    ]
    assert (ap("7.3.exact", facts).value, edpb("68", facts).value) == (1248, 1248)
    assert ap("7.3.exact", facts).note.startswith("Zonder de betrokkenen voor wie u verwerker bent en niet meldt")
    assert ap("3.1.1.controllers", facts).text.splitlines() == ["Alumio B.V.", "Shop B.V."]
    shop, bakery = ap("3.3.who", facts).text.splitlines()[-2:]
    assert "ook namens" in shop
    assert "ook namens" not in bakery
    assert "Shop B.V. om te besluiten" in ap("10.1.1.reason", facts).text, "of whom is counted"
    both = each(Ternary.YES, Ternary.YES, answered(Ternary.NO))
    assert ap("7.3.exact", both).value == 1528, "an answer of its own goes before that for all"


def test_what_is_open_for_one_customer_is_asked_for_that_one() -> None:
    """GDPR art. 33(1): with the number of either answer, without those for whom nobody notifies."""
    facts = each(Ternary.UNKNOWN, Ternary.NO)
    number = ap("7.3.exact", facts)
    assert number.value == 1248
    assert number.note.startswith("In dit aantal zitten ook de 1.200 betrokkenen van Shop B.V.")
    assert number.todo.startswith("Meldt u ook namens Shop B.V.?")
    assert "Ja: deze melding gaat over 1.248 betrokkenen.\nNee: deze melding gaat over 48 betrokkenen." in number.todo
    mixed = replace(facts, affected_controllers=(replace(SHOP, subjects=9), replace(BAKERY, on_behalf=Ternary.NO)))
    assert ap("7.3.exact", mixed).value == 1528, "nothing is taken out by a guess"


def test_a_no_that_the_record_cannot_carry_out_asks_for_what_it_lacks() -> None:
    """GDPR art. 33(1): people of customers are not taken out of a number by a guess."""
    mixed = answered(Ternary.NO, replace(BOTH, affected_controllers=(replace(SHOP, subjects=9),)))
    number = ap("7.3.exact", mixed)
    assert number.value == 1528
    assert number.todo.startswith(
        "U meldt niet namens Shop B.V., maar hun betrokkenen kunnen nog in dit aantal zitten."
    )
    assert "6.2, 6.3.1, 7.1" in number.todo
    assert "namens" not in ap("7.2", mixed).text


def test_who_tells_the_people_of_a_customer_is_said() -> None:
    """GDPR art. 34(1): the controller; in what people are told we speak of our own."""
    assert ap("10.1.1.reason").text == (
        "Op 21 november 2026 informeren wij de betrokkenen voor wie wij zelf verwerkingsverantwoordelijke zijn (48).\n"
        "Het is aan Shop B.V. en Bakery om te besluiten of en wanneer de mensen van wie wij voor hen gegevens "
        "verwerken (1.480), worden geïnformeerd."
    )
    assert "for whom we are the controller (48).\nIt is for Shop B.V. and Bakery to decide" in edpb("66").text
    told = replace(BOTH, informed=Informed.INFORMED, informed_count=48)
    assert edpb("102", told).value == "b"
    assert "for Shop B.V. and Bakery to decide" in edpb("103", told).text


def test_what_the_record_does_not_divide_is_not_divided() -> None:
    """Countries never; records by the numbers of the customers; people not without the groups of the customers."""
    assert "Het dossier splitst ze niet uit" in ap("2.1.1.countries").note
    assert "The record does not divide them" in edpb("117").note
    assert ap("6.3.1.explanation").text.endswith("Shop B.V. (3.000).")
    divided = replace(BOTH, affected_controllers=(SHOP, replace(BAKERY, records=1000)))
    assert "er 4.000 voor andere organisaties" in ap("6.3.1.explanation", divided).text
    assert "Voor de overige 5.000 zijn wij zelf" in ap("6.3.1.explanation", divided).text
    unchosen = replace(BOTH, affected_controllers=tuple(replace(one, groups=()) for one in (SHOP, BAKERY)))
    assert ap("7.2", unchosen).text == (
        "De inbreuk raakt ook mensen van wie wij de gegevens verwerken voor Shop B.V. (1.200) en Bakery (280)."
    )
    assert "het dossier zegt niet hoeveel" in ap("7.3.exact", unchosen).note
    assert "welke groepen mensen bij welke klant horen" in ap("7.3.exact", unchosen).todo
    assert "(" not in ap("10.1.1.reason", unchosen).text, "no number that nobody recorded"
    mixed = replace(BOTH, affected_controllers=(replace(SHOP, subjects=9, records=UNKNOWN),))
    assert "48" not in ap("7.3.exact", mixed).todo, "a part of the users may be ours"


@pytest.mark.parametrize(
    "changes",
    [
        {"affected_controllers": ()},
        {"affected_controllers": (AffectedController(" ", subjects=3),)},
        {"affected_controllers": (AffectedController("Nobody's", subjects=0),)},
    ],
)
def test_without_customers_nothing_is_said_of_them(changes: dict[str, Any]) -> None:
    facts = replace(BOTH, **changes)
    assert ap("7.2", facts).text == "48 huidige en vroegere medewerkers, 1.300 gebruikers en 180 zakelijke contacten"
    number = ap("7.3.exact", facts)
    assert (number.origin, number.note, number.todo) == (Origin.RECORDED, "", "")
    assert ap("10.1.1.reason", facts).text == "De betrokkenen worden geïnformeerd op 21 november 2026."


@pytest.mark.parametrize("said", [Ternary.YES, Ternary.UNKNOWN])
def test_a_planned_day_is_that_of_ones_own_people(said: Ternary) -> None:
    """GDPR art. 34(1): beside 1,528 people a bare day would be read as that of all of them."""
    for day, come in ((NOW.date(), True), (NOW.date() + timedelta(days=1), False)):
        facts = answered(said, replace(BOTH, informed_on=day))
        dutch, reason, european = ap("10.1.1", facts), ap("10.1.1.reason", facts).text, edpb("97", facts)
        assert bool(dutch.todo) is bool(european.todo) is come
        assert ("bent (48)" in dutch.todo.splitlines()[0]) if come else (dutch.note == ""), (
            "beside it stands whose it is"
        )
        assert "zijn (48)" in reason
        assert "verwerken (1.480)" in reason
        assert "(48)" in (european.todo if come else european.note)
        assert come or "(1,480)" in european.note
    alone = replace(BOTH, informed_on=NOW.date())
    assert "48" not in ap("10.1.1", answered(Ternary.NO, alone)).todo, "nobody else is counted"
    assert load_catalogue("edpb-1.0").retold(edpb("97", alone).todo, "nl").startswith("Volgens de planning")


def test_a_note_with_names_is_told_in_each_language() -> None:
    """The page retells what a form was filled with; names and numbers in it stay."""
    catalogue = load_catalogue("ap-2022")
    assert "this notification covers 1.528 data subjects" in catalogue.retold(ap("7.3.exact").todo, "en")
    for told in (ap("7.3.exact").note, ap("7.3.exact").todo):
        assert "für Shop B.V. und" not in catalogue.retold(told, "de")
        assert catalogue.retold(told, "de") != told
        assert catalogue.retold(catalogue.retold(told, "de"), "nl") == told
    assert catalogue.retold("Somebody's own words.", "de") == "Somebody's own words."


def test_the_other_kinds_are_named() -> None:
    """AP 5.2 takes one kind; two that share its option are one."""
    several = with_(
        kinds=(
            IncidentKind.HACKING,
            IncidentKind.RANSOMWARE,
            IncidentKind.EXFILTRATION,
            IncidentKind.PAPER_LOST_OR_STOLEN,
        )
    )
    both = "diefstal van gegevens en papier kwijt of gestolen"
    assert ap("5.2", several).note.endswith(f"Ook vastgelegd: {both}; zie de beschrijving bij 5.3.")
    others = f"Het gaat ook om {both}."
    assert ap("5.3", several).text.splitlines() == [several.description, others], "nobody has to write it again"
    assert ap("5.3", replace(several, description="")).text.splitlines() == [several.summary, others]
    named = replace(several, kinds=several.kinds[:3], description="Diefstal van gegevens na phishing.")
    assert ap("5.3", named).text == named.description
    alike = ap("5.2", with_(kinds=(IncidentKind.HACKING, IncidentKind.RANSOMWARE)))
    assert (alike.origin, alike.note) == (Origin.RECORDED, "")


def test_a_customer_is_a_party_whom_nobody_has_to_name_again() -> None:
    """GDPR art. 33(2): a controller of its own people; one who is named already stands there once."""
    unsaid = replace(BOTH, others_involved=Ternary.UNKNOWN, parties=(Party("SHOP B.V.", PartyRole.CONTROLLER),))
    assert (ap("3.3", unsaid).text, edpb("38", unsaid).value) == ("Ja", "a")
    assert ap("3.3.who", unsaid).text.splitlines() == [
        "- SHOP B.V. (verwerkingsverantwoordelijke; wij zijn verwerker)",
        "- Bakery (verwerkingsverantwoordelijke; wij zijn verwerker)",
    ]
    assert edpb("39", unsaid).text == (
        "SHOP B.V.: controller (we are its processor)\nBakery: controller (we are its processor)"
    )
    joint = replace(BOTH, parties=(Party("Shop B.V.", PartyRole.JOINT_CONTROLLER), Party("X", PartyRole.CONTROLLER)))
    assert "processor" not in "".join(edpb("39", joint).text.splitlines()[:2]), "only of whom the record says so"
    assert (edpb("39", unsaid).origin, edpb("40", unsaid).origin) == (Origin.FOLLOWS, Origin.RECORDED)
    assert ap("3.3", replace(unsaid, parties=())).text == "Ja"
    assert ap("3.3", replace(unsaid, others_involved=Ternary.NO)).text == "Nee", "what somebody said stands"


def test_a_group_is_called_as_a_person_counted_it_up() -> None:
    """The same groups under two names make a reader ask which of them is true."""
    described = replace(BOTH, subjects_note="48 colleagues, 1,300 users and 180 firms.")
    assert edpb("66", described).text.splitlines()[:3] == [
        "We are the controller for colleagues (48).",
        "As processor for Shop B.V. we process the data of users (1,200).",
        "As processor for Bakery we process the data of users (100) and firms (180): 280 people in all.",
    ]
    own = answered(Ternary.NO, described)
    assert edpb("66", own).text.splitlines()[0] == "48 colleagues."
    more = replace(described, subjects_note="48 colleagues, 1,300 users and 180 firms. All live nearby.")
    assert edpb("66", more).text.splitlines()[:2] == [
        more.subjects_note,
        "We are the controller for 48 of them. We process the data of the others on behalf of Shop B.V. (1,200) and "
        "Bakery (280).",
    ]
    assert edpb("66", answered(Ternary.NO, more)).todo, "these words may be about others, too"


def test_the_words_for_a_group_carry_its_number_where_a_person_calls_it_otherwise() -> None:
    """EDPB 66 is told in somebody's own words, 71 in ours: the number says that both speak of the same people."""
    rows = (
        AffectedGroup(STAFF, (DataCategory.NAME, DataCategory.BSN), subjects=48),
        AffectedGroup(USERS, (DataCategory.EMAIL,), subjects=1300),
        AffectedGroup(CONTACTS, (DataCategory.PHONE,)),
    )
    told = edpb("71", replace(BOTH, affected_groups=rows, data_note="")).text.splitlines()
    assert told[0].startswith("- Current and former employees (48): ")
    assert told[2].startswith("- Business contacts: "), "no number that nobody recorded"
    numbered = (*rows[:2], replace(rows[2], subjects=180))
    typed = replace(
        BOTH, affected_groups=numbered, data_note="", subjects_note="48 colleagues, 1,300 users and 180 firms."
    )
    names = [line.split(":")[0] for line in edpb("71", typed).text.splitlines()]
    assert names == ["- Colleagues (48)", "- Users (1,200 of Shop B.V.; 100 of Bakery)", "- Firms (180 of Bakery)"]
    dutch = replace(typed, subjects_note="48 collega's, 1.300 gebruikers en 180 bedrijven.")
    assert edpb("71", dutch).text.startswith("- Current and former employees (48)"), (
        "the form stays in its own language"
    )
