"""Ransomware at a shop that also runs the web shops of three others: five groups of people, and data online."""

from dataclasses import replace
from datetime import date
from typing import Any, Final

from incident.domain.kinds import Addressee, NoticeKind
from incident.law.facts import AffectedController, AffectedGroup, CountryCount, Party
from incident.law.vocabulary import (
    UNKNOWN,
    Actor,
    AvailabilityLoss,
    ConsequenceForData,
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    DiscoveredBy,
    IncidentKind,
    Informed,
    Nature,
    PartyRole,
    Protection,
    Recipient,
    SecurityMeasure,
    Severity,
    SubjectGroup,
    Ternary,
)
from tests.documents.specimens.shelf import Shelf
from tests.documents.specimens.shop import OFFICER, Told
from tests.promises.scenario.case import Case
from tests.promises.scenario.stage import Stage, instant

C, D, G = ConsequenceForSubjects, DataCategory, SubjectGroup
OURS: Final = (G.CUSTOMERS, G.EMPLOYEES, G.APPLICANTS, G.OTHER)
CUSTOMERS: Final = {
    "Rijwielhuis Veen": ("rijwielhuisveen", "nl", 1_290),
    "Fahrrad Emsland GmbH": ("fahrrad-emsland", "de", 930),
    "De Trapper": ("detrapper", "nl", 90),
}
GROUPS: Final = (
    AffectedGroup(
        G.CUSTOMERS,
        (D.NAME, D.ADDRESS, D.EMAIL, D.PHONE, D.CREDENTIALS, D.ORDERS),
        (C.FRAUD, C.DISCLOSURE_TO_THIRD_PARTIES),
        10_640,
    ),
    AffectedGroup(
        G.EMPLOYEES,
        (
            D.NAME,
            D.DATE_OF_BIRTH,
            D.BSN,
            D.ADDRESS,
            D.EMAIL,
            D.BANK_ACCOUNT,
            D.ID_DOCUMENT_COPY,
            D.EMPLOYMENT_HEALTH,
        ),
        (C.IDENTITY_THEFT, C.FRAUD, C.DISCLOSURE_TO_THIRD_PARTIES, C.PROFESSIONAL_SECRECY),
        210,
    ),
    AffectedGroup(
        G.APPLICANTS,
        (D.NAME, D.ADDRESS, D.EMAIL, D.PHONE, D.PROFESSIONAL, D.EDUCATION),
        (C.FRAUD, C.DISCLOSURE_TO_THIRD_PARTIES),
        480,
    ),
    AffectedGroup(G.OTHER, (D.NAME, D.EMAIL, D.COMMUNICATION_CONTENT), (C.FRAUD, C.DISCLOSURE_TO_THIRD_PARTIES), 1_600),
    AffectedGroup(G.USERS, (D.NAME, D.ADDRESS, D.EMAIL, D.ORDERS), (C.FRAUD, C.DISCLOSURE_TO_THIRD_PARTIES), 2_310),
)
SETTLED: Final = tuple(
    replace(row, consequences=tuple(C.REPUTATION if one is C.PROFESSIONAL_SECRECY else one for one in row.consequences))
    for row in GROUPS
)
"""The groups after the officer has looked: what the shop knows of sick leave is no secret of a profession."""
SETTLED_WORDS: Final = {
    "description": "description_settled",
    "severity_note": "severity_settled",
    "measures_taken": "measures_settled",
}
LATER_WORDS: Final = {
    "description": "description_settled",
    "consequences_data_note": "consequences_data_later",
    "severity_note": "severity_later",
    "measures_taken": "measures_later",
    "measures_prevent_note": "measures_prevent_later",
    "informed_content": "informed_content",
    "other_authorities_note": "other_authorities_later",
}
NUMBER: Final = 15_240
FIRST_DAY: Final = (Addressee.STAFF, Addressee.POLICE, Addressee.INSURER)
AFTERWARDS: Final = (Addressee.PUBLIC, Addressee.PRESS)
NOTE: Final = b"Your files are locked. We have copies. Pay, or we publish.\n"
LOG: Final = b"2026-11-16T20:41:07Z login supplier-7 ok\n2026-11-16T23:52:30Z read /shares/personnel 4,812 files\n"
ANSWERS: Final[dict[str, Any]] = {
    "extent": "dossier",
    "identification": "significant",
    "vulnerable": [],
    "controller_field": "ordinary",
    "intent": "targeted",
    "nature": ["confidentiality", "availability"],
    "disclosure": "confirmed",
    "recipient": "malicious",
    "actor": "external_malicious",
    "data": [{"category": one.value} for one in dict.fromkeys(data for row in GROUPS for data in row.data_categories)],
    "subjects_number": NUMBER,
    "protection": "none",
    "backup": "yes",
    "restoration": "within_days",
    "service_effect": "serious",
}


def play_heavy(stage: Stage, words: Told, shelf: Shelf) -> None:
    """From the first word to what was told after the data were put online."""
    case, told = Case(stage), words.said["summary"]
    _begins(case, words)
    case.state("17-11 16:00", "Noor", **_first_facts(words)).assess("17-11 16:40", "Noor", **ANSWERS)
    form = case.notice("17-11 16:50", "Noor", Addressee.AUTHORITY)
    shelf.form("17-11 16:55", "heavy-1-draft", form)
    case.decide("18-11 09:00", "Noor", words.form.get("authority_reason", told), authority=True)
    case.decide("18-11 09:05", "Noor", words.form.get("subjects_reason", told), subjects=True)
    case.state("18-11 09:10", "Noor", **_settled(words))
    _tell_customers(case, "18-11", NoticeKind.INITIAL, words.language, shelf)
    form.redraft("18-11 10:00", "Noor").approve("18-11 10:30", "Sanne")
    shelf.form("18-11 10:40", "heavy-2-approved", form)
    form.send("18-11 11:00", "Noor", "portal", reference="VM-2026-0731")
    _tell_others(case, "18-11", FIRST_DAY, words.language, shelf)
    _tell_people(case, "19-11", NoticeKind.INITIAL, words.language, shelf)
    _put_online(case, words)
    _tell_customers(case, "24-11", NoticeKind.FOLLOW_UP, words.language, shelf)
    _tell_others(case, "24-11", AFTERWARDS, words.language, shelf)
    _tell_people(case, "24-11", NoticeKind.FOLLOW_UP, words.language, shelf)
    form = case.notice("24-11 13:00", "Noor", Addressee.AUTHORITY, NoticeKind.FINAL).approve("24-11 13:30", "Sanne")
    shelf.form("24-11 13:40", "heavy-3-follow-up", form)


def _tell_customers(case: Case, day: str, kind: NoticeKind, language: str, shelf: Shelf) -> None:
    """Before the authority reads whether they were told."""
    for name in CUSTOMERS:
        notice = case.notice(f"{day} 09:20", "Noor", Addressee.CONTROLLER, kind, language=language, recipient=name)
        notice.approve(f"{day} 09:30", "Sanne")
        if name == next(iter(CUSTOMERS)):
            shelf.notice(f"{day} 09:40", f"heavy-{kind.value}-customer", notice)
        notice.send(f"{day} 09:50", "Noor", "email")


def _tell_others(case: Case, day: str, readers: tuple[Addressee, ...], language: str, shelf: Shelf) -> None:
    kind = NoticeKind.INITIAL if readers is FIRST_DAY else NoticeKind.FOLLOW_UP
    for one in readers:
        notice = case.notice(f"{day} 12:00", "Noor", one, language=language).approve(f"{day} 12:30", "Sanne")
        shelf.notice(f"{day} 12:40", f"heavy-{kind.value}-{one.value}", notice)
        notice.send(f"{day} 12:50", "Noor", "website" if one is Addressee.PUBLIC else "email")


def _tell_people(case: Case, day: str, kind: NoticeKind, language: str, shelf: Shelf) -> None:
    """After all others, because that people were told changes what those read."""
    for row in GROUPS:
        if row.group not in OURS:
            continue
        group = row.group.value
        notice = case.notice(f"{day} 12:00", "Noor", Addressee.SUBJECTS, kind, language=language, group=group)
        notice.approve(f"{day} 12:30", "Sanne")
        shelf.letter(f"{day} 12:40", f"heavy-{kind.value}-letter-{group}", notice)
        notice.send(f"{day} 12:50", "Noor", "email", recipients=row.subjects)


def _begins(case: Case, words: Told) -> None:
    case.report(
        "17-11 07:25",
        "Ruben",
        words.said["summary"],
        noticed="17-11 07:20",
        subject_groups=(G.CUSTOMERS, G.EMPLOYEES),
        ongoing=Ternary.YES,
    )
    case.take_on("17-11 07:40", "Noor").playbook("17-11 07:45", "Noor", "ransomware")
    ground = words.form.get("aware_ground", words.said["discovery"])
    both = (Nature.CONFIDENTIALITY, Nature.AVAILABILITY)
    case.confirm("17-11 09:40", "Noor", "17-11 09:30", ground, nature=both)
    case.evidence("17-11 10:10", "Jelle", "ransom-note.txt", NOTE, words.said["evidence"])
    case.evidence("17-11 10:20", "Jelle", "login.log", LOG, words.said["log"])


def _first_facts(words: Told) -> dict[str, Any]:
    """What was known on the first day."""
    said, form = words.said, words.form
    told = ("description", "told_people", "other_people", "other_reason", "discovery", "data_note", "measures_taken")
    asked = ("subjects_note", "records_note", "protection_note", "measures_before_note", "consequences_data_note")
    return {
        **{name: said[name] for name in (*told, "measures_prevent_note")},
        **{name: form[name] for name in (*asked, "severity_note") if name in form},
        **_parties(),
        **_people(),
        "kinds": (IncidentKind.UNAUTHORISED_ACCESS, IncidentKind.EXFILTRATION, IncidentKind.RANSOMWARE),
        "actor": Actor.EXTERNAL_MALICIOUS,
        "recipient": Recipient.MALICIOUS,
        "disclosure": Disclosure.CONFIRMED,
        "availability_loss": AvailabilityLoss.TEMPORARY,
        "occurred_from": instant("16-11 21:41"),
        "occurred_to": instant("17-11 05:30"),
        "contained_at": instant("17-11 08:15"),
        "ongoing": Ternary.NO,
        "discovered_by": DiscoveredBy.CONTROLLER,
        "protection": (Protection.NONE,),
        "protection_intact": Ternary.NO,
        "backup_available": Ternary.YES,
        "measures_before": (SecurityMeasure.BACKUP, SecurityMeasure.LOGICAL_ACCESS_CONTROL),
        "consequences_data": (
            ConsequenceForData.SEEN_BY_UNAUTHORISED,
            ConsequenceForData.UNLAWFUL_USE,
            ConsequenceForData.SERVICE_TEMPORARILY_LOST,
        ),
        "severity": Severity.VERY_GREAT,
        "measures_prevent": (SecurityMeasure.LOGICAL_ACCESS_CONTROL,),
        "measures_prevent_by": date(2027, 1, 15),
        "informed": Informed.PLANNED,
        "document_paid": Ternary.UNKNOWN,
    }


def _settled(words: Told) -> dict[str, Any]:
    """What the officer answers of what the draft asked her; how long it lasts is not known yet, and expected."""
    supplier, investigator = _parties()["parties"]
    asked = ("systems_note", "other_authorities_note", "not_informing_note")
    return {
        **{name: words.form[name] for name in asked if words.form},
        **({name: words.form[text] for name, text in SETTLED_WORDS.items()} if words.form else {}),
        "expected_on": date(2026, 11, 25),
        "affected_groups": SETTLED,
        "parties": (supplier, replace(investigator, role=PartyRole.PROCESSOR_SINCE)),
        "countries": (CountryCount("NL", 12_810), CountryCount("DE", 120)),
        "consequences_subjects": tuple(dict.fromkeys(one for row in SETTLED for one in row.consequences)),
        "occurred_to": UNKNOWN,
        "last_event_at": instant("17-11 05:30"),
        "discovered_at": instant("17-11 07:20"),
        "ongoing": Ternary.YES,
        "informed": Informed.PLANNED_ON_DATE,
        "informed_on": date(2026, 11, 19),
    }


def _parties() -> dict[str, Any]:
    name, email, phone = OFFICER
    supplier = Party("Kassa en Code B.V.", PartyRole.PROCESSOR, "security@kassaencode.example")
    return {
        "reporter_name": name,
        "reporter_email": email,
        "reporter_phone": phone,
        "contact_name": name,
        "contact_email": email,
        "contact_phone": phone,
        "others_involved": Ternary.YES,
        "parties": (supplier, Party("Digitaal Onderzoek Noord", PartyRole.OTHER, "info@donoord.example")),
        "network_incident": Ternary.NO,
        "other_authorities_told": Ternary.NO,
        "other_privacy_authorities_told": Ternary.NO,
        "reported_to_police": Ternary.YES,
        "cross_border": Ternary.YES,
        "countries": (CountryCount("NL", 13_120), CountryCount("DE", 2_120)),
        "on_behalf_of_customers": Ternary.NO,
        "affected_controllers": tuple(
            AffectedController(name, f"privacy@{domain}.example", 48, language, many, many, (G.USERS,))
            for name, (domain, language, many) in CUSTOMERS.items()
        ),
    }


def _people() -> dict[str, Any]:
    return {
        "subject_groups": (*OURS, G.USERS),
        "affected_groups": GROUPS,
        "data_categories": tuple(dict.fromkeys(one for row in GROUPS for one in row.data_categories)),
        "consequences_subjects": tuple(dict.fromkeys(one for row in GROUPS for one in row.consequences)),
        "subjects_min": NUMBER,
        "subjects_max": NUMBER,
        "subjects_exact": True,
        "records_min": NUMBER,
        "records_max": NUMBER,
    }


def _put_online(case: Case, words: Told) -> None:
    """The shop works again, and some of the data are published: to the officer, the breach goes on."""
    title = words.form.get("task", words.said["measures_prevent_note"])
    case.task("19-11 10:00", "Noor", title, "Jelle", "15-12 12:00", measure=True)
    case.state(
        "23-11 15:00",
        "Noor",
        recovered_at=instant("22-11 18:00"),
        published_groups=(G.CUSTOMERS, G.EMPLOYEES),
        published_on=date(2026, 11, 23),
        told_news=words.said["told_news"],
        document_paid=Ternary.YES,
        expected_on=date(2026, 12, 1),
        measures_prevent=(SecurityMeasure.LOGICAL_ACCESS_CONTROL, SecurityMeasure.ENCRYPTION),
        **{"measures_taken": words.said["measures_later"]}
        | ({name: words.form[text] for name, text in LATER_WORDS.items()} if words.form else {}),
    )
