"""The reports of other portals filled for some incidents, as one text: `python -m tests.law.forms.reported` prints it.

Each report stands once whole; for every other incident only the answers that differ from it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from incident.law.facts import BreachFacts, CountryCount, Party, Trigger
from incident.law.forms.answers import FilledForm
from incident.law.forms.catalogue import form_of_report, load_catalogue, portals
from incident.law.forms.filing import Contact, FilingKind
from incident.law.forms.recorded import Made, fill_report
from incident.law.proposals import Proposal
from incident.law.vocabulary import (
    UNKNOWN,
    Actor,
    DiscoveredBy,
    IncidentKind,
    Nature,
    OtherAuthority,
    PartyRole,
    RiskLevel,
    Ternary,
    TriggerKind,
)
from tests.law.forms.filled import answered, part
from tests.law.forms.sheets import BLANK, FULL, PROFILE, filing

SINCE: Final = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
RANSOM: Final = replace(
    FULL,
    description="Files on the policy server were encrypted.",
    kinds=(IncidentKind.RANSOMWARE,),
    nature=(Nature.AVAILABILITY, Nature.INTEGRITY),
    actor=Actor.EXTERNAL_MALICIOUS,
    discovered_by=DiscoveredBy.PROCESSOR,
    occurred_from=SINCE - timedelta(hours=2),
    recovered_at=SINCE + timedelta(days=1, hours=3, minutes=15),
    first_notified_at=SINCE + timedelta(hours=20),
    reported_to_police=Ternary.YES,
    other_authorities=(OtherAuthority.AFM,),
    triggers=(
        Trigger(TriggerKind.MAJOR_ICT_INCIDENT, Ternary.YES, SINCE, SINCE + timedelta(hours=3)),
        Trigger(TriggerKind.SIGNIFICANT_INCIDENT, Ternary.YES, SINCE + timedelta(hours=1)),
        Trigger(
            TriggerKind.EXPLOITED_VULNERABILITY,
            Ternary.YES,
            SINCE + timedelta(minutes=5),
            fixed_at=SINCE + timedelta(days=2),
        ),
    ),
)
"""One incident that is a major one, a significant one, and began with a vulnerability in a product."""
FACTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "nothing is known": {name: getattr(BLANK, name) for name in BLANK.__dataclass_fields__},
    "no event of other law": {"triggers": (), "discovered_at": SINCE - timedelta(hours=1)},
    "several kinds, and what they were": {
        "kinds": (IncidentKind.OTHER, IncidentKind.PHISHING),
        "kind_note": "A letter with a QR code.",
        "actor": Actor.UNKNOWN,
    },
    "contained and not recovered": {"recovered_at": UNKNOWN, "contained_at": SINCE + timedelta(hours=30)},
    "not contained and not recovered": {"recovered_at": UNKNOWN},
    "one kind, and perhaps another": {"kinds": (IncidentKind.UNKNOWN, IncidentKind.PHISHING)},
    "recovered within three hours": {"recovered_at": SINCE + timedelta(minutes=59, seconds=30)},
    "recovered before it began": {"recovered_at": SINCE - timedelta(hours=3)},
    "recovered at the moment it began": {"recovered_at": SINCE - timedelta(hours=2)},
    "nobody knows when it began": {"occurred_from": UNKNOWN},
    "nobody else was told": {
        "first_notified_at": UNKNOWN,
        "reported_to_police": Ternary.NO,
        "other_authorities": (),
        "other_authorities_told": Ternary.NO,
    },
    "nobody said whether others were told": {
        "first_notified_at": UNKNOWN,
        "reported_to_police": Ternary.UNKNOWN,
        "other_authorities": (),
        "other_authorities_told": Ternary.UNKNOWN,
    },
    "two others and two countries": {
        "parties": (Party("Host", PartyRole.PROCESSOR, "host@example.nl"), Party("", PartyRole.RECIPIENT)),
        "countries": (CountryCount("NL", 5), CountryCount("DE")),
    },
    "only the least number, below nothing": {"subjects_max": UNKNOWN, "subjects_min": -1, "records_max": UNKNOWN},
    "somebody may be called": {"contact_name": "Ilse Bakker", "contact_function": "CISO", "contact_phone": "06 1"},
    "who reports has no name": {"reporter_name": " "},
    "somebody outside, by accident": {
        "actor": Actor.EXTERNAL_NON_MALICIOUS,
        "kinds": (IncidentKind.TECHNICAL_MALFUNCTION,),
    },
    "somebody outside, by accident, and nobody knows how": {
        "actor": Actor.EXTERNAL_NON_MALICIOUS,
        "kinds": (),
        "stated_unknown": ("actor", "kinds", "discovered_by"),
    },
    "only kinds that other forms have": {
        "actor": Actor.UNKNOWN,
        "kinds": (IncidentKind.E_WASTE, IncidentKind.POST_LOST),
        "stated_unknown": ("kinds",),
    },
    "all of it was called not known": {"actor": Actor.UNKNOWN, "kinds": (), "nature": (), "stated_unknown": ("actor",)},
}


def reported() -> str:
    """The whole text."""
    reports = (one.id for name in portals() for one in load_catalogue(name).reports)
    return "\n".join("\n".join(lines) for name in reports for lines in map(tuple, _of(name)) if lines[1:]) + "\n"


def on_its_form(
    name: str, facts: BreachFacts, made: Made | None = None, language: str = "en", **changes: Any
) -> FilledForm:
    """A report on its form."""
    form, one = form_of_report(name)
    kind = FilingKind.FOLLOW_UP if one.final else FilingKind.FIRST_PROVISIONAL
    return fill_report((form, one), facts, PROFILE, filing(kind, **changes), language, made)


def _of(name: str) -> Iterator[Iterator[str]]:
    whole = answered(on_its_form(name, RANSOM))
    yield part(f"{name}: everything known", whole, {})
    for title, changes in FACTS.items():
        yield part(f"{name}: {title}", answered(on_its_form(name, replace(RANSOM, **changes))), whole)
    later = Made(frozenset({"dora_initial", "cbw_early_warning"}), "DNB-7")
    yield part(f"{name}: after others", answered(on_its_form(name, RANSOM, later)), whole)
    product = Made(frozenset({"cra_early_warning"}))
    yield part(f"{name}: after one about a product", answered(on_its_form(name, RANSOM, product)), whole)
    filer = Contact("Jo Vos", "DPO", "jo@example.nl", "06 2")
    nobody = replace(RANSOM, reporter_name="", reporter_function="", reporter_email="", reporter_phone="")
    by_account = on_its_form(
        name, nobody, filer=filer, planned=("Lock the cupboard", "Ask the host"), risk=RiskLevel.HIGH
    )
    yield part(f"{name}: by account, with plans and a high risk", answered(by_account), whole)
    only_plans = replace(RANSOM, measures_taken="", measures_prevent=(), measures_prevent_note="")
    intended = on_its_form(name, only_plans, planned=("Lock the cupboard",))
    yield part(f"{name}: measures are only planned", answered(intended), whole)
    proposal = Proposal("kinds", (IncidentKind.PHISHING,), "proposal.kinds")
    proposed = on_its_form(name, replace(RANSOM, kinds=()), proposed=(proposal,), risk=UNKNOWN)
    yield part(f"{name}: with a proposal and no assessment", answered(proposed), whole)


if __name__ == "__main__":
    print(reported(), end="")  # noqa: T201
