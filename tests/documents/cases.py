"""One organisation and one breach with an answer to everything, and texts in all five languages."""

from dataclasses import replace
from datetime import UTC, datetime

from incident.documents.notice_case import NoticeCase
from incident.documents.notice_facts import NoticeFacts, notice_facts
from incident.documents.phrases import phrases
from incident.documents.wording import Wording, capital
from incident.domain.organisation import OrganisationProfile, load_profile
from incident.law.facts import AffectedController, BreachFacts
from incident.law.vocabulary import (
    AvailabilityLoss,
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    IncidentKind,
    Nature,
    Role,
    SecurityMeasure,
    SubjectGroup,
    Ternary,
)

LANGUAGES = ("nl", "en", "sv", "de", "fr")
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
CUSTOMER = "Bakkerij Øst & Zn."

MEASURES = {
    "nl": "Wij hebben de mailbox meteen afgesloten.\n- Alle wachtwoorden zijn veranderd.",
    "en": "We closed the mailbox at once.\n- All passwords were changed and that is checked.",
    "sv": "Vi stängde brevlådan genast och det är klart.\n- Alla lösenord har bytts.",
    "de": "Wir haben das Postfach sofort gesperrt und das ist erledigt.\n- Alle Passwörter wurden geändert.",
    "fr": "Nous avons fermé la boîte tout de suite et elle est sûre.\n- Tous les mots de passe sont changés.",
}

NEWS = {
    "nl": "Wij weten nu dat de dader ook de bijlagen heeft bekeken.",
    "en": "We know now that the intruder has also opened the attachments.",
    "sv": "Vi vet nu att personen också har öppnat bilagorna som var i brevlådan.",
    "de": "Wir wissen jetzt, dass der Täter auch die Anhänge geöffnet hat, die in dem Postfach waren.",
    "fr": "Nous savons maintenant que la personne a aussi ouvert les pièces jointes qui sont dans la boîte.",
}

DESCRIPTIONS = {
    "nl": "Een onbekende is in een mailbox van ons gekomen en heeft de berichten gelezen.",
    "en": "Somebody we do not know was in one of our mailboxes and has read the messages in it.",
    "sv": "En okänd person har varit i en av våra brevlådor och läst det som fanns i den.",
    "de": "Ein Unbekannter war in einem unserer Postfächer und hat die Nachrichten gelesen, die in ihm lagen.",
    "fr": "Une personne que nous ne connaissons pas est entrée dans une de nos boîtes et a lu les messages.",
}

ORGANISATION = replace(
    load_profile(),
    dpo_name="Femke van ’t Hek",
    dpo_email="privacy@alumio.example",
    dpo_phone="+31 50 000 00 00",
    kvk="00000000",
    policy_number="CY-000000",
    dpo_designated=True,
)

FACTS = BreachFacts(
    summary="Mailbox",
    role=Role.CONTROLLER,
    nature=(Nature.CONFIDENTIALITY, Nature.AVAILABILITY),
    disclosure=Disclosure.LIKELY,
    availability_loss=AvailabilityLoss.TEMPORARY,
    kinds=(IncidentKind.PHISHING, IncidentKind.EXFILTRATION),
    occurred_from=datetime(2026, 11, 16, 21, 5, tzinfo=UTC),
    occurred_to=datetime(2026, 11, 17, 7, 40, tzinfo=UTC),
    aware_at=datetime(2026, 11, 17, 7, 40, tzinfo=UTC),
    data_categories=(DataCategory.NAME, DataCategory.EMAIL, DataCategory.CREDENTIALS, DataCategory.BANK_ACCOUNT),
    consequences_subjects=(ConsequenceForSubjects.IDENTITY_THEFT, ConsequenceForSubjects.FRAUD),
    measures_taken=MEASURES["nl"],
    measures_prevent=(SecurityMeasure.LOGICAL_ACCESS_CONTROL, SecurityMeasure.TRAINING),
    subject_groups=(SubjectGroup.CUSTOMERS,),
    subjects_min=1200,
    subjects_max=1500,
    records_min=4000,
    records_max=4000,
    reported_to_police=Ternary.YES,
    first_notified_at=datetime(2026, 11, 18, 9, 0, tzinfo=UTC),
    description="Mailbox",
    told_news=NEWS["nl"],
    systems=("hubspot",),
    affected_controllers=(AffectedController(CUSTOMER, "privacy@bakkerij.example", 24, "nl", 340, 900),),
)

CASE = NoticeCase("DL-2026-0042", CUSTOMER)


def begins(language: str, sentence: str, *, formal: bool = False) -> str:
    """How a sentence on when it happened begins, up to what differs from one breach to the next."""
    words = phrases(language)["words"]
    whole = phrases(language)["when"][sentence].replace("{breach}", words["breach_formal" if formal else "breach"])
    return capital(whole).partition("{")[0]


def facts_in(
    language: str,
    facts: BreachFacts = FACTS,
    organisation: OrganisationProfile = ORGANISATION,
    case: NoticeCase = CASE,
) -> NoticeFacts:
    """The values for the complete case, with free text in the same language."""
    told = facts
    if facts is FACTS:
        words = {"measures_taken": MEASURES, "description": DESCRIPTIONS, "told_news": NEWS}
        told = replace(facts, **{name: texts[language] for name, texts in words.items()})
    return notice_facts(told, organisation, case, Wording(language))
