"""GDPR art. 33(1), 33(2), 34(1): of whom the organisation is the controller itself, and of whom its customers are.

Each controller notifies, and tells, its own people. The record counts all of them together; where it knows which groups
are whose, the forms say so beside the total. Nothing is divided that the record does not divide.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from incident.law.facts import AffectedController, BreachFacts, Party
from incident.law.forms.answers import Origin, QuestionKind
from incident.law.forms.catalogue import Question
from incident.law.forms.fillers import written
from incident.law.forms.filling import NOTHING, Case, Draft
from incident.law.forms.notation import capital, count, lines
from incident.law.groups import data_of, groups_of_customers, number_in, numbers_of, row_of
from incident.law.questions import is_known
from incident.law.vocabulary import SPECIAL_CATEGORIES, UNKNOWN, PartyRole, SubjectGroup, Ternary, Unknown


def customers(facts: BreachFacts) -> tuple[AffectedController, ...]:
    """The controllers for whom the organisation processes data of people concerned."""
    return tuple(one for one in facts.affected_controllers if one.name.strip() and one.subjects != 0)


def parties(facts: BreachFacts) -> tuple[Party, ...]:
    """Who else is involved: whom somebody named, and the customers, who are controllers of their own people."""
    named = {party.name.strip().casefold() for party in facts.parties}
    ours = (one for one in customers(facts) if one.name.strip().casefold() not in named)
    return (*facts.parties, *(Party(one.name, PartyRole.CONTROLLER, one.contact) for one in ours))


def role_of(case: Case, party: Party) -> str:
    """GDPR art. 33(2): the role of a party; of a customer, that we are the processor and no joint controller."""
    named = {one.name.strip().casefold() for one in customers(case.facts)}
    ours = party.role is PartyRole.CONTROLLER and party.name.strip().casefold() in named
    return case.phrase("controller_of_ours") if ours else case.named(party.role)


def with_customers(case: Case) -> str:
    """The note on an answer about the parties where customers are among them whom nobody named as such."""
    return "with_customers" if len(parties(case.facts)) > len(case.facts.parties) else ""


def exact_subjects(facts: BreachFacts) -> int | None:
    """GDPR art. 33(3)(a): the number of data subjects that is recorded as exact; one recorded bound stands for both."""
    bounds = {bound for bound in (count(facts.subjects_min), count(facts.subjects_max)) if bound is not None}
    return bounds.pop() if facts.subjects_exact and len(bounds) == 1 else None


def own_number(case: Case) -> str:
    """How many of the people are the organisation's own, where the record tells; else empty."""
    return _counted(case)[0]


def counted(case: Case, draft: Draft) -> Draft:
    """A number of people that somebody looks at before it is filed, where people of customers are, or may be, in it."""
    facts = case.facts
    if draft is NOTHING or not customers(facts):
        return draft
    names, (ours, theirs) = case.listed(one.name for one in customers(facts)), _parted(facts)
    own, others = _exact(case, ours), _exact(case, theirs)
    if not own or not others:
        return _noted(draft, "customers_among", {"names": names, "touched": _touched(case, None)})
    said = {
        "names": names,
        "all": case.figure(own + others),
        "own": case.figure(own),
        "theirs": case.figure(others),
        "groups": case.listed(map(case.named, theirs)),
        "numbers": _own_numbers(case, own),
        "described": case.phrase("described"),
        "touched": _touched(case, ours),
    }
    return _noted(draft, "customers_counted", said)


def _touched(case: Case, ours: Sequence[SubjectGroup] | None) -> str:
    """The other answers that may be otherwise where only our own people are reported, by their numbers; where it is not
    known who these are, also those that name the people.
    """
    asked = [case.catalogue.question(key) for key in case.phrase("touched").split(", ")]
    numbers = [*dict.fromkeys(one.number for one in asked if _changes(case, one, ours))]
    return ", ".join(numbers if ours is not None else [case.phrase("described"), *numbers])


def _changes(case: Case, asked: Question, ours: Sequence[SubjectGroup] | None) -> bool:
    """Whether an answer may change: of data and effects by what is chosen of our own, of the rest by what is known."""
    facts, field = case.facts, asked.fields[0]
    if field == "data_categories":
        return _chosen(case, asked, (data_of(facts, one) for one in ours or ())) != _chosen(
            case, asked, [facts.data_categories]
        )
    if field == "consequences_subjects":
        every = facts.consequences_subjects
        own = (row_of(facts, one).consequences or every for one in ours or ())
        return _chosen(case, asked, own) != _chosen(case, asked, [every])
    if field in {"cross_border", "countries"}:
        return facts.cross_border is Ternary.YES
    if field == "records_note":
        return bool(records_of_customers(case))
    if asked.kind is QuestionKind.NUMBER:
        return is_known(facts.records_max) and own_records(facts) is None
    return is_known(getattr(facts, field))


def _chosen(case: Case, asked: Question, found: Iterable[Iterable[StrEnum]]) -> set[str]:
    """What is ticked for some members, and the members without a box of their own where the form has them described."""
    members = {one for row in found for one in row if asked.key != "6.1" or one not in SPECIAL_CATEGORIES}
    described = any(one.number == asked.number and one.part == "other" for one in case.catalogue.questions)
    boxed = {name for option in asked.options for name in option.members}
    unboxed = {one.value for one in members if described and one.value not in boxed}
    return {*asked.members_of(one.value for one in members), *unboxed}


def _own_numbers(case: Case, people: int) -> str:
    """What the fields for numbers take where only the organisation's own people are reported, by their numbers."""
    told, records = [(people, case.question.number)], own_records(case.facts)
    if records is not None:
        numbers = (one for one in case.catalogue.questions if one.kind is QuestionKind.NUMBER)
        asked = next(one for one in numbers if "records_max" in one.fields)
        told.append((records, asked.number))
    return case.listed(case.phrase("number_at") % {"number": number, "at": at} for number, at in told)


def undivided(case: Case, draft: Draft) -> Draft:
    """Numbers of which the record does not tell whose people they are, such as those of the countries."""
    named = case.listed(one.name for one in customers(case.facts))
    return _noted(draft, "not_divided", {"names": named}) if named and draft is not NOTHING else draft


def _noted(draft: Draft, note: str, said: Mapping[str, str]) -> Draft:
    return replace(draft, origin=Origin.DERIVED, note=note, said=said)


def people(case: Case) -> Draft:
    """Who the people are: as somebody described them, and whose; else the groups with their numbers."""
    facts = case.facts
    own = facts.subjects_note.strip()
    if whose := (own and _numbers_alone(case)) or division(case):
        return written(lines(own, whose), note="composed")
    if own:
        return written(own)
    known = [group for group in facts.subject_groups if group is not SubjectGroup.UNKNOWN]
    return written(capital(case.listed(_so_many(case, group) for group in known)), note="from_groups")


def _numbers_alone(case: Case) -> str:
    """Whose people they are in numbers: beside words of a person, which name the groups, mostly with these numbers."""
    own, theirs = _counted(case)
    if not own or not theirs:
        return ""
    names = case.listed(_customer_counted(case, one) for one in customers(case.facts))
    parts = [case.figure(number) for group in _parted(case.facts)[0] if (number := _exact(case, [group]))]
    named = len(parts) > 1 and set(parts) <= set(re.findall(r"\d+(?:[.,]\d{3})*", case.facts.subjects_note))
    return case.says("division_in_numbers", own=f"{own} ({' + '.join(parts)})" if named else own, names=names)


def division(case: Case) -> str:
    """Whose people they are, a line for the organisation itself and one for each customer; empty without customers."""
    ours, theirs = _parted(case.facts)
    divided = [one for one in customers(case.facts) if theirs and one.groups]
    others = [_customer_counted(case, one) for one in customers(case.facts) if one not in divided]
    return lines(
        _own_people(case, ours) if ours and divided else "",
        *(_people_of(case, one) for one in divided),
        case.says("also_processor", names=case.listed(others)) if others else "",
    )


def others_decide(case: Case) -> str:
    """GDPR art. 34(1): that others decide whether and when their people hear it; empty without customers."""
    names = case.listed(one.name for one in customers(case.facts))
    theirs = _counted(case)[1]
    return case.says("others_decide", names=names, number=f" ({theirs})" if theirs else "") if names else ""


def records_of_customers(case: Case) -> str:
    """How many of the records each customer's are, where that is on record and all of them are counted."""
    known = [(one.name, one.records) for one in customers(case.facts) if not isinstance(one.records, Unknown)]
    most, total = count(case.facts.records_max), sum(records for _, records in known)
    if not known or most is None or total > most:
        return ""
    names = case.listed(f"{name} ({case.figure(records)})" for name, records in known)
    own = own_records(case.facts)
    if not own:
        return case.says("records_of", names=names)
    return case.says("records_divided", theirs=case.figure(total), names=names, own=case.figure(own))


def own_records(facts: BreachFacts) -> int | None:
    """How many records are left beside those of the customers; None where the record does not tell it."""
    theirs = [count(one.records) for one in customers(facts)]
    bounds = {bound for bound in (count(facts.records_min), count(facts.records_max)) if bound is not None}
    known = [number for number in theirs if number is not None]
    if len(bounds) != 1 or len(known) < len(theirs) or sum(known) > max(bounds):
        return None
    return max(bounds) - sum(known)


def _own_people(case: Case, ours: Sequence[SubjectGroup]) -> str:
    named = case.listed(with_number(case, group) for group in ours if group is not SubjectGroup.UNKNOWN)
    total = _exactly(case, ours) if len(ours) > 1 else ""
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
    found = known if known is not None else count(row_of(case.facts, group).subjects) if alone else None
    return case.named(group) if found is None else f"{case.named(group)} ({case.figure(found)})"


def called(case: Case, group: SubjectGroup) -> str:
    """A group with its number, by the name somebody gave it in the description of the people, where each group stands
    there as "48 employees": one form does not call the same people by two names.
    """
    told, own = case.facts.subjects_note, count(row_of(case.facts, group).subjects)
    among = f"{case.phrase('and')} "
    parts = re.split(r"(\d+(?:[.,]\d{3})*) ", told) if f" {among}" in told else []
    names = {re.sub(r"\D", "", one): name for one, name in zip(parts[1::2], parts[2::2], strict=True)}
    numbers = [str(count(row_of(case.facts, one).subjects)) for one in case.facts.subject_groups]
    if own is None or sorted(numbers) != sorted(names) or len(parts) != 2 * len(numbers) + 1:
        return with_number(case, group)
    return f"{names[str(own)].strip().removesuffix(among.strip()).strip(' ,;.')} ({case.figure(own)})"


def _so_many(case: Case, group: SubjectGroup) -> str:
    """ "12 patients", as somebody would write it; one person is no "1 patients"."""
    found = count(row_of(case.facts, group).subjects)
    return with_number(case, group) if found in {None, 1} else f"{case.figure(found or 0)} {case.named(group)}"


def _customer_counted(case: Case, customer: AffectedController) -> str:
    known = count(customer.subjects)
    return customer.name if known is None else f"{customer.name} ({case.figure(known)})"


def _parted(facts: BreachFacts) -> tuple[tuple[SubjectGroup, ...], tuple[SubjectGroup, ...]]:
    """Our own groups, and those that are all our customers'; no group of theirs where the numbers do not show it."""
    theirs = groups_of_customers(facts)
    ours = tuple(one for one in facts.subject_groups if one not in theirs)
    return ours, tuple(one for one in facts.subject_groups if one in theirs)


def _counted(case: Case) -> tuple[str, str]:
    """How many people are our own, and how many our customers'; empty where the record does not tell both."""
    ours, theirs = _parted(case.facts)
    return (_exactly(case, ours), _exactly(case, theirs)) if ours and theirs else ("", "")


def _exactly(case: Case, groups: Sequence[SubjectGroup]) -> str:
    """The number of people in some groups, where it is one number."""
    known = _exact(case, groups)
    return "" if known is None else case.figure(known)


def _exact(case: Case, groups: Sequence[SubjectGroup]) -> int | None:
    least, most = number_in(case.facts, [*groups]) if groups else (UNKNOWN, UNKNOWN)
    return most if least == most and not isinstance(most, Unknown) else None
