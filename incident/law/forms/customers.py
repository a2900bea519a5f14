"""GDPR art. 33(1), 33(2): for which customers one notifies as well, and the facts without the people of the others.

A person answers it, for all customers at once or for one of them. Nothing is taken out that the record does not tell
apart.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from incident.law.facts import AffectedController, BreachFacts
from incident.law.forms.notation import count
from incident.law.groups import facts_of_groups, groups_of_customers, number_in, numbers_of, row_of
from incident.law.vocabulary import UNKNOWN, SubjectGroup, Ternary, Unknown


def customers(facts: BreachFacts) -> tuple[AffectedController, ...]:
    """The controllers for whom the organisation processes data of people concerned."""
    return tuple(one for one in facts.affected_controllers if one.name.strip() and one.subjects != 0)


def answered(facts: BreachFacts, said: Ternary) -> tuple[AffectedController, ...]:
    """GDPR art. 33(1): the customers of whom this is the answer: their own, else the one for all."""
    own = ((one, one.on_behalf) for one in customers(facts))
    every = facts.on_behalf_of_customers
    return tuple(one for one, answer in own if (every if answer is Ternary.UNKNOWN else answer) is said)


def parted(facts: BreachFacts) -> tuple[tuple[SubjectGroup, ...], tuple[SubjectGroup, ...]]:
    """Our own groups, and those that are all our customers'; no group of theirs where the numbers do not show it."""
    theirs = groups_of_customers(facts)
    ours = tuple(one for one in facts.subject_groups if one not in theirs)
    return ours, tuple(one for one in facts.subject_groups if one in theirs)


def exactly(facts: BreachFacts, groups: Sequence[SubjectGroup]) -> int | None:
    """The number of people in some groups, where it is one number."""
    least, most = number_in(facts, [*groups]) if groups else (UNKNOWN, UNKNOWN)
    return most if least == most and not isinstance(most, Unknown) else None


def records_without(facts: BreachFacts, theirs: Sequence[AffectedController]) -> int | None:
    """How many records are left beside those of some customers; None where the record does not tell it."""
    known = [number for one in theirs if (number := count(one.records)) is not None]
    bounds = {bound for bound in (count(facts.records_min), count(facts.records_max)) if bound is not None}
    if len(bounds) != 1 or len(known) < len(theirs) or sum(known) > max(bounds):
        return None
    return max(bounds) - sum(known)


def without(facts: BreachFacts, among: str) -> BreachFacts | None:
    """The facts without the people of the customers for whom nobody notifies; None where the record does not tell them
    apart, or nobody is left.
    """
    out = answered(facts, Ternary.NO)
    taken = _taken(facts, out)
    left = {row.group: _less(row.subjects, taken[row.group]) for row in facts.affected_groups}
    kept = tuple(one for one in facts.subject_groups if not taken[one] or left.get(one))
    total = sum(taken.values())
    shrunk = replace(
        facts,
        affected_groups=tuple(replace(row, subjects=left[row.group]) for row in facts.affected_groups),
        subjects_min=_less(facts.subjects_min, total),
        subjects_max=_less(facts.subjects_max, total),
    )
    number = exactly(shrunk, kept)
    if not taken or not number or any(isinstance(one, int) and one < 0 for one in left.values()):
        return None
    return _of_the_kept(replace(shrunk, subjects_note=_described(facts, shrunk, kept, among)), kept, out, number)


def _taken(facts: BreachFacts, out: Sequence[AffectedController]) -> Counter[SubjectGroup]:
    """How many people of each group are theirs: all of a group that is nobody else's, else what the numbers show;
    nothing where that is not known of each of them.
    """
    alone = groups_of_customers(replace(facts, affected_controllers=tuple(out)))
    if not all(one.groups for one in out):
        return Counter()
    if alone:
        return Counter({one: count(row_of(facts, one).subjects) or 0 for one in alone})
    numbers = [numbers_of(facts, one) for one in out]
    told = all(set(known) == set(one.groups) for known, one in zip(numbers, out, strict=True))
    return sum(map(Counter, numbers), Counter()) if told else Counter()


def _less(number: int | Unknown, taken: int) -> int | Unknown:
    return number if isinstance(number, Unknown) else number - taken


def _of_the_kept(
    facts: BreachFacts, kept: tuple[SubjectGroup, ...], out: Sequence[AffectedController], number: int
) -> BreachFacts:
    """The sheet as it is true for who is left; the others stay on it as controllers without people of this form."""
    rest = {one.name: replace(one, groups=(), records=UNKNOWN) for one in out}
    by_country = sum(count(one.subjects) or 0 for one in facts.countries)
    uncounted = tuple(replace(one, subjects=UNKNOWN) for one in facts.countries)
    records = records_without(facts, out)
    return replace(
        facts_of_groups(facts, kept),
        affected_groups=tuple(row for row in facts.affected_groups if row.group in kept),
        affected_controllers=tuple(rest.get(one.name, one) for one in facts.affected_controllers),
        data_note=facts.data_note,
        consequences_subjects_note=facts.consequences_subjects_note,
        countries=facts.countries if by_country <= number else uncounted,
        records_min=facts.records_min if records is None else records,
        records_max=facts.records_max if records is None else records,
    )


def _described(facts: BreachFacts, shrunk: BreachFacts, kept: Sequence[SubjectGroup], among: str) -> str:
    """What somebody wrote of the people, where it counts them up: of whom is left alone; nothing where their number is
    another now.
    """
    parts = counted_up(facts, among)
    if not parts:
        return facts.subjects_note
    if any(row_of(facts, one) != row_of(shrunk, one) for one in kept):
        return ""
    *before, last = (parts[one] for one in kept)
    apart = "; " if any(re.search(r",(?!\d)", one) for one in before) else ", "
    return f"{apart.join(before)} {among} {last}." if before else f"{last}."


def counted_up(facts: BreachFacts, among: str) -> dict[SubjectGroup, str]:
    """The groups as somebody counted them up, "48 employees, 12 applicants and 3 guests"; none where the words hold
    something else, or other numbers than the record.
    """
    told = facts.subjects_note.strip()
    cut = re.split(r"(\d+(?:[.,]\d{3})*) ", told) if f" {among} " in told else [told]
    found = {re.sub(r"\D", "", one): (one, name) for one, name in zip(cut[1::2], cut[2::2], strict=True)}
    rows = {group: str(count(row_of(facts, group).subjects)) for group in facts.subject_groups}
    if cut[0] or len(cut) != 2 * len(rows) + 1 or sorted(rows.values()) != sorted(found):
        return {}
    ends = f" {among}"
    names = {number: f"{one} {name.strip().removesuffix(ends).strip(' ,;.')}" for number, (one, name) in found.items()}
    return (
        {}
        if any("." in name.partition(" ")[2] for name in names.values())
        else {group: names[number] for group, number in rows.items()}
    )
