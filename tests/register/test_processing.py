"""A record of processing activities fills the profile: recognised, row by row, looked at first, never doubled."""

from dataclasses import replace

import pytest

from incident.domain.data_words import group_named, kinds_named
from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.people import Role
from incident.domain.organisation import NOBODY_YET, OrganisationProfile
from incident.domain.register.processing import FIELDS, difference, read_processing, with_processing
from incident.domain.register.tables import guess, read_table
from incident.law.vocabulary import DataCategory, PartyRole, SubjectGroup, Ternary
from incident.store.db import db
from incident.usecases.common.settings import organisation_profile
from tests.web.client import Page, Visitor
from tests.web.conftest import Team

HEAD = (
    "Naam verwerking;Doel(einden);Grondslag;Categorieën van betrokkenen;Categorieën van persoonsgegevens;"
    "Bijzondere persoonsgegevens;Applicatie;Verwerker;Doorgifte buiten EER;Bewaartermijn"
)
ROWS = (
    "Salaris;Lonen betalen;Overeenkomst;Medewerkers, sollicitanten;NAW, BSN, bankrekening;nee;AFAS;AFAS Software B.V.;"
    "Nee;7 jaar",
    "Nieuwsbrief;Klanten informeren;Toestemming;Klanten;Naam, e-mailadres;n.v.t.;Mailchimp;The Rocket Science Group;"
    "Ja, VS (DPF);2 jaar",
    "Verzuim;Re-integratie;Wet;Personeel;Verzuimgegevens;Gezondheid;Papieren map;geen;Geen doorgifte;2 jaar",
    ";Iets;;;;;;;;",
    "Losse regel;;;;;;;;;",
)


def profile_of(*rows: str, head: str = HEAD, onto: OrganisationProfile = NOBODY_YET) -> OrganisationProfile:
    table = read_table("register.csv", "\n".join((head, *rows)).encode("cp1252"))
    return with_processing(onto, read_processing(table, guess(table.header, FIELDS)).rows)


def test_a_dutch_sheet_gives_systems_processors_groups_data_and_places() -> None:
    """Windows-1252, the headings of common Dutch records; who runs a system, whose data, which data, and where."""
    found = profile_of(*ROWS)
    afas, mailchimp, paper = found.systems
    assert (afas.name, afas.contact, afas.role, afas.own) == ("AFAS", "AFAS Software B.V.", PartyRole.PROCESSOR, False)
    assert afas.categories == (
        DataCategory.NAME,
        DataCategory.BSN,
        DataCategory.ADDRESS,
        DataCategory.BANK_ACCOUNT,
    )
    assert (afas.outside_eea, mailchimp.outside_eea, paper.outside_eea) == (Ternary.NO, Ternary.YES, Ternary.NO)
    assert (paper.own, paper.contact) == (True, "")
    assert DataCategory.HEALTH in paper.categories
    assert [(one.name_nl, one.group) for one in found.groups] == [
        ("Medewerkers", SubjectGroup.EMPLOYEES),
        ("sollicitanten", SubjectGroup.APPLICANTS),
        ("Klanten", SubjectGroup.CUSTOMERS),
        ("Personeel", SubjectGroup.EMPLOYEES),
    ]
    assert afas.groups == ("medewerkers", "sollicitanten")


def test_the_same_again_changes_nothing_and_a_newer_row_adds() -> None:
    """What a person named and chose stays; the rows only tell more."""
    once = profile_of(*ROWS)
    assert profile_of(*ROWS, onto=once) == once
    assert difference(once, profile_of(*ROWS, onto=once)).nothing
    mine = replace(
        once, systems=(replace(once.systems[0], contact="bel Jan", role=PartyRole.JOINT_CONTROLLER), *once.systems[1:])
    )
    after = profile_of("Salaris;;;Medewerkers;Telefoon;;afas;;Ja, VS;", onto=mine)
    assert (after.systems[0].contact, after.systems[0].role, len(after.systems)) == (
        "bel Jan",
        PartyRole.JOINT_CONTROLLER,
        3,
    )
    assert after.systems[0].categories[-1] is DataCategory.PHONE
    assert after.systems[0].outside_eea is Ternary.YES
    assert [one.name for one in difference(mine, after).changed] == ["AFAS"]


@pytest.mark.parametrize("first", ["Ja, VS", "Nee"])
def test_no_row_takes_away_what_another_told(first: str) -> None:
    """Two processings share a system, or one stands in two rows: that one stays inside the EEA unsays nothing."""
    second = "Nee" if first == "Ja, VS" else "Ja, VS"
    for name in ("Salaris", "Enquete"):
        found = profile_of(f"Salaris;x;;Klanten;Naam;;AFAS;A;{first};", f"{name};y;;Klanten;Naam;;AFAS;A;{second};")
        assert found.systems[0].outside_eea is Ternary.YES


def test_a_row_with_several_systems_says_of_none_that_it_is_abroad() -> None:
    """Which of them is outside the EEA a person has to say; nothing is guessed."""
    found = profile_of("Kantoor;;;Klanten;Naam;;M365, Papier;Microsoft;Ja, VS;")
    assert {one.outside_eea for one in found.systems} == {Ternary.UNKNOWN}
    assert [one.name for one in found.systems] == ["M365", "Papier", "Microsoft"]


@pytest.mark.parametrize(
    "head",
    [
        "Proces,Betrokkenen,Systeem",
        "Verwerkingsactiviteit,Categorie betrokkenen,Software",
        "Processing,Data subjects,System",
    ],
)
def test_other_headings_are_recognised(head: str) -> None:
    """Of several layouts, in Dutch and English."""
    found = profile_of("A,Klanten,CRM", head=head)
    assert ([one.name for one in found.systems], [one.name_nl for one in found.groups]) == (["CRM"], ["Klanten"])


def test_no_list_grows_longer_than_a_page_can_show() -> None:
    """Two hundred rows and more: saving that page would lose the rest."""
    with pytest.raises(Invalid, match="would become longer"):
        profile_of(*(f"Verwerking {number};;;;;;Systeem {number};;;" for number in range(201)))


def test_words_that_only_look_like_data_name_none() -> None:
    """ "Functie" is professional data; "nee" and a website's address are nothing."""
    assert kinds_named("functie en werkgever") == (DataCategory.PROFESSIONAL,)
    assert kinds_named("geen") == ()
    assert group_named("Klanten en medewerkers") is SubjectGroup.OTHER


def _upload(visitor: Visitor, *rows: str) -> Page:
    visitor.get("/settings/processing")
    return visitor.submit("/settings/processing", file=("verwerkingen.csv", "\n".join((HEAD, *rows)).encode("cp1252")))


def test_it_is_looked_at_before_anything_is_written(lite: Team) -> None:
    """The page shows what comes, what stays out and why, and the columns it leaves alone; a press adds it."""
    dpo = lite.visitor("Dora", Role.DPO)
    with lite.app.app_context():
        before = organisation_profile(db.session())
    page = _upload(dpo, *ROWS)
    assert "AFAS" in page.text
    assert "This row names no system, no processor and no group of people." in page.text
    assert "These columns are not used: Naam verwerking, Doel(einden), Grondslag, Bewaartermijn." in page.text
    with lite.app.app_context():
        assert organisation_profile(db.session()) == before
    said = dpo.submit(page.path)
    assert "Added: 3 systems, 4 groups of people. One processor has no contact yet; it is marked." in said.text
    assert "no contact yet" in said.text
    with lite.app.app_context():
        after = organisation_profile(db.session())
    assert {one.name for one in after.systems} == {one.name for one in before.systems} | {
        "AFAS",
        "Mailchimp",
        "Papieren map",
    }
    assert "Your lists already have all of this." in _upload(dpo, *ROWS).text


def test_only_who_manages_settings_and_uploaded_it_sees_it(lite: Team) -> None:
    """A responder has no such page, and a ticket works for its owner only."""
    page = _upload(lite.visitor("Dora", Role.DPO), *ROWS)
    assert lite.visitor("Eva", Role.DPO).client.get(page.path).status_code == 404
    assert lite.visitor("Rob", Role.RESPONDER).client.get("/settings/processing").status_code == 404
