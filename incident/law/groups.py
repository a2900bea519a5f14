"""GDPR art. 34(2): what each group of people lost, where the groups did not lose the same.

The authority asks for totals (AP form 6.1, 7.1 and 7.3; EDPB template fields 65 and 70), people are told what *they*
lost. So the sheet keeps the totals, and a row for a group narrows them; what a row adds belongs to the totals too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from incident.law.facts import AffectedController, AffectedGroup, BreachFacts
from incident.law.vocabulary import (
    UNKNOWN,
    ConsequenceForSubjects,
    DataCategory,
    Informed,
    Role,
    SubjectGroup,
    Unknown,
)

T = TypeVar("T")


def row_of(facts: BreachFacts, group: SubjectGroup) -> AffectedGroup:
    """GDPR art. 34(2): what the record says of this group; an empty row where it says nothing of its own."""
    return next((row for row in facts.affected_groups if row.group is group), AffectedGroup(group))


def data_of(facts: BreachFacts, group: SubjectGroup) -> tuple[DataCategory, ...]:
    """GDPR art. 34(2): the categories that this group lost, in the order of the totals, then what these lack."""
    own = row_of(facts, group).data_categories
    return joined(tuple(one for one in facts.data_categories if one in own), own) if own else facts.data_categories


def published(facts: BreachFacts) -> tuple[SubjectGroup, ...]:
    """GDPR art. 33(4): the groups whose data were put online."""
    return tuple(group for group in facts.subject_groups if group in facts.published_groups)


def secrecy_doubted(facts: BreachFacts) -> bool:
    """GDPR recital 75: whether a loss of professional secrecy is on record where the only health data are those of
    employees: what an employer keeps of sick leave is no secret of a profession, a file of the company doctor is.
    """
    health = {DataCategory.HEALTH, DataCategory.EMPLOYMENT_HEALTH}
    whose = {group for group in facts.subject_groups if not health.isdisjoint(data_of(facts, group))}
    feared = ConsequenceForSubjects.PROFESSIONAL_SECRECY in facts.consequences_subjects
    return feared and whose == {SubjectGroup.EMPLOYEES}


def groups_differ(facts: BreachFacts) -> bool:
    """GDPR art. 34(2): whether one sentence about "your data" cannot be true for all the people concerned: not all lost
    the same, or only the data of some were put online."""
    told = {(frozenset(data_of(facts, one)), one in facts.published_groups) for one in facts.subject_groups}
    return len(told) > 1


def facts_of_group(facts: BreachFacts, group: SubjectGroup) -> BreachFacts:
    """GDPR art. 34(2): the sheet as it is true for one group: its data, number, consequences, advice.

    Remarks on the data, the consequences or the advice for all are left out where the group lost other data than all
    did: they may name what this group did not lose.
    """
    row = row_of(facts, group)
    apart = set(data_of(facts, group)) != set(facts.data_categories)
    alone = facts.subject_groups == (group,)
    return replace(
        facts,
        subject_groups=(group,),
        data_categories=data_of(facts, group),
        data_note=row.note or ("" if apart else facts.data_note),
        consequences_subjects=row.consequences or facts.consequences_subjects,
        consequences_subjects_note="" if row.consequences or apart else facts.consequences_subjects_note,
        subjects_min=facts.subjects_min if alone and row.subjects is UNKNOWN else row.subjects,
        subjects_max=facts.subjects_max if alone and row.subjects is UNKNOWN else row.subjects,
        advice_to_subjects=row.advice or ("" if apart else facts.advice_to_subjects),
    )


def facts_of_groups(facts: BreachFacts, groups: Iterable[SubjectGroup]) -> BreachFacts:
    """GDPR art. 33(2): the sheet as it is true for some of the groups, such as those of one customer.

    Where they are all of them nothing changes; remarks for all are left out where it is true of a part only.
    """
    own = [group for group in facts.subject_groups if group in set(groups)]
    if len(own) == len(facts.subject_groups):
        return facts
    if len(own) == 1:
        return facts_of_group(facts, own[0])
    parts = [facts_of_group(facts, group) for group in own]
    least, most = number_in(facts, own)
    return replace(
        facts,
        subject_groups=tuple(own),
        data_categories=joined((), (one for part in parts for one in part.data_categories)),
        data_note="",
        subjects_min=least,
        subjects_max=most,
        consequences_subjects=joined((), (one for part in parts for one in part.consequences_subjects)),
        consequences_subjects_note="",
    )


def our_groups(facts: BreachFacts) -> tuple[SubjectGroup, ...]:
    """GDPR art. 33(2), 34(1): the groups whom we tell ourselves; those of our customers hear it from them.

    A customer and we may both have employees: groups are the customers' only where their numbers make up all of them.
    """
    theirs = groups_of_customers(facts)
    return tuple(group for group in facts.subject_groups if group not in theirs) or facts.subject_groups


def their_groups(facts: BreachFacts) -> tuple[SubjectGroup, ...]:
    """GDPR art. 33(2): the groups that are our customers' people: of a processor all, else those whose numbers show it.

    None where the record does not tell them apart from ours.
    """
    everybody = facts.role is Role.PROCESSOR and bool(facts.affected_controllers)
    theirs = set(facts.subject_groups) if everybody else groups_of_customers(facts)
    return tuple(group for group in facts.subject_groups if group in theirs)


def numbers_of(facts: BreachFacts, customer: AffectedController) -> dict[SubjectGroup, int]:
    """GDPR art. 33(3)(a): how many people of each group are this customer's, where the numbers of the record show it.

    A group of no other customer is all theirs; what is left of their total is in the one other group, if nobody is in
    two groups.
    """
    if not set(customer.groups) <= groups_of_customers(facts):
        return {}
    others = {group for one in facts.affected_controllers if one != customer for group in one.groups}
    own = {group: row_of(facts, group).subjects for group in customer.groups if group not in others}
    known = {group: number for group, number in own.items() if not isinstance(number, Unknown)}
    rest = [group for group in customer.groups if group not in known]
    least, most = number_in(facts, list(facts.subject_groups))
    if len(rest) == 1 and least == most and not isinstance(customer.subjects, Unknown):
        known[rest[0]] = customer.subjects - sum(known.values())
    return known if all(number > 0 for number in known.values()) else {}


def groups_of_customers(facts: BreachFacts) -> set[SubjectGroup]:
    """GDPR art. 33(2): the groups of the customers where their numbers make up all the people in them; else none."""
    named = [customer for customer in facts.affected_controllers if customer.groups]
    theirs = joined((), (group for customer in named for group in customer.groups))
    counted = _sum([row_of(facts, group).subjects for group in theirs])
    of_customers = _sum([customer.subjects for customer in named])
    return set(theirs) if counted is not None and of_customers is not None and counted <= of_customers else set()


def _sum(numbers: Sequence[int | Unknown]) -> int | None:
    known = [number for number in numbers if not isinstance(number, Unknown)]
    return sum(known) if len(known) == len(numbers) else None


@dataclass(frozen=True, slots=True)
class Shares:
    """GDPR art. 4(7), 4(8): of how many one is the controller oneself, and of how many a processor."""

    least: int | Unknown
    most: int | Unknown
    theirs: int | None = None
    """None where there is no customer, or the record does not tell how many are theirs."""


def people_shares(facts: BreachFacts) -> Shares:
    """GDPR art. 33(2), 34(1): whom we tell ourselves, and whom our customers do: a total holds both."""
    return _shares(facts, facts.subjects_min, facts.subjects_max, [one.subjects for one in facts.affected_controllers])


def all_are_told(facts: BreachFacts) -> bool:
    """GDPR art. 34(1): whether as many were told in person as there may be of our own people."""
    told, most = facts.informed_count, people_shares(facts).most
    if facts.informed is not Informed.INFORMED or not isinstance(told, int) or not isinstance(most, int):
        return False
    return told >= most


def record_shares(facts: BreachFacts) -> Shares:
    """GDPR art. 33(3)(a): the same of the records."""
    return _shares(facts, facts.records_min, facts.records_max, [one.records for one in facts.affected_controllers])


def _shares(facts: BreachFacts, low: int | Unknown, high: int | Unknown, customers: Sequence[int | Unknown]) -> Shares:
    theirs = _sum(customers) if customers else None
    if facts.role is Role.PROCESSOR:
        known = [bound for bound in (high, low) if not isinstance(bound, Unknown)]
        return Shares(0, 0, theirs if theirs is not None or not known else known[0])
    bounds = [bound for bound in (low, high) if not isinstance(bound, Unknown)]
    if theirs is None or theirs > min(bounds, default=0):
        return Shares(low, high)
    least, most = (bound if isinstance(bound, Unknown) else bound - theirs for bound in (low, high))
    return Shares(least, most, theirs)


def with_totals(facts: BreachFacts) -> BreachFacts:
    """GDPR art. 33(3)(a): the totals the authority asks, with all that the rows of the groups add to them."""
    rows = facts.affected_groups
    if not rows:
        return facts
    total = replace(
        facts,
        subject_groups=joined(facts.subject_groups, (row.group for row in rows)),
        data_categories=joined(facts.data_categories, (one for row in rows for one in row.data_categories)),
        consequences_subjects=joined(facts.consequences_subjects, (one for row in rows for one in row.consequences)),
    )
    return _counted(total)


def joined(total: tuple[T, ...], more: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*total, *more)))


def number_in(facts: BreachFacts, groups: list[SubjectGroup]) -> tuple[int | Unknown, int | Unknown]:
    """GDPR art. 33(3)(a): the number of people in some of the groups: their sum where the stated total shows that
    nobody is in two."""
    counts = {row.group: row.subjects for row in facts.affected_groups if not isinstance(row.subjects, Unknown)}
    if set(groups) - set(counts):
        return UNKNOWN, UNKNOWN
    own = [counts[group] for group in groups]
    apart = facts.subjects_min == sum(counts.values()) and not set(facts.subject_groups) - set(counts)
    return (sum(own) if apart else max(own)), sum(own)


def _counted(facts: BreachFacts) -> BreachFacts:
    """The number of people where nobody stated one: somebody may be in two groups, so the sum is only the most."""
    counts = {row.group: row.subjects for row in facts.affected_groups if not isinstance(row.subjects, Unknown)}
    stated = not isinstance(facts.subjects_min, Unknown) or not isinstance(facts.subjects_max, Unknown)
    if stated or not counts or set(facts.subject_groups) - set(counts):
        return facts
    return replace(facts, subjects_min=max(counts.values()), subjects_max=sum(counts.values()))
