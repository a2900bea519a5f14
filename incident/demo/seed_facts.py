"""Made-up but plausible facts for a register to measure and to try things with; the same seed gives the same facts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random

from incident.law.facts import BreachFacts
from incident.law.vocabulary import (
    Actor,
    DataCategory,
    Disclosure,
    DiscoveredBy,
    IncidentKind,
    Nature,
    Protection,
    Recipient,
    Role,
    SubjectGroup,
    Ternary,
)

KINDS = {
    IncidentKind.EMAIL_WRONG_RECIPIENT: (
        30,
        "Bijlage naar de verkeerde klant",
        "Mail sent to the wrong customer",
    ),
    IncidentKind.EMAIL_OPEN_RECIPIENTS: (
        12,
        "Nieuwsbrief met zichtbare adressen",
        "Newsletter showing all addresses",
    ),
    IncidentKind.SHARE_TOO_BROAD: (
        12,
        "Map open voor iedereen met de link",
        "Folder open to anyone with the link",
    ),
    IncidentKind.STAFF_AUTHORISATION_WRONG: (
        9,
        "Medewerker zag andere dossiers",
        "Staff saw other people's files",
    ),
    IncidentKind.DEVICE_LOST_OR_STOLEN: (8, "Laptop gestolen uit de trein", "Laptop stolen on the train"),
    IncidentKind.POST_WRONG_RECIPIENT: (8, "Brief bij de buren bezorgd", "Letter delivered to the neighbours"),
    IncidentKind.PHISHING: (7, "Inloggegevens ingevuld op een valse pagina", "Credentials entered on a fake page"),
    IncidentKind.MISCONFIGURATION: (
        5,
        "Testomgeving open op internet",
        "Test system with customer data exposed",
    ),
    IncidentKind.HACKING: (4, "Onbekende aanmelding op een beheerdersaccount", "Unknown sign-in to an admin account"),
    IncidentKind.RANSOMWARE: (2, "Bestanden versleuteld op een server", "Files on a server encrypted"),
    IncidentKind.PUBLISHED_BY_MISTAKE: (
        3,
        "Lijst per ongeluk op de website",
        "List put on the website by mistake",
    ),
}
"""How often each kind happens, relative to the others, with a title in Dutch and one in English."""
_KINDS, _WEIGHTS = tuple(KINDS), tuple(accumulate(weight for weight, *_ in KINDS.values()))
SYSTEMS = ("CRM", "Support", "Payroll", "Mail", "Files", "Integration platform", "Website", "Recruiting", "Backups")
GROUPS = (
    SubjectGroup.CUSTOMERS,
    SubjectGroup.EMPLOYEES,
    SubjectGroup.BUSINESS_CONTACTS,
    SubjectGroup.USERS,
    SubjectGroup.APPLICANTS,
    SubjectGroup.WEBSITE_VISITORS,
)
CATEGORIES = (
    DataCategory.NAME,
    DataCategory.EMAIL,
    DataCategory.PHONE,
    DataCategory.ADDRESS,
    DataCategory.ORDERS,
    DataCategory.BANK_ACCOUNT,
    DataCategory.DATE_OF_BIRTH,
    DataCategory.CREDENTIALS,
    DataCategory.BSN,
    DataCategory.HEALTH,
    DataCategory.COMMUNICATION_CONTENT,
)
OFFICE_SHARE = 0.8
"""How many reports come in between nine and six."""


@dataclass(frozen=True, slots=True)
class Story:
    """One made-up incident: its facts, and when it was reported and known."""

    facts: BreachFacts
    reported_at: datetime
    aware_at: datetime


def story(random: Random, day: datetime, *, is_breach: Ternary = Ternary.YES) -> Story:
    """An incident reported on that day, at an hour at which people report, noticed some time before."""
    reported_at = _hour(random, day)
    first_signal_at = reported_at - timedelta(minutes=random.randint(5, 36 * 60))
    aware_at = reported_at - timedelta(minutes=random.randint(0, 240))
    aware_at = max(aware_at, first_signal_at)
    kind = random.choices(_KINDS, cum_weights=_WEIGHTS)[0]
    titles = KINDS[kind][1:]
    people = round(10 ** random.uniform(0, 4))
    facts = _facts(random, kind, random.choice(titles), first_signal_at, aware_at, reported_at, people, is_breach)
    return Story(facts, reported_at, aware_at)


def _hour(random: Random, day: datetime) -> datetime:
    hour = random.randint(9, 17) if random.random() < OFFICE_SHARE else random.randint(0, 23)
    return day.replace(hour=hour, minute=random.randint(0, 59), second=random.randint(0, 59), microsecond=0)


def _facts(
    random: Random,
    kind: IncidentKind,
    title: str,
    first_signal_at: datetime,
    aware_at: datetime,
    reported_at: datetime,
    people: int,
    is_breach: Ternary,
) -> BreachFacts:
    categories = tuple(random.sample(CATEGORIES, random.randint(1, 4)))
    criminal = kind in (IncidentKind.HACKING, IncidentKind.RANSOMWARE, IncidentKind.PHISHING)
    return BreachFacts(
        summary=title,
        description=title,
        is_breach=is_breach,
        role=random.choices((Role.CONTROLLER, Role.PROCESSOR), weights=(4, 1))[0],
        first_signal_at=first_signal_at,
        aware_at=aware_at,
        aware_ground="",
        logged_at=reported_at,
        discovered_by=random.choice((DiscoveredBy.CONTROLLER, DiscoveredBy.DATA_SUBJECT, DiscoveredBy.EXTERNAL_PARTY)),
        nature=(Nature.AVAILABILITY,) if kind is IncidentKind.RANSOMWARE else (Nature.CONFIDENTIALITY,),
        disclosure=random.choice((Disclosure.CONFIRMED, Disclosure.LIKELY, Disclosure.UNKNOWN)),
        kinds=(kind,),
        actor=Actor.EXTERNAL_MALICIOUS if criminal else Actor.INTERNAL_NON_MALICIOUS,
        recipient=Recipient.MALICIOUS if criminal else random.choice((Recipient.KNOWN, Recipient.TRUSTED)),
        systems=tuple(random.sample(SYSTEMS, random.randint(1, 2))),
        data_categories=categories,
        subject_groups=(random.choice(GROUPS),),
        subjects_min=people,
        subjects_max=people,
        subjects_exact=random.random() < 0.5,
        protection=(random.choice((Protection.NONE, Protection.ENCRYPTED, Protection.UNKNOWN)),),
    )
