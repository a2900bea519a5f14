"""GDPR art. 33(1), 33(3): the form of the Autoriteit Persoonsgegevens (August 2022), filled from the facts.

The authority has no interface: a person copies the answers. Each question comes out answered, missing, or hidden with
the reason; numbers of the live form whose wording is not known stand apart with what is at hand for them.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from incident.law.facts import BreachFacts
from incident.law.forms import ap_breach, ap_parties
from incident.law.forms.answers import FilledForm
from incident.law.forms.catalogue import Catalogue, load_catalogue
from incident.law.forms.filing import FilingContext, FilingKind, FilingOrganisation
from incident.law.forms.filling import Filler, Filling, GapText
from incident.law.forms.notation import moment
from incident.law.forms.timeline import is_late
from incident.law.proposals import with_proposals

CATALOGUE_ID = "ap-2022"

FILLERS: Mapping[str, Filler] = MappingProxyType({**ap_parties.FILLERS, **ap_breach.FILLERS})


def fill_ap(
    facts: BreachFacts, organisation: FilingOrganisation, context: FilingContext, language: str = "nl"
) -> FilledForm:
    """GDPR art. 33(3): the form for one filing; ``language`` (nl, en) is that of the notes, not of the form."""
    catalogue = load_catalogue(CATALOGUE_ID)
    facts = with_proposals(facts, context.proposed)
    situation = _situation(facts, organisation, context, catalogue)
    return Filling(catalogue, FILLERS, facts, organisation, context, situation, language, GAP_TEXTS).form()


def _situation(
    facts: BreachFacts, organisation: FilingOrganisation, context: FilingContext, catalogue: Catalogue
) -> frozenset[str]:
    reporter = facts.reporter_name.strip() or context.filer.name
    contact = facts.contact_name.strip() or organisation.dpo_name.strip()
    flags = {
        "follow_up": not context.kind.is_first,
        "withdrawal": context.kind is FilingKind.WITHDRAWAL,
        "late": context.kind.is_first and is_late(facts, context, catalogue.late_after_hours),
        "no_dpo": organisation.dpo_designated is False,
        "contact_differs": contact not in {"", reporter},
        "exact_subjects": ap_breach.exact_subjects(facts) >= 0,
    }
    return frozenset(flag for flag, holds in flags.items() if holds)


def _awareness_and_filing(facts: BreachFacts) -> str:
    """What answers a question whether more than 72 hours have passed."""
    instants = (facts.aware_at, facts.first_notified_at)
    return " - ".join(moment(instant) for instant in instants if isinstance(instant, datetime))


GAP_TEXTS: Mapping[str, GapText] = MappingProxyType(
    {
        "4.4": _awareness_and_filing,
        **dict.fromkeys(("10.1.2", "10.1.4", "10.1.5", "10.1.6", "10.1.8"), ap_breach.told_to_subjects),
    }
)
"""What is at hand for the numbers whose wording is not known."""
