"""GDPR art. 33(1), 33(2), 34(1): whose people are counted, as far as the record divides them, and no further."""

from dataclasses import replace
from typing import Any

import pytest

from incident.law.facts import AffectedController, AffectedGroup, BreachFacts, Party
from incident.law.forms.answers import FilledAnswer, Origin
from incident.law.forms.ap_2022 import fill_ap
from incident.law.forms.catalogue import load_catalogue
from incident.law.forms.edpb_1_0 import edpb_interchange, fill_edpb
from incident.law.vocabulary import UNKNOWN, DataCategory, IncidentKind, Informed, PartyRole, SubjectGroup, Ternary
from tests.law.forms.sheets import PROFILE, filing, with_

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
    assert ap("7.3.exact").note.endswith("van wie u gegevens verwerkt voor Shop B.V. en Bakery.")
    first, why, how = ap("7.3.exact").decide.split("\n")
    assert "over alle 1.528 betrokkenen, of alleen over de 48 voor wie u zelf" in first
    assert why.startswith("De gegevens van de andere 1.480 verwerkt u voor Shop B.V. en Bakery.")
    assert "Laat deze groepen weg bij 7.1 en 7.2: gebruikers en zakelijke contacten." in how
    assert how.startswith("Alleen de 48? Vul dan in: 48 bij 7.3.")
    assert how.endswith(" 2.1.1, 6.3.1, 9.3, 10.1.1."), "nobody divided the records; all groups lost the same"
    assert edpb("68").decide.endswith("hold then: 72, 73, 87, 113, 116, 117.")
    at_home = edpb("68", replace(BOTH, cross_border=Ternary.NO)).decide
    assert at_home.endswith("73, 87."), "what the form does not ask then does not change"
    counted = replace(BOTH, affected_controllers=(SHOP, replace(BAKERY, records=1000)))
    told = ("48 bij 7.3 en 5000 bij 6.3.1", "48 in field 68 and 5000 in field 73")
    for number, figures in zip((ap("7.3.exact", counted), edpb("68", counted)), told, strict=True):
        assert figures in number.decide
        assert figures not in number.decided, "nobody files what was not approved"
    assert ap("7.3.exact").decided.endswith("Laat het formulier dan opnieuw goedkeuren.")
    assert ap("7.3.exact").decided.startswith("Goedgekeurd voor alle 1.528 betrokkenen, ook voor de 1.480 van wie")
    assert edpb_interchange(fill_edpb(BOTH, PROFILE, filing()))["field_68"] == 1528


def test_who_tells_the_people_of_a_customer_is_said() -> None:
    """GDPR art. 34(1): the controller; in what people are told we speak of our own."""
    assert ap("10.1.1.reason").text == (
        "Op 21 november 2026 informeren wij de betrokkenen voor wie wij zelf verwerkingsverantwoordelijke zijn (48).\n"
        "Het besluit of en wanneer de andere betrokkenen (1.480) worden geïnformeerd, is aan Shop B.V. en Bakery. "
        "Van hun gegevens zijn wij de verwerker."
    )
    told = replace(BOTH, informed=Informed.INFORMED, informed_count=48)
    assert edpb("102", told).value == "b"
    assert "for Shop B.V. and Bakery to decide" in edpb("103", told).text


def test_what_the_record_does_not_divide_is_not_divided() -> None:
    """Countries never; records by the numbers of the customers; people not without the groups of the customers."""
    assert "Hoeveel van die mensen in welk land wonen, is niet vastgelegd." in ap("2.1.1.countries").note
    assert "in each country is not on record" in edpb("117").note
    assert ap("6.3.1.explanation").text.endswith("Shop B.V. (3.000).")
    divided = replace(BOTH, affected_controllers=(SHOP, replace(BAKERY, records=1000)))
    assert "er 4.000 voor andere organisaties" in ap("6.3.1.explanation", divided).text
    assert "Voor de overige 5.000 zijn wij zelf" in ap("6.3.1.explanation", divided).text
    unchosen = replace(BOTH, affected_controllers=tuple(replace(one, groups=()) for one in (SHOP, BAKERY)))
    assert ap("7.2", unchosen).text == (
        "De inbreuk raakt ook mensen van wie wij de gegevens verwerken voor Shop B.V. (1.200) en Bakery (280)."
    )
    assert "Het dossier zegt niet hoeveel." in ap("7.3.exact", unchosen).note
    assert "Beslis eerst: gaat deze melding over alle betrokkenen" in ap("7.3.exact", unchosen).decide
    assert "Goedgekeurd voor alle betrokkenen" in ap("7.3.exact", unchosen).decided
    assert "(" not in ap("10.1.1.reason", unchosen).text, "no number that nobody recorded"
    mixed = replace(BOTH, affected_controllers=(replace(SHOP, subjects=9, records=UNKNOWN),))
    assert "48" not in ap("7.3.exact", mixed).decide, "a part of the users may be ours"


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
    assert (number.origin, number.note, number.decide) == (Origin.RECORDED, "", "")
    assert ap("10.1.1.reason", facts).text == "De betrokkenen worden geïnformeerd op 21 november 2026."


def test_a_note_with_names_is_told_in_each_language() -> None:
    """The page retells what a form was filled with; names and numbers in it stay."""
    catalogue = load_catalogue("ap-2022")
    assert catalogue.retold(ap("7.3.exact").decide, "en").startswith(
        "Decide first: does this notification cover all 1.528 data subjects"
    )
    for told in (ap("7.3.exact").note, ap("7.3.exact").decide, ap("7.3.exact").decided):
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
    assert "Ook vastgelegd: diefstal van gegevens en papier kwijt of gestolen." in ap("5.2", several).note
    assert ap("5.2", several).todo
    named = replace(several, kinds=several.kinds[:3], description="Ze hebben bestanden gekopieerd.")
    assert (ap("5.2", named).todo, ap("5.2", named).note[-22:]) == ("", "diefstal van gegevens.")
    alike = ap("5.2", with_(kinds=(IncidentKind.HACKING, IncidentKind.RANSOMWARE)))
    assert (alike.origin, alike.note) == (Origin.RECORDED, "")


def test_a_customer_is_a_party_whom_nobody_has_to_name_again() -> None:
    """GDPR art. 33(2): a controller of its own people; one who is named already stands there once."""
    unsaid = replace(BOTH, others_involved=Ternary.UNKNOWN, parties=(Party("SHOP B.V.", PartyRole.CONTROLLER),))
    assert (ap("3.3", unsaid).text, edpb("38", unsaid).value) == ("Ja", "a")
    assert ap("3.3.who", unsaid).text.splitlines() == [
        "SHOP B.V. (verwerkingsverantwoordelijke; wij zijn verwerker)",
        "Bakery (verwerkingsverantwoordelijke; wij zijn verwerker)",
    ]
    assert edpb("39", unsaid).text == (
        "SHOP B.V.: controller (we are its processor)\nBakery: controller (we are its processor)"
    )
    joint = replace(BOTH, parties=(Party("Shop B.V.", PartyRole.JOINT_CONTROLLER), Party("X", PartyRole.CONTROLLER)))
    assert "processor" not in "".join(edpb("39", joint).text.splitlines()[:2]), "only of whom the record says so"
    assert edpb("40", unsaid).origin is Origin.DERIVED
    assert ap("3.3", replace(unsaid, parties=())).text == "Ja"
    assert ap("3.3", replace(unsaid, others_involved=Ternary.NO)).text == "Nee", "what somebody said stands"


def test_words_of_a_person_name_the_groups_and_the_division_adds_the_numbers() -> None:
    """The same groups twice, under two names, make a reader ask which of them is true."""
    described = replace(BOTH, subjects_note="48 colleagues, 1,300 users and 180 contacts.")
    assert ap("7.2", described).text.splitlines() == [
        described.subjects_note,
        "Voor 48 van hen zijn wij zelf verwerkingsverantwoordelijke. "
        "Van de anderen verwerken wij de gegevens voor Shop B.V. (1.200) en Bakery (280).",
    ]
    assert "We are the controller for 48 of them." in edpb("66", described).text
    applicants = AffectedGroup(SubjectGroup.APPLICANTS, subjects=12)
    two = replace(
        BOTH,
        affected_groups=(*BOTH.affected_groups, applicants),
        subject_groups=(*BOTH.subject_groups, SubjectGroup.APPLICANTS),
        subjects_min=1540,
        subjects_max=1540,
        subjects_note="48 colleagues, 12 applicants, 1,300 users and 180 contacts.",
    )
    assert "Voor 60 (48 + 12) van hen" in ap("7.2", two).text, "which of the groups in these words are ours"
    assert "Voor 60 van hen" in ap("7.2", replace(two, subjects_note="Colleagues, applicants and users.")).text


def test_the_words_for_a_group_carry_its_number_where_a_person_calls_it_otherwise() -> None:
    """EDPB 66 is told in somebody's own words, 71 in ours: the number says that both speak of the same people."""
    rows = (
        AffectedGroup(STAFF, (DataCategory.NAME, DataCategory.BSN), subjects=48),
        AffectedGroup(USERS, (DataCategory.EMAIL,), subjects=1300),
        AffectedGroup(CONTACTS, (DataCategory.PHONE,)),
    )
    told = edpb("71", replace(BOTH, affected_groups=rows, data_note="")).text.splitlines()
    assert told[0].startswith("Current and former employees (48): ")
    assert told[2].startswith("Business contacts: "), "no number that nobody recorded"
    numbered = (*rows[:2], replace(rows[2], subjects=180))
    typed = replace(
        BOTH, affected_groups=numbered, data_note="", subjects_note="48 colleagues, 1,300 users and 180 firms."
    )
    names = [line.split(":")[0] for line in edpb("71", typed).text.splitlines()]
    assert names == ["Colleagues (48)", "Users (1,300)", "Firms (180)"], "as 66 calls them"
    dutch = replace(typed, subjects_note="48 collega's, 1.300 gebruikers en 180 bedrijven.")
    assert edpb("71", dutch).text.startswith("Current and former employees (48)"), "the form stays in its own language"
