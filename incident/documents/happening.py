"""GDPR art. 33(3)(a): what happened, when, to which data and to whom, as sentences in one language."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from incident.documents.wording import Wording, capital
from incident.domain.languages import LETTER_LANGUAGES
from incident.domain.letters import same_group
from incident.domain.organisation import OrganisationProfile
from incident.law.facts import BreachFacts
from incident.law.groups import facts_of_group, groups_differ, published
from incident.law.vocabulary import (
    UNKNOWN,
    Actor,
    AvailabilityLoss,
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    DiscoveredBy,
    IncidentKind,
    Nature,
    Protection,
    Recipient,
    Role,
    SubjectGroup,
    Ternary,
    Unknown,
)

_NONE: Final[Mapping[SubjectGroup, int]] = {}
_DAY: Final = re.compile(r"(?<![\d:.,])\d{1,2}(?![\d:,]|\.\d)")
"""What may be the day of a month; neither a year nor a time of day."""
_SEEN: Final = frozenset(
    {
        IncidentKind.EMAIL_WRONG_RECIPIENT,
        IncidentKind.EMAIL_OPEN_RECIPIENTS,
        IncidentKind.POST_WRONG_RECIPIENT,
        IncidentKind.SHOWN_TO_WRONG_PERSON,
        IncidentKind.VERBAL_DISCLOSURE,
        IncidentKind.ABUSE_OF_PRIVILEGES,
        IncidentKind.EXFILTRATION,
    }
)
"""The kinds whose sentence says by itself that somebody saw or received the data."""


_OTHERS: Final = frozenset({DiscoveredBy.DATA_SUBJECT, DiscoveredBy.EXTERNAL_PARTY, DiscoveredBy.PRESS})
"""Those from whom we hear of a breach that we did not discover ourselves."""
_HEALTH: Final = frozenset({DataCategory.HEALTH, DataCategory.EMPLOYMENT_HEALTH})
"""What is named where it may become known: "what you shared in confidence" hid it from who was ill."""
TRACED: Final = frozenset({Recipient.TRUSTED, Recipient.KNOWN})
"""Who has the data is known to us."""


def happened(facts: BreachFacts, wording: Wording) -> tuple[str, ...]:
    """One sentence for each kind of incident; what somebody meant to take is not "lost or stolen"."""
    stolen = wording.phrases["kinds_stolen"] if facts.actor is Actor.EXTERNAL_MALICIOUS else {}
    sentences = {**wording.phrases["kinds"], **stolen}
    kinds = facts.kinds or ((IncidentKind.UNKNOWN,) if "kinds" in facts.stated_unknown else ())
    told = tuple(sentences[kind.value] for kind in kinds)
    return (*told, *_locked(facts, wording)) if IncidentKind.DEVICE_LOST_OR_STOLEN in kinds else told


def _locked(facts: BreachFacts, wording: Wording) -> tuple[str, ...]:
    """Whether the data on a device that is gone were encrypted, where the record says so."""
    words = wording.phrases["when"]
    if Protection.NONE in facts.protection:
        return (words["open"],)
    sure = Protection.ENCRYPTED in facts.protection and facts.protection_intact is Ternary.YES
    return (words["encrypted"],) if sure else ()


def names_day(text: str, start: datetime | Unknown, wording: Wording) -> bool:
    """Whether a text says on which day it began: then nothing else needs to.

    The text of the record waits for its translation, so its day is looked for as each language writes it.
    """
    if isinstance(start, Unknown):
        return False
    day = wording.local(start).date()
    days = (Wording(language, wording.zone).day(day).rsplit(" ", 1)[0] for language in LETTER_LANGUAGES)
    return any(named.casefold() in text.casefold() for named in days)


def names_one_day(text: str, day: date) -> bool:
    """Whether a text that names ``day`` names no other: of "the night of 22 to 23" nobody knows which is meant."""
    return {int(number) for number in _DAY.findall(text)} == {day.day}


BREACH: Final = "breach"
"""The everyday word for it; ``breach_formal`` is that of the GDPR."""


def when(facts: BreachFacts, wording: Wording, *, called: str = BREACH, dated: bool = False) -> str:
    """When it happened and whether it is over, in one or two sentences; honest when that is not known.

    Behind words of the record that are ``dated`` only whether it is over. It calls the incident so: a "leak" does not
    last, and readers of one that was "not over yet" thought that their data were still flowing out.
    """
    sentences, start, end = wording.phrases["when"], facts.occurred_from, facts.occurred_to
    breach = wording.words[called]
    still = capital(sentences["still"].format(breach=breach)) if goes_on(facts) else ""
    if dated:
        return still
    if told := _within_a_day(facts, wording, breach):
        return f"{told} {sentences['estimated']}" if facts.occurrence_estimated else told
    moments = {
        "breach": breach,
        "start": "" if start is UNKNOWN else wording.moment(start),
        "end": "" if end is UNKNOWN else wording.moment(end),
    }
    name = _kind_of_period(facts, moments["start"], moments["end"])
    guessed = sentences["estimated"] if facts.occurrence_estimated and name != "unknown" else ""
    said = capital(sentences[name].format(**moments))
    return " ".join(filter(None, (said, guessed, "" if name == "since" else still)))


def _within_a_day(facts: BreachFacts, wording: Wording, breach: str) -> str:
    """The sentence for what began and ended on one day, at hours that are known; that day is named once."""
    start, end = facts.occurred_from, facts.occurred_to
    if isinstance(start, Unknown) or isinstance(end, Unknown) or start == end or facts.ongoing is Ternary.YES:
        return ""
    day, hours = wording.local(start).date(), (wording.hour(start), wording.hour(end))
    if day != wording.local(end).date() or not all(hours):
        return ""
    named = wording.day(day, weekday=True)
    return capital(wording.phrases["when"]["hours"].format(breach=breach, day=named, start=hours[0], end=hours[1]))


def found(facts: BreachFacts, aware: datetime, wording: Wording, *, own_words: str = "", called: str = BREACH) -> str:
    """When it was found out; only the hour on the day that was named last just before it, by :func:`when` or by the
    ``own_words`` of the record, if these name one day; all of it was on that day. Behind two days "the same" was either
    to all readers. Nobody discovers what somebody else calls to tell; what a processor found before its notice is told
    as found."""
    sentences, last, start = wording.phrases["when"], facts.occurred_from, facts.occurred_from
    notice = facts.processor_told_us_at
    by_processor = facts.discovered_by is DiscoveredBy.PROCESSOR and (isinstance(notice, Unknown) or aware >= notice)
    heard = by_processor or facts.discovered_by in _OTHERS
    if facts.occurred_to is not UNKNOWN and facts.ongoing is not Ternary.YES:
        last = facts.occurred_to
    hour, breach, day = wording.hour(aware), wording.words[called], wording.local(aware).date()
    same = all(one is not UNKNOWN and wording.local(one).date() == day for one in (start, last))
    if own_words:
        same = same and names_one_day(own_words, day)
    if hour and same:
        key = "told_day" if heard else "that_day" if own_words else "same_day"
        return sentences[key].format(breach=breach, time=hour)
    key = "told" if heard else "discovered" if own_words else "discovered_it"
    return sentences[key].format(breach=breach, aware=wording.moment(aware))


def _kind_of_period(facts: BreachFacts, start: str, end: str) -> str:
    if not start:
        return "until" if end else "unknown"
    if facts.ongoing is Ternary.YES:
        return "since" if goes_on(facts) else "from"
    if not end:
        return "from"
    return "on" if start == end else "between"


def nature_sentences(
    facts: BreachFacts, wording: Wording, manner: str = "nature", *, told: bool = False
) -> tuple[str, ...]:
    """What happened to the data, one sentence for each of confidentiality, integrity and availability.

    ``manner`` is the section of the phrases that says some of them otherwise: to one reader, or to a customer. That
    somebody saw the data is not said again where it was ``told`` just before: behind "a man there opened the mail and
    called us", readers asked whether there was somebody else. One reader is told that theirs came there, too,
    and of a recipient whom we know that it was this one.
    """
    sentences = {**wording.phrases["nature"], **wording.phrases[manner]}
    back = back_at(facts)
    day = "" if back is None else wording.day(wording.local(back).date())
    if told:
        who = "recipient" if facts.recipient in TRACED else "told"
        sentences["confidentiality_confirmed"] = sentences.get(f"confidentiality_{who}", "")
    return tuple(sentences[_nature_key(nature, facts)].format(day=day) for nature in facts.nature)


def names_reader(facts: BreachFacts) -> bool:
    """Whether the sentences of :func:`happened` say that somebody saw or received the data."""
    return bool(_SEEN.intersection(facts.kinds))


def shielded(facts: BreachFacts, wording: Wording) -> str:
    """Whether nobody could read the data, as the record says; empty where it says nothing.

    A customer assesses the breach for itself, and no answer weighs more in that (GDPR art. 34(3)(a)).
    """
    words, kept = wording.phrases["protection"], facts.protection
    if Protection.NONE in kept:
        return words["none"]
    if Protection.UNKNOWN in kept or "protection" in facts.stated_unknown:
        return words["unknown"]
    if not kept:
        return ""
    named = words["said"].format(how=wording.listing([words[one.value] for one in kept]))
    return f"{named} {words[f'intact_{facts.protection_intact.value}']}"


def online(
    facts: BreachFacts, wording: Wording, *, to_each: bool, theirs: bool, others: bool = False
) -> tuple[str, ...]:
    """Whose data were put online, what that means and whose were not, a paragraph each; empty where nobody's were.

    ``to_each`` speaks to each reader, ``theirs`` to a customer whose people alone are on the sheet, ``others`` to
    nobody whom it concerns. Of the groups that were spared it says their names: "the others below" stood above the
    list that it spoke of.
    """
    sentences, those = wording.phrases["online"], published(facts)
    sentences = {**sentences, **wording.phrases["online_others"]} if others or theirs else sentences
    if not facts.published_groups or not (those or to_each or theirs):
        return ()
    groups = of_groups(those, "and_also", facts, wording, formal=theirs)
    if to_each:
        return (sentences["yours"].format(groups=groups) if those else sentences["not_yours"],)
    if not those:
        return (sentences["not_theirs"],)
    rest = spared(facts, wording, formal=theirs)
    return tuple(filter(None, (sentences["of"].format(groups=groups), sentences["assume"], rest)))


def spared(facts: BreachFacts, wording: Wording, *, formal: bool = False) -> str:
    """Of which groups no data were put online, where those of others were; empty where all groups were hit, or none."""
    those = published(facts)
    rest = tuple(one for one in facts.subject_groups if one not in those)
    named = of_groups(rest, "or", facts, wording, formal=formal)
    return wording.phrases["online"]["rest"].format(groups=named) if those and rest else ""


def of_groups(
    groups: tuple[SubjectGroup, ...], last: str, facts: BreachFacts, wording: Wording, *, formal: bool = False
) -> str:
    """The names of these groups, as a sentence says of whom data are."""
    names, one_group = group_names(facts, wording, formal=formal), wording.words["one_group"]
    return wording.listing([one_group.format(name=names[one]) for one in groups], last)


def back_at(facts: BreachFacts) -> datetime | None:
    """When data that were away for a time could be used again; nothing as long as they are not back."""
    back = facts.recovered_at if facts.availability_loss is AvailabilityLoss.TEMPORARY else UNKNOWN
    return None if isinstance(back, Unknown) else back


def goes_on(facts: BreachFacts) -> bool:
    """Whether people read that it is not over. Once it was stopped, what lasts is told of the data: beside "we
    disconnected all servers" readers asked who was still in there."""
    return facts.ongoing is Ternary.YES and facts.contained_at is UNKNOWN


def away(facts: BreachFacts) -> bool:
    """Whether we ourselves cannot use the data, for now or for good."""
    return Nature.AVAILABILITY in facts.nature and back_at(facts) is None


def in_bad_hands(facts: BreachFacts) -> bool:
    """Whether it is certain that somebody from outside took a copy on purpose: of a stolen laptop there is none."""
    if {IncidentKind.DEVICE_LOST_OR_STOLEN, IncidentKind.PAPER_LOST_OR_STOLEN} & set(facts.kinds):
        return False
    taken = facts.recipient is Recipient.MALICIOUS and facts.actor is Actor.EXTERNAL_MALICIOUS
    return taken and facts.disclosure is Disclosure.CONFIRMED


def _nature_key(nature: Nature, facts: BreachFacts) -> str:
    match nature:
        case Nature.CONFIDENTIALITY:
            if in_bad_hands(facts):
                return "confidentiality_stolen"
            sure = facts.disclosure in {Disclosure.CONFIRMED, Disclosure.LIKELY, Disclosure.RULED_OUT}
            return f"confidentiality_{facts.disclosure.value if sure else 'unknown'}"
        case Nature.AVAILABILITY:
            if not away(facts):
                return "availability_recovered"
            if facts.availability_loss is AvailabilityLoss.TEMPORARY and facts.backup_available is Ternary.YES:
                return "availability_backup"
            return f"availability_{facts.availability_loss.value}"
        case Nature.INTEGRITY:
            return "integrity"


def why_you(facts: BreachFacts, wording: Wording, other: str) -> str:
    """To one group: why we have their data, where its name says it, or to ``other`` people in the words of the record.

    Empty where neither does, and for the people of a customer, who are not ours.
    """
    (group, *more), customers = facts.subject_groups or (SubjectGroup.UNKNOWN,), facts.affected_controllers
    theirs = facts.role is Role.PROCESSOR or any(group in one.groups for one in customers)
    if more or theirs:
        return ""
    return other if group is SubjectGroup.OTHER else wording.phrases["why_you"].get(group.value, "")


def told_effects(facts: BreachFacts) -> tuple[ConsequenceForSubjects, ...]:
    """What may follow: "other" only where a note says what, and of data online first that others find them."""
    found, more = ConsequenceForSubjects.DISCLOSURE_TO_THIRD_PARTIES, facts.consequences_subjects_note.strip()
    told = tuple(one for one in facts.consequences_subjects if more or one is not ConsequenceForSubjects.OTHER)
    return tuple(dict.fromkeys((found, *told))) if told and published(facts) else told


def effects(facts: BreachFacts, wording: Wording, *, settled: bool = False) -> tuple[str, ...]:
    """What may follow, as told to people: whose data stand online reads that others can find them there, and of what
    somebody saw for certain that it may have been read: by whom, where that is known. Data that are back were
    away, and what a known recipient ``settled`` may follow all the same."""
    known = "consequences_known" if facts.recipient in TRACED else "consequences_seen"
    manner = "consequences_online" if published(facts) else known if _seen(facts) else "consequences"
    names = {**wording.phrases["consequences"], **wording.phrases[manner]}
    names |= wording.phrases["consequences_back"] if back_at(facts) else {}
    names |= wording.phrases["consequences_settled"] if settled else {}
    if not _HEALTH.isdisjoint(facts.data_categories) and facts.recipient not in TRACED:
        names |= wording.phrases["consequences_health"]
    return tuple(names[one.value] for one in told_effects(facts))


def own_words(facts: BreachFacts, *, described: bool) -> str:
    """What somebody wrote of what happened: for who gets the description, or for the people."""
    return (facts.description if described else facts.told_people).strip()


def systems(facts: BreachFacts, organisation: OrganisationProfile, told: str) -> tuple[str, ...]:
    """The systems by their names, but for those that ``told`` names, in whatever case its language puts the words."""
    named = (known.name if (known := organisation.system(name)) else name for name in facts.systems)
    return tuple(one for one in named if not all(word.casefold() in told.casefold() for word in one.split()))


def plain_effects(facts: BreachFacts, wording: Wording, *, settled: bool, online: bool) -> dict[str, str]:
    """What each consequence is called for those people, as others read it; what has come already, as who has the data
    for certain, is told as what is left to come, also where a known recipient ``settled``. ``online`` is true as soon
    as the data of anybody in the text are."""
    seen = ("consequences_theirs_seen",) if _seen(facts) else ()
    spread = ("consequences_theirs_online",) if online else ()
    done = ("consequences_theirs_settled",) if settled else ()
    ill = () if _HEALTH.isdisjoint(facts.data_categories) else ("consequences_theirs_health",)
    manners = ("consequences_theirs", *seen, *spread, *done, *ill)
    return {key: text for manner in manners for key, text in wording.phrases[manner].items()}


def _seen(facts: BreachFacts) -> bool:
    return Nature.CONFIDENTIALITY in facts.nature and facts.disclosure is Disclosure.CONFIRMED


def data_items(
    facts: BreachFacts, wording: Wording, manner: str = "data_theirs", numbers: Mapping[SubjectGroup, int] = _NONE
) -> tuple[str, ...]:
    """The categories of personal data by their everyday names; group by group where the groups lost different data.

    ``manner`` is the section of the phrases that says some of them otherwise: to one reader, or in the GDPR's words;
    ``numbers`` says how many people of a group that is.
    """
    groups = group_names(facts, wording, formal=manner == "data_formal")
    if not groups_differ(facts):
        return lost_data(facts, wording, manner)
    said = {group: f" ({wording.number(number)})" for group, number in numbers.items()}
    lost = (
        (f"{groups[group.value]}{said.get(group, '')}", lost_data(facts_of_group(facts, group), wording, manner))
        for group in facts.subject_groups
    )
    return tuple(f"{group}{wording.words['colon']} {wording.listing(data)}" for group, data in lost)


def lost_data(facts: BreachFacts, wording: Wording, manner: str = "data_theirs") -> tuple[str, ...]:
    """The categories of the sheet by their names, and the "other" data as the record names them, where it does."""
    names, called = {**wording.phrases["data"], **wording.phrases[manner]}, other_data(facts)
    names |= {DataCategory.OTHER.value: wording.behind_colon(called, ())} if called else {}
    return tuple(names[category.value] for category in facts.data_categories)


def other_data(facts: BreachFacts) -> str:
    """What the note calls the "other" data, so that it can stand in a list; what ends as a sentence is none."""
    note = facts.data_note.strip()
    named = DataCategory.OTHER in facts.data_categories and len(note.splitlines()) == 1 and note[-1] not in ".!?:"
    return note if named else ""


def law_group(name: str, organisation: OrganisationProfile) -> SubjectGroup | None:
    """The law's group that ``name`` means: one of ours or of the profile, by identifier or words; None for another."""
    profiles = {profile.id: profile.group for profile in organisation.groups}
    found = profiles.get(name) or same_group(name, SubjectGroup)
    return SubjectGroup(found) if found else None


def group_items(facts: BreachFacts, wording: Wording, *, formal: bool = False) -> tuple[str, ...]:
    """The groups of people by their names."""
    names = group_names(facts, wording, formal=formal)
    return tuple(names[member.value] for member in facts.subject_groups)


def group_names(facts: BreachFacts, wording: Wording, *, formal: bool = False) -> Mapping[str, str]:
    """What each group of people is called; the "other" people as the record names them, where it does.

    In a ``formal`` text to a customer "our" services would be ours, and the people are theirs. Beside other groups
    customers have a short name: job applicants were "in touch with us" too.
    """
    names, called = dict(wording.phrases["groups"]), facts.other_people.strip()
    names |= wording.phrases["groups_formal"] if formal else {}
    if len(facts.subject_groups) > 1:
        names |= wording.phrases["groups_beside"]
    return {**names, SubjectGroup.OTHER.value: called} if called else names
