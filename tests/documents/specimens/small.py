"""One e-mail with a list to the wrong person, who deleted it: once told to the people, once not."""

from datetime import date
from typing import Any, Final

from incident.domain.kinds import Addressee
from incident.law.facts import Party
from incident.law.vocabulary import (
    Actor,
    ConsequenceForData,
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    DiscoveredBy,
    IncidentKind,
    Informed,
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

PEOPLE: Final = 48
SHOWN: Final = b"The list as the customer saw it: 48 lines.\n"
ANSWER: Final = b"From: a customer\n\nI have deleted the email and the list, also from the bin.\n"
DATA: Final = (DataCategory.NAME, DataCategory.EMAIL, DataCategory.OTHER)
ANSWERS: Final[dict[str, Any]] = {
    "extent": "few_items",
    "identification": "significant",
    "vulnerable": [],
    "controller_field": "ordinary",
    "intent": "accident",
    "recipients_number": 1,
    "recipient_response": "deletion_confirmed",
    "nature": ["confidentiality"],
    "disclosure": "confirmed",
    "recipient": "known",
    "actor": "internal_non_malicious",
    "data": [{"category": one.value} for one in DATA],
    "subjects_number": PEOPLE,
    "protection": "none",
}


def play_small(stage: Stage, words: Told, shelf: Shelf, *, informed: bool) -> None:
    """From the call of the recipient to the form; where the people are ``informed``, with what they and others read."""
    case, told = Case(stage), words.said["summary"]
    case.report("04-11 15:10", "Ruben", told, noticed="04-11 15:00", systems=("Posthuis Mail",))
    case.take_on("04-11 15:20", "Noor")
    case.confirm("04-11 16:00", "Noor", "04-11 15:45", words.form.get("aware_ground", words.said["discovery"]))
    case.evidence("04-11 16:10", "Noor", "screenshot.txt", SHOWN, words.form.get("screenshot", ""))
    case.evidence("05-11 09:00", "Noor", "deleted.txt", ANSWER, words.form.get("evidence", ""))
    case.state("05-11 09:30", "Noor", **_facts(words)).assess("05-11 10:00", "Noor", **ANSWERS)
    case.decide("05-11 10:10", "Noor", words.form.get("authority_reason", told), authority=True)
    reason = words.form.get("told_reason" if informed else "subjects_reason", told)
    case.decide("05-11 10:15", "Noor", reason, subjects=informed).agree("05-11 11:00", "Sanne")
    if informed:
        case.state("05-11 11:10", "Noor", informed=Informed.PLANNED_ON_DATE, informed_on=date(2026, 11, 6))
    form = case.notice("05-11 11:30", "Noor", Addressee.AUTHORITY).approve("05-11 13:00", "Sanne")
    shelf.form("05-11 13:10", f"small-{'told' if informed else 'not-told'}", form)
    form.send("05-11 13:20", "Noor", "portal", reference="VM-2026-0694" if informed else "VM-2026-0693")
    if informed:
        _notices(case, words.language, shelf)


def _notices(case: Case, language: str, shelf: Shelf) -> None:
    staff = case.notice("05-11 14:00", "Noor", Addressee.STAFF, language=language).approve("05-11 15:00", "Sanne")
    shelf.notice("05-11 15:10", "small-staff", staff)
    letter = case.notice("06-11 09:00", "Noor", Addressee.SUBJECTS, language=language).approve("06-11 10:00", "Sanne")
    shelf.letter("06-11 10:10", "small-letter-customers", letter)
    letter.send("06-11 10:20", "Noor", "email", recipients=PEOPLE)


def _facts(words: Told) -> dict[str, Any]:
    name, email, phone = OFFICER
    told = ("description", "told_people", "discovery", "data_note", "measures_taken", "measures_prevent_note")
    asked = ("subjects_note", "systems_note", "measures_before_note", "severity_note", "description", "measures_taken")
    no = ("network_incident", "other_authorities_told", "other_privacy_authorities_told", "reported_to_police")
    return {
        **{one: words.said[one] for one in told},
        **{one: words.form[one] for one in asked if one in words.form},
        **dict.fromkeys((*no, "cross_border", "ongoing", "protection_intact"), Ternary.NO),
        **dict.fromkeys(("reporter_name", "contact_name"), name),
        **dict.fromkeys(("reporter_email", "contact_email"), email),
        **dict.fromkeys(("reporter_phone", "contact_phone"), phone),
        **dict.fromkeys(("occurred_from", "occurred_to"), instant("04-11 11:20")),
        **dict.fromkeys(("subjects_min", "subjects_max", "records_min", "records_max"), PEOPLE),
        "others_involved": Ternary.YES,
        "parties": (Party("Posthuis B.V.", PartyRole.PROCESSOR, "privacy@posthuis.example"),),
        "subjects_exact": True,
        "subject_groups": (SubjectGroup.CUSTOMERS,),
        "kinds": (IncidentKind.EMAIL_WRONG_RECIPIENT,),
        "actor": Actor.INTERNAL_NON_MALICIOUS,
        "recipient": Recipient.KNOWN,
        "disclosure": Disclosure.CONFIRMED,
        "discovered_by": DiscoveredBy.EXTERNAL_PARTY,
        "data_categories": DATA,
        "protection": (Protection.NONE,),
        "backup_available": Ternary.YES,
        "contained_at": instant("04-11 16:30"),
        "measures_before": (SecurityMeasure.POLICIES,),
        "consequences_data": (ConsequenceForData.SEEN_BY_UNAUTHORISED,),
        "consequences_subjects": (ConsequenceForSubjects.DISCLOSURE_TO_THIRD_PARTIES,),
        "severity": Severity.LIMITED,
        "measures_prevent": (SecurityMeasure.CHANGE_OF_PROCESSES,),
        "measures_prevent_by": date(2026, 11, 5),
    }
