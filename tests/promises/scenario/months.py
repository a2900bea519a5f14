"""What stands behind the week: an old register taken over in September, and the incidents of the autumn."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from incident.domain.kinds import Addressee
from incident.domain.register.import_rows import guess_fields, read_entries
from incident.domain.register.tables import read_table
from incident.law.vocabulary import Actor, DataCategory, IncidentKind, Recipient, RiskLevel, SubjectGroup
from incident.usecases.register.import_register import ImportRegister, import_register
from tests.promises.scenario import sheets
from tests.promises.scenario.case import Case
from tests.promises.scenario.stage import ZONE, Stage, instant

OLD: Final = (
    ("email_wrong_recipient", "Bijlage met offerte naar de verkeerde klant", "Outlook", "internal_non_malicious", 6),
    (
        "email_wrong_recipient",
        "Export van supporttickets naar de verkeerde contactpersoon",
        "Freshdesk",
        "internal_non_malicious",
        6,
    ),
    ("email_open_recipients", "Uitnodiging met alle adressen in het veld Aan", "HubSpot", "internal_non_malicious", 4),
    ("share_too_broad", "Projectmap open voor iedereen met de link", "SharePoint", "internal_non_malicious", 5),
    ("staff_authorisation_wrong", "Stagiair kon verlofgegevens inzien", "SharePoint", "internal_non_malicious", 3),
    (
        "device_lost_or_stolen",
        "Telefoon van een collega kwijtgeraakt op een beurs",
        "Telefoon",
        "external_non_malicious",
        3,
    ),
    ("phishing", "Inloggegevens ingevuld op een valse pagina", "Microsoft 365", "external_malicious", 4),
    ("misconfiguration", "Testomgeving zonder wachtwoord bereikbaar", "Testomgeving", "internal_non_malicious", 3),
    ("post_wrong_recipient", "Brief van Personeelszaken bij de buren bezorgd", "Post", "external_non_malicious", 2),
    (
        "technical_malfunction",
        "Klant zag na een storing de naam van een andere klant",
        "Integratieplatform",
        "internal_non_malicious",
        3,
    ),
    ("hacking", "Onbekende aanmelding op een account van een ontwikkelaar", "GitHub", "external_malicious", 1),
)
"""Kind, summary, system, cause, weight."""
HEADINGS: Final = (
    "Zaaknummer",
    "Gemeld op",
    "Ontdekt op",
    "Omschrijving",
    "Soort",
    "Systeem",
    "Aantal betrokkenen",
    "Datalek",
    "Risico",
    "Datum melding AP",
    "Oorzaak",
    "Behandelaar",
    "Gesloten",
)


def old_register(rows: int = 46) -> bytes:
    """The table that was kept before, as a CSV file: January to August."""
    random, text = Random(2026), io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(HEADINGS)
    day = datetime(2026, 1, 7, 10, 20, tzinfo=ZONE)
    for number in range(1, rows + 1):
        writer.writerow(_old_row(number, day, random))
        day += timedelta(days=random.choice((1, 2, 4, 5, 7, 9)), minutes=random.randint(-120, 150))
    return text.getvalue().encode("utf-8-sig")


def _old_row(number: int, day: datetime, random: Random) -> list[str]:
    kind, what, system, cause, _weight = random.choices(OLD, weights=[row[4] for row in OLD])[0]
    aware = day - timedelta(hours=random.choice((0.5, 1, 2, 3, 5, 9, 20)))
    breach = random.random() > 0.12
    risk = random.choices(("laag", "risico", "hoog"), weights=(6, 3, 1))[0] if breach else "laag"
    told = aware + timedelta(hours=random.choice((18, 26, 31, 44, 49, 55, 62, 69, 71, 78))) if risk != "laag" else None
    closed = day + timedelta(days=random.choice((6, 9, 14, 20)))
    return [
        f"DL{number:03d}",
        _cell(day),
        _cell(aware),
        what,
        kind,
        system,
        str(random.choice((1, 1, 2, 4, 12, 35, 80, 140, 600))),
        "ja" if breach else "nee",
        risk,
        _cell(told) if told else "",
        cause,
        "N. de Wit",
        _cell(closed),
    ]


def _cell(at: datetime) -> str:
    return f"{at:%d-%m-%Y %H:%M}"


def play_import(stage: Stage, content: bytes) -> None:
    """Take the old register over on the first of September."""
    table = read_table("register-2026.csv", content)

    def act(now: datetime) -> None:
        reading = read_entries(table, guess_fields(table), zone=ZONE, now=now)
        assert reading.problems == (), reading.problems
        command = ImportRegister(stage.person("Noor"), reading, stage.blobs.put(content))
        import_register(command, session=stage.session, now=now)

    stage.on("08-09 09:30", act)


@dataclass(frozen=True, slots=True)
class Ordinary:
    """An incident of the autumn: when it was noticed, the hours to each step, and how it ended."""

    noticed: str
    who: str
    summary: str
    kind: IncidentKind
    system: str
    people: int
    report: float
    decide: float
    notify: float = 0
    late: str = ""
    cause: Actor = Actor.INTERNAL_NON_MALICIOUS
    recipient: Recipient = Recipient.KNOWN


K = IncidentKind
AUTUMN: Final = (
    Ordinary(
        "10-09 14:10",
        "Ruben",
        "Schermafdruk met klantgegevens in het verkeerde ticket",
        K.SHOWN_TO_WRONG_PERSON,
        "Freshdesk",
        3,
        0.4,
        22,
    ),
    Ordinary(
        "17-09 08:55",
        "Ilse",
        "Nieuwsbrief met zichtbare adressen aan 140 ontvangers",
        K.EMAIL_OPEN_RECIPIENTS,
        "HubSpot",
        140,
        1.2,
        20,
        30,
    ),
    Ordinary(
        "24-09 16:40",
        "Jelle",
        "Sleutel van een koppeling in een openbare opslag gezet",
        K.PUBLISHED_BY_MISTAKE,
        "GitHub",
        0,
        0.3,
        15,
    ),
    Ordinary(
        "02-10 11:05",
        "Ruben",
        "Antwoord op een ticket naar een verkeerde klant gestuurd",
        K.EMAIL_WRONG_RECIPIENT,
        "Freshdesk",
        1,
        0.8,
        26,
    ),
    Ordinary(
        "09-10 20:30",
        "Jelle",
        "Back-up op een verkeerde server teruggezet",
        K.TECHNICAL_MALFUNCTION,
        "Integratieplatform",
        2_100,
        11,
        40,
        58,
    ),
    Ordinary(
        "16-10 09:15",
        "Thijs",
        "Sollicitatiebrief naar een verkeerde manager doorgestuurd",
        K.EMAIL_WRONG_RECIPIENT,
        "Outlook",
        1,
        3,
        28,
    ),
    Ordinary(
        "21-10 13:30",
        "Ruben",
        "Export van tickets zonder wachtwoord gemaild",
        K.EMAIL_WRONG_RECIPIENT,
        "Freshdesk",
        64,
        0.6,
        31,
        47,
    ),
    Ordinary(
        "23-10 17:20",
        "Ilse",
        "Wachtwoord ingevuld op een valse pagina van Microsoft",
        K.PHISHING,
        "Microsoft 365",
        55,
        2,
        46,
        79.5,
        "Het weekend viel samen met het onderzoek door de leverancier; de omvang was pas maandag bekend.",
        Actor.EXTERNAL_MALICIOUS,
        Recipient.MALICIOUS,
    ),
    Ordinary(
        "29-10 10:45", "Thijs", "Arbeidscontract in een gedeelde map gezet", K.SHARE_TOO_BROAD, "SharePoint", 1, 1.5, 24
    ),
    Ordinary(
        "04-11 15:00",
        "Mila",
        "Telefoon gestolen op een beurs; op afstand gewist",
        K.DEVICE_LOST_OR_STOLEN,
        "Telefoon",
        12,
        0.5,
        18,
        cause=Actor.EXTERNAL_MALICIOUS,
        recipient=Recipient.UNKNOWN_PERSONS,
    ),
    Ordinary(
        "06-11 09:25",
        "Ruben",
        "Bijlage van een andere klant bij een antwoord",
        K.EMAIL_WRONG_RECIPIENT,
        "Freshdesk",
        5,
        0.3,
        25,
        44,
    ),
)


def play_autumn(stage: Stage, stories: tuple[Ordinary, ...] = AUTUMN) -> None:
    """Each from report to closing."""
    for number, story in enumerate(stories):
        _ordinary(stage, story, number)


def _ordinary(stage: Stage, story: Ordinary, number: int) -> None:
    start = instant(story.noticed)

    def at(hours: float) -> str:
        return f"{start + timedelta(hours=hours):%d-%m %H:%M}"

    case = Case(stage)
    case.report(
        at(story.report),
        story.who,
        story.summary,
        noticed=story.noticed,
        systems=(story.system,),
        subjects=story.people,
    )
    case.take_on(at(story.report + 0.3), "Noor")
    reason = "Na registratie bleek uit de logboeken sinds wanneer het bekend was."
    case.confirm(at(story.report + 1), "Noor", story.noticed, reason)
    case.state(at(story.report + 2), "Noor", **_facts(story, at))
    risk = RiskLevel.RISK if story.notify else RiskLevel.UNLIKELY
    case.assess(at(story.report + 3), "Noor", risk, "Naar de omstandigheden beoordeeld.", **_answers(story))
    end = story.decide
    case.agree(at(story.decide - 1), "Sanne", "Eens met de beoordeling.")
    case.decide(at(end), "Noor", "Zie de beoordeling.", authority=bool(story.notify), subjects=False)
    case.agree(at(end + 1), "Sanne", "Eens.")
    if story.notify:
        end = story.notify
        dossier = case.notice(at(story.decide + 1.5), "Noor", Addressee.AUTHORITY).approve(
            at(story.notify - 1), "Sanne"
        )
        dossier.send(at(end), "Noor", "portal", reference=f"VM-2026-{200 + number:04d}", delay_reason=story.late)
    case.task(
        at(end + 4),
        "Noor",
        "Werkwijze aangepast en besproken",
        "Jelle",
        at(end + 24 * 6),
        measure=True,
        done=at(end + 50),
    )
    case.close(at(end + 24 * 4), "Noor", story.cause.value, "Besproken in het teamoverleg.")


def _facts(story: Ordinary, at: Any) -> dict[str, Any]:
    return {
        **sheets.EXPORT,
        **sheets.when(at(-2), at(-1), "Zelf opgemerkt."),
        **sheets.people(story.people, SubjectGroup.CUSTOMERS, "Contactpersonen bij klanten"),
        "description": story.summary + ".",
        "kinds": (story.kind,),
        "actor": story.cause,
        "recipient": story.recipient,
        "data_categories": (DataCategory.NAME, DataCategory.EMAIL),
    }


def _answers(story: Ordinary) -> dict[str, Any]:
    return {
        **sheets.EXPORT_ANSWERS,
        "data": [{"category": "name"}, {"category": "email"}],
        "actor": story.cause.value,
        "recipient": story.recipient.value,
        "subjects_number": story.people,
    }
