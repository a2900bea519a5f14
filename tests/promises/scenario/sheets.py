"""Sets of facts and answers that the incidents of the scenario share."""

from typing import Any, Final

from incident.law.vocabulary import (
    Actor,
    ConsequenceForData,
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    DiscoveredBy,
    IncidentKind,
    Informed,
    Protection,
    Recipient,
    SecurityMeasure,
    Severity,
    SubjectGroup,
    Ternary,
)
from tests.promises.scenario.stage import instant

PARTIES: Final[dict[str, Any]] = {
    "reporter_name": "Noor de Wit",
    "reporter_function": "Functionaris gegevensbescherming",
    "reporter_email": "fg@alumio.example",
    "reporter_phone": "050 000 00 01",
    "contact_name": "Noor de Wit",
    "contact_function": "Functionaris gegevensbescherming",
    "contact_email": "fg@alumio.example",
    "contact_phone": "050 000 00 01",
    "others_involved": Ternary.NO,
}
"""Who files."""
HERE: Final[dict[str, Any]] = {
    "network_incident": Ternary.NO,
    "other_authorities_told": Ternary.NO,
    "reported_to_police": Ternary.NO,
    "cross_border": Ternary.NO,
    "other_privacy_authorities_told": Ternary.NO,
}
"""The first questions of the form, for what stays inside the country."""


def when(begin: str, end: str, found: str, by: DiscoveredBy = DiscoveredBy.CONTROLLER) -> dict[str, Any]:
    """When it happened and how it came to light."""
    return {
        "occurred_from": instant(begin),
        "occurred_to": instant(end),
        "ongoing": Ternary.NO,
        "discovered_by": by,
        "discovery": found,
    }


def people(number: int, group: SubjectGroup, note: str) -> dict[str, Any]:
    """Whose data."""
    return {
        "subject_groups": (group,),
        "subjects_note": note,
        "subjects_min": number,
        "subjects_max": number,
        "subjects_exact": True,
        "records_min": number,
        "records_max": number,
    }


EXPORT: Final[dict[str, Any]] = {
    **HERE,
    **PARTIES,
    **when("11-11 15:20", "11-11 15:20", "De ontvanger belde zelf dat het bestand niet van hem was."),
    **people(212, SubjectGroup.CUSTOMERS, "Contactpersonen bij één klant"),
    "kinds": (IncidentKind.EMAIL_WRONG_RECIPIENT,),
    "actor": Actor.INTERNAL_NON_MALICIOUS,
    "recipient": Recipient.KNOWN,
    "disclosure": Disclosure.CONFIRMED,
    "description": "Een medewerker stuurde de export met supporttickets van de ene klant naar de beheerder van "
    "een andere klant. De twee adressen stonden in het adresboek onder elkaar.",
    "data_categories": (DataCategory.NAME, DataCategory.EMAIL, DataCategory.COMMUNICATION_CONTENT),
    "data_note": "Namen, e-mailadressen en de tekst van 212 supporttickets.",
    "protection": (Protection.NONE,),
    "protection_intact": Ternary.NO,
    "protection_note": "De bijlage was leesbaar.",
    "backup_available": Ternary.YES,
    "consequences_data": (ConsequenceForData.SEEN_BY_UNAUTHORISED,),
    "consequences_subjects": (ConsequenceForSubjects.LOSS_OF_CONTROL,),
    "severity": Severity.LIMITED,
    "severity_note": "De ontvanger is bekend en heeft de verwijdering schriftelijk bevestigd.",
    "measures_taken": "Ontvanger gebeld; bestand verwijderd, ook uit de prullenbak; bevestiging ontvangen.",
    "measures_prevent": (SecurityMeasure.CHANGE_OF_PROCESSES,),
    "measures_prevent_note": "Exports gaan voortaan via het portaal en niet meer per e-mail.",
    "informed": Informed.NOT_HIGH_RISK,
}
PLAIN: Final[dict[str, Any]] = {
    "extent": "few_items",
    "identification": "significant",
    "vulnerable": [],
    "controller_field": "ordinary",
    "intent": "accident",
    "recipients_number": 1,
}
"""Answers of an ordinary case."""
EXPORT_ANSWERS: Final[dict[str, Any]] = {
    **PLAIN,
    "recipient_response": "deletion_confirmed",
    "nature": ["confidentiality"],
    "disclosure": "confirmed",
    "recipient": "known",
    "data": [{"category": "name"}, {"category": "email"}, {"category": "communication_content"}],
    "actor": "internal_non_malicious",
    "subjects_number": 212,
    "protection": "none",
}

HUBSPOT: Final[dict[str, Any]] = {
    **HERE,
    **PARTIES,
    **when("14-11 03:05", "16-11 08:20", "HubSpot waarschuwde onze beheerder.", DiscoveredBy.PROCESSOR),
    **people(640, SubjectGroup.SUBSCRIBERS, "Ontvangers van de nieuwsbrief met een ingevuld profiel"),
    "reported_to_police": Ternary.YES,
    "kinds": (IncidentKind.HACKING, IncidentKind.EXFILTRATION),
    "actor": Actor.EXTERNAL_MALICIOUS,
    "recipient": Recipient.MALICIOUS,
    "disclosure": Disclosure.CONFIRMED,
    "description": "Een indringer gebruikte de sessie van een beheerder en haalde een contactlijst op uit HubSpot.",
    "data_categories": (
        DataCategory.NAME,
        DataCategory.EMAIL,
        DataCategory.PHONE,
        DataCategory.DATE_OF_BIRTH,
        DataCategory.CREDENTIALS,
    ),
    "data_note": "Namen, adressen, telefoonnummers, geboortedata en gehashte wachtwoorden van de Academy.",
    "protection": (Protection.NONE,),
    "protection_intact": Ternary.NO,
    "protection_note": "De lijst was na aanmelden leesbaar.",
    "backup_available": Ternary.YES,
    "consequences_data": (ConsequenceForData.SEEN_BY_UNAUTHORISED, ConsequenceForData.UNLAWFUL_USE),
    "consequences_subjects": (ConsequenceForSubjects.IDENTITY_THEFT, ConsequenceForSubjects.FRAUD),
    "severity": Severity.SIGNIFICANT,
    "severity_note": "De gegevens zijn bruikbaar voor gerichte phishing.",
    "measures_taken": "Sessies ingetrokken, wachtwoorden van de Academy ongeldig gemaakt, aangifte gedaan.",
    "measures_prevent": (SecurityMeasure.LOGICAL_ACCESS_CONTROL,),
    "measures_prevent_note": "Beheerders melden zich aan met een beveiligingssleutel.",
    "informed": Informed.PLANNED,
    "advice_to_subjects": "Wees alert op berichten die om een wachtwoord of betaling vragen. Gebruikt u uw wachtwoord "
    "van de Academy ook elders, verander het daar.",
}
HUBSPOT_ANSWERS: Final[dict[str, Any]] = {
    **PLAIN,
    "intent": "targeted",
    "nature": ["confidentiality"],
    "disclosure": "confirmed",
    "recipient": "malicious",
    "actor": "external_malicious",
    "data": [
        {"category": "name"},
        {"category": "email"},
        {"category": "phone"},
        {"category": "date_of_birth"},
        {"category": "credentials"},
    ],
    "subjects_number": 640,
    "protection": "none",
}

PAYSLIPS: Final[dict[str, Any]] = {
    **HERE,
    **when("13-11 09:00", "15-11 16:45", "Een medewerker zag bij het openen van de map bestanden van collega's."),
    **people(58, SubjectGroup.EMPLOYEES, "Medewerkers in dienst op 1 november"),
    "kinds": (IncidentKind.STAFF_AUTHORISATION_WRONG,),
    "actor": Actor.INTERNAL_NON_MALICIOUS,
    "recipient": Recipient.TRUSTED,
    "disclosure": Disclosure.CONFIRMED,
    "data_categories": (DataCategory.NAME, DataCategory.BSN, DataCategory.BANK_ACCOUNT, DataCategory.OTHER_FINANCIAL),
    "data_note": "Salarisstroken van oktober.",
    "protection": (Protection.NONE,),
    "measures_taken": "Map gesloten; de twee collega's die haar openden, hebben geheimhouding bevestigd.",
}
PAYSLIPS_ANSWERS: Final[dict[str, Any]] = {
    **PLAIN,
    "recipients_number": 2,
    "recipient_response": "none",
    "nature": ["confidentiality"],
    "disclosure": "confirmed",
    "recipient": "known",
    "actor": "internal_non_malicious",
    "data": [{"category": "name"}, {"category": "bsn"}, {"category": "bank_account"}],
    "subjects_number": 58,
    "protection": "none",
}

PHISHING_ANSWERS: Final[dict[str, Any]] = {
    **PLAIN,
    "intent": "opportunistic",
    "nature": ["confidentiality"],
    "disclosure": "likely",
    "recipient": "malicious",
    "actor": "external_malicious",
    "data": [{"category": "name"}, {"category": "email"}, {"category": "communication_content"}],
    "subjects_number": 90,
    "protection": "none",
}
LAPTOP_ANSWERS: Final[dict[str, Any]] = {
    **PLAIN,
    "intent": "accident",
    "nature": ["confidentiality", "availability"],
    "disclosure": "ruled_out",
    "recipient": "unknown_persons",
    "actor": "internal_non_malicious",
    "data": [{"category": "name"}, {"category": "email"}],
    "subjects_number": 30,
    "protection": "encrypted",
    "protection_strength": "state_of_the_art",
    "key_safe": "yes",
    "backup": "yes",
    "restoration": "within_hours",
    "service_effect": "none",
}
