"""The words of a report and the commonest breaches propose; whatever is denied, doubtful or answered is left alone."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from incident.domain.data_words import kinds_reported
from incident.domain.organisation import load_profile
from incident.domain.playbooks import fitting, playbooks
from incident.domain.presets import Because, Preset, find_preset, presets, proposed_answers, suggested
from incident.domain.report_words import answers_from_words, discovery_told
from incident.law.facts import BreachFacts, Party
from incident.law.labels import label
from incident.law.questions import question
from incident.law.vocabulary import (
    DataCategory,
    IncidentKind,
    PartyRole,
    Protection,
    Recipient,
    Role,
    SecurityMeasure,
    SubjectGroup,
    Ternary,
)
from incident.law.words import named_kinds

REPORTED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "preset"),
    [
        ("Gijzelsoftware op de server", "ransomware"),
        ("Our files were encrypted by attackers who want a ransom", "ransomware"),
        ("Er is losgeld geëist", "ransomware"),
        ("Geen phishing maar gijzelsoftware", "ransomware"),
        ("Mail naar verkeerde ontvanger gestuurd", "email_misaddressed"),
        ("Lijst naar de verkeerde ontvanger", "email_misaddressed"),
        ("E-mail sent to the wrong customer", "email_misaddressed"),
        ("Salary list sent to the wrong address: info@ of another company", "email_misaddressed"),
        ("Verkeerde bijlage meegestuurd", "email_wrong_attachment"),
        ("Nieuwsbrief met adressen in cc in plaats van bcc", "email_open_recipients"),
        ("Uitnodiging verstuurd zonder bcc", "email_open_recipients"),
        ("Brief aan verkeerde ontvanger bezorgd", "post_misaddressed"),
        ("Letter delivered to the wrong address", "post_misaddressed"),
        ("Pakket met dossiers is kwijt", "post_lost"),
        ("Laptop gestolen uit de auto", "device_unprotected"),
        ("Tas met uitgeprinte dossiers in de trein laten liggen", "paper_lost"),
        ("Somebody stole a binder with paper records of clients", "paper_lost"),
        ("Laptop en papieren dossiers gestolen", "device_unprotected"),
        ("Diefstal van een laptop", "device_unprotected"),
        ("Gestolen laptop, niet versleuteld", "device_unprotected"),
        ("Unencrypted laptop stolen from a car", "device_unprotected"),
        ("Laptop gestolen, schijf versleuteld met BitLocker", "device_encrypted"),
        ("Lost encrypted phone", "device_encrypted"),
        ("Phishing: wachtwoord ingevuld", "phishing"),
        ("Account van een collega is overgenomen", "phishing"),
        ("Te ruime rechten op de map personeel", "rights_too_wide"),
        ("Ledenlijst per ongeluk gepubliceerd", "published"),
        ("List published by mistake", "published"),
        ("Onze verwerker meldt een inbreuk", "processor"),
        ("Een back-up van twee klanten openstond op internet; wij zijn hier verwerker", "published"),
        ("A backup of two customers was found on the internet; we are the processor", "published"),
        ("A supplier told us of a leak", "processor"),
        ("Brief met medicatielijst van een bewoner zat in de envelop van een andere familie", "post_misaddressed"),
        ("Twee brieven in één envelop gedaan, de tweede was voor een andere klant", "post_misaddressed"),
        ("Oude adres gebruikt, brief geopend door de nieuwe bewoner", "post_misaddressed"),
        ("Buurman opende de brief van de gemeente", "post_misaddressed"),
        ("De postzak met declaraties is nooit aangekomen", "post_lost"),
        ("Ik heb per ongeluk de salarislijst naar de hele afdeling gemaild", "email_misaddressed"),
        ("Typefout in mailadres, rapport is bij een onbekende terechtgekomen", "email_misaddressed"),
        ("Rapportage van leerling verstuurd aan de ouders van een andere leerling", "email_misaddressed"),
        ("Nieuwsbrief verstuurd met alle adressen in het Aan-veld", "email_open_recipients"),
        ("Alle ouders stonden in de CC en konden elkaars adres zien", "email_open_recipients"),
        ("Forgot to use bcc in a mailing to 200 customers", "email_open_recipients"),
        ("Bijlage verwisseld: klant kreeg de offerte van een ander", "email_wrong_attachment"),
        ("Sent the wrong file along with the e-mail", "email_wrong_attachment"),
        ("Mijn werktelefoon is uit mijn tas gerold in de trein", "device_unprotected"),
        ("Laptop in de trein laten liggen", "device_unprotected"),
        ("Inbraak in het kantoor, twee computers meegenomen", "device_unprotected"),
        ("Left my laptop on the bus, BitLocker was on", "device_encrypted"),
        ("Stagiair kon alle personeelsdossiers inzien", "rights_too_wide"),
        ("Map op SharePoint was voor iedereen toegankelijk", "rights_too_wide"),
        ("Collega heeft op een link geklikt en zijn wachtwoord ingevoerd", "phishing"),
        ("Er worden mails verstuurd vanuit mijn mailbox die ik niet heb gestuurd", "phishing"),
        ("Servers versleuteld, hackers willen geld", "ransomware"),
        ("LockBit note on all servers this morning", "ransomware"),
        ("Gegevens van leden waren via Google te vinden", "published"),
        ("A list of members could be found on our public website", "published"),
        ("Onze IT-leverancier is slachtoffer van een hack", "processor"),
    ],
)
def test_the_words_of_a_report_name_the_breach(words: str, preset: str) -> None:
    """In Dutch and English, the more particular of two first."""
    found = suggested(BreachFacts(summary=words, description=words))
    assert [one.id for one in found][:1] == [preset]


@pytest.mark.parametrize(
    "words",
    [
        "Geen gijzelsoftware gevonden",
        "Er is geen sprake van ransomware",
        "This was not ransomware",
        "It isn't phishing",
        "De laptop is niet gestolen",
        "Geen backup, geen gijzelsoftware",
        "Laptop was never lost",
        "Zonder phishing of iets dergelijks",
        "Zoek het dossier op",
        "Het netwerk is traag",
        "De brief aan de klant is op tijd aangekomen",
        "Offerte per mail aan de klant gestuurd",
        "Wachtwoord vergeten, graag een nieuwe",
        "De website is traag",
        "New laptop needed for a colleague",
        "Mailserver kapot. De brief kwam aan. Verkeerde persoon aan de lijn",
        "",
    ],
)
def test_what_is_denied_or_not_said_names_nothing(words: str) -> None:
    """Nor does a word of one sentence together with a word of another."""
    assert named_kinds(words) == ()
    assert suggested(BreachFacts(summary=words)) == ()


@pytest.mark.parametrize(
    ("words", "least", "most"),
    [
        ("ongeveer 300 klanten", 300, 300),
        ("ca. 1.200 patiënten", 1200, 1200),
        ("Het gaat om 12 medewerkers", 12, 12),
        ("about 1 500 people", 1500, 1500),
        ("between you and me, 40 pupils", 40, 40),
        ("10-20 leerlingen", 10, 20),
        ("300 klanten. Die 300 klanten zijn gebeld", 300, 300),
        ("12 klanten en 30 medewerkers", None, None),
        ("geen 300 klanten", None, None),
        ("kamer 300", None, None),
        ("Ongeveer 1 persoon", 1, 1),
        ("Het gaat om 40 bewoners", 40, 40),
        ("12,5 klanten", None, None),
        ("klant 300", None, None),
    ],
)
def test_the_words_say_how_many_people(words: str, least: int | None, most: int | None) -> None:
    """One number beside the word for people; two, or a denied one, leave it open."""
    found = answers_from_words(words, BreachFacts(), REPORTED)
    assert (found.get("subjects_min"), found.get("subjects_max")) == (least, most)


@pytest.mark.parametrize(
    ("words", "groups"),
    [
        ("300 klanten", (SubjectGroup.CUSTOMERS,)),
        ("Dossiers van patiënten en medewerkers", (SubjectGroup.PATIENTS, SubjectGroup.EMPLOYEES)),
        ("Records of pupils", (SubjectGroup.STUDENTS,)),
        ("Factuur naar de verkeerde klant", ()),
        ("Sent to another customer", ()),
        ("Ik heb de verkeerde bijlage naar een klant gestuurd", ()),
        ("The file of an employee was sent to a customer", (SubjectGroup.EMPLOYEES,)),
        ("Gemaild aan een klant: een lijst met klanten", (SubjectGroup.CUSTOMERS,)),
        ("Geen klanten geraakt", ()),
        ("De klantenservice belde", ()),
        ("Personeelsdossiers en sollicitaties", (SubjectGroup.EMPLOYEES, SubjectGroup.APPLICANTS)),
    ],
)
def test_the_words_say_whose_data(words: str, groups: tuple[SubjectGroup, ...]) -> None:
    """Whoever received the data by mistake is not the person they are about."""
    assert answers_from_words(words, BreachFacts(), REPORTED).get("subject_groups", ()) == groups


@pytest.mark.parametrize(
    ("words", "moment", "estimated"),
    [
        ("Gisteren om 14:30 verstuurd", datetime(2026, 3, 1, 13, 30, tzinfo=UTC), False),
        ("Stolen yesterday", datetime(2026, 2, 28, 23, 0, tzinfo=UTC), True),
        (
            "Gisteren in de trein laten liggen, vanmorgen om 7:40 gemerkt",
            datetime(2026, 2, 28, 23, 0, tzinfo=UTC),
            True,
        ),
        ("Gisteren, om 14:30, ontdekten wij een open map", None, False),
        ("Gisteren, ontdekten wij om 14:30 een open map", None, False),
        (
            "Gisteren om 16:20 verstuurd. De ontvanger belde om 17:05",
            datetime(2026, 3, 1, 15, 20, tzinfo=UTC),
            False,
        ),
        ("3 dagen geleden gestolen", datetime(2026, 2, 26, 23, 0, tzinfo=UTC), True),
        ("Vanmorgen om 8 uur gestolen", datetime(2026, 3, 2, 7, 0, tzinfo=UTC), False),
        ("Vanmorgen om 8 uur ontdekt", None, False),
        ("Op 27 februari om 9.15 verstuurd", datetime(2026, 2, 27, 8, 15, tzinfo=UTC), False),
        ("Sent on 27-02-2026", datetime(2026, 2, 26, 23, 0, tzinfo=UTC), True),
        ("Op 12 november kwijtgeraakt", datetime(2025, 11, 11, 23, 0, tzinfo=UTC), True),
        ("Geboren op 12-03-1980", None, False),
        ("Vanmiddag om 15:00", None, False),
        ("Op 27-02-2026 of 28-02-2026", None, False),
        ("Op 31-02-2026", None, False),
        ("Niet gisteren", None, False),
        ("Gijzelsoftware, ontdekt vandaag om 8:15", None, False),
        ("We noticed yesterday at 14:30 that a mailbox was open", None, False),
    ],
)
def test_the_words_say_when_it_happened(words: str, moment: datetime | None, estimated: bool) -> None:
    """One day that has been; without a time it is an estimate. Nothing is proposed about awareness."""
    found = answers_from_words(words, BreachFacts(), REPORTED)
    assert found.get("occurred_from") == moment
    assert found.get("occurrence_estimated", False) is estimated
    assert not {"aware_at", "first_signal_at"} & set(found)


def test_there_are_thirteen_and_each_has_answers_tasks_and_a_measure_in_both_languages() -> None:
    """Every answer is one that people may give, and has words."""
    assert len(presets()) == 13
    for preset in presets():
        assert preset.playbook in playbooks()
        assert preset.title("nl") != preset.title("en")
        assert preset.measure("nl") != preset.measure("en")
        assert all(question(name).asked for name in preset.answers)
        assert len(preset.answers) >= 6
        for value in preset.answers.values():
            assert all(label(one, "nl") for one in (value if isinstance(value, tuple) else (value,)))


@pytest.mark.parametrize("preset", presets(), ids=lambda one: one.id)
def test_no_preset_makes_a_breach_milder_than_its_words_say(preset: Any) -> None:
    """That a recipient can be trusted, a key is safe or nothing was seen is for a person to find out."""
    assert preset.answers.get("recipient") not in (Recipient.TRUSTED, Recipient.NOBODY)
    assert "protection_intact" not in preset.answers
    assert preset.answers.get("disclosure", "likely") in ("likely", "confirmed", "not_assessable")
    assert preset.answers.get("protection", (Protection.NONE,)) == (Protection.NONE,) or preset.signs
    assert not {"backup_available", "availability_loss", "alteration", "is_breach", "aware_at"} & set(preset.answers)


def test_only_what_nobody_answered_is_proposed_and_each_answer_says_why() -> None:
    """An answer, and "not known yet", stand; effects follow from the kinds of data that are proposed."""
    words = "Phishing gisteren: mailbox met berichten van ongeveer 300 klanten"
    blank = BreachFacts(summary=words, description=words)
    found = {one.name: one for one in proposed_answers(find_preset("phishing"), blank, REPORTED)}
    assert found["kinds"].value == (IncidentKind.PHISHING,)
    assert found["kinds"].because is found["subjects_max"].because is Because.WORDS
    assert found["recipient"].because is Because.USUAL
    assert found["consequences_subjects"].because is Because.FOLLOWS
    answered = replace(blank, recipient=Recipient.KNOWN, subjects_max=12, stated_unknown=("measures_prevent",))
    left = {one.name for one in proposed_answers(find_preset("phishing"), answered, REPORTED)}
    assert not {"recipient", "subjects_min", "subjects_max", "measures_prevent"} & left
    assert "kinds" in left


@pytest.mark.parametrize("preset", presets(), ids=lambda one: one.id)
def test_no_measure_is_promised_for_a_person(preset: Preset) -> None:
    """The authority and the people concerned read what was done; so it waits for whoever says that it will be."""
    found = {one.name: one.sure for one in proposed_answers(preset, BreachFacts(), REPORTED)}
    assert found["measures_prevent"] is False


@pytest.mark.parametrize(
    ("words", "data"),
    [
        ("Brief met medicatielijst in verkeerde envelop", {"name", "address", "health"}),
        ("Salarislijst met BSN naar verkeerde ontvanger gemaild", {"bsn", "other_financial"}),
        ("Kopie paspoort bij de verkeerde klant in de brief", {"id_document_copy"}),
        ("Brief naar het verkeerde adres, geen medische gegevens", {"name", "address"}),
    ],
)
def test_data_that_the_words_name_are_proposed_beside_what_is_usual(words: str, data: set[str]) -> None:
    """GDPR art. 9: a proposal that left them out would make the breach milder than its report."""
    facts = BreachFacts(summary=words, description=words)
    found = {one.name: one for one in proposed_answers(suggested(facts)[0], facts, REPORTED)}
    assert data <= {kind.value for kind in found["data_categories"].value}
    assert ("health" in data) is (DataCategory.HEALTH in found["data_categories"].value)


@pytest.mark.parametrize(
    ("words", "data"),
    [
        (
            "Salary list (340 employees: names, addresses, BSN, bank accounts) sent",
            "name bsn address bank_account other_financial",
        ),
        ("Klantenlijst met namen, e-mailadressen en telefoonnummers gemaild", "name email phone"),
        ("Excel with names, e-mail addresses and dates of birth of pupils is online", "name date_of_birth email"),
        ("Brief met naam en adres en BSN verkeerd bezorgd", "name bsn address"),
        ("Brief naar verkeerde naam en adres", ""),
        ("Er stonden geen namen, adressen en telefoonnummers in de map", ""),
        ("Laptop stolen; names, telephone numbers. Nobody knows", ""),
    ],
)
def test_a_list_of_data_is_read_as_one(words: str, data: str) -> None:
    """A single name or address mostly says how something was sent; in a row they are what was lost."""
    assert [kind.value for kind in kinds_reported(words)] == data.split()


@pytest.mark.parametrize(
    ("words", "discovered_by", "disclosure"),
    [
        ("The receiver called on Friday, says he opened it and has deleted it.", "external_party", "confirmed"),
        ("De ontvanger heeft ons gebeld en heeft de bijlage niet geopend", "external_party", "unknown"),
        ("De ontvanger belde om 17:05 en had de bijlage geopend", "external_party", "confirmed"),
        ("Mail naar verkeerde ontvanger gestuurd", "unknown", "unknown"),
        ("The list is on our site. An applicant called at 22:10.", "data_subject", "unknown"),
        ("Een onderzoeker heeft een open map gemeld", "external_party", "unknown"),
        ("Een collega meldde een open map", "unknown", "unknown"),
    ],
)
def test_what_others_did_is_not_taken_for_our_own(words: str, discovered_by: str, disclosure: str) -> None:
    """What is usual for the kind of breach does not contradict the report."""
    said = answers_from_words(words, BreachFacts(summary=words), REPORTED)
    assert said.get("discovered_by", "unknown") == discovered_by
    assert said.get("disclosure", "unknown") == disclosure


def test_paper_is_neither_wiped_nor_recalled() -> None:
    """What went by post has a checklist of its own."""
    for kind in (IncidentKind.POST_WRONG_RECIPIENT, IncidentKind.POST_LOST, IncidentKind.PAPER_LOST_OR_STOLEN):
        (playbook,) = fitting(BreachFacts(kinds=(kind,)))
        assert not any(word in step.words("en") for step in playbook.steps for word in ("Recall", "remotely", "disk"))


def test_another_kind_than_the_words_name_can_be_chosen() -> None:
    """The person knows better than the words: the kind of the chosen preset is what is proposed."""
    facts = BreachFacts(summary="Phishing", description="Phishing")
    found = {one.name: one for one in proposed_answers(find_preset("ransomware"), facts, REPORTED)}
    assert found["kinds"].value == (IncidentKind.RANSOMWARE,)
    assert found["kinds"].because is Because.USUAL


def test_the_profile_proposes_what_it_knows_of_the_systems_named() -> None:
    """Data, groups, our role, who runs it, where it is, the measures: marked as such; what it holds is not ticked."""
    facts = BreachFacts(summary="Iets vreemds", description="Iets vreemds", systems=("HubSpot", "Een eigen server"))
    found = {one.name: one for one in proposed_answers(None, facts, REPORTED, load_profile(), "nl")}
    assert {one.because for one in found.values()} == {Because.PROFILE}
    assert found["role"].value is Role.CONTROLLER
    assert found["parties"].value == (
        Party("HubSpot", PartyRole.PROCESSOR, "https://legal.hubspot.com/privacy-policy"),
    )
    assert found["systems_note"].value == "HubSpot: of de gegevens ook buiten de EER staan, is niet bekend."
    assert SecurityMeasure.ACCESS_LEVELS in found["measures_before"].value
    assert "Versleuteling van laptops" in found["measures_before_note"].value
    assert DataCategory.BEHAVIOUR in found["data_categories"].value
    assert "Contactpersonen van zakelijke relaties" in found["subjects_note"].value
    assert {name for name, one in found.items() if not one.sure} == {
        "data_categories",
        "subject_groups",
        "subjects_note",
    }


@pytest.mark.parametrize(
    ("systems", "role", "parties"),
    [
        (("Facebook pixel",), Role.JOINT_CONTROLLER, 1),
        (("www.alumio.com",), Role.CONTROLLER, 0),
        (("www.alumio.com", "HubSpot"), Role.CONTROLLER, 1),
        (("HubSpot", "Facebook pixel"), None, 2),
        (("Een eigen server",), None, 0),
    ],
)
def test_our_role_is_proposed_where_the_systems_agree(systems: Any, role: Role | None, parties: int) -> None:
    """Our own site adds nobody; systems with two roles leave the question to a person; an unknown one says nothing."""
    facts = BreachFacts(systems=systems)
    found = {one.name: one.value for one in proposed_answers(None, facts, REPORTED, load_profile())}
    assert (found.get("role"), len(found.get("parties", ()))) == (role, parties)


def test_words_and_what_is_usual_go_before_the_profile() -> None:
    """What happened says more about what leaked than what a system holds; what was answered is left alone."""
    facts = BreachFacts(systems=("HubSpot",), role=Role.PROCESSOR)
    found = {
        one.name: one for one in proposed_answers(find_preset("email_misaddressed"), facts, REPORTED, load_profile())
    }
    assert found["data_categories"].because is Because.USUAL
    assert found["subject_groups"].because is Because.PROFILE
    assert "role" not in found


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("Donderdag 26 februari om 8:00 ontdekten wij gijzelsoftware", datetime(2026, 2, 26, 7, 0, tzinfo=UTC)),
        ("Eergisteren meldde een onderzoeker een open map", datetime(2026, 2, 27, 23, 0, tzinfo=UTC)),
        ("Discovered on 26 February", datetime(2026, 2, 25, 23, 0, tzinfo=UTC)),
        ("Vanmorgen om 9:30 ontdekt", datetime(2026, 3, 2, 8, 30, tzinfo=UTC)),
        ("Vandaag ontdekt", None),
        ("The list is on our site. An applicant called at 8:10.", datetime(2026, 3, 2, 7, 10, tzinfo=UTC)),
        ("The list is on our site. An applicant called at 23:10.", None),
        ("Om 8:10 verstuurd naar een verkeerde klant", None),
        ("De klant belde om 8:10 en om 8:40", None),
        ("Op 26 februari is de laptop gestolen", None),
        ("Op 20 februari gestolen, op 26 februari ontdekt", datetime(2026, 2, 25, 23, 0, tzinfo=UTC)),
        ("Gisteren online gezet. Een patiënt belde vanochtend om 8:10.", datetime(2026, 3, 2, 7, 10, tzinfo=UTC)),
        ("Op 20 februari om 9.00 verstuurd. De ontvanger belde op 26 februari.", datetime(2026, 2, 25, 23, tzinfo=UTC)),
        ("On Thursday, at 17:05, a customer told us", datetime(2026, 2, 26, 16, 5, tzinfo=UTC)),
        ("Vrijdagavond om 21:00 gemeld door een onderzoeker", datetime(2026, 2, 27, 20, 0, tzinfo=UTC)),
        ("Donderdag 19 februari ontdekt", datetime(2026, 2, 18, 23, 0, tzinfo=UTC)),
        ("Maandag ontdekt", None),
        ("Iedere vrijdag gaat een lijst uit, en die meldde een fout", None),
        ("Volgende vrijdag belt de ontvanger, die het meldde", None),
        ("Zojuist ontdekt", None),
        ("Two days ago I found that the list was on the open drive", datetime(2026, 2, 27, 23, 0, tzinfo=UTC)),
        ("Een week geleden belde een klant", datetime(2026, 2, 22, 23, 0, tzinfo=UTC)),
        ("Drie dagen geleden verstuurd, vandaag ontdekt", None),
        ("Vannacht om 3:20 ontdekt", datetime(2026, 3, 2, 2, 20, tzinfo=UTC)),
        ("Gisteren om 15:20 verstuurd, de klant belde om 15:50.", datetime(2026, 3, 1, 14, 50, tzinfo=UTC)),
        ("Gisteren om 23:50 verstuurd. De klant belde om 8:10.", datetime(2026, 3, 2, 7, 10, tzinfo=UTC)),
    ],
)
def test_who_states_the_awareness_is_shown_an_earlier_discovery_that_the_words_name(
    words: str, moment: datetime | None
) -> None:
    """GDPR art. 33(1): the hint is shown, never applied; not once a breach is stated, nor for a later moment."""
    facts = BreachFacts(summary=words, description=words)
    named = discovery_told(words, facts, REPORTED)
    assert (named.at if named else None) == moment
    assert "aware_at" not in answers_from_words(words, facts, REPORTED)
    assert discovery_told(words, replace(facts, is_breach=Ternary.YES), REPORTED) is None


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("De ontvanger belde vanmiddag om 17:05", datetime(2026, 3, 1, 16, 5, tzinfo=UTC)),
        ("An applicant called at 22:10", datetime(2026, 3, 1, 21, 10, tzinfo=UTC)),
        ("De beheerder zag vanavond om 22:30 dat het bestand weg was", datetime(2026, 3, 1, 21, 30, tzinfo=UTC)),
        ("The administrator saw tonight at 22:30 that it was copied", datetime(2026, 3, 1, 21, 30, tzinfo=UTC)),
        ("Een klant belde om 0:40", datetime(2026, 3, 1, 23, 40, tzinfo=UTC)),
        ("Een klant belde vanochtend om 0:15", datetime(2026, 3, 1, 23, 15, tzinfo=UTC)),
        ("The recipient called this morning at 08:10", datetime(2026, 3, 1, 7, 10, tzinfo=UTC)),
    ],
)
def test_at_night_the_day_before_is_still_today(words: str, moment: datetime) -> None:
    """Half past one: "this afternoon" was yesterday, and so is every hour that has not come yet today."""
    at_night = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
    named = discovery_told(words, BreachFacts(summary=words), at_night)
    assert named is not None
    assert named.at == moment


def test_a_day_without_a_time_is_the_day_where_the_authority_is() -> None:
    """At midnight in Amsterdam it is still the day before in London."""
    words = "Op 26 februari ontdekt"
    named = discovery_told(words, BreachFacts(summary=words), REPORTED)
    assert named is not None
    assert (named.exact, named.day, named.at.date()) == (False, date(2026, 2, 26), date(2026, 2, 25))
