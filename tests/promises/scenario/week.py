"""The week of 12 to 19 November: what is open, at different hours of its clock, and what was just closed."""

from dataclasses import dataclass

from incident.domain.kinds import Addressee
from incident.law.facts import AffectedController, Party
from incident.law.vocabulary import (
    Actor,
    DataCategory,
    Disclosure,
    IncidentKind,
    Nature,
    NotInformingGround,
    PartyRole,
    Protection,
    Recipient,
    Role,
    SubjectGroup,
    Ternary,
)
from tests.promises.scenario import sheets
from tests.promises.scenario.case import Case, Letter
from tests.promises.scenario.stage import Stage, instant

PDF = b"%PDF-1.7\n% Kopie van het formulier zoals ingediend\n"
LOG = b"2026-11-16T07:58:02Z login admin ok\n2026-11-16T08:04:41Z export list 44 rows 640\n"


@dataclass(frozen=True, slots=True)
class Week:
    """The incidents by a short name, and the letter that is being mailed."""

    cases: dict[str, Case]
    letter: Letter


def play_week(stage: Stage) -> Week:
    """Put the week on stage."""
    hubspot, letter = intruder(Case(stage))
    cases = {
        "export": wrong_customer(Case(stage)),
        "alarm": false_alarm(Case(stage)),
        "payslips": payslips(Case(stage)),
        "hubspot": hubspot,
        "phishing": phishing(Case(stage)),
        "release": release(Case(stage)),
        "laptop": laptop(Case(stage)),
        "test": open_test_system(Case(stage)),
    }
    return Week(cases, letter)


def wrong_customer(case: Case) -> Case:
    """Notified in time, followed up, closed."""
    case.report(
        "12-11 10:05",
        "Ruben",
        "Export met supporttickets van de ene klant naar een andere klant gemaild",
        noticed="12-11 09:40",
        systems=("Freshdesk",),
        subject_groups=(SubjectGroup.CUSTOMERS,),
        subjects=212,
    )
    case.take_on("12-11 10:20", "Noor").playbook("12-11 10:21", "Noor", "wrong_addressee")
    case.done("13-11 09:30", "Noor", 20)
    case.confirm("12-11 10:40", "Noor", "12-11 09:40", "De ontvanger belde zelf dat het bestand niet van hem was.")
    case.note("12-11 11:15", "Noor@slack", "De ontvanger heeft het bestand verwijderd en bevestigt dat per mail.")
    case.evidence("12-11 11:30", "Noor", "bevestiging-verwijdering.pdf", PDF, "Bevestiging van de ontvanger")
    case.state("12-11 16:30", "Noor", **sheets.EXPORT).assess("12-11 17:00", "Noor", **sheets.EXPORT_ANSWERS)
    case.decide(
        "13-11 09:10",
        "Noor",
        "De inhoud van de tickets kan de betrokkenen raken.",
        authority=True,
    )
    case.decide(
        "13-11 09:15",
        "Noor",
        "Geen hoog risico: de ontvanger is bekend en heeft het bestand verwijderd.",
        subjects=False,
    )
    case.agree("13-11 11:40", "Sanne", "Eens; de bevestiging zit in het dossier.")
    dossier = case.notice("13-11 13:05", "Noor", Addressee.AUTHORITY).approve("13-11 15:20", "Sanne")
    dossier.send("13-11 16:10", "Noor", "portal", reference="VM-2026-0418")
    case.task("16-11 09:30", "Noor", "Exports alleen nog via het portaal", "Jelle", "15-12 12:00", measure=True)
    case.close(
        "18-11 11:00",
        "Noor",
        "internal_non_malicious",
        "Het adresboek toonde twee klanten onder elkaar. Exports gaan voortaan via het portaal.",
    )
    return case


def false_alarm(case: Case) -> Case:
    """No breach, with a reason and a second person."""
    case.report(
        "13-11 22:48", "Jelle@slack", "Aanmelding op een beheerdersaccount vanuit Portugal", systems=("Microsoft 365",)
    )
    case.note("13-11 23:05", "Jelle@slack", "De collega is op vakantie in Portugal en bevestigt dat hij het zelf was.")
    case.deny(
        "13-11 23:12",
        "Jelle",
        "De aanmelding was van de collega zelf, met zijn tweede factor.",
        "14-11 08:55",
        "Mila",
        "Zelf met hem gebeld.",
    )
    return case


def payslips(case: Case) -> Case:
    """Overdue: known on Sunday evening, and the dossier still has holes."""
    case.report(
        "15-11 17:02",
        "Thijs",
        "Salarisstroken van oktober zichtbaar voor alle medewerkers in de map Personeel",
        noticed="15-11 16:45",
        systems=("SharePoint",),
        subject_groups=(SubjectGroup.EMPLOYEES,),
        subjects=58,
    )
    case.take_on("15-11 21:10", "Jelle")
    case.confirm("15-11 21:30", "Jelle", "15-11 21:05", "De logboeken tonen dat twee collega's de map hebben geopend.")
    case.note("15-11 21:40", "Jelle", "Map gesloten voor iedereen behalve Personeelszaken.", "15-11 21:12")
    case.note("15-11 22:05", "Noor@slack", "Het recht is vrijdag mee veranderd bij het inrichten van de nieuwe site.")
    case.state("16-11 09:20", "Jelle", **sheets.PAYSLIPS)
    case.assess("16-11 10:15", "Noor", **sheets.PAYSLIPS_ANSWERS)
    case.decide(
        "16-11 14:30",
        "Noor",
        "Burgerservicenummers en salarissen; collega's kennen elkaar.",
        authority=True,
        subjects=True,
    )
    case.notice("17-11 16:00", "Jelle", Addressee.AUTHORITY)
    case.notice("17-11 16:20", "Jelle", Addressee.SUBJECTS)
    case.task("16-11 10:20", "Noor", "Bij Personeelszaken navragen wie de stroken heeft gezien", "Jelle", "17-11 12:00")
    case.task("16-11 10:21", "Noor", "Rechten van alle mappen nalopen", "Jelle", "20-11 17:00")
    return case


def intruder(case: Case) -> tuple[Case, Letter]:
    """High risk, nearly done: the letters are leaving, and the dossier that says so is approved."""
    case.report(
        "16-11 09:12",
        "Ilse",
        "HubSpot meldt een indringer in een beheerdersaccount; contactlijst opgehaald",
        noticed="16-11 08:50",
        systems=("HubSpot",),
        subject_groups=(SubjectGroup.SUBSCRIBERS, SubjectGroup.CUSTOMERS),
        subjects=640,
        ongoing=Ternary.YES,
    )
    case.take_on("16-11 09:20", "Noor").playbook("16-11 09:25", "Noor", "processor_breach")
    case.note("16-11 09:31", "Jelle@slack", "Alle sessies van het beheerdersaccount ingetrokken.")
    case.confirm("16-11 10:40", "Noor", "16-11 10:30", "Het logboek van HubSpot toont de export van 640 contacten.")
    case.evidence("16-11 10:55", "Jelle", "hubspot-audit.log", LOG, "Logboek van HubSpot, zaterdag tot maandag")
    case.state(
        "16-11 15:30",
        "Noor",
        **{
            **sheets.HUBSPOT,
            "others_involved": Ternary.YES,
            "processor_told_us_at": instant("16-11 08:50"),
            "parties": (Party("HubSpot", PartyRole.PROCESSOR, "security@hubspot.example"),),
        },
    )
    case.assess("16-11 16:40", "Noor", **sheets.HUBSPOT_ANSWERS)
    case.note("16-11 17:10", "Noor", "Klanten die bellen, worden doorverbonden met Ruben.")
    case.decide(
        "17-11 09:30",
        "Noor",
        "Inloggegevens en geboortedata in handen van een kwaadwillende.",
        authority=True,
        subjects=True,
    )
    dossier = case.notice("17-11 11:00", "Noor", Addressee.AUTHORITY).redraft("18-11 15:40", "Noor")
    dossier.approve("18-11 16:30", "Sanne").redraft("19-11 01:20", "Noor").approve("19-11 01:28", "Sanne")
    dossier.copy("19-11 01:36", "Noor", 14)
    letter = case.notice("17-11 13:30", "Noor", Addressee.SUBJECTS).edit("18-11 16:10", "Noor")
    case.note(
        "18-11 09:05", "Noor@slack", "Drie telefoontjes over vreemde mails, alle drie van ontvangers op de lijst."
    )
    case.state(
        "18-11 15:30",
        "Noor",
        measures_taken="Sessies ingetrokken, wachtwoorden van de Academy ongeldig gemaakt, aangifte gedaan, "
        "klantenondersteuning ingelicht over vreemde mails.",
    )
    case.done("16-11 11:10", "Noor", 2).done("17-11 08:45", "Jelle", 2)
    letter.approve("18-11 16:45", "Sanne")
    case.task(
        "16-11 17:00", "Noor", "Wachtwoorden van de Academy ongeldig maken", "Jelle", "16-11 20:00", done="16-11 18:20"
    )
    case.task("17-11 09:40", "Noor", "Aangifte bij de politie", "Mila", "18-11 17:00", done="18-11 10:30")
    case.task("18-11 17:00", "Noor", "Beveiligingssleutels voor alle beheerders", "Jelle", "11-12 17:00", measure=True)
    return case, letter


def phishing(case: Case) -> Case:
    """A "no" to informing waits for a second person."""
    case.report(
        "17-11 13:52",
        "Ilse@slack",
        "Wachtwoord ingevuld op een nagemaakte aanmeldpagina",
        noticed="17-11 13:40",
        systems=("Microsoft 365",),
        subject_groups=(SubjectGroup.BUSINESS_CONTACTS,),
    )
    case.take_on("17-11 14:02", "Jelle").playbook("17-11 14:03", "Jelle", "phishing")
    case.done("17-11 15:30", "Jelle", 3)
    case.note("17-11 14:10", "Jelle@slack", "Wachtwoord gewijzigd, sessies ingetrokken, doorstuurregels verwijderd.")
    case.confirm("17-11 15:20", "Jelle", "17-11 15:10", "Er is vanaf een vreemd adres in de mailbox gelezen.")
    case.state(
        "18-11 10:30",
        "Jelle",
        **{
            **sheets.people(90, SubjectGroup.BUSINESS_CONTACTS, "Mensen die Ilse mailden"),
            "kinds": (IncidentKind.PHISHING,),
            "actor": Actor.EXTERNAL_MALICIOUS,
            "recipient": Recipient.MALICIOUS,
            "disclosure": Disclosure.LIKELY,
            "data_categories": (DataCategory.NAME, DataCategory.EMAIL, DataCategory.COMMUNICATION_CONTENT),
            "protection": (Protection.NONE,),
        },
    )
    case.assess("18-11 11:20", "Noor", **sheets.PHISHING_ANSWERS)
    case.decide("18-11 16:00", "Noor", "Er is minutenlang in de mailbox gelezen door een onbekende.", authority=True)
    case.decide(
        "18-11 16:05",
        "Noor",
        "De gelezen mails gaan over afspraken; wij bellen de zes mensen die meer schreven.",
        subjects=False,
        ground=NotInformingGround.RISK_REMOVED,
    )
    return case


def release(case: Case) -> Case:
    """We are the processor: three customers, each with a term of its own."""
    case.report(
        "18-11 09:05",
        "Jelle",
        "Na de release van vanochtend zagen drie klanten elkaars orders",
        noticed="18-11 08:35",
        systems=("Integratieplatform",),
        subject_groups=(SubjectGroup.CUSTOMERS,),
        ongoing=Ternary.NO,
    )
    case.take_on("18-11 09:06", "Jelle")
    case.confirm(
        "18-11 09:25",
        "Jelle",
        "18-11 09:20",
        "Drie klanten stuurden schermafdrukken; de logboeken bevestigen het.",
        Role.PROCESSOR,
    )
    case.note("18-11 09:30", "Jelle", "Release teruggedraaid, tussenopslag geleegd.", "18-11 08:58")
    controllers = (
        AffectedController("Webwinkel Noord", "privacy@noord.example", 24, "nl", 412, 530),
        AffectedController("Butik Syd AB", "dataskydd@syd.example", 36, "sv", 88, 120),
        AffectedController("Handel West GmbH", "datenschutz@west.example", 48, "de", 1_290, 1_800),
    )
    case.state(
        "18-11 10:40",
        "Noor",
        affected_controllers=controllers,
        processor_aware_at=instant("18-11 09:20"),
        kinds=(IncidentKind.SHOWN_TO_WRONG_PERSON, IncidentKind.TECHNICAL_MALFUNCTION),
        actor=Actor.INTERNAL_NON_MALICIOUS,
        recipient=Recipient.KNOWN,
        disclosure=Disclosure.CONFIRMED,
        data_categories=(DataCategory.NAME, DataCategory.ADDRESS, DataCategory.ORDERS),
        measures_taken="Release teruggedraaid; tussenopslag geleegd; controle toegevoegd aan de release.",
    )
    first = case.notice("18-11 11:10", "Noor", Addressee.CONTROLLER, recipient="Webwinkel Noord")
    outcome = "Een andere klant kan namen, adressen en bestellingen hebben gezien."
    first.edit("18-11 11:40", "Noor", gevolgen=outcome).approve("18-11 12:05", "Sanne")
    first.send("18-11 12:20", "Noor", "email").acknowledged("18-11 14:02", "Noor", "J. Brandsma")
    case.notice("18-11 13:00", "Noor", Addressee.CONTROLLER, language="sv", recipient="Butik Syd AB")
    case.notice("18-11 13:05", "Noor", Addressee.CONTROLLER, language="de", recipient="Handel West GmbH")
    case.task("18-11 10:45", "Noor", "Uitzoeken welke orders zijn getoond", "Jelle", "19-11 12:00")
    return case


def laptop(case: Case) -> Case:
    """Unlikely to hurt anybody: encrypted, and decided by two."""
    case.report(
        "18-11 14:05",
        "Mila",
        "Versleutelde laptop blijven liggen in de trein naar Zwolle",
        noticed="18-11 13:30",
        systems=("Laptop",),
        subject_groups=(SubjectGroup.CUSTOMERS,),
        subjects=30,
    )
    case.take_on("18-11 14:20", "Noor")
    case.confirm(
        "18-11 14:40",
        "Noor",
        "18-11 14:05",
        "Het apparaat is zoek.",
        nature=(Nature.CONFIDENTIALITY, Nature.AVAILABILITY),
    )
    case.state(
        "18-11 15:10",
        "Noor",
        kinds=(IncidentKind.DEVICE_LOST_OR_STOLEN,),
        recipient=Recipient.UNKNOWN_PERSONS,
        actor=Actor.INTERNAL_NON_MALICIOUS,
        disclosure=Disclosure.RULED_OUT,
        protection=(Protection.ENCRYPTED,),
        protection_intact=Ternary.YES,
        data_categories=(DataCategory.NAME, DataCategory.EMAIL),
    )
    case.assess("18-11 15:20", "Noor", **sheets.LAPTOP_ANSWERS)
    case.decide(
        "18-11 15:40",
        "Noor",
        "Schijf versleuteld, sleutel veilig, toegang op afstand ingetrokken.",
        authority=False,
        subjects=False,
    )
    case.agree("18-11 17:15", "Sanne", "Eens.")
    return case


def open_test_system(case: Case) -> Case:
    """Just in, from Slack, and nobody has it."""
    case.report(
        "19-11 00:41",
        "Ruben@slack",
        "Testomgeving met een kopie van klantgegevens staat open op internet",
        noticed="19-11 00:25",
        systems=("Testomgeving",),
    )
    return case
