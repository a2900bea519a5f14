"""Kinds of personal data and groups of people by the words that somebody wrote, in Dutch and English."""

import re
from collections.abc import Set
from typing import Final

from incident.domain.report_words import groups_named
from incident.law.vocabulary import DataCategory as Kind
from incident.law.vocabulary import SubjectGroup
from incident.law.words import says

_KINDS: Final = {
    kind: re.compile(rf"\b(?:{words})", re.IGNORECASE)
    for kind, words in {
        Kind.NAME: r"naw\b|(?:voor|achter)?na(?:am|men)\b|names?\b",
        Kind.GENDER: r"geslacht|gender\b|sex\b",
        Kind.DATE_OF_BIRTH: r"geboorte|leeftijd|date of birth|birth|age\b",
        Kind.BSN: r"bsn\b|burgerservicenummer|citizen service number",
        Kind.IDENTIFICATION_NUMBER: r"(?:klant|personeels|leerling|lid|patiënt|cliënt)nummer|(?:customer|staff) number",
        Kind.ADDRESS: (
            r"naw\b|(?<!mail )(?<!ip )(?<!mac )adres(?!sen van websites)|woonplaats|postcode|contactgegevens|"
            r"(?<!mail )(?<!ip )(?<!mac )address|contact details"
        ),
        Kind.EMAIL: r"e-?mail|mailadres|contactgegevens|contact details",
        Kind.PHONE: r"telefoon|mobiel|contactgegevens|phone|contact details",
        Kind.CREDENTIALS: r"inlog|wachtwoord|gebruikersnaam|(?:account|toegangs)gegevens|password|credentials",
        Kind.BANK_ACCOUNT: r"iban\b|bank(?:rekening|gegevens)|rekeningnummer|bank account",
        Kind.CREDIT_CARD: r"credit ?card|betaalkaart",
        Kind.DEBTS: r"schuld(?:en)?\b|betalingsachterstand|debts?\b",
        Kind.BENEFITS: r"uitkering|bijstand|benefits?\b",
        Kind.OTHER_FINANCIAL: r"financi|salaris|loon|inkomen|betaalgegevens|salary|payslip|wages|income|payment",
        Kind.ID_DOCUMENT_COPY: r"identiteitsbewij|paspoort|legitimatie|kopie id|passport|identity document|id copy",
        Kind.LOCATION: r"locatie(?:gegevens)?\b|gps\b|location",
        Kind.ONLINE_IDENTIFIERS: r"ip-?adres|cookie|mac-?adres|device id|ip address|online identifier",
        Kind.BEHAVIOUR: r"(?:surf|klik|koop)gedrag|gedrag\b|profiel|voorkeuren|behaviou?r|preferences",
        Kind.PROFESSIONAL: r"functie|werkgever|beroep|cv\b|curriculum|arbeids|job title|employer|professional",
        Kind.EDUCATION: r"opleiding|cijfers|studie|schoolresultaten|diploma|education|grades",
        Kind.ORDERS: r"bestel|aankoop|orders?\b|purchases",
        Kind.COMMUNICATION_CONTENT: r"correspondentie|berichten|brieven|inhoud van e-?mail|correspondence|messages",
        Kind.CRIMINAL: r"strafrecht|strafbare|vog\b|criminal",
        Kind.RACE_ETHNICITY: r"ras\b|etni|race\b|ethnic",
        Kind.POLITICAL: r"politiek|political",
        Kind.RELIGION: r"godsdienst|religi|geloof|levensbeschouw|belief",
        Kind.UNION_MEMBERSHIP: r"vakbond|vakvereniging|trade union",
        Kind.SEX_LIFE: r"seksu|sexual|sex life",
        Kind.HEALTH: (
            r"gezondheid|medisch|zorggegevens|(?:zorg|patiënt|patiënten)dossier|diagnose|medicatie|medicijn|"
            r"recept(?:en)?\b|allergie|health|medical|medication|prescription"
        ),
        Kind.EMPLOYMENT_HEALTH: r"verzuim|ziekmelding|sick leave|absence",
        Kind.GENETIC: r"genetisch|dna\b|genetic",
        Kind.BIOMETRIC: r"biometri|vingerafdruk|gezichtsherkenning|fingerprint|face recognition",
    }.items()
}
_BEYOND_A_LETTERHEAD: Final = frozenset(_KINDS) - {
    Kind.NAME,
    Kind.GENDER,
    Kind.ADDRESS,
    Kind.EMAIL,
    Kind.PHONE,
    Kind.CREDENTIALS,
    Kind.LOCATION,
    Kind.BEHAVIOUR,
    Kind.PROFESSIONAL,
    Kind.ORDERS,
    Kind.COMMUNICATION_CONTENT,
}
"""What a report names for its own sake: by the others it mostly says how something was sent, lost or found."""
_ITEMS: Final = re.compile(r"[,;:()/\n]|\b(?:en|and)\b", re.IGNORECASE)
_LIST: Final = 3
"""Of so many kinds in a row a letterhead speaks no more: they are the columns of what was lost."""
_STAFF: Final = re.compile(r"\b(?:personeel|stagiair|uitzendkracht|ingehuurd|inhuur|staff|interns?)", re.IGNORECASE)


def kinds_named(text: str) -> tuple[Kind, ...]:
    """The kinds of data that a list names, in the order of the law's list."""
    return tuple(kind for kind in Kind if kind in _KINDS and _KINDS[kind].search(text))


def kinds_reported(text: str) -> tuple[Kind, ...]:
    """The kinds of data that a report says were in it and does not deny, as far as its words are plain about that."""
    plain = {kind for kind in _BEYOND_A_LETTERHEAD if says(_KINDS[kind], text)}
    return tuple(kind for kind in Kind if kind in plain | kinds_listed(text, plain))


def kinds_listed(text: str, plain: Set[Kind] = frozenset()) -> set[Kind]:
    """The kinds that a text lists beside each other: three of them, or two with one that is ``plain`` anyway.

    A list whose first kind is denied names nothing.
    """
    listed: set[Kind] = set()
    run: list[set[Kind]] = []
    for item in (*_ITEMS.split(text), ""):
        words = item.split()
        ending = set(kinds_named(" ".join(words[-2:])))
        named = set(kinds_named(" ".join(words[:3]))) if run else ending
        run += [named] if named else []
        if not named or len(words) > 3:
            together = set().union(*run)
            if len(run) >= _LIST or (len(run) > 1 and together & plain):
                listed |= together if any(says(_KINDS[kind], text) for kind in run[0]) else set()
            run = [ending] if ending else []
    return listed


def group_named(text: str) -> SubjectGroup:
    """The place of a group in the forms' lists; ``other`` where its words fit none, or more than one."""
    found = set(groups_named(text)) | ({SubjectGroup.EMPLOYEES} if _STAFF.search(text) else set())
    return found.pop() if len(found) == 1 else SubjectGroup.OTHER
