"""GDPR art. 33(1), 33(3): the form of the Autoriteit Persoonsgegevens (August 2022), filled from the facts.

The authority has no interface: a person copies the answers. Each question comes out answered, missing, or hidden with
the reason; numbers of the live form whose wording is not known stand apart, without an answer.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from incident.law.facts import BreachFacts
from incident.law.forms import ap_breach, ap_parties
from incident.law.forms.answers import FilledForm
from incident.law.forms.catalogue import Catalogue, load_catalogue
from incident.law.forms.filing import FilingContext, FilingKind, FilingOrganisation
from incident.law.forms.filling import Filler, Filling
from incident.law.forms.on_behalf import filled
from incident.law.forms.timeline import discovery, hours_passed, is_late, late_from
from incident.law.forms.whose import exact_subjects
from incident.law.proposals import with_proposals
from incident.law.vocabulary import Protection

CATALOGUE_ID = "ap-2022"

FILLERS: Mapping[str, Filler] = MappingProxyType({**ap_parties.FILLERS, **ap_breach.FILLERS})


def fill_ap(
    facts: BreachFacts, organisation: FilingOrganisation, context: FilingContext, language: str = "nl"
) -> FilledForm:
    """GDPR art. 33(3): the form for one filing; ``language`` (nl, en) is that of the notes, not of the form."""
    catalogue = load_catalogue(CATALOGUE_ID)
    facts = with_proposals(facts, context.proposed)

    def fill(facts: BreachFacts, touched: tuple[str, ...]) -> FilledForm:
        situation = _situation(facts, organisation, context, catalogue)
        late = late_from(facts, context, catalogue.late_after_hours)
        about = replace(context, touched=touched)
        return Filling(catalogue, FILLERS, facts, organisation, about, situation, language, late).form()

    return filled(fill, facts, catalogue)


def _situation(
    facts: BreachFacts, organisation: FilingOrganisation, context: FilingContext, catalogue: Catalogue
) -> frozenset[str]:
    reporter = facts.reporter_name.strip() or context.filer.name
    contact = facts.contact_name.strip() or organisation.dpo_name.strip()
    late = is_late(facts, context, catalogue.late_after_hours)
    found = discovery(facts)[0]
    flags = {
        "follow_up": not context.kind.is_first,
        "withdrawal": context.kind is FilingKind.WITHDRAWAL,
        "late": context.kind.is_first and late,
        "counted": late_from(facts, context, catalogue.late_after_hours) is not None,
        "long_discovered": context.kind.is_first
        and found is not None
        and hours_passed(found, context.now, catalogue.late_after_hours),
        "pseudonymised": Protection.PSEUDONYMISED in facts.protection,
        "no_dpo": organisation.dpo_designated is False,
        "contact_differs": contact not in {"", reporter},
        "no_contact": not contact,
        "exact_subjects": exact_subjects(facts) is not None,
    }
    return frozenset(flag for flag, holds in flags.items() if holds)
