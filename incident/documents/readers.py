"""What the police, the insurer, the press and the own staff read beside what the people concerned are told."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from incident.documents.happening import (
    away,
    back_at,
    goes_on,
    group_names,
    in_bad_hands,
    lost_data,
    names_day,
    of_groups,
)
from incident.documents.markdown import escape
from incident.documents.phrases import phrases
from incident.documents.teller import Markdown, Teller, Value, as_markdown
from incident.documents.wording import Wording
from incident.domain.kinds import Addressee
from incident.domain.languages import LETTER_LANGUAGES
from incident.domain.organisation import OrganisationProfile
from incident.law.facts import BreachFacts
from incident.law.forms.timeline import discovery
from incident.law.groups import facts_of_group, facts_of_groups, groups_differ, published, row_of, their_groups
from incident.law.vocabulary import (
    UNKNOWN,
    Actor,
    AvailabilityLoss,
    IncidentKind,
    Informed,
    Nature,
    SubjectGroup,
    Ternary,
    Unknown,
)

_CRIMES: Final = frozenset(
    {
        IncidentKind.HACKING,
        IncidentKind.RANSOMWARE,
        IncidentKind.PHISHING,
        IncidentKind.VULNERABILITY_EXPLOITED,
        IncidentKind.UNAUTHORISED_ACCESS,
        IncidentKind.EXFILTRATION,
        IncidentKind.UNAUTHORISED_MODIFICATION,
    }
)
_MAY_BE_CRIMES: Final = frozenset(
    {
        IncidentKind.DEVICE_LOST_OR_STOLEN,
        IncidentKind.PAPER_LOST_OR_STOLEN,
        IncidentKind.ABUSE_OF_PRIVILEGES,
        IncidentKind.DELETED_OR_DESTROYED,
    }
)
"""What may also be an accident: a laptop is stolen where the record says that somebody meant harm."""
_MEANT: Final = frozenset({Actor.INTERNAL_MALICIOUS, Actor.EXTERNAL_MALICIOUS})
_NOT_MEANT: Final = frozenset({Actor.INTERNAL_NON_MALICIOUS, Actor.EXTERNAL_NON_MALICIOUS})
_APART: Final = frozenset({Addressee.POLICE, Addressee.INSURER})
"""Who reads what was done to us, and of all the people, so has to be told which of them are not ours."""
_WAYS_IN: Final = frozenset(
    {
        IncidentKind.HACKING,
        IncidentKind.PHISHING,
        IncidentKind.VULNERABILITY_EXPLOITED,
        IncidentKind.UNAUTHORISED_ACCESS,
    }
)
"""How somebody got in, which a title leaves out beside what was done there."""
_LOCKED_OUT: Final = _WAYS_IN | {IncidentKind.RANSOMWARE}
"""After which passwords are changed and servers stand still: colleagues asked first how to go on working."""
_POLICE: Final = re.compile("|".join(phrases(one)["words"]["police"] for one in LETTER_LANGUAGES))
"""How a text says that it was reported to the police, and not that these were told of something else."""
_BACKUP: Final = tuple(word for one in LETTER_LANGUAGES for word in phrases(one)["words"]["backup"].split())
_PLANNED: Final = frozenset({Informed.PLANNED_ON_DATE, Informed.PLANNED})


def deeds(facts: BreachFacts) -> tuple[IncidentKind, ...]:
    """What was done to us that one reports to the police; none where nobody meant harm."""
    if facts.actor in _NOT_MEANT:
        return ()
    wanted = _CRIMES | _MAY_BE_CRIMES if facts.actor in _MEANT else _CRIMES
    return tuple(kind for kind in facts.kinds if kind in wanted)


def deed(facts: BreachFacts, organisation: str, wording: Wording) -> str:
    """What the organisation fell victim to, in one sentence; empty where the record names no such deed."""
    names = dict.fromkeys(wording.phrases["deeds"][kind.value] for kind in deeds(facts))
    said = wording.listing(tuple(names))
    return wording.words["victim"].format(organisation=organisation, deeds=said) if names else ""


def attack(facts: BreachFacts, wording: Wording) -> str:
    """What was done to us, as a title says it; empty where nobody meant harm."""
    found = deeds(facts)
    done = tuple(one for one in found if one not in _WAYS_IN) or found
    return wording.listing(tuple(wording.phrases["attacks"][one.value] for one in done))


def names_hour(text: str, instant: datetime, wording: Wording) -> bool:
    """Whether a text says at which minute, as any language of ours writes it: 7:20, 07.20, 7 h 20."""
    local = wording.local(instant)
    return bool(re.search(rf"(?<!\d)0?{local.hour}\s?[:.h]\s?{local:%M}(?!\d)", text))


def tells_hour(text: str, instant: datetime, told: Teller) -> bool:
    """Whether a text on how it was found says when, on the day that was named just before it or that it names."""
    facts, wording = told.facts, told.wording
    last = facts.occurred_from if facts.occurred_to is UNKNOWN or facts.ongoing is Ternary.YES else facts.occurred_to
    same = not isinstance(last, Unknown) and wording.local(last).date() == wording.local(instant).date()
    return names_hour(text, instant, wording) and (same or names_day(text, instant, wording))


def period(facts: BreachFacts, wording: Wording) -> str:
    """When it happened, for a cell of a table whose label says that it did."""
    cells, start, end = wording.phrases["cells"], facts.occurred_from, facts.occurred_to
    first = "" if isinstance(start, Unknown) else moment(start, wording)
    last = "" if isinstance(end, Unknown) else moment(end, wording)
    if first and facts.ongoing is Ternary.YES:
        said = cells["since" if goes_on(facts) else "from"].format(start=first)
    elif first and last and first != last:
        said = _from_to(start, end, wording) or cells["between"].format(start=first, end=last)
    elif first:
        said = first if last else cells["from"].format(start=first)
    else:
        said = cells["until"].format(end=last) if last else wording.words["unknown"]
    guessed = facts.occurrence_estimated and bool(first or last)
    return f"{said} {cells['estimated']}" if guessed else said


def _from_to(start: datetime | Unknown, end: datetime | Unknown, wording: Wording) -> str:
    """Two hours of one day, which is named once."""
    if isinstance(start, Unknown) or isinstance(end, Unknown):
        return ""
    day, hours = wording.local(start).date(), (wording.hour(start), wording.hour(end))
    if day != wording.local(end).date() or not all(hours):
        return ""
    return wording.phrases["cells"]["hours"].format(day=wording.day_alone(day), start=hours[0], end=hours[1])


def moment(instant: datetime, wording: Wording) -> str:
    """Day and time outside a sentence."""
    day, hour = wording.day_alone(wording.local(instant).date()), wording.hour(instant)
    return wording.phrases["cells"]["moment"].format(day=day, hour=hour) if hour else day


def people(facts: BreachFacts, wording: Wording) -> str:
    """How many people: "1 person", "about 1,200 people"; empty where nobody knows."""
    if facts.subjects_min == facts.subjects_max == 1:
        return wording.words["one_person"]
    number = wording.count(facts.subjects_min, facts.subjects_max, exact=facts.subjects_exact)
    return wording.words["persons"].format(number=number) if number else ""


def people_online(facts: BreachFacts, wording: Wording) -> str:
    """How many people at most were put online: all of the groups of which some were."""
    those = published(facts)
    most = facts_of_groups(facts, those).subjects_max if those else UNKNOWN
    if isinstance(most, Unknown) or len(those) == len(facts.subject_groups):
        return ""
    said = people(replace(facts, subjects_min=most, subjects_max=most, subjects_exact=True), wording)
    return wording.words["at_most"].format(number=said)


def _online_names(facts: BreachFacts, wording: Wording) -> tuple[str, ...]:
    names = group_names(facts, wording)
    return tuple(names[one] for one in published(facts))


def others_affected(whole: BreachFacts, told: Teller) -> str:
    """That people of our customers are affected too, how many, and what they lost.

    Empty where the record does not tell them from ours, and where all are theirs. It stands behind how many are ours:
    behind "in total" alone a number that came with "also" was added to it, and of "all those affected" readers did not
    find who these are.
    """
    theirs, wording = their_groups(whole), told.wording
    if not 0 < len(theirs) < len(whole.subject_groups):
        return ""
    those, say = facts_of_groups(whole, theirs), wording.phrases["others"]
    lines = group_lines(theirs, replace(told, facts=those), theirs=True)
    each = f"{wording.words['colon']} {wording.apart(lines)}" if groups_differ(those) else ""
    lost = "" if each else wording.listing(told.naming(lost_data(those, wording)))
    also = say["apart"].format(people=people(those, wording), data=each)
    return f"{also} {say['lost'].format(data=lost)}" if lost else also


def _ours(whole: BreachFacts, told: Teller) -> str:
    """How many of all the people are our own, where others are told of: to readers two totals apart contradicted."""
    number = people(told.facts, told.wording)
    everybody = told.wording.count(whole.subjects_min, whole.subjects_max, exact=whole.subjects_exact)
    say = told.wording.phrases["others"]["ours" if groups_differ(told.facts) else "ours_alike"]
    known = number and everybody and others_affected(whole, told)
    return say.format(people=number, whole=everybody) if known else ""


def unknown_yet(told: Teller) -> tuple[str, ...]:
    """What journalists ask first and nobody knows so far, as far as no other sentence says so."""
    facts, wording = told.facts, told.wording
    open_now = {"online": bool(published(facts)), "people": not people(facts, wording)}
    say, those = wording.phrases["unknown_yet"], of_groups(published(facts), "and_also", facts, wording)
    return told.naming(tuple(say[name].format(groups=those) for name, is_open in open_now.items() if is_open))


def others_online(whole: BreachFacts, wording: Wording) -> str:
    """Whether the people of our customers were put online, where the record tells them from ours and anybody was."""
    theirs, those = their_groups(whole), published(whole)
    if not those or not theirs or set(theirs) == set(whole.subject_groups):
        return ""
    return wording.phrases["others"]["online" if set(theirs) & set(those) else "offline"]


def about_us(organisation: OrganisationProfile, told: Teller) -> str:
    """Where we are and what we do, as the settings say; empty where they say neither. No journalist writes without.

    What somebody typed is a sentence where it names us; it may be some words, which stand behind name and place.
    """
    wording, name, city = told.wording, organisation.name, organisation.city.strip()
    typed = organisation.activity.strip().rstrip(".")
    if name and name.casefold() in typed.casefold():
        return Markdown(f"{told.optional(typed)}.")
    does = wording.behind_colon(typed, (*name.split(), *city.split()))
    if does:
        return Markdown(
            f"{escape(', '.join(filter(None, (name, city))))}{wording.words['colon']} {told.optional(does)}."
        )
    place = wording.phrases["shares"]["place"].format(organisation=name, city=city)
    return escape(place if city else "")


def told_apart(reader: str, told: Teller) -> Markdown | None:
    """What each group lost, those of our customers under a heading of their own with how many people these are.

    Nothing where the reader hears of our own people alone, or the record does not tell them apart.
    """
    theirs = their_groups(told.facts)
    if reader not in _APART or not theirs:
        return None
    ours = tuple(one for one in told.facts.subject_groups if one not in theirs)
    return _joined(_part("ours", ours, told, counted=True), _part("theirs", theirs, told, counted=True))


def _joined(*parts: str) -> Markdown:
    return Markdown("\n\n".join(filter(None, parts)))


def _part(name: str, groups: tuple[SubjectGroup, ...], told: Teller, *, counted: bool = False) -> str:
    """These groups with what each lost, under what introduces them, if anything; empty where there are none.

    A number is said of a part only: that of all people has a sentence of its own. A part of one group is a sentence:
    readers looked for the rest of a list of one. Who these are stands ahead of what they lost, as everywhere.
    """
    facts, wording, theirs = told.facts, told.wording, name.startswith("theirs")
    apart, alone = counted and 0 < len(groups) < len(facts.subject_groups), len(groups) == 1 and name != "more"
    number = people(facts_of_groups(facts, groups), wording) if apart else ""
    lines = group_lines(groups, told, theirs=theirs, counted=counted and not alone)
    called = (_names(told, theirs=theirs)[groups[0].value],) if alone else ()
    who = as_markdown(*told.naming((", ".join(filter(None, (number, *called))),)))
    name = name or ("one" if alone else "")
    lead = wording.phrases["shares"][name].format(who=who, people=f" ({who})" if who else "") if name else ""
    if alone:
        return " ".join((lead, *map(as_markdown, told.naming((_lost(groups[0], told),))))) + "."
    return f"{lead}\n\n{as_markdown(lines)}".lstrip() if lines else ""


def group_lines(
    groups: Iterable[SubjectGroup], told: Teller, *, theirs: bool = False, counted: bool = False
) -> tuple[str, ...]:
    """What each of these groups lost, one line a group behind its name; ``theirs`` calls them as people of our
    customers."""
    names, colon = _names(told, theirs=theirs), told.wording.words["colon"]
    numbers = group_numbers(told.facts, told.wording) if counted else {}
    lines = (f"{names[one.value]}{numbers.get(one, '')}{colon} {_lost(one, told)}" for one in groups)
    return told.naming(tuple(lines))


def _names(told: Teller, *, theirs: bool) -> Mapping[str, str]:
    """What the groups are called, as ours or as ``theirs``; the "other" people as the record calls them."""
    facts, other = told.facts, told.facts.other_people.strip()
    names = {**group_names(facts, told.wording), **(told.wording.phrases["groups_theirs"] if theirs else {})}
    return names | ({SubjectGroup.OTHER.value: other} if other else {})


def _lost(group: SubjectGroup, told: Teller) -> str:
    return told.wording.listing(lost_data(facts_of_group(told.facts, group), told.wording))


def group_numbers(facts: BreachFacts, wording: Wording) -> Mapping[SubjectGroup, str]:
    """How many people of each group, in brackets, where the record says so."""
    rows = {one: row_of(facts, one).subjects for one in facts.subject_groups}
    return {one: f" ({wording.number(many)})" for one, many in rows.items() if not isinstance(many, Unknown)}


def reports_deed(reader: str, facts: BreachFacts) -> bool:
    """Whether this reader is told first what was done to us."""
    return reader in _APART and bool(deeds(facts))


def still_untold(facts: BreachFacts, wording: Wording, *, described: bool) -> BreachFacts:
    """The facts without the backup where the record's own words speak of it: told twice, it read as another one; and,
    but for who gets the description, without data that are back where these words name that day, too."""
    if not _says(facts, _BACKUP, described=described):
        return facts
    back, nature = back_at(facts), facts.nature
    if back and not described and names_day(_own_words(facts, described=described), back, wording):
        nature = tuple(one for one in nature if one is not Nature.AVAILABILITY)
    return replace(facts, backup_available=Ternary.UNKNOWN, nature=nature)


def report_values(authority: str, told: Teller, *, described: bool) -> dict[str, Value]:
    """Whom we reported it to, as far as the words of the record do not say so."""
    facts = told.facts
    reported = _POLICE.search(_own_words(facts, described=described))
    police = facts.reported_to_police is Ternary.YES and reported is None
    notified = facts.first_notified_at is not UNKNOWN and not _says(facts, (authority,), described=described)
    return {"police_told": police, "authority_told": notified, "reported": police or notified}


def _says(facts: BreachFacts, names: Iterable[str], *, described: bool) -> bool:
    """Whether the record's own words say it already, so that a stock sentence would say it twice."""
    told = _own_words(facts, described=described)
    return any(name and name.casefold() in told for name in names)


def _own_words(facts: BreachFacts, *, described: bool) -> str:
    return f"{facts.description if described else facts.told_people} {facts.measures_taken}".casefold()


def reader_values(whole: BreachFacts, organisation: str, told: Teller) -> dict[str, Value]:
    """What only these readers are told; ``whole`` is the sheet with the people of our customers."""
    facts, wording = told.facts, told.wording
    (aware, _recorded), theirs, notified = discovery(facts), their_groups(whole), facts.first_notified_at
    return {
        "deed": deed(facts, organisation, wording),
        "attack": attack(facts, wording),
        "stolen": bool(published(facts)) and in_bad_hands(facts),
        "leaked": bool(published(facts)) and not in_bad_hands(facts),
        "period": period(facts, wording),
        "found_at": "" if aware is None else moment(aware, wording),
        "people": people(whole, wording),
        "others_affected": others_affected(whole, told),
        "ours": _ours(whole, told),
        "people_online": people_online(facts, wording),
        "online_names": wording.listing(told.naming(_online_names(facts, wording)), "and_also"),
        "others_online": others_online(whole, wording),
        "unknown_yet": unknown_yet(told),
        "people_next": facts.informed in _PLANNED,
        "others_only": bool(theirs) and set(theirs) == set(whole.subject_groups),
        "others_mixed": bool(whole.affected_controllers) and not theirs,
        "away": away(facts) and facts.availability_loss is not AvailabilityLoss.PERMANENT,
        "acted": bool(facts.measures_taken.strip()),
        "told_on": "" if isinstance(notified, Unknown) else wording.day(wording.local(notified).date()),
        **_staff_values(told),
    }


def _staff_values(told: Teller) -> dict[str, Value]:
    """What the own staff lost, and what others did: their own data are what colleagues look for first."""
    facts, ours = told.facts, staff_affected(told.facts)
    others = beside_staff(facts) if ours else facts.subject_groups
    own = facts_of_group(facts, SubjectGroup.EMPLOYEES)
    lost = told.naming(lost_data(own, told.wording)) if ours else ()
    return {
        "staff_affected": ours,
        "staff_told": ours and facts.informed is Informed.INFORMED,
        "locked_out": away(facts) or bool(_LOCKED_OUT.intersection(facts.kinds)),
        "staff_next": ours and facts.informed in _PLANNED,
        "staff_data": told.wording.listing(lost),
        "others_data": _others(others, told, more=ours),
    }


def beside_staff(facts: BreachFacts) -> tuple[SubjectGroup, ...]:
    """Who else is affected than our own staff, where these are: what may follow for these they read on its own."""
    ours = staff_affected(facts)
    return tuple(one for one in facts.subject_groups if ours and one is not SubjectGroup.EMPLOYEES)


def staff_affected(facts: BreachFacts) -> bool:
    """Whether our own staff are among them, and no people of a customer."""
    return SubjectGroup.EMPLOYEES in facts.subject_groups and SubjectGroup.EMPLOYEES not in their_groups(facts)


def _others(groups: tuple[SubjectGroup, ...], told: Teller, *, more: bool) -> Value:
    """What others than the staff lost; the gap of the data where nobody said what was lost."""
    facts, theirs = told.facts, their_groups(told.facts)
    if not facts.data_categories:
        return told.items("data", "data_categories", ())
    lead = "more" if more else ""
    if groups or more:
        ours = tuple(one for one in groups if one not in theirs)
        customers = tuple(one for one in groups if one in theirs)
        return _joined(_part(lead, ours, told), _part("theirs_too" if ours else "theirs", customers, told))
    return Markdown(as_markdown(told.naming(lost_data(facts, told.wording))))
