"""GDPR art. 33(4), 33(5): what a notification says of a breach, for the record that is read in a language of the pages.

A form has its own language. The record takes the sentences of the form that has the reader's, else those in our words,
so that no two of our papers tell the same thing in two ways.
"""

from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Final

from incident.law.facts import BreachFacts
from incident.law.forms import ap_parties
from incident.law.forms.case import Case
from incident.law.forms.catalogue import Catalogue, load_catalogue
from incident.law.forms.filing import FilingContext, FilingOrganisation

_FORMS: Final = {"nl": "ap-2022", "en": "edpb-1.0"}
_OWN_WORDS: Final = "insurer"
"""A form that is all in our words, and so in every language of the pages."""


def case_in_words(facts: BreachFacts, organisation: FilingOrganisation, context: FilingContext, language: str) -> Case:
    """The breach as the forms see it, for what they tell beside any question, in a language of the pages."""
    catalogue = _words(language)
    return Case(facts, organisation, context, catalogue, next(catalogue.questions), frozenset())


def end_of_breach(case: Case) -> str:
    """Why a breach goes on, and by when more is known, as the notification answers it."""
    return ap_parties.FILLERS["4.1.2"](case).text.removesuffix(".") + "."


@cache
def _words(language: str) -> Catalogue:
    own = load_catalogue(_OWN_WORDS, language)
    form = load_catalogue(_FORMS[language]) if language in _FORMS else own
    return replace(form, phrases=MappingProxyType({**own.phrases, **form.phrases}))
