"""Both forms filled for many breaches, as one text that a lawyer reads: `python -m tests.law.forms.filled` prints it.

The whole form stands once for each kind of filing; for every other breach only the answers that differ from it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from incident.domain.organisation import OrganisationProfile, load_profile
from incident.law.facts import BreachFacts, CountryCount, Party
from incident.law.forms.answers import FilledForm
from incident.law.forms.ap_2022 import fill_ap
from incident.law.forms.edpb_1_0 import fill_edpb
from incident.law.forms.filing import Contact, FilingContext, FilingKind
from incident.law.proposals import Proposal
from incident.law.vocabulary import (
    UNKNOWN,
    Actor,
    Alteration,
    Attachment,
    AvailabilityLoss,
    ConsequenceForData,
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    DiscoveredBy,
    IncidentKind,
    Informed,
    Nature,
    NoticeChannel,
    NotInformingGround,
    OrganisationSector,
    OrganisationSize,
    OtherAuthority,
    PartyRole,
    Protection,
    RiskLevel,
    Severity,
    SubjectGroup,
    Ternary,
)
from tests.law.forms.sheets import BLANK, FULL, NOW, PROFILE, filing

Changes = Mapping[str, Any]
COMPLETE, PROVISIONAL = FilingKind.FIRST_COMPLETE, FilingKind.FIRST_PROVISIONAL
EVERYTHING_ASKED: Final = tuple(FULL.__dataclass_fields__)
MORNING: Final = NOW - timedelta(days=3)
ALL_NATURES: Final = {
    "nature": tuple(Nature),
    "alteration": Alteration.MISUSE_REVERSIBLE,
    "availability_loss": AvailabilityLoss.TEMPORARY,
    "consequences_data": tuple(ConsequenceForData),
    "consequences_data_note": "Somebody may guess passwords.",
}
NOBODY_REPORTS: Final = dict.fromkeys(("reporter_name", "reporter_function", "reporter_email", "reporter_phone"), "")
FACTS: Final[Mapping[str, Changes]] = {
    "it happened within a day and is an estimate": {"occurred_to": MORNING, "occurrence_estimated": True},
    "it goes on": {"occurred_to": UNKNOWN, "ongoing": Ternary.YES},
    "nobody knows the end": {"occurred_to": UNKNOWN, "ongoing": Ternary.UNKNOWN},
    "nobody knows when": {"occurred_from": UNKNOWN, "occurred_to": UNKNOWN, "ongoing": Ternary.UNKNOWN},
    "the awareness is not recorded": {"aware_at": UNKNOWN, "aware_person": "", "aware_ground": " "},
    "it was discovered later than the first sign": {
        "discovered_at": NOW - timedelta(hours=30),
        "aware_at": NOW - timedelta(hours=20),
        "contained_at": NOW - timedelta(hours=10),
        "recovered_at": NOW,
    },
    "the processor told us": {
        "discovered_by": DiscoveredBy.PROCESSOR,
        "processor_aware_at": NOW - timedelta(days=4),
        "processor_told_us_at": NOW - timedelta(days=2, hours=1),
    },
    "a data subject told us": {"discovered_by": DiscoveredBy.DATA_SUBJECT, "discovery": ""},
    "a data subject told us, after a processor": {
        "discovered_by": DiscoveredBy.DATA_SUBJECT,
        "processor_told_us_at": NOW - timedelta(days=3),
    },
    "aware for more than 72 hours": {"aware_at": NOW - timedelta(hours=73), "first_signal_at": UNKNOWN},
    "nobody said who discovered it": {"discovered_by": DiscoveredBy.UNKNOWN, "discovery": ""},
    "all was broken": ALL_NATURES,
    "only integrity": {**ALL_NATURES, "nature": (Nature.INTEGRITY,)},
    "a consequence that fits another side": {
        "nature": (Nature.INTEGRITY,),
        "consequences_data": (ConsequenceForData.SERVICE_TEMPORARILY_LOST,),
    },
    "only availability, and not which": {"nature": (Nature.AVAILABILITY,)},
    "two kinds": {"kinds": (IncidentKind.OTHER, IncidentKind.PHISHING), "kind_note": "A letter with a QR code."},
    "no kind": {"kinds": (), "description": " ", "systems": (), "systems_note": "The ticket system."},
    "protected and not": {"protection": (Protection.NONE, Protection.ENCRYPTED), "protection_note": "Half of it."},
    "encrypted, the key safe": {"protection": (Protection.ENCRYPTED,), "protection_intact": Ternary.YES},
    "encrypted, the key gone": {"protection": (Protection.ENCRYPTED,), "protection_intact": Ternary.NO},
    "encrypted, the key perhaps": {"protection": (Protection.ENCRYPTED,)},
    "encrypted, nobody knows the key": {"protection": (Protection.ENCRYPTED,), "stated_unknown": EVERYTHING_ASKED},
    "nothing said of protection": {"protection": (), "measures_before_note": "", "measures_before": ()},
    "nobody knows the protection": {"protection": (Protection.UNKNOWN,), "measures_before_note": ""},
    "between two numbers": {"subjects_max": 1500, "subjects_exact": False, "records_min": 0, "records_max": 5},
    "only the least": {"subjects_max": UNKNOWN, "records_max": UNKNOWN},
    "only the most, below nothing": {"subjects_min": UNKNOWN, "records_min": -1},
    "not a number": {
        **dict.fromkeys(("subjects_min", "subjects_max", "records_min", "records_max"), UNKNOWN),
        "informed_count": UNKNOWN,
    },
    "groups and data without words": {
        "subject_groups": (SubjectGroup.SUBSCRIBERS, SubjectGroup.UNKNOWN),
        "subjects_note": " ",
        "data_categories": (DataCategory.BEHAVIOUR, DataCategory.HEALTH),
        "data_note": "",
    },
    "a consequence of another kind": {
        "consequences_subjects": (ConsequenceForSubjects.OTHER,),
        "consequences_subjects_note": "They were woken at night.",
    },
    "no measure against repetition": {
        "measures_prevent": (),
        "measures_prevent_note": "",
        "measures_prevent_by": UNKNOWN,
    },
    "a measure without a day": {"measures_prevent_note": "", "measures_prevent_by": UNKNOWN},
    "the severity is not known": {"severity": Severity.UNKNOWN, "severity_note": ""},
    "not told: a ground of Dutch law": {
        "informed": Informed.EXCEPTION,
        "not_informing_ground": NotInformingGround.UAVG_41,
        "not_informing_note": "A police investigation.",
    },
    "not told: a ground of the GDPR": {
        "informed": Informed.EXCEPTION,
        "not_informing_ground": NotInformingGround.DISPROPORTIONATE,
    },
    "not told: no ground recorded": {"informed": Informed.EXCEPTION},
    "not told: no high risk": {
        "informed": Informed.NOT_HIGH_RISK,
        "not_informing_ground": NotInformingGround.UAVG_41,
    },
    "still looking into it": {"informed": Informed.INVESTIGATING},
    "told on a day to come": {"informed": Informed.PLANNED_ON_DATE},
    "not all were told": {
        "informed_count": 1100,
        "informed_channels": (NoticeChannel.OTHER, NoticeChannel.LETTER),
        "informed_channels_note": "A poster in the hall.",
    },
    "some could not be told": {"informed_not_all_note": "Three have no address."},
    "others were told": {
        "other_authorities_told": Ternary.UNKNOWN,
        "other_authorities": (OtherAuthority.RDI,),
        "other_authorities_note": "Case 12.",
        "reported_to_police": Ternary.NO,
    },
    "nobody said whether others were told": {"other_authorities_told": Ternary.UNKNOWN},
    "countries without numbers": {"countries": (CountryCount("NL"), CountryCount("DE"))},
    "no country, an authority": {"countries": (), "privacy_authorities_told": "BfDI"},
    "nobody said whether others are involved": {"others_involved": Ternary.UNKNOWN},
    "two others, one without a name": {
        "parties": (Party("Partner", PartyRole.JOINT_CONTROLLER), Party("", PartyRole.OTHER, "x@example.org")),
    },
    "the officer reports": {"reporter_name": "Femke Gerritsen", "reporter_function": ""},
    "nobody reports": NOBODY_REPORTS,
    "the reporter without a name": {"reporter_name": " "},
    "somebody else may be called": {"contact_name": "Ilse Bakker", "contact_email": "i.bakker@example.nl"},
    "the reporter may be called": {"contact_name": "Ruben Smit", "contact_phone": "06 1"},
    "somebody inside, by accident": {"actor": Actor.INTERNAL_NON_MALICIOUS, "disclosure": Disclosure.LIKELY},
}
STATED: Final[Mapping[str, Changes]] = {
    "all of it was answered: not known yet": {"stated_unknown": EVERYTHING_ASKED},
    "the known was called not known as well": {
        "stated_unknown": EVERYTHING_ASKED,
        "actor": Actor.INTERNAL_MALICIOUS,
        "discovered_by": DiscoveredBy.PRESS,
        "protection": (Protection.ENCRYPTED,),
        "kinds": (IncidentKind.UNKNOWN,),
        "data_categories": (DataCategory.UNKNOWN,),
    },
}
FILINGS: Final[Mapping[str, Changes]] = {
    "the risk is not assessed": {"risk": UNKNOWN, "risk_explanation": ""},
    "a high risk": {"risk": RiskLevel.HIGH, "risk_explanation": " "},
    "another authority was told, with pictures": {
        "other_notifications": ("NCSC",),
        "attachments": (Attachment.RANSOM_NOTE,),
        "attachments_note": "And a drawing.",
        "planned": ("Lock the cupboard",),
    },
    "by account, late": {
        "filer": Contact("Jo Vos", "DPO", "jo@example.nl", "06 2"),
        "due_at": NOW - timedelta(hours=1),
    },
    "the officer, by account": {"filer": Contact("Femke Gerritsen", "DPO", "fg@example.nl", "06 3")},
    "with an empty proposal": {
        "proposed": (Proposal("severity_note", "", "proposal.severity"),),
        "risk": UNKNOWN,
        "risk_explanation": "",
    },
    "with proposals": {
        "proposed": (
            Proposal("kinds", (IncidentKind.PHISHING,), "proposal.kinds"),
            Proposal("severity_note", "", "proposal.severity"),
        )
    },
}
PROFILES: Final[Mapping[str, OrganisationProfile]] = {
    "an empty profile": load_profile(),
    "no officer": replace(PROFILE, dpo_designated=False, dpo_name=""),
    "an officer whom nobody designated": replace(PROFILE, dpo_designated=None, kvk=" ", postcode=""),
    "another profile": replace(
        PROFILE,
        sector_kind=OrganisationSector.PUBLIC,
        size=OrganisationSize.LARGE,
        in_eea=False,
        representative_name="Rep",
        representative_contact="rep@example.eu",
    ),
}


def filled() -> str:
    """The whole text."""
    return (
        "\n".join(line for name, fill in (("AP", fill_ap), ("EDPB", fill_edpb)) for line in _of_form(name, fill)) + "\n"
    )


def _of_form(name: str, fill: Any) -> Iterator[str]:
    for kind in (COMPLETE, PROVISIONAL):
        whole = answered(fill(FULL, PROFILE, filing(kind)))
        yield from part(f"{name}, {kind}: everything known", whole, {})
        blank = answered(fill(BLANK, PROFILE, filing(kind)))
        yield from part(f"{name}, {kind}: nothing known", blank, whole)
        for title, changes in STATED.items():
            stated = answered(fill(replace(BLANK, **changes), PROFILE, filing(kind)))
            yield from part(f"{name}, {kind}: {title}", stated, blank)
        for title, facts, context, profile in _breaches(kind):
            yield from part(f"{name}, {kind}: {title}", answered(fill(facts, profile, context)), whole)
    for kind in (FilingKind.FOLLOW_UP, FilingKind.WITHDRAWAL):
        context = filing(kind, earlier_number="M-1", withdrawal_reason="No personal data.")
        yield from part(f"{name}, {kind}", answered(fill(FULL, PROFILE, context)), whole)


def _breaches(kind: FilingKind) -> Iterator[tuple[str, BreachFacts, FilingContext, OrganisationProfile]]:
    for title, changes in FACTS.items():
        yield title, replace(FULL, **changes), filing(kind), PROFILE
    for title, changes in FILINGS.items():
        yield title, replace(FULL, **NOBODY_REPORTS, severity_note=""), filing(kind, **changes), PROFILE
    for title, profile in PROFILES.items():
        yield title, FULL, filing(kind), profile


def answered(form: FilledForm) -> dict[str, str]:
    """Each question by its key: where its answer is from, what it is, and why; or that it is not asked."""
    shown = {answer.key: _shown(answer) for answer in form.answers}
    return shown | {question.key: "(not asked)" for question in form.hidden}


def _shown(answer: Any) -> str:
    value = "" if answer.value in (None, answer.text) else f" = {answer.value}".replace("\n", "\\n")
    typed = f" [typed: {', '.join(answer.typed)}]" if answer.typed and answer.typed != (answer.text,) else ""
    left = f" [todo: {answer.todo}]" if answer.todo else ""
    sign = " *" if answer.required else ""
    return f"{answer.origin}{sign}: {answer.text!r}{value}{typed} {answer.note}{left}".rstrip()


def part(title: str, answers: Mapping[str, str], known: Mapping[str, str]) -> Iterator[str]:
    """The answers that differ from the known ones, under their title."""
    yield f"## {title}"
    yield from (f"{key} {shown}" for key, shown in answers.items() if known.get(key) != shown)


if __name__ == "__main__":
    print(filled(), end="")  # noqa: T201
