"""GDPR art. 33(3), 33(4): fill either form by its name, as a complete notification when it is one."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Protocol

from incident.law.facts import BreachFacts
from incident.law.forms.answers import FilledForm, Origin
from incident.law.forms.ap_2022 import fill_ap
from incident.law.forms.case import expected_on
from incident.law.forms.edpb_1_0 import fill_edpb
from incident.law.forms.filing import FilingContext, FilingKind, FilingOrganisation
from incident.law.forms.timeline import goes_on


class FormFiller(Protocol):
    """A function that fills one form."""

    def __call__(
        self, facts: BreachFacts, organisation: FilingOrganisation, context: FilingContext, language: str = ...
    ) -> FilledForm: ...


FORMS: Mapping[str, FormFiller] = MappingProxyType({"ap-2022": fill_ap, "edpb-1.0": fill_edpb})
"""The forms by the name of their catalogue."""

PROVISIONAL = MappingProxyType(
    {
        FilingKind.FIRST_COMPLETE: FilingKind.FIRST_PROVISIONAL,
        FilingKind.FOLLOW_UP: FilingKind.FOLLOW_UP_PROVISIONAL,
    }
)
"""The kind of filing that a complete one becomes while answers are open (art. 33(4))."""


def fill_form(
    catalogue_id: str, facts: BreachFacts, organisation: FilingOrganisation, context: FilingContext, language: str
) -> FilledForm:
    """GDPR art. 33(3): fill the form with this name; ``KeyError`` for a form that does not exist."""
    return FORMS[catalogue_id](facts, organisation, context, language)


def fill_as_known(
    catalogue_id: str, facts: BreachFacts, organisation: FilingOrganisation, context: FilingContext, language: str
) -> FilledForm:
    """GDPR art. 33(4): fill the form, and say of a filing after which more will follow that it is provisional."""
    form = fill_form(catalogue_id, facts, organisation, context, language)
    unanswered = open_answers(form)
    if context.kind not in PROVISIONAL or not (unanswered or goes_on(facts)):
        return form
    provisional = replace(context, kind=PROVISIONAL[context.kind], unanswered=unanswered)
    return fill_form(catalogue_id, facts, organisation, provisional, language)


def kind_as_known(kind: FilingKind, form: FilledForm, facts: BreachFacts, context: FilingContext) -> FilingKind:
    """GDPR art. 33(4): what a filing is by what it says, from the ``form`` as a complete one would have it.

    It is provisional where the record says that more will come, and complete where nothing is open. While answers are
    missing, or are not known and nobody says that they will be, it is what a person chose.
    """
    if form.missing or context.kind not in PROVISIONAL:
        return kind
    if goes_on(facts) or expected_on(facts, context) is not None:
        return PROVISIONAL[context.kind]
    unknown = any(one.required and (one.awaited or one.origin is Origin.UNKNOWN) for one in form.answers)
    return kind if unknown else context.kind


def open_answers(form: FilledForm) -> tuple[str, ...]:
    """The numbers of required answers that are missing, or say that something is not known yet, and beside them of
    others that say so; where there are none, of those that somebody is to look at.
    """
    asked = [answer for answer in form.answers if answer.required]
    told = (one for one in asked if one.todo and not one.settled and "informed" in one.fields)
    open_ones = (one for one in asked if one.awaited or one.origin in {Origin.MISSING, Origin.UNKNOWN})
    lacking = {one.number for one in (*told, *open_ones)}
    beside = {one.number for one in form.answers if one.awaited} if lacking else set()
    found = lacking | beside or {one.number for one in asked if one.todo and not one.settled}
    return tuple(dict.fromkeys(one.number for one in form.answers if one.number in found))
