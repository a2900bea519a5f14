"""GDPR art. 33(1): a form for one's own people alone, or for those of customers too; and what hangs on that answer.

As long as nobody has said of a customer whether one notifies for it, the form counts its people, and says which answers
may change: those that differ between the form filled with a "yes" and with a "no".
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from incident.law.facts import FREE_TEXTS, AffectedController, BreachFacts
from incident.law.forms.answers import FilledAnswer, FilledForm
from incident.law.forms.catalogue import Catalogue, Question
from incident.law.forms.customers import answered, exactly, without
from incident.law.forms.filing import Counting
from incident.law.forms.notation import listing
from incident.law.questions import is_known
from incident.law.vocabulary import RiskLevel, SubjectGroup, Ternary

Fill = Callable[[BreachFacts, Counting], FilledForm]
"""Fills a form from facts, and with whose people it counts."""

_OF_ALL: Final = frozenset(
    {
        "cross_border",
        "countries",
        "data_note",
        "records_max",
        "records_note",
        "subjects_note",
        "consequences_data",
        "consequences_data_note",
        "consequences_subjects_note",
        "severity",
        "severity_note",
    }
)
"""What is on record for all the people together."""
_BESIDE: Final = {"records_note": "records_max", "severity_note": "severity"}
"""The words beside an answer that is looked at itself where it is of all the people."""
_OF_GROUPS: Final = frozenset({"subject_groups", "data_categories", "consequences_subjects"})
"""What a form for some of the people says of these alone."""


def filled(fill: Fill, facts: BreachFacts, catalogue: Catalogue) -> FilledForm:
    """The form as the answers about the customers have it; where one is open, with what hangs on it."""
    among, is_open = catalogue.phrases["and"], bool(answered(facts, Ternary.UNKNOWN))
    if not is_open and not answered(facts, Ternary.NO):
        return fill(facts, Counting())
    refused = replace(facts, on_behalf_of_customers=Ternary.NO) if is_open else facts
    own = without(refused, among)
    apart, alone = own is not None, fill(own or refused, Counting(own is not None))
    of_all = tuple(
        one.key for one in alone.answers if _of_all(one, catalogue.question(one.key), facts, own or facts, apart=apart)
    )
    out = answered(refused, Ternary.NO)
    counting = Counting(True, of_all=of_all, left_out=listing([one.name for one in out], among))
    if apart and not is_open:
        return fill(own or facts, replace(counting, offline=_offline(facts, out)))
    counted = without(facts, among)
    hang = {alone.answer(key).number for key in of_all}
    if is_open:
        agreed = replace(counted or facts, on_behalf_of_customers=Ternary.YES)
        hang |= _changed(fill(own, counting) if own else alone, fill(agreed, Counting(counted is not None)))
    touched = tuple(dict.fromkeys(one.number for one in catalogue.questions if one.number in hang))
    left = exactly(own, own.subject_groups) if own else None
    return fill(counted or facts, Counting(counted is not None, left, touched))


def _offline(facts: BreachFacts, customers: Sequence[AffectedController]) -> bool:
    """Whether it is on record whose data are on the internet, and none of the groups of these customers is there."""
    apart = all(one.groups and set(one.groups).isdisjoint(facts.published_groups) for one in customers)
    return bool(facts.published_groups) and SubjectGroup.UNKNOWN not in facts.published_groups and apart


def _changed(one: FilledForm, other: FilledForm) -> set[str]:
    """The numbers of the answers that differ between two forms, or that only one of them has."""
    told = [{each.key: (each.number, each.text, each.value) for each in form.answers} for form in (one, other)]
    return {told[at][key][0] for at in (0, 1) for key in told[at] if told[at][key] != told[1 - at].get(key)}


def _of_all(answer: FilledAnswer, asked: Question, facts: BreachFacts, own: BreachFacts, *, apart: bool) -> bool:
    """Whether an answer for some of the people rests on what is on record for all together."""
    names = [name for name in answer.fields if name in (_OF_ALL if apart else _OF_ALL | _OF_GROUPS)]
    assessed = any(RiskLevel.HIGH.value in option.members for option in asked.options)
    return bool(answer.text) and (assessed or any(_left(name, answer, facts, own, apart=apart) for name in names))


def _left(name: str, answer: FilledAnswer, facts: BreachFacts, own: BreachFacts, *, apart: bool) -> bool:
    """Whether the record does not tell apart what this field holds; of somebody's words, if the answer has them."""
    if name in {"cross_border", "countries"}:
        divided = apart and any(is_known(one.subjects) for one in own.countries)
        return facts.cross_border is Ternary.YES and not divided
    value = getattr(own, name)
    if name in _BESIDE and is_known(getattr(own, _BESIDE[name])):
        return False
    if name in FREE_TEXTS:
        return value == getattr(facts, name) and value.strip() in answer.typed
    return is_known(value) and (name != "records_max" or value == facts.records_max)
