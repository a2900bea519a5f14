"""GDPR art. 33(3), 34: the EDPB common template v1.0, filled from the facts, and its interchange form.

The interchange form is one JSON object with keys ``field_N``: a choice is its letter, several choices a list of
letters, an instant ``date-time`` in UTC, a day ``date``, a number an integer. What is hidden or unanswered is left out.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from incident.law.facts import BreachFacts
from incident.law.forms import edpb_breach, edpb_outcome, edpb_parties
from incident.law.forms.answers import FilledForm
from incident.law.forms.case import Filler
from incident.law.forms.catalogue import load_catalogue
from incident.law.forms.filing import Counting, FilingContext, FilingOrganisation
from incident.law.forms.filling import Filling
from incident.law.forms.on_behalf import filled
from incident.law.forms.timeline import late_from
from incident.law.proposals import with_proposals

CATALOGUE_ID = "edpb-1.0"

FILLERS: Mapping[str, Filler] = MappingProxyType(
    {**edpb_parties.FILLERS, **edpb_breach.FILLERS, **edpb_outcome.FILLERS}
)


def fill_edpb(
    facts: BreachFacts, organisation: FilingOrganisation, context: FilingContext, language: str = "en"
) -> FilledForm:
    """GDPR art. 33(3): the template for one filing; ``language`` (nl, en) is that of the notes, not of the form.

    The template counts its own 72 hours for the reasons of a delay, whatever deadline the filing has.
    """
    catalogue = load_catalogue(CATALOGUE_ID)
    facts = with_proposals(facts, context.proposed)
    until = late_from(facts, replace(context, due_at=None), catalogue.late_after_hours)
    flags = {"controller_in_eea": organisation.in_eea, "late": until is not None and context.now > until}
    flags["other_means"] = bool(facts.informed_channels_note.strip())
    flags["counted"] = until is not None
    flags["voluntary"] = context.voluntary
    situation = frozenset(flag for flag, holds in flags.items() if holds)

    def fill(facts: BreachFacts, counting: Counting) -> FilledForm:
        about = replace(context, counting=counting)
        return Filling(catalogue, FILLERS, facts, organisation, about, situation, language, until).form()

    return filled(fill, facts, catalogue)


def edpb_interchange(form: FilledForm) -> dict[str, object]:
    """The form as ``field_N`` keys with language-free values, in the order of the template."""
    return {
        f"field_{answer.number}": list(answer.value) if isinstance(answer.value, tuple) else answer.value
        for answer in form.answers
        if answer.value is not None
    }
