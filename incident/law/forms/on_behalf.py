"""GDPR art. 33(1): a form for one's own people alone, or for those of customers too; and what hangs on that answer.

A person answers it. As long as nobody has, the form counts all the people on record, and says which answers may change:
those that differ between the form filled with a "yes" and with a "no".
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from incident.law.facts import FREE_TEXTS, BreachFacts
from incident.law.forms.answers import FilledAnswer, FilledForm
from incident.law.forms.catalogue import Catalogue, Question
from incident.law.forms.notation import count
from incident.law.forms.whose import counted_up, customers, exactly, own_alone, own_records, parted
from incident.law.groups import facts_of_groups
from incident.law.questions import is_known
from incident.law.vocabulary import UNKNOWN, RiskLevel, Ternary

Fill = Callable[[BreachFacts, tuple[str, ...]], FilledForm]
"""Fills a form from facts, with the numbers of the answers that somebody has to look at."""

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
_OF_GROUPS: Final = frozenset({"subject_groups", "data_categories", "consequences_subjects"})
"""What a form for some of the groups says of these alone."""


def filled(fill: Fill, facts: BreachFacts, catalogue: Catalogue) -> FilledForm:
    """The form as the answer about the customers has it; without an answer, with what hangs on it."""
    if not customers(facts) or facts.on_behalf_of_customers is Ternary.YES:
        return fill(facts, ())
    among = catalogue.phrases["and"]
    own = own_people(replace(facts, on_behalf_of_customers=Ternary.NO), among)
    alone, every = fill(own, ()), fill(replace(facts, on_behalf_of_customers=Ternary.YES), ())
    found = {one.number for one in alone.answers if _of_all(one, catalogue.question(one.key), facts, own)}
    if facts.on_behalf_of_customers is Ternary.NO:
        return fill(own, _numbers(found, catalogue))
    told = [{one.key: (one.number, one.text, one.value) for one in form.answers} for form in (alone, every)]
    changed = {told[at][key][0] for at in (0, 1) for key in told[at] if told[at][key] != told[1 - at].get(key)}
    return fill(facts, _numbers(found | changed, catalogue))


def own_people(facts: BreachFacts, among: str) -> BreachFacts:
    """The facts as they are true for the organisation's own people, as far as the record tells these apart."""
    ours, theirs = parted(facts)
    number, records = exactly(facts, ours), own_records(facts)
    if not theirs or not number:
        return facts
    parts = counted_up(facts, among)
    by_country = sum(count(one.subjects) or 0 for one in facts.countries)
    own = replace(
        facts_of_groups(facts, ours),
        affected_groups=tuple(row for row in facts.affected_groups if row.group in ours),
        data_note=facts.data_note,
        consequences_subjects_note=facts.consequences_subjects_note,
        subjects_note=_told([parts[one] for one in ours], among) if parts else facts.subjects_note,
    )
    if by_country > number:
        own = replace(own, countries=tuple(replace(one, subjects=UNKNOWN) for one in facts.countries))
    if records is None:
        return own
    rest = tuple(replace(one, records=UNKNOWN) for one in facts.affected_controllers)
    return replace(own, records_min=records, records_max=records, affected_controllers=rest)


def _told(parts: list[str], among: str) -> str:
    """Some of the groups as somebody counted them up, in words that can be read again in the same way."""
    *before, last = parts
    return f"{', '.join(before)} {among} {last}." if before else f"{last}."


def _of_all(answer: FilledAnswer, asked: Question, facts: BreachFacts, own: BreachFacts) -> bool:
    """Whether an answer for the own people rests on what is on record for all people together."""
    names = [name for name in answer.fields if name in (_OF_ALL if own_alone(own) else _OF_ALL | _OF_GROUPS)]
    assessed = any(RiskLevel.HIGH.value in option.members for option in asked.options)
    return bool(answer.text) and (assessed or any(_left(name, answer, facts, own) for name in names))


def _left(name: str, answer: FilledAnswer, facts: BreachFacts, own: BreachFacts) -> bool:
    """Whether the record does not tell apart what this field holds; of somebody's words, if the answer has them."""
    if name in {"cross_border", "countries"}:
        apart = own_alone(own) and any(is_known(one.subjects) for one in own.countries)
        return facts.cross_border is Ternary.YES and not apart
    value = getattr(own, name)
    if name in FREE_TEXTS:
        return value == getattr(facts, name) and value.strip() in answer.typed
    return is_known(value) and (name != "records_max" or value == facts.records_max)


def _numbers(found: set[str], catalogue: Catalogue) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.number for one in catalogue.questions if one.number in found))
