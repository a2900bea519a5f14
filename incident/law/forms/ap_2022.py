"""GDPR art. 33(1), 33(3): the form of the Autoriteit Persoonsgegevens (August 2022), filled from the facts.

The authority has no interface: a person copies the answers. Each question comes out answered, missing, or hidden with
the reason; numbers of the live form whose wording is not known stand apart, without an answer.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType

from incident.law.facts import BreachFacts
from incident.law.forms import ap_breach, ap_parties
from incident.law.forms.answers import FilledForm
from incident.law.forms.case import Filler
from incident.law.forms.catalogue import load_catalogue
from incident.law.forms.filing import Counting, FilingContext, FilingKind, FilingOrganisation
from incident.law.forms.filling import Filling
from incident.law.forms.notation import local_day
from incident.law.forms.on_behalf import filled
from incident.law.forms.timeline import discovery, hours_passed, late_from
from incident.law.forms.whose import exact_subjects
from incident.law.periods import start_of_day
from incident.law.proposals import with_proposals
from incident.law.rulesets import AUTHORITY_ZONE
from incident.law.vocabulary import Protection

CATALOGUE_ID = "ap-2022"

FILLERS: Mapping[str, Filler] = MappingProxyType({**ap_parties.FILLERS, **ap_breach.FILLERS})


KEPT = 64
"""Filled forms that are remembered, by all that they are made of: every page of an incident asks how far it is."""


def fill_ap(
    facts: BreachFacts, organisation: FilingOrganisation, context: FilingContext, language: str = "nl"
) -> FilledForm:
    """GDPR art. 33(3): the form for one filing; ``language`` (nl, en) is that of the notes, not of the form.

    What hangs on the hour is in the situation, and of the moment itself the questions see only the day: so the same
    form is filled once. Moments of the facts are those of the record, in which no hour comes twice.
    """
    facts = with_proposals(facts, context.proposed)
    catalogue = load_catalogue(CATALOGUE_ID)
    day = start_of_day(local_day(context.now), AUTHORITY_ZONE)

    def fill(facts: BreachFacts, counting: Counting) -> FilledForm:
        late, found = late_from(facts, context, catalogue.late_after_hours), discovery(facts)[0]
        discovered = found + timedelta(hours=catalogue.late_after_hours) if found else None
        asked_from = min(filter(None, (late, discovered)), default=None)
        situation = _situation(facts, organisation, context, late, catalogue.late_after_hours)
        return _filled(
            facts, organisation, replace(context, now=day, counting=counting), situation, asked_from, language
        )

    return filled(fill, facts, catalogue)


@lru_cache(maxsize=KEPT)
def _filled(
    facts: BreachFacts,
    organisation: FilingOrganisation,
    context: FilingContext,
    situation: frozenset[str],
    asked_from: datetime | None,
    language: str,
) -> FilledForm:
    catalogue = load_catalogue(CATALOGUE_ID)
    return Filling(catalogue, FILLERS, facts, organisation, context, situation, language, asked_from).form()


def _situation(
    facts: BreachFacts,
    organisation: FilingOrganisation,
    context: FilingContext,
    late: datetime | None,
    late_after_hours: int,
) -> frozenset[str]:
    reporter = facts.reporter_name.strip() or context.filer.name
    contact = facts.contact_name.strip() or organisation.dpo_name.strip()
    found = discovery(facts)[0]
    flags = {
        "follow_up": not context.kind.is_first,
        "withdrawal": context.kind is FilingKind.WITHDRAWAL,
        "late": context.kind.is_first and late is not None and context.now > late,
        "counted": late is not None,
        "long_discovered": context.kind.is_first
        and found is not None
        and hours_passed(found, context.now, late_after_hours),
        "pseudonymised": Protection.PSEUDONYMISED in facts.protection,
        "no_dpo": organisation.dpo_designated is False,
        "contact_differs": contact not in {"", reporter},
        "no_contact": not contact,
        "exact_subjects": exact_subjects(facts) is not None,
    }
    return frozenset(flag for flag, holds in flags.items() if holds)
