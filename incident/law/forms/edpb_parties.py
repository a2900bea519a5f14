"""GDPR art. 33(3)(b): EDPB fields 3 to 41: the filing, the controller, who reports, the officer, other parties."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from incident.law.facts import Party
from incident.law.forms.answers import Origin
from incident.law.forms.case import NOTHING, Case, Draft, Filler
from incident.law.forms.filing import FilingKind
from incident.law.forms.fillers import follows, profile_field, system_of_others, text_field, written
from incident.law.forms.notation import lines
from incident.law.forms.people import contact_of, dpo_of, reporter, reporter_is_dpo, reporter_of
from incident.law.forms.timeline import goes_on
from incident.law.forms.whose import parties, parties_noted, role_of
from incident.law.vocabulary import Ternary, Unknown


def _type(case: Case) -> Draft:
    if case.context.kind.is_first:
        return follows(Draft(options=("a",)), "filing_new")
    return follows(Draft(options=("b",)), "filing_follow_up")


def _subtype(case: Case) -> Draft:
    kind = case.context.kind
    if kind is FilingKind.WITHDRAWAL:
        return _by_filing("c", "filing_withdrawal")
    if not kind.is_provisional:
        return _by_filing("a", "complete")
    draft = _by_filing("b", _why_incomplete(case))
    return (
        replace(draft, said={"numbers": case.listed(case.context.unanswered)}) if draft.note == "unanswered" else draft
    )


def _why_incomplete(case: Case) -> str:
    """GDPR art. 33(4): the reason that holds: answers are open, the breach is not over, or somebody chose it."""
    if case.context.unanswered:
        return "unanswered"
    if not goes_on(case.facts):
        return "incomplete"
    return "breach_goes_on" if case.facts.ongoing is Ternary.YES else "data_away"


def _by_filing(option: str, note: str) -> Draft:
    return Draft(options=(option,), origin=Origin.DERIVED, note=note)


def _organisation_contact(case: Case) -> Draft:
    who = case.organisation
    place = f"{who.postcode} {who.city}"
    country = case.context.country_name(who.country, case.catalogue.language)
    return written(lines(who.street, place, country, who.email, who.phone))


def _sector(case: Case) -> Draft:
    kind = case.organisation.sector_kind
    return NOTHING if isinstance(kind, Unknown) else _profile_member(case, kind.value)


def _size(case: Case) -> Draft:
    size = case.organisation.size
    return NOTHING if isinstance(size, Unknown) else _profile_member(case, size.value)


def _activity(case: Case) -> Draft:
    """A code needs no translation; words stand in the language of the profile."""
    told = case.organisation.activity
    draft = written(told)
    return follows(draft, "profile_words") if any(map(str.isalpha, told)) else draft


def _profile_member(case: Case, member: str) -> Draft:
    return Draft(options=case.question.members_of((member,)))


def _reporter_function(case: Case) -> Draft:
    if reporter_is_dpo(case):
        return follows(Draft(options=("a",)))
    return Draft(options=("c",)) if case.facts.reporter_function.strip() else NOTHING


def _dpo_designated(case: Case) -> Draft:
    designated = case.organisation.dpo_designated
    if designated is None and not case.organisation.dpo_name.strip():
        return NOTHING
    return written(case.phrase("no" if designated is False else "yes"))


def _contact_kind(case: Case) -> Draft:
    contact, note = contact_of(case)
    if not contact.name:
        return NOTHING
    option = "a" if contact.name == dpo_of(case).name else "b" if contact.name == reporter_of(case).name else "c"
    return Draft(options=(option,), origin=Origin.DERIVED if note else Origin.RECORDED, note=note)


def _contact(part: str) -> Filler:
    """The name, function or reach of the contact; field 33 says who that is and why."""
    return lambda case: follows(written(getattr(contact_of(case)[0], part)))


def _others_involved(case: Case) -> Draft:
    involved = case.facts.others_involved
    if involved is Ternary.UNKNOWN:
        return follows(Draft(options=("a",)), "from_parties") if parties(case.facts) else NOTHING
    return system_of_others(case, Draft(options=case.question.members_of((involved.value,))))


def _each_party(told: Callable[[Case, Party], str]) -> Filler:
    """One line for each party, opened by its name where several lines of one field would else be mixed up."""

    def fill(case: Case) -> Draft:
        named = ((party.name.strip(), told(case, party)) for party in parties(case.facts))
        found = (f"{name}: {what}".removeprefix(": ") for name, what in named if what)
        return written(lines(*found))

    return fill


def _reach(party: Party) -> str:
    return ", ".join(filter(None, map(str.strip, party.contact.splitlines())))


FILLERS: Mapping[str, Filler] = MappingProxyType(
    {
        "3": _type,
        "4": _subtype,
        "5": lambda case: written(case.context.withdrawal_reason),
        "6": lambda case: written(case.context.earlier_number),
        "7": lambda case: written(case.context.reference),
        "10": lambda case: Draft(options=("a",)) if case.organisation.kvk.strip() else NOTHING,
        "11": profile_field("kvk"),
        "12": profile_field("name"),
        "13": _organisation_contact,
        "14": _sector,
        "15": _size,
        "16": profile_field("size_note"),
        "17": _activity,
        "18": profile_field("representative_name"),
        "19": profile_field("representative_contact"),
        "21": reporter("name"),
        "22": lambda case: written(reporter_of(case).reach),
        "23": _reporter_function,
        "24": text_field("reporter_function"),
        "29": _dpo_designated,
        "30": profile_field("dpo_name"),
        "31": lambda case: written(dpo_of(case).reach),
        "33": _contact_kind,
        "34": _contact("name"),
        "35": _contact("function"),
        "36": _contact("reach"),
        "38": _others_involved,
        "39": lambda case: parties_noted(case, _each_party(role_of)(case)),
        "40": lambda case: written(lines(*(party.name for party in parties(case.facts)))),
        "41": _each_party(lambda _case, party: _reach(party)),
    }
)
"""One filler per field; fields 25 and 26 are never shown here and have none."""
