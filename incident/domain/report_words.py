"""How many people, which groups and when: what the words of a report say, in Dutch and English, by plain rules.

Where the words leave a doubt (two numbers, two days, a denial) nothing is proposed. No rule touches awareness: since
when we are aware is a judgement of its own. Whoever judges is shown when the words say that it was seen or told.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from babel.dates import get_day_names

from incident.domain.kernel.errors import Invalid
from incident.domain.typed import existing, read_count, read_day, read_time
from incident.law.facts import BreachFacts, FactValues
from incident.law.questions import is_known
from incident.law.rulesets import AUTHORITY_ZONE
from incident.law.vocabulary import Disclosure, DiscoveredBy, SubjectGroup, Ternary
from incident.law.words import found_in, says

_NOUNS: Final = {
    SubjectGroup.CUSTOMERS: "klant(?:en)?|customers?|gasten|guests",
    SubjectGroup.PATIENTS: "patiënt(?:en)?|patient(?:en|s)?|cliënt(?:en)?|client(?:en|s)?",
    SubjectGroup.EMPLOYEES: (
        "medewerkers?|werknemers?|collega['’]?s|personeels(?:leden|dossiers?)|employees?|colleagues"
    ),
    SubjectGroup.STUDENTS: "leerling(?:en)?|student(?:en|s)?|pupils?|scholieren",
    SubjectGroup.MINORS: "kind(?:eren)?|minderjarigen?|children|minors",
    SubjectGroup.APPLICANTS: "sollicitant(?:en)?|sollicitaties?|applicants?|job applications?",
    SubjectGroup.SUBSCRIBERS: "abonnees?|subscribers?",
    SubjectGroup.USERS: "gebruikers?|users?",
    SubjectGroup.WEBSITE_VISITORS: "bezoekers|visitors",
}
_PEOPLE: Final = (
    "mensen|perso(?:on|nen)|betrokkenen?|leden|lid|inwoners?|bewoners?|ouders?|deelnemers?|"
    "people|persons?|individuals?|members?|residents?|parents?|participants?"
)
_NOT_THE_SUBJECT: Final = (
    r"(?<!verkeerde )(?<!andere )(?<!naar een )(?<!aan een )(?<!wrong )(?<!another )(?<!other )(?<!to a )(?<!to an )"
)
"""Somebody who wrongly received data is not the person whom the data are about."""
_ESTIMATE: Final = (
    r"(?:ongeveer|circa|ca\.?|plm\.?|±|~|rond de|zo['’]n|naar schatting|"
    r"about|approximately|approx\.?|around|roughly)"
)
_NUMBER: Final = r"[0-9]{1,3}(?:[. ][0-9]{3}){1,2}|[0-9]{1,9}"
_GROUPS: Final = {
    group: re.compile(rf"\b{_NOT_THE_SUBJECT}(?:{nouns})\b", re.IGNORECASE) for group, nouns in _NOUNS.items()
}
_COUNTED: Final = re.compile(
    rf"(?<![\w.,-])(?P<number>(?:{_ESTIMATE}\s*)?(?:{_NUMBER})(?:\s*(?:-|–|tot|to)\s*(?:{_NUMBER}))?)"
    rf"\s+(?:van onze |of our |onze |our |oud-|ex-)?(?:{'|'.join((_PEOPLE, *_NOUNS.values()))})\b",
    re.IGNORECASE,
)
_MONTH: Final = (
    "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|"
    "january|february|march|may|june|july|august|october"
)
_WEEKDAYS: Final = {
    name.casefold(): number
    for language in ("nl", "en")
    for number, name in get_day_names("wide", locale=language).items()
}
_SMALL: Final = {
    word: number
    for words in ("een twee drie vier vijf zes zeven", "one two three four five six seven", "één", "a")
    for number, word in enumerate(words.split(), start=1)
}
_DAY: Final = re.compile(
    rf"\b(?P<day>\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[-/]\d{{1,2}}[-/]\d{{4}}|\d{{1,2}} (?:{_MONTH})(?: \d{{4}})?|"
    r"eergisteren|gisteren|gister(?:avond|middag|ochtend)|vandaag|van(?:morgen|ochtend|middag|avond)|"
    rf"yesterday|today|this (?:morning|afternoon|evening)|tonight|vannacht|"
    rf"(?:[1-9]|[1-9]\d|{'|'.join(_SMALL)}) (?:dag(?:en)?|we(?:ek|ken)|days?|weeks?) (?:geleden|ago)|"
    rf"(?<!elke )(?<!iedere )(?<!every )(?<!volgende )(?<!next )(?<!week )(?:{'|'.join(_WEEKDAYS)})"
    r"(?:ochtend|morgen|middag|avond|nacht)?(?!,? (?:the |de )?\d{1,2}[ /-]))\b",
    re.IGNORECASE,
)
"""A day; a weekday is the last one that was, where it stands alone and is not one of many."""
_TIME: Final = re.compile(r"\b(?P<time>(?:[01]?\d|2[0-3])[:.][0-5]\d|(?:[01]?\d|2[0-3])(?= uur))\b", re.IGNORECASE)
_DISCOVERY: Final = re.compile(
    r"\b(?:ontdekt(?:en)?|opgemerkt|[bg]emerkt|merkten|gevonden|vond(?:en)?|found|"
    r"zag(?:en)?(?= [^,;.!?]*\bdat\b)|saw(?= [^,;.!?]*\bthat\b)|"
    r"geconstateerd|constateerden|discovered|noticed|detected|spotted|"
    r"(?:ge)?meld(?:de|den|t)?|belden?|gebeld|reported|told us|called)\b",
    re.IGNORECASE,
)
"""A moment beside such a word is when somebody saw it, and not when it happened."""
_FEW_WORDS: Final = r"\b(?:\W+\w+){0,9}?\W+"
_RECIPIENT: Final = r"\b(?:ontvangers?|geadresseerden?|recipients?|receivers?|addressees?)"
_TOLD_US: Final = {
    who: re.compile(
        rf"{people}{_FEW_WORDS}"
        r"(?:belden?|gebeld|mailden?|gemaild|ge?meld(?:de|den)?|called|e-?mailed|phoned|told us|reported)\b",
        re.IGNORECASE,
    )
    for who, people in {
        DiscoveredBy.DATA_SUBJECT: (
            r"\b(?:betrokkene|sollicitant|patiënt|cliënt|leerling|student|ouder|"
            r"data subject|applicant|patient|client|pupil|parent)"
        ),
        DiscoveredBy.EXTERNAL_PARTY: rf"(?:{_RECIPIENT}|\b(?:onderzoeker|researcher))",
    }.items()
}
_SEEN: Final = re.compile(
    rf"{_RECIPIENT}{_FEW_WORDS}(?:opende|geopend|las|gelezen|bekeken|zag|gezien|opened|has read|looked at|saw|seen)\b",
    re.IGNORECASE,
)
_CLAUSE: Final = re.compile(r"[,;!?]\s|\.\s+(?=[A-Z])|\n")
_SENTENCE: Final = re.compile(r"[!?]\s|\.\s+(?=[A-Z])|\n")
_AGO: Final = {"eergisteren": 2, "gister": 1, "yesterday": 1}
_OF_THE_DAY: Final = re.compile(r"van(?:morgen|ochtend|middag|avond)|this |tonight", re.IGNORECASE)
NIGHT_ENDS: Final = timedelta(hours=6)
"""Whoever writes "this afternoon" before that hour speaks of the day before."""
LONGEST_AGO: Final = timedelta(days=366)
"""An older day in a report is seldom the day of the breach: it is a date of birth, or of a contract."""


def answers_from_words(text: str, facts: BreachFacts, reported_at: datetime) -> FactValues:
    """The answers of the fact sheet that the words give, by field; ``reported_at`` is what "yesterday" counts from."""
    return {**_number(text, facts), **_groups(text), **_moment(text, facts, reported_at), **_by_others(text)}


def _number(text: str, facts: BreachFacts) -> FactValues:
    found = {match["number"] for match in found_in(_COUNTED, text)}
    if len(found) != 1 or is_known(facts.subjects_min) or is_known(facts.subjects_max):
        return {}
    try:
        count = read_count(found.pop())
    except Invalid:
        return {}
    return {"subjects_min": count.least, "subjects_max": count.most} if count else {}


def _by_others(text: str) -> FactValues:
    """What the report says that others did: told us of it, or received the data and saw them."""
    who = [one for one, pattern in _TOLD_US.items() if says(pattern, text)]
    told: FactValues = {"discovered_by": who[0]} if who else {}
    return {**told, "disclosure": Disclosure.CONFIRMED} if says(_SEEN, text) else told


def _groups(text: str) -> FactValues:
    found = groups_named(text)
    return {"subject_groups": found} if found else {}


def groups_named(text: str) -> tuple[SubjectGroup, ...]:
    """The groups of people that a text names and does not deny."""
    return tuple(group for group, pattern in _GROUPS.items() if says(pattern, text))


def _moment(text: str, facts: BreachFacts, reported_at: datetime) -> FactValues:
    """When it happened: one day, with its time where the same report names exactly one; else that day, estimated.

    When it was discovered is asked with the awareness: such a clause does not count where it names its own moment, or
    its own time beside a day with another; and nothing is proposed where it leaves open which moment is which.
    """
    clauses = _CLAUSE.split(text)
    told = [words for words in clauses if _DISCOVERY.search(words)]
    named = _named("\n".join(words for words in clauses if words not in told), reported_at)
    aware = facts.aware_at
    if named is None or (isinstance(aware, datetime) and named.at > aware):
        return {}
    if not all(_named(words, reported_at) or (named.exact and _TIME.search(words)) for words in told):
        return {}
    return {"occurred_from": named.at} if named.exact else {"occurred_from": named.at, "occurrence_estimated": True}


@dataclass(frozen=True, slots=True)
class Named:
    """The one moment that a text names; where it names no time of day, the day with the time of midnight."""

    at: datetime
    exact: bool

    @property
    def day(self) -> date:
        """The calendar day, where the authority is: at midnight elsewhere it is another one."""
        return _day_of(self.at)


def discovery_told(text: str, facts: BreachFacts, reported_at: datetime) -> Named | None:
    """When the words say that it was seen or told; None where that is not before the awareness that would be stated.

    GDPR art. 33(1): a report of today on what was discovered days ago starts no clock of 72 hours from today.
    """
    named = _earliest_discovery(text, reported_at) if facts.is_breach is not Ternary.YES else None
    known = facts.aware_at if isinstance(facts.aware_at, datetime) else facts.first_signal_at
    known = known if isinstance(known, datetime) else reported_at
    if named is None or named.at >= known or (not named.exact and named.day == _day_of(known)):
        return None
    return named


def _earliest_discovery(text: str, reported_at: datetime) -> Named | None:
    """The moment in the same clause as the word of discovery, else in its sentence, else in the whole text."""
    beside, wider = _CLAUSE.split(text), (_SENTENCE.split(text), [text])
    if named := _named_first(beside, reported_at) or _after_it_happened(text, reported_at):
        return named
    found = filter(None, (_named_first(parts, reported_at) for parts in wider))
    return next(found, None) or _earlier_today(text, reported_at)


def _named_first(parts: Iterable[str], reported_at: datetime) -> Named | None:
    told = (_named(words, reported_at) for words in parts if _DISCOVERY.search(words))
    return min(filter(None, told), key=lambda one: one.at, default=None)


def _after_it_happened(text: str, reported_at: datetime) -> Named | None:
    """A time of day alone beside the word of discovery, after the moment that the other clauses name: the next such."""
    clauses = _CLAUSE.split(text)
    told = "\n".join(words for words in clauses if _DISCOVERY.search(words))
    happened = _named("\n".join(words for words in clauses if not _DISCOVERY.search(words)), reported_at)
    at = None if any(True for _match in found_in(_DAY, told)) else _only_time(told)
    if at is None or happened is None or not happened.exact:
        return None
    moments = (_instant(happened.day + timedelta(days=later), at) for later in (0, 1))
    moment = next((one for one in moments if one and happened.at <= one <= reported_at), None)
    return Named(moment, exact=True) if moment else None


def _earlier_today(text: str, reported_at: datetime) -> Named | None:
    """A time of day beside the word of discovery, in a text that names no day: it was today, or the evening before."""
    if any(True for _match in found_in(_DAY, text)):
        return None
    told = " ".join(words for words in _CLAUSE.split(text) if _DISCOVERY.search(words))
    at = _only_time(told)
    days = (_day_of(reported_at), _day_of(reported_at - NIGHT_ENDS))
    moments = (_instant(day, at) for day in days) if at else ()
    earlier = next((moment for moment in moments if moment and moment <= reported_at), None)
    return Named(earlier, exact=True) if earlier else None


def _only_time(text: str) -> time | None:
    times = {match["time"] for match in found_in(_TIME, text)}
    return _time(times.pop()) if len(times) == 1 else None


def _day_of(at: datetime) -> date:
    return at.astimezone(AUTHORITY_ZONE).date()


def _named(text: str, reported_at: datetime) -> Named | None:
    said = {match["day"].casefold() for match in found_in(_DAY, text)}
    at = _only_time(_DAY.sub(" ", text))
    # After midnight "this morning at 00:15" was today, and "this afternoon at 17:05" the day before.
    waking = (_day_of(reported_at), _day_of(reported_at - NIGHT_ENDS)) if at else (_day_of(reported_at - NIGHT_ENDS),)
    moments = (_at(said, at, reported_at, one) for one in waking)
    moment = next(filter(None, moments), None)
    return Named(moment, at is not None) if moment else None


def _at(said: set[str], at: time | None, reported_at: datetime, waking: date) -> datetime | None:
    """The moment of the one day that the words name, where it had been and is not too long ago."""
    today = _day_of(reported_at)
    days = {_day(one, waking if _OF_THE_DAY.match(one) else today) for one in said} - {None}
    day = days.pop() if len(days) == 1 else None
    moment = _instant(day, at) if day else None
    return moment if moment and reported_at - LONGEST_AGO < moment <= reported_at else None


def _day(said: str, today: date) -> date | None:
    weekday = next((number for name, number in _WEEKDAYS.items() if said.startswith(name)), None)
    if weekday is not None:
        ago = (today.weekday() - weekday) % 7
        return today - timedelta(days=ago) if ago else None
    if said.endswith((" geleden", " ago")):
        count, unit, _ = said.split()
        return today - timedelta(days=(_SMALL.get(count) or int(count)) * (7 if unit.startswith("we") else 1))
    relative = next((ago for word, ago in _AGO.items() if said.startswith(word)), None)
    if relative is not None or said[0].isalpha():
        return today - timedelta(days=relative or 0)
    if said[-1].isdigit():
        return _read(said)
    this_year = _read(f"{said} {today.year}")
    return this_year if this_year is None or this_year <= today else _read(f"{said} {today.year - 1}")


def _read(said: str) -> date | None:
    try:
        return read_day(said)
    except Invalid:
        return None


def _time(said: str) -> time | None:
    return read_time(said if len(said) > 2 else f"{said.zfill(2)}:00")


def _instant(day: date, at: time | None) -> datetime | None:
    try:
        return existing(datetime.combine(day, at or time.min, tzinfo=AUTHORITY_ZONE))
    except Invalid:
        return None
