"""GDPR art. 33(1), 33(2), 34(1): whose people are counted, as far as the record divides them, and no further."""

from dataclasses import replace
from typing import Any

import pytest

from incident.law.facts import AffectedController, AffectedGroup, BreachFacts, Party
from incident.law.forms.answers import FilledAnswer, Origin
from incident.law.forms.ap_2022 import fill_ap
from incident.law.forms.catalogue import load_catalogue
from incident.law.forms.edpb_1_0 import edpb_interchange, fill_edpb
from incident.law.vocabulary import UNKNOWN, IncidentKind, Informed, PartyRole, SubjectGroup, Ternary
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
    first, more = ap("7.3.exact").decide.split("\n")
    assert "of alleen de 48 van wie u zelf verwerkingsverantwoordelijke bent" in first
    assert "2.1.1, 6.1, 6.2, 6.3.1, 7.1, 7.2, 9.2, 9.3 en 10.1.1." in first, "what changes with the number"
    assert more.startswith("De gegevens van de andere 1.480 verwerkt u voor Shop B.V. en Bakery.")
    for changed in (
        "65, 66, 70, 71, 73, 85 and 87",
        "where 113 is Yes, 113 itself, 116 and 117",
        "the duty of Shop B.V. and Bakery to file",
    ):
        assert changed in edpb("68").decide
    assert edpb_interchange(fill_edpb(BOTH, PROFILE, filing()))["field_68"] == 1528


def test_who_tells_the_people_of_a_customer_is_said() -> None:
    """GDPR art. 34(1): the controller; in what people are told we speak of our own."""
    assert ap("10.1.1.reason").text == (
        "Op 21 november 2026 informeren wij de betrokkenen van wie wij zelf verwerkingsverantwoordelijke zijn (48).\n"
        "Het besluit of en wanneer de andere betrokkenen (1.480) worden geïnformeerd, is aan Shop B.V. en Bakery. "
        "Van hun gegevens zijn wij de verwerker."
    )
    told = replace(BOTH, informed=Informed.INFORMED, informed_count=48)
    assert edpb("102", told).value == "b"
    assert "for Shop B.V. and Bakery to decide" in edpb("103", told).text


def test_what_the_record_does_not_divide_is_not_divided() -> None:
    """Countries never; records by the numbers of the customers; people not without the groups of the customers."""
    assert "Hoeveel dat er per land zijn, is niet vastgelegd." in ap("2.1.1.countries").note
    assert "in each country is not on record" in edpb("117").note
    assert ap("6.3.1.explanation").text.endswith("Shop B.V. (3.000).")
    unchosen = replace(BOTH, affected_controllers=tuple(replace(one, groups=()) for one in (SHOP, BAKERY)))
    assert ap("7.2", unchosen).text == (
        "De inbreuk raakt ook mensen van wie wij de gegevens verwerken voor Shop B.V. (1.200) en Bakery (280)."
    )
    assert "Het dossier zegt niet hoeveel." in ap("7.3.exact", unchosen).note
    assert "Beslis eerst of u alle betrokkenen in de melding opneemt" in ap("7.3.exact", unchosen).decide
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
    assert (
        ap("7.2", facts).text == "Huidige en vroegere medewerkers (48), gebruikers (1.300) en zakelijke contacten (180)"
    )
    number = ap("7.3.exact", facts)
    assert (number.origin, number.note, number.decide) == (Origin.RECORDED, "", "")
    assert ap("10.1.1.reason", facts).text == "De betrokkenen worden geïnformeerd op 21 november 2026."


def test_a_note_with_names_is_told_in_each_language() -> None:
    """The page retells what a form was filled with; names and numbers in it stay."""
    catalogue = load_catalogue("ap-2022")
    assert catalogue.retold(ap("7.3.exact").decide, "en").startswith(
        "First decide whether to include all data subjects"
    )
    for told in (ap("7.3.exact").note, ap("7.3.exact").decide):
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
