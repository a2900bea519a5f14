"""GDPR art. 33(1), 33(2), 34(1): of whom the organisation is the controller itself, and of whom its customers are.

Each controller notifies, and tells, its own people. The record counts all of them together; where it knows which groups
are whose, the forms say so beside the total. Nothing is divided that the record does not divide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from incident.law.facts import AffectedController, BreachFacts, Party
from incident.law.forms.answers import Origin
from incident.law.forms.case import NOTHING, Case, Draft
from incident.law.forms.customers import answered, counted_up, customers, exactly, parted, records_without
from incident.law.forms.fillers import written
from incident.law.forms.notation import capital, count, day_in_words, lines, local_day
from incident.law.groups import data_of, groups_differ, numbers_of, row_of
from incident.law.vocabulary import PartyRole, SubjectGroup, Ternary, Unknown


def counted_too(case: Case) -> tuple[AffectedController, ...]:
    """GDPR art. 33(1): the customers whose people this form counts: all but those for whom nobody notifies, where the
    record tells their people apart.
    """
    out = answered(case.facts, Ternary.NO) if case.context.counting.apart else ()
    return tuple(one for one in customers(case.facts) if one not in out)


def parties(facts: BreachFacts) -> tuple[Party, ...]:
    """Who else is involved: whom somebody named, and the customers, who are controllers of their own people."""
    named = {party.name.strip().casefold() for party in facts.parties}
    ours = (one for one in customers(facts) if one.name.strip().casefold() not in named)
    return (*facts.parties, *(Party(one.name, PartyRole.CONTROLLER, one.contact) for one in ours))


def role_of(case: Case, party: Party) -> str:
    """GDPR art. 33(2): the role of a party; of a customer, that we are the processor and no joint controller."""
    name, facts = party.name.strip().casefold(), case.facts
    if party.role is not PartyRole.CONTROLLER or name not in _names(customers(facts)):
        return case.named(party.role)
    also = name in _names(answered(facts, Ternary.YES))
    return case.phrase("also_for_this_one" if also else "controller_of_ours")


def _names(found: Sequence[AffectedController]) -> set[str]:
    return {one.name.strip().casefold() for one in found}


def parties_noted(case: Case, told: Draft) -> Draft:
    """The parties with what to look at: a role that is none, and customers whom nobody named as parties."""
    if names := [one.name for one in case.facts.parties if one.role is PartyRole.OTHER]:
        return replace(told, note="other_role", said={"names": case.listed(names)})
    more = len(parties(case.facts)) > len(case.facts.parties)
    return replace(told, origin=Origin.FOLLOWS, note="with_customers") if more and told.text else told


def exact_subjects(facts: BreachFacts) -> int | None:
    """GDPR art. 33(3)(a): the number of data subjects that is recorded as exact; one recorded bound stands for both."""
    bounds = {bound for bound in (count(facts.subjects_min), count(facts.subjects_max)) if bound is not None}
    return bounds.pop() if facts.subjects_exact and len(bounds) == 1 else None


def as_people_unsaid(case: Case) -> bool:
    """GDPR art. 33(3)(a): whether as many records as people are on record, and no word on how they were counted."""
    facts, people = case.facts, exact_subjects(case.facts)
    alike = people == count(facts.records_min) == count(facts.records_max) and people not in {None, 1}
    return alike and not facts.records_note.strip()


def counted(case: Case, draft: Draft) -> Draft:
    """A number of people that somebody looks at before it is filed, as long as nobody has said of a customer whether
    its people are in it, or the record does not tell them apart.
    """
    facts, how = case.facts, case.context.counting
    undecided, refused = answered(facts, Ternary.UNKNOWN), answered(facts, Ternary.NO)
    if draft is NOTHING or not (undecided or refused):
        return draft
    touched = case.listed(one for one in how.touched if one != case.question.number)
    said = {"names": case.listed(one.name for one in undecided or refused), "touched": touched}
    if not undecided:
        return _noted(draft, "own_counted" if how.apart else "not_taken_out", said)
    every = exactly(facts, facts.subject_groups)
    if how.alone is None or every is None:
        return _noted(draft, "customers_among", said)
    numbers = {"all": every, "own": how.alone, "others": every - how.alone}
    return _noted(draft, "customers_counted", said | {name: case.figure(one) for name, one in numbers.items()})


def undivided(case: Case, draft: Draft) -> Draft:
    """Numbers of which the record does not tell whose people they are, such as those of the countries."""
    facts, agreed = case.facts, answered(case.facts, Ternary.YES)
    mixed = [one.name for one in counted_too(case) if one not in agreed]
    if draft is NOTHING or len(agreed) == len(customers(facts)):
        return draft
    if mixed:
        return _noted(draft, "not_divided", {"names": case.listed(mixed)})
    known = any(not isinstance(entry.subjects, Unknown) for entry in facts.countries)
    return draft if known else _noted(draft, "own_by_country", {})


def _noted(draft: Draft, note: str, said: Mapping[str, str]) -> Draft:
    return replace(draft, origin=Origin.DERIVED, note=note, said=said)


def people(case: Case, *, listed: bool = False) -> Draft:
    """Who the people are: as somebody described them, and whose; else the groups with their numbers, unless these are
    ``listed`` already.
    """
    facts, again = case.facts, listed or counted_too(case)
    whose = lines(_whose(case), _for_whom(case), _left_out(case), _customers_told(case))
    own = "" if again and counted_up(facts, case.phrase("and")) else facts.subjects_note.strip()
    first = own or ("" if again else _groups(case))
    if not whose:
        return written(first, note="" if own else "from_groups")
    draft = written(lines(first, whose), note="composed")
    told, then = _told(case), case.context.then
    if untold := case.listed(one.name for one in customers(facts) if one.name not in told):
        return replace(draft, note="customers_untold", said={"names": untold})
    if behind := case.listed(name for name, (_first, last) in told.items() if then is not None and last < then.at):
        return replace(draft, note="customers_behind", said={"names": behind})
    return draft


def _told(case: Case) -> Mapping[str, tuple[datetime, datetime]]:
    """GDPR art. 33(2): the customers who were told, and when first and last."""
    known = {name.strip().casefold(): (first, last) for name, first, last in case.context.customers_told}
    names = (one.name for one in customers(case.facts))
    return {name: known[name.strip().casefold()] for name in names if name.strip().casefold() in known}


def _customers_told(case: Case) -> str:
    """GDPR art. 33(2): which customers were told, with the day, and that of a later notice."""
    told = {name: _days(case, *moments) for name, moments in _told(case).items()}
    if len(told) == len(customers(case.facts)) and len(set(told.values())) == 1:
        return case.says("customers_told_on", names=case.listed(told), day=next(iter(told.values())))
    each = [f"{name} ({at})" for name, at in told.items()]
    return case.says("customers_told", names=case.listed(each)) if told else ""


def _days(case: Case, *moments: datetime) -> str:
    return case.listed(dict.fromkeys(day_in_words(local_day(at), case.catalogue.language) for at in moments))


def _groups(case: Case) -> str:
    known = [group for group in case.facts.subject_groups if group is not SubjectGroup.UNKNOWN]
    return capital(case.listed(_so_many(case, group) for group in known))


def _whose(case: Case) -> str:
    """Whose people they are: beside words of a person that name the groups otherwise than we know them, in numbers."""
    facts, (own, theirs) = case.facts, numbers_apart(case)
    if not own or not facts.subjects_note.strip() or counted_up(facts, case.phrase("and")):
        return division(case)
    names = case.listed(_customer_counted(case, one) for one in counted_too(case))
    return case.says("division_in_numbers", own=own, names=names) if theirs else division(case)


def _for_whom(case: Case) -> str:
    """GDPR art. 33(1): for which customers the notification is made, too."""
    agreed = answered(case.facts, Ternary.YES)
    return case.says("on_behalf", names=case.listed(one.name for one in agreed)) if agreed else ""


def _left_out(case: Case) -> str:
    """GDPR art. 33(1): whose people are concerned and not counted, as their controller notifies."""
    theirs = counted_too(case)
    out = [_customer_counted(case, one) for one in customers(case.facts) if one not in theirs]
    if not out:
        return ""
    counting = case.context.counting
    offline = case.says("not_online", names=counting.left_out) if counting.offline else ""
    return lines(case.says("also_processor", names=case.listed(out)), case.phrase("others_notify"), offline)


def division(case: Case) -> str:
    """Whose people they are, a line for the organisation itself and one for each customer; empty without customers."""
    ours, theirs = parted(case.facts)
    divided = [one for one in counted_too(case) if theirs and one.groups]
    others = [_customer_counted(case, one) for one in counted_too(case) if one not in divided]
    return lines(
        _own_people(case, ours) if ours and divided else "",
        *(_people_of(case, one) for one in divided),
        case.says("also_processor", names=case.listed(others)) if others else "",
    )


def records_of_customers(case: Case) -> str:
    """How many of the records each customer's are, where that is on record and all of them are counted."""
    known = [(one.name, one.records) for one in counted_too(case) if not isinstance(one.records, Unknown)]
    most, total = count(case.facts.records_max), sum(records for _, records in known)
    if not known or most is None or total > most:
        return ""
    names = case.listed(f"{name} ({case.figure(records)})" for name, records in known)
    own = records_without(case.facts, counted_too(case))
    if not own:
        return case.says("records_of", names=names)
    return case.says("records_divided", theirs=case.figure(total), names=names, own=case.figure(own))


def _own_people(case: Case, ours: Sequence[SubjectGroup]) -> str:
    named = case.listed(with_number(case, group) for group in ours if group is not SubjectGroup.UNKNOWN)
    total = _figure(case, ours) if len(ours) > 1 else ""
    return case.says("own_people_counted" if total else "own_people", people=named, number=total)


def _people_of(case: Case, customer: AffectedController) -> str:
    """The people of one customer; of a group that is another's too, its number only where the record tells it."""
    numbers, total = numbers_of(case.facts, customer), count(customer.subjects)
    shared = {group for one in case.facts.affected_controllers if one != customer for group in one.groups}
    named = [
        with_number(case, group, numbers.get(group), alone=group not in shared)
        for group in case.facts.subject_groups
        if group in customer.groups
    ]
    told = "" if total is None or len(named) < 2 else case.figure(total)
    phrase = "people_of_counted" if told else "people_of"
    return case.says(phrase, name=customer.name, people=case.listed(named), number=told)


def with_number(case: Case, group: SubjectGroup, known: int | None = None, *, alone: bool = True) -> str:
    """A group with the number of its people: the one that is known here, or that of its row if it is theirs alone."""
    name, found = called(case, group), count(row_of(case.facts, group).subjects) if known is None and alone else known
    return name if found is None else f"{name} ({case.figure(found)})"


def called(case: Case, group: SubjectGroup) -> str:
    """The name that somebody gave a group in the description: one form does not call the same people by two names."""
    parts = counted_up(case.facts, case.phrase("and"))
    return parts[group].partition(" ")[2] if group in parts else case.named(group)


def whose_group(case: Case, group: SubjectGroup) -> str:
    """A group with the number of its people; of one that is all our customers', how many are whose."""
    theirs = [one for one in customers(case.facts) if group in one.groups]
    if not theirs or group not in parted(case.facts)[1]:
        return with_number(case, group)
    alone = count(row_of(case.facts, group).subjects) if len(theirs) == 1 else None
    known = ((one.name, numbers_of(case.facts, one).get(group, alone)) for one in theirs)
    told = (
        case.says("so_many_of", name=name, number="" if of is None else f"{case.figure(of)} ") for name, of in known
    )
    return f"{called(case, group)} ({case.listed(told)})"


def lost_by_group(case: Case) -> str:
    """GDPR art. 33(3)(a): which data of whom, a line for each group, where the groups did not lose the same; with the
    remark on record on those of a group.
    """
    facts = case.facts
    if not facts.affected_groups or not groups_differ(facts):
        return ""
    return lines(*(f"- {capital(lost_of(case, one))}" for one in facts.subject_groups))


def lost_of(case: Case, group: SubjectGroup) -> str:
    """Which data of one group, with the remark on record."""
    data = case.listed(map(case.named, data_of(case.facts, group)))
    return f"{whose_group(case, group)}: {data}. {row_of(case.facts, group).note}".strip()


def _so_many(case: Case, group: SubjectGroup) -> str:
    """ "12 patients", as somebody would write it; one person is no "1 patients"."""
    found = count(row_of(case.facts, group).subjects)
    return with_number(case, group) if found in {None, 1} else f"{case.figure(found or 0)} {case.named(group)}"


def _customer_counted(case: Case, customer: AffectedController) -> str:
    known = count(customer.subjects)
    return customer.name if known is None else f"{customer.name} ({case.figure(known)})"


def numbers_apart(case: Case) -> tuple[str, str]:
    """How many people are our own, and how many our customers'; empty where the record does not tell both."""
    ours, theirs = parted(case.facts)
    return (_figure(case, ours), _figure(case, theirs)) if ours and theirs else ("", "")


def _figure(case: Case, groups: Sequence[SubjectGroup]) -> str:
    """The number of people in some groups, where it is one number."""
    known = exactly(case.facts, groups)
    return "" if known is None else case.figure(known)
