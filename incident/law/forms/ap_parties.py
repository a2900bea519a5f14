"""GDPR art. 33(1), 33(3)(b): AP chapters 1 to 4: the filing, other countries, organisation, people, timeline."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from incident.law.forms.answers import Origin
from incident.law.forms.case import NOTHING, Case, Draft, Filler
from incident.law.forms.customers import answered
from incident.law.forms.filing import FilingKind
from incident.law.forms.fillers import (
    chosen,
    countries,
    end_checked,
    follows,
    one,
    profile_field,
    some_countries,
    some_uncounted,
    still_going_on,
    system_of_others,
    text_field,
    voluntary,
    written,
)
from incident.law.forms.notation import capital, day, lines, moment, moment_in_words, time_of_day
from incident.law.forms.people import contact_of, reporter
from incident.law.forms.timeline import data_away, discovery, late_from
from incident.law.forms.whose import parties, parties_noted, role_of, undivided
from incident.law.groups import published
from incident.law.labels import label
from incident.law.triggers import laws_of_filing
from incident.law.vocabulary import DiscoveredBy, PartyRole, Ternary, Unknown


def _kind_of_filing(case: Case) -> Draft:
    kind = case.context.kind
    option = "new" if kind.is_first else "withdrawal" if kind is FilingKind.WITHDRAWAL else "follow_up"
    return follows(Draft(options=(option,)), f"filing_{option}")


def _legal_basis(case: Case) -> Draft:
    """The law of the most particular duty that this same form fulfils; the GDPR where no other law applies."""
    law = next(iter(laws_of_filing(case.facts, case.catalogue.id, case.context.running)), "")
    if not law:
        return chosen(case, ("gdpr",), note="gdpr")
    return chosen(case, (law,), note="police_law" if law == "wpg" else "other_law")


def _other_authorities(case: Case) -> Draft:
    facts = case.facts
    if facts.other_authorities:
        return chosen(case, facts.other_authorities)
    if case.context.other_notifications:
        return chosen(case, ("other",), note="from_authorities")
    no = facts.other_authorities_told is Ternary.NO
    return follows(Draft(text=case.phrase("none")), "no_box") if no else NOTHING


def _other_authority_named(case: Case) -> Draft:
    if case.facts.other_authorities_note.strip():
        return written(case.facts.other_authorities_note)
    return written("; ".join(case.context.other_notifications), note="from_authorities")


def _several_countries(case: Case) -> Draft:
    facts = case.facts
    if facts.cross_border is Ternary.UNKNOWN and len({entry.country for entry in facts.countries}) > 1:
        return chosen(case, (Ternary.YES,), note="from_countries")
    return one("cross_border")(case)


def _countries(case: Case) -> Draft:
    told = replace(undivided(case, written(countries(case))), awaited=some_uncounted(case))
    return some_countries(case, told)


def _other_privacy_authorities(case: Case) -> Draft:
    facts = case.facts
    if facts.other_privacy_authorities_told is not Ternary.UNKNOWN:
        return chosen(case, (facts.other_privacy_authorities_told,))
    if facts.privacy_authorities_told.strip():
        return chosen(case, (Ternary.YES,), note="from_authorities")
    if "cross_border" in facts.stated_unknown:
        return Draft(origin=Origin.UNKNOWN)
    return follows(chosen(case, (Ternary.NO,)), "no_border") if facts.cross_border is Ternary.NO else NOTHING


def _controllers(case: Case) -> Draft:
    """The organisation, those who decide with it, and those on whose behalf it notifies."""
    facts = case.facts
    joint = [party.name for party in facts.parties if party.role is PartyRole.JOINT_CONTROLLER]
    also = [one.name for one in answered(facts, Ternary.YES)]
    return written(lines(*dict.fromkeys((case.organisation.name, *joint, *also))), note="composed" if also else "")


def _contact(part: str) -> Filler:
    def fill(case: Case) -> Draft:
        contact, note = contact_of(case)
        return written(str(getattr(contact, part)), note=note)

    return fill


def _others_involved(case: Case) -> Draft:
    facts = case.facts
    if facts.others_involved is Ternary.UNKNOWN and parties(facts):
        return follows(chosen(case, (Ternary.YES,)), "from_parties")
    return system_of_others(case, one("others_involved")(case))


def _parties(case: Case) -> Draft:
    """One line for each."""
    involved = parties(case.facts)
    named = (f"{party.name} ({role_of(case, party)})".strip() for party in involved)
    told = lines(*map(_with_contact, named, (party.contact for party in involved)))
    if len(involved) > 1:
        told = "\n".join(f"- {line}" for line in told.split("\n"))
    return parties_noted(case, written(told))


def _with_contact(name: str, contact: str) -> str:
    return ", ".join(filter(None, (name, ", ".join(contact.split("\n")).strip())))


def _began(case: Case) -> Draft:
    begin = case.facts.occurred_from
    return NOTHING if isinstance(begin, Unknown) else Draft(day(begin), value=day(begin))


def _ended(case: Case) -> Draft:
    end = case.facts.occurred_to
    if case.facts.ongoing is Ternary.YES:
        return still_going_on(case, Draft(_why_ongoing(case), awaited=True))
    return NOTHING if isinstance(end, Unknown) else end_checked(case, Draft(day(end), value=day(end)))


def _why_ongoing(case: Case) -> str:
    """That it goes on, and why, which no other answer tells."""
    away, online = data_away(case.facts), published(case.facts)
    why = case.phrase("ongoing_away" if away else "ongoing_online" if online else "ongoing")
    return f"{why}; {case.phrase('end_open')}. {case.says('more_by', day=case.expected)}" if case.expected else why


def _discovered(notation: Callable[[datetime], str]) -> Filler:
    def fill(case: Case) -> Draft:
        instant, recorded = discovery(case.facts)
        if instant is None:
            return NOTHING
        text = notation(instant)
        if recorded:
            return Draft(text, value=text)
        return Draft(text, value=text, origin=Origin.DERIVED, note="earliest_instant")

    return fill


def _how_discovered(case: Case) -> Draft:
    """How it was discovered, with what the date of question 4.2 does not say: an earlier signal, a later awareness."""
    facts, moments = case.facts, _other_moments(case)
    if facts.discovery.strip():
        return written(lines(facts.discovery, moments), note="composed" if moments else "")
    if facts.discovered_by in {DiscoveredBy.UNKNOWN, DiscoveredBy.OTHER}:
        return NOTHING
    return written(lines(f"{label(facts.discovered_by, 'nl')}.", moments), note="from_discoverer")


def _other_moments(case: Case) -> str:
    facts, (found, _) = case.facts, discovery(case.facts)
    signal, aware, told = facts.first_signal_at, facts.aware_at, []
    if found is not None and isinstance(signal, datetime) and signal < found:
        told.append(case.phrase("earlier_signal") % {"signal": moment_in_words(signal, "nl")})
    if found is not None and isinstance(aware, datetime) and aware > found:
        later = case.phrase("later_awareness") % {"aware": moment_in_words(aware, "nl")}
        why = capital(facts.aware_ground.strip().removesuffix("."))
        told.append(f"{later} {why}." if why else later)
    return lines(*told)


def _why_late(case: Case) -> Draft:
    """Why it took longer than 72 hours; counted from the discovery where the deadline itself is kept, in words that
    stay true afterwards, with until when they answer the question; that nobody has to notify where a risk is unlikely.
    """
    facts, context, (found, recorded) = case.facts, case.context, discovery(case.facts)
    until, own = late_from(facts, context, case.catalogue.late_after_hours), facts.delay_reason.strip()
    if voluntary(case) and context.kind.is_first and not own:
        return written(case.phrase("late_voluntary"), note="composed")
    if own or until is None or "late" in case.situation or not context.kind.is_first:
        return written(own)
    if not isinstance(facts.aware_at, datetime) or found == facts.aware_at:
        return NOTHING
    said = {"found": moment_in_words(found or facts.aware_at, "nl"), "aware": moment_in_words(facts.aware_at, "nl")}
    told = case.says("counted_from" if recorded else "counted_from_signal", **said)
    runs = case.says("counted_until", due=moment_in_words(until, "nl"))
    why = facts.aware_ground if "long_discovered" in case.situation else ""
    draft = written(lines(told, why, runs), note="in_time_from_awareness")
    return replace(draft, said={"due": moment(until)})


FILLERS: Mapping[str, Filler] = MappingProxyType(
    {
        "1.1": _kind_of_filing,
        "1.1.earlier_number": lambda case: written(case.context.earlier_number),
        "1.1.withdrawal_reason": lambda case: written(case.context.withdrawal_reason),
        "1.2": _legal_basis,
        "1.3": _other_authorities,
        "1.3.other": _other_authority_named,
        "2.1.1": _several_countries,
        "2.1.1.countries": _countries,
        "2.2.1": _other_privacy_authorities,
        "2.2.1.which": text_field("privacy_authorities_told"),
        "3.1.1.name": profile_field("name"),
        "3.1.1.controllers": _controllers,
        "3.1.1.street": profile_field("street"),
        "3.1.1.postcode": profile_field("postcode"),
        "3.1.1.city": profile_field("city"),
        "3.1.1.fg_number": profile_field("fg_number"),
        "3.1.1.kvk": profile_field("kvk"),
        "3.1.2": profile_field("sector"),
        "3.2.1.name": reporter("name"),
        "3.2.1.function": reporter("function"),
        "3.2.1.email": reporter("email"),
        "3.2.1.phone": reporter("phone"),
        "3.2.2.name": _contact("name"),
        "3.2.2.function": _contact("function"),
        "3.2.2.email": _contact("email"),
        "3.2.2.phone": _contact("phone"),
        "3.3": _others_involved,
        "3.3.who": _parties,
        "4.1.1": _began,
        "4.1.2": _ended,
        "4.2.date": _discovered(day),
        "4.2.time": _discovered(time_of_day),
        "4.3": _how_discovered,
        "4.5": _why_late,
    }
)
"""One filler per input of the first four chapters."""
