"""GDPR art. 33(3)(a): EDPB fields 44 to 76: timeline, nature, people, data, and what protected them beforehand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType

from incident.law.facts import BreachFacts
from incident.law.forms.answers import Origin
from incident.law.forms.case import NOTHING, Case, Draft, Filler
from incident.law.forms.fillers import (
    description_note,
    end_checked,
    follows,
    many,
    nameless,
    one,
    still_away,
    still_going_on,
    text_field,
    voluntary,
    without_option,
    written,
)
from incident.law.forms.news import news, number_online_open, told_before
from incident.law.forms.notation import (
    capital,
    count,
    day_in_words,
    is_round,
    lines,
    local_day,
    moment,
    moment_in_words,
    same_day,
    utc_iso,
)
from incident.law.forms.telling import others_decide, planned
from incident.law.forms.timeline import awareness, data_away, discovery, outside_word
from incident.law.forms.whose import as_people_unsaid, called, counted, exact_subjects, lost_by_group, people
from incident.law.groups import published
from incident.law.vocabulary import (
    DataCategory,
    DiscoveredBy,
    IncidentKind,
    Informed,
    Protection,
    SubjectGroup,
    Ternary,
    Unknown,
)


def _when(case: Case) -> Draft:
    option = _period(case.facts)
    if option:
        draft = follows(Draft(options=(option,)))
        return still_going_on(case, draft) if option == "c" else end_checked(case, draft)
    if case.stated_unknown and not case.context.kind.is_provisional:
        return Draft(options=("d",), origin=Origin.UNKNOWN, note="stated_unknown")
    return NOTHING


def _period(facts: BreachFacts) -> str:
    """The option of field 44 the recorded dates lead to; empty when they lead to none."""
    begin, end = facts.occurred_from, facts.occurred_to
    if isinstance(begin, Unknown):
        return ""
    if facts.ongoing is Ternary.YES:
        return "c"
    if isinstance(end, Unknown):
        return ""
    return "a" if same_day(begin, end) else "b"


def _instant(name: str) -> Filler:
    def fill(case: Case) -> Draft:
        value = getattr(case.facts, name)
        return NOTHING if isinstance(value, Unknown) else _moment(value)

    return fill


def _ended(case: Case) -> Draft:
    draft = end_checked(case, _instant("occurred_to")(case))
    end, contained = case.facts.occurred_to, case.facts.contained_at
    if not draft.text or draft.note or case.facts.occurred_from != end:
        return draft
    later = isinstance(contained, datetime) and isinstance(end, datetime) and contained > end
    return replace(draft, note="at_once_contained" if later else "at_once")


def _moment(instant: datetime, note: str = "") -> Draft:
    origin = Origin.DERIVED if note else Origin.RECORDED
    return Draft(text=moment(instant), value=utc_iso(instant), origin=origin, note=note)


def _aware(case: Case) -> Draft:
    instant, recorded = awareness(case.facts)
    if instant is None:
        return NOTHING
    found = discovery(case.facts)[0]
    if not recorded:
        return _moment(instant, "earliest_instant")
    return _after_discovery(case, instant, found) if found is not None and found < instant else _moment(instant)


def _after_discovery(case: Case, aware: datetime, found: datetime) -> Draft:
    """GDPR art. 33(1): an awareness that is later than the discovery, with the deadline where one is on record."""
    due = case.context.due_at if case.context.kind.is_first and not case.context.voluntary else None
    said = {"found": moment(found)} | ({"due": moment(due)} if due is not None else {})
    later = "aware_later_unobliged" if case.context.voluntary else "aware_later"
    return replace(_moment(aware), note=later if due is None else "aware_later_due", said=said)


def _why_late(case: Case) -> Draft:
    """GDPR art. 33(1): the reasons of the delay; where nobody has to notify, that there is no deadline."""
    own = case.facts.delay_reason.strip()
    return written(own) if own or not voluntary(case) else written(case.phrase("late_voluntary"), note="composed")


def _estimated(case: Case) -> Draft:
    estimated = case.facts.occurrence_estimated
    return Draft(text=case.phrase("yes" if estimated else "no"), value=estimated)


def _discovered(case: Case) -> Draft:
    if case.facts.discovered_by is DiscoveredBy.UNKNOWN and case.stated_unknown:
        return Draft(options=("f",), origin=Origin.UNKNOWN, note="stated_unknown")
    return one("discovered_by")(case)


def _told_on(case: Case) -> Draft:
    instant = outside_word(case.facts)
    if instant is None:
        return NOTHING
    return Draft(text=moment(instant), value=local_day(instant).isoformat(), origin=Origin.DERIVED, note="from_signal")


def _timeline(case: Case) -> Draft:
    """The recorded moments in the order of time, what came at once in one line, with the time zone said once."""
    facts = case.facts
    told: dict[datetime, list[str]] = {}
    for name in _NARRATED:
        if isinstance(instant := getattr(facts, name), datetime):
            told.setdefault(instant, []).append(case.phrase(_narrated(name, facts)))
    if facts.occurred_from == facts.occurred_to and isinstance(facts.occurred_from, datetime):
        told[facts.occurred_from][:2] = [case.phrase("occurred_at")]
    moments = [
        (local_day(at), f"{moment_in_words(at, case.catalogue.language)}: {'; '.join(told[at])}") for at in sorted(told)
    ]
    if isinstance(on := facts.published_on, date) and published(facts):
        moments.append((on, f"{day_in_words(on, case.catalogue.language)}: {case.phrase('published_on')}"))
    dated = [line for _on, line in sorted(moments, key=lambda one: one[0])]
    words = [f"{case.phrase(name)}: {getattr(facts, name)}" for name in _WORDS if getattr(facts, name).strip()]
    estimated = case.phrase("estimated") if facts.occurrence_estimated else ""
    away = still_away(case) if told and data_away(facts) else ""
    online = case.phrase("still_online") if told and published(facts) else ""
    text = lines(case.phrase("zone") if told else "", *dated, away, online, *words, estimated)
    return replace(written(text, note="from_timeline"), awaited=bool(away))


def _narrated(name: str, facts: BreachFacts) -> str:
    """The phrase of a moment: nothing more could be taken after a break-in alone, and the end is not the last event
    that affected the data where these are on the internet, nor the end while they are away.
    """
    if name == "occurred_to" and data_away(facts):
        return "last_event_at"
    plain = {"contained_at": _BREAK_IN.isdisjoint(facts.kinds), "occurred_to": bool(published(facts))}
    return f"{name}_plain" if plain.get(name) else name


_BREAK_IN = {
    IncidentKind.HACKING,
    IncidentKind.RANSOMWARE,
    IncidentKind.VULNERABILITY_EXPLOITED,
    IncidentKind.UNAUTHORISED_ACCESS,
    IncidentKind.EXFILTRATION,
}
_NARRATED = (
    "occurred_from",
    "occurred_to",
    "last_event_at",
    "first_signal_at",
    "discovered_at",
    "aware_at",
    "investigation_started_at",
    "contained_at",
    "recovered_at",
    "processor_aware_at",
    "processor_told_us_at",
)
_WORDS = ("aware_person", "aware_ground")


def _unintelligible(case: Case) -> Draft:
    """The worse of the recorded protections decides: what is not protected was readable."""
    protections = set(case.facts.protection)
    if not protections:
        return NOTHING
    if protections <= {Protection.UNKNOWN}:
        return Draft(origin=Origin.UNKNOWN, note="stated_unknown")
    if Protection.NONE in protections:
        return Draft(options=("c",), origin=Origin.DERIVED, note="from_protection")
    return _intact(case)


def _intact(case: Case) -> Draft:
    option = {Ternary.YES: "a", Ternary.NO: "b", Ternary.UNKNOWN: ""}[case.facts.protection_intact]
    if option:
        return Draft(options=(option,), origin=Origin.DERIVED, note="from_protection")
    if case.stated_unknown:
        return Draft(options=("d",), origin=Origin.UNKNOWN, note="stated_unknown")
    return NOTHING


def _actor(case: Case) -> Draft:
    if case.stated_unknown and case.facts.actor.value == "unknown":
        return Draft(options=("f",), origin=Origin.UNKNOWN, note="stated_unknown")
    return one("actor")(case)


def _description(case: Case) -> Draft:
    """As somebody wrote it, after the news of a follow-up."""
    facts, latest = case.facts, news(case)
    note = description_note(facts, composed=bool(latest))
    told = lines(latest, told_before(case), facts.kind_note)
    return replace(nameless(case, written(told, note=note)), awaited=number_online_open(case.facts))


def _systems(case: Case) -> Draft:
    """The systems, unless the note names them; where they are only somebody who knows can say, so that is asked where
    no note says anything.
    """
    named, note = capital(case.listed(case.facts.systems)), case.facts.systems_note
    if all(one.casefold() in note.casefold() for one in case.facts.systems):
        return written(note)
    if note.strip():
        return written(lines(named, note))
    told = case.says("systems_where", systems=named, where=case.awaited(case.phrase("place_unknown")))
    return replace(written(told), note="systems_where", awaited=True)


def _people(case: Case) -> Draft:
    """Also who tells the people of customers, which only field 103 has room for, once people were told."""
    told, others = people(case), "" if case.facts.informed is Informed.INFORMED else others_decide(case)
    whom = lines(_additional(case), planned(case) if others else "", others)
    if not told.text or not whom:
        return told
    text = lines(told.text, whom)
    return replace(told, text=text, value=text, origin=Origin.DERIVED, note=told.note or "composed")


def _additional(case: Case) -> str:
    """Whom field 65 means by additional people, where it names others besides."""
    groups = case.facts.subject_groups
    others = {SubjectGroup.OTHER, *without_option(case, groups, "65")}
    found = [one for one in groups if one in others]
    if not found or len(found) == len(groups):
        return ""
    return case.says("additional", groups=case.listed(called(case, one) for one in found))


def _how_many(low: str, high: str) -> Filler:
    def fill(case: Case) -> Draft:
        least, most = count(getattr(case.facts, low)), count(getattr(case.facts, high))
        if least is None and most is None:
            return _number_open(case)
        if low == "subjects_min":
            return follows(Draft(options=("a" if case.facts.subjects_exact else "b",)))
        if least == most and most == exact_subjects(case.facts):
            return _as_people(case)
        if least == most and not is_round(most or 0):
            return Draft(options=("a",), origin=Origin.DERIVED, note="from_count")
        return Draft(options=("b",), origin=Origin.DERIVED, note="from_numbers")

    return fill


def _as_people(case: Case) -> Draft:
    draft, how = Draft(options=("a",), origin=Origin.DERIVED), case.facts.records_note.strip()
    if as_people_unsaid(case):
        return replace(draft, note="as_people_unsaid")
    return replace(draft, note="as_people", said={"how": how}) if how else replace(draft, note="from_count")


def _number_open(case: Case) -> Draft:
    if case.stated_unknown and not case.context.kind.is_provisional:
        return Draft(options=("c",), origin=Origin.UNKNOWN, note="stated_unknown")
    return NOTHING


def _number(low: str, high: str) -> Filler:
    def fill(case: Case) -> Draft:
        counts = [n for n in (count(getattr(case.facts, low)), count(getattr(case.facts, high))) if n is not None]
        most = max(counts)
        if len(set(counts)) == 1:
            return Draft(text=str(most), value=most)
        return Draft(text=str(most), value=most, origin=Origin.DERIVED, note="upper_bound")

    return fill


def _records(case: Case) -> Draft:
    """Worked out where the records of customers were taken out, or where there is one for each person."""
    draft = _number("records_min", "records_max")(case)
    if as_people_unsaid(case):
        return replace(draft, origin=Origin.DERIVED, note="as_people_unsaid")
    return counted(case, draft) if case.context.counting.left_out else draft


def _measures_described(case: Case) -> Draft:
    """The chosen measures say nothing here that field 75 does not: somebody describes them."""
    facts = case.facts
    note = lines(facts.measures_before_note, facts.protection_note)
    if note:
        return written(note)
    return Draft(origin=Origin.MISSING, note="measures_chosen_only" if facts.measures_before else "")


def _data(case: Case) -> Draft:
    """The data in words, and which of them field 70 means by additional data types where these do not end the list."""
    told, others = _data_in_words(case), _additional_data(case)
    named = case.together(others) if others else ""
    if not told.text or named in told.text:
        return told
    text = lines(told.text, case.says("additional_data", data=named))
    return replace(told, text=text, value=text, origin=Origin.DERIVED, note=told.note or "composed")


def _additional_data(case: Case) -> list[str]:
    """Which data field 70 has no option for, where it names others besides; of "other" data what a remark names."""
    categories, own = case.facts.data_categories, case.facts.data_note.strip()
    found = without_option(case, categories, "70")
    remarked = [own] if DataCategory.OTHER in categories and _only_names(own) else []
    if len(found) + (DataCategory.OTHER in categories) == len(categories):
        return []
    return [*map(case.named, found), *remarked]


def _only_names(remark: str) -> bool:
    """Whether a remark only names further data, as part of a sentence."""
    return remark[:1].islower() and "." not in remark


def _data_in_words(case: Case) -> Draft:
    """Group by group where the groups did not lose the same; a remark on all of them follows, in the same sentence
    where it only names further data.
    """
    own, silent = case.facts.data_note.strip(), {DataCategory.OTHER, DataCategory.UNKNOWN}
    if groups := lost_by_group(case):
        return written(lines(groups, own), note="from_group_data_with_own" if own else "from_group_data")
    named = [case.named(one) for one in case.facts.data_categories if one not in silent]
    if not own or not named:
        return written(own) if own else written(capital(case.listed(named)), note="from_choices")
    if _only_names(own):
        return written(f"{capital(case.listed([*named, own]))}.", note="composed")
    return written(lines(f"{capital(case.listed(named))}.", own), note="composed")


FILLERS: Mapping[str, Filler] = MappingProxyType(
    {
        "44": _when,
        "45": _estimated,
        "46": _instant("occurred_from"),
        "47": _ended,
        "48": _aware,
        "49": _why_late,
        "50": _discovered,
        "51": text_field("discovery"),
        "52": _told_on,
        "53": _timeline,
        "55": many("nature"),
        "56": one("disclosure"),
        "57": _unintelligible,
        "58": one("alteration"),
        "59": one("availability_loss"),
        "60": many("kinds"),
        "61": _actor,
        "62": _description,
        "63": _systems,
        "65": many("subject_groups"),
        "66": _people,
        "67": _how_many("subjects_min", "subjects_max"),
        "68": lambda case: counted(case, _number("subjects_min", "subjects_max")(case)),
        "70": many("data_categories"),
        "71": _data,
        "72": _how_many("records_min", "records_max"),
        "73": _records,
        "75": many("measures_before"),
        "76": _measures_described,
    }
)
"""One filler per field of the breach itself."""
