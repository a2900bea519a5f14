"""The breaches of a period as the report for the board lists them, in the language of the page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest
from math import ceil
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from incident.documents.yearly_report import ReportBreach
from incident.domain.fact_sheet import from_json
from incident.domain.kernel.people import Source
from incident.domain.kinds import Addressee
from incident.domain.register.insight import FEW, HOUR
from incident.law.facts import AffectedGroup
from incident.law.forms.case import expected_on
from incident.law.forms.news import number_online_open, online
from incident.law.forms.notation import capital, still_investigated, without_advice
from incident.law.forms.whose import called, lost_by_group, lost_of
from incident.law.groups import data_of, our_groups, people_shares
from incident.law.vocabulary import SPECIAL_CATEGORIES, DataCategory, Informed, RiskLevel, Ternary
from incident.store.queries.register import Needs, RegisterFilter, RegisterLine, every_line, lines_of, register_query
from incident.usecases.common.access import visible
from incident.usecases.register.columns import ALL, needs_of
from incident.web import register_acts as acts
from incident.web import register_entry as tell
from incident.web.labels import RISKS
from incident.web.register_columns import title
from incident.web.register_entry import Entry, joined
from incident.web.register_paper import entries
from incident.web.viewer import viewer

MOST: Final = 30
"""So many a board reads; the others are in the register."""
_NEWS: Final = 3
"""So many lines of what became known later a board reads."""
_GRAVITY: Final = {RiskLevel.HIGH: 2, RiskLevel.RISK: 1}
_SENSITIVE: Final = frozenset(SPECIAL_CATEGORIES) | {
    DataCategory.BSN,
    DataCategory.ID_DOCUMENT_COPY,
    DataCategory.BANK_ACCOUNT,
    DataCategory.CREDENTIALS,
}


@dataclass(frozen=True, slots=True)
class Listed:
    """The gravest breaches of a period, newest first; of the gravest of all what weighs most in it; and of every breach
    how many people of customers there are, and the words of those that tell their systems in words alone.
    ``uncounted`` counts those of which the number of people is not known.
    """

    breaches: tuple[ReportBreach, ...]
    gravest: tuple[str, ...]
    theirs: int
    in_words: tuple[str, ...]
    uncounted: int


def listed_breaches(session: Session, start: datetime, end: datetime, *, examples: bool) -> Listed:
    """All that the report says of single breaches."""
    theirs, high, uncounted = 0, 0, 0
    in_words: list[str] = []

    def counted() -> Iterator[RegisterLine]:
        nonlocal theirs, high, uncounted
        for line in _lines(session, start, end, examples):
            if line.facts.get("affected_controllers"):
                theirs += people_shares(from_json(line.facts)).theirs or 0
            if not line.incident.systems and line.facts.get("systems_note"):
                in_words.append(str(line.facts["systems_note"]))
            high += line.incident.risk is RiskLevel.HIGH
            uncounted += line.incident.subjects is None
            yield line

    gravest = [line.incident.id for line in nlargest(MOST, counted(), key=_gravity)]
    found = [*entries(session, lines_of(session, gravest, needs_of(ALL.values())))]
    worst: tuple[str, ...] = next((_gravest(one, high) for one in found if one.line.incident.id == gravest[0]), ())
    return Listed(tuple(map(_breach, found)), worst, theirs, tuple(in_words), uncounted)


def _lines(session: Session, start: datetime, end: datetime, examples: bool) -> Iterator[RegisterLine]:
    """What the numbers count as well, no duplicates and nothing that turned out to be no breach; only what is asked of
    all of them is read.
    """
    filters = RegisterFilter(reported_from=start, reported_to=end, without_examples=not examples)
    needs = Needs(("reported_at", "risk", "subjects", "systems", "is_breach", "duplicate_of_id"), facts=True)
    for line in every_line(session, register_query(session, filters, visible(viewer())), needs):
        if line.incident.is_breach != "no" and line.incident.duplicate_of_id is None:
            yield line


def _gravity(line: RegisterLine) -> tuple[int, int, datetime]:
    incident = line.incident
    risk = _GRAVITY.get(incident.risk, 0) if incident.risk is not None else 0
    return risk, incident.subjects or 0, incident.reported_at


def _gravest(entry: Entry, high: int) -> tuple[str, ...]:
    """What a board must know before any number, a paragraph each: the breach with a high risk, when, and how it came
    about; whose people and which data; and how it stands: what goes on, what is back, and the police.
    """
    if not high:
        return ()
    told = ngettext(
        "One breach has a high risk: %(what)s (%(reference)s).",
        "%(num)s breaches have a high risk. The gravest: %(what)s (%(reference)s).",
        high,
        what=entry.line.incident.summary,
        reference=entry.line.incident.reference,
    )
    how = entry.facts.description.strip().partition("\n")[0]
    still = entry.facts.consequences_data_note.strip().partition("\n")[0]
    notes = (f"{capital(_counted(entry, one))}: {one.note}" for one in entry.facts.affected_groups if one.note)
    news = without_advice(entry.facts.told_news).split("\n")[:_NEWS]
    return tuple(
        " ".join(filter(None, part))
        for part in (
            (told, _dated(entry), how),
            (_people(entry), _worst(entry), *notes),
            (*news, _online(entry), still, _restored(entry), _our_people(entry), _police(entry)),
        )
        if any(part)
    )


def _counted(entry: Entry, one: AffectedGroup) -> str:
    named = called(entry.case, one.group)
    return f"{named} ({entry.say.number(one.subjects)})" if isinstance(one.subjects, int) else named


def _online(entry: Entry) -> str:
    """Whose data are online; what is not known of it stands among what is open."""
    told = online(entry.case, entry.facts.told_news).partition("\n")[0]
    return told.removesuffix(f" {entry.case.awaited(entry.case.phrase('online_open'))}.")


def _dated(entry: Entry) -> str:
    """When it began and when it was found, as far as that is on record."""
    began, found = entry.facts.occurred_from, entry.facts.first_signal_at
    told = [str(_("Began on %(at)s.", at=tell.began(entry)))] if isinstance(began, datetime) else []
    told += [str(_("Discovered on %(at)s.", at=entry.instant(found)))] if isinstance(found, datetime) else []
    return " ".join(told)


def _restored(entry: Entry) -> str:
    back = entry.facts.recovered_at
    return str(_("Restored on %(at)s.", at=entry.instant(back))) if tell.is_back(entry) else ""


def _our_people(entry: Entry) -> str:
    """On which days our own people were told, and the organisations whose people these are not."""
    ours, theirs = _days(entry, Addressee.SUBJECTS), _days(entry, Addressee.CONTROLLER)
    own = _("Those whose data we process for ourselves were informed on %(days)s.", days=ours) if ours else ""
    others = _("The organisations for which we are processor were informed on %(days)s.", days=theirs) if theirs else ""
    return f"{own} {others}".strip()


def _police(entry: Entry) -> str:
    return str(_("Reported to the police.")) if entry.facts.reported_to_police is Ternary.YES else ""


def _worst(entry: Entry) -> str:
    """Which data of our group that lost the most sensitive ones, where the groups did not lose the same."""
    facts = entry.facts
    grave = {group: len(_SENSITIVE.intersection(data_of(facts, group))) for group in our_groups(facts)}
    group = max(grave, key=lambda one: grave[one], default=None)
    if group is None or not grave[group] or not lost_by_group(entry.case):
        return ""
    return str(_("The most sensitive data are those of %(lost)s", lost=lost_of(entry.case, group)))


def _people(entry: Entry) -> str:
    """Of how many people we are the controller, and of how many a processor."""
    shares = entry.people
    if not shares.theirs:
        number = tell.people(entry)
        one, many = _("It concerns one person."), _("It concerns %(number)s people.", number=number)
        return (one if shares.most == 1 else many) if number else ""
    own, theirs = entry.count(shares.least, shares.most), entry.say.number(shares.theirs)
    names = [one.name for one in entry.facts.affected_controllers]
    theirs = f"{theirs}: {entry.say.listing(names)}" if 0 < len(names) <= FEW else theirs
    if not shares.most or not own:
        return str(_("It concerns people whose data we process for other organisations: %(theirs)s.", theirs=theirs))
    told = _(
        "It concerns people whose data we process for ourselves (%(own)s), and people whose data we process for other "
        "organisations (%(theirs)s).",
        own=own,
        theirs=theirs,
    )
    if not isinstance(shares.most, int) or shares.least != shares.most:
        return str(told)
    whole = _("In all: %(number)s.", number=entry.say.number(shares.most + shares.theirs))
    return f"{told} {whole}"


def _breach(entry: Entry) -> ReportBreach:
    incident = entry.line.incident
    return ReportBreach(
        reference=incident.reference,
        what=_what(entry),
        people=tell.people_in_short(entry),
        risk=str(RISKS[incident.risk][0]) if incident.risk is not None else "",
        told=_told(entry),
        status=acts.status(entry),
        open=_open(entry),
        measures=_in_a_row(tell.prevention(entry, briefly=True)),
    )


def _in_a_row(told: str) -> str:
    """What stands on lines of its own, as sentences after each other."""
    return " ".join(one if one.endswith((".", "!", "?")) else f"{one}." for one in told.split("\n") if one)


def _what(entry: Entry) -> str:
    """In the words of the record, then what kind it was and whether data were put online."""
    day = entry.on(entry.facts.published_on)
    published = str(_("Data on the internet: %(day)s", day=day)) if day else ""
    return joined(entry.line.incident.summary, tell.kinds(entry), published)


def _told(entry: Entry) -> str:
    """Since when it was known, on which days the authority was first told, and the people, the public and the
    organisations for which we are processor each time; that people were not, was a decision.
    """
    notified = entry.line.incident.notified_at
    authority = str(_("Authority: %(day)s", day=entry.short_day(notified))) + acts.after(entry) if notified else ""
    chosen = str(_("voluntarily"))
    free = f", {chosen}" if entry.case.context.voluntary else ""
    rows = (
        (_("Data subjects: %(day)s"), Addressee.SUBJECTS),
        (_("Public communication: %(days)s"), Addressee.PUBLIC),
        (_("Organisations for which we are processor: %(day)s"), Addressee.CONTROLLER),
    )
    told = []
    for text, who in rows:
        days = _days(entry, who)
        by_choice = free if who is Addressee.SUBJECTS else ""
        told += [str(text) % {"day": days, "days": days} + by_choice] if days else []
    decided = entry.line.last("decision:subjects")
    if decided is not None and not decided.act:
        unlikely = entry.facts.informed is Informed.NOT_HIGH_RISK
        why = _("Data subjects: not informed, as no high risk is likely")
        told.append(str(why if unlikely else _("Data subjects: not informed, by decision")))
    return joined(*_known(entry), _decided(entry), authority + free if authority else "", *told)


def _days(entry: Entry, who: Addressee) -> str:
    return entry.say.listing([*dict.fromkeys(entry.short_day(one.sent_at) for one in entry.sent(who))])


def _known(entry: Entry) -> Iterator[str]:
    """When it began, when it was found, and since when it was known for certain."""
    rows = (
        (_("Began: %(at)s"), tell.began(entry)),
        (_("Discovered: %(at)s"), entry.instant(entry.facts.first_signal_at)),
        (_("Aware: %(at)s"), entry.instant(entry.line.incident.aware_at)),
    )
    yield from (str(text) % {"at": at} for text, at in rows if at)


def _decided(entry: Entry) -> str:
    """How long after awareness it was first decided whether to notify; the day of an import is none of a decision."""
    aware = entry.line.incident.aware_at
    act = next((one for one in entry.line.acts if one.kind == "decision:authority"), None)
    if act is None or aware is None or act.at < aware or entry.line.incident.source is Source.IMPORT:
        return ""
    told = _("Decision to notify: within %(hours)s h of awareness")
    if not act.act:
        told = _("Decision not to notify: within %(hours)s h of awareness")
    return str(told) % {"hours": ceil((act.at - aware) / HOUR)}


def _open(entry: Entry) -> str:
    """What a board asks next: does it go on, what is not known yet, when is it, does something have to be sent."""
    facts, say = entry.facts, entry.say
    who = _("Handled by %(name)s.", name=entry.line.assignee) if entry.line.assignee else ""
    end = (
        ""
        if tell.is_over(facts) or facts.ongoing is Ternary.YES
        else f"{title(ALL['occurred_to'])}: {tell.ended(entry)}"
    )
    unknown = [str(_("when the breach ends"))] if facts.ongoing is Ternary.YES else []
    unknown += [str(_("which data of how many people are on the internet"))] if number_online_open(facts) else []
    unknown += [str(_("the outcome of the investigation"))] if still_investigated(facts.measures_taken) else []
    by, what = expected_on(facts, entry.case.context), say.listing(unknown, "and_also")
    more = _("Not known yet: %(what)s.", what=what) if by is None else ""
    if by is not None:
        more = _("Not known yet: %(what)s. Expected by %(day)s at the latest.", what=what, day=entry.on(by))
    waits, next_term = acts.to_send(entry), acts.next_term(entry)
    told = joined(
        *waits, _("Next term: %(term)s.", term=next_term) if next_term else "", end, str(more) if unknown else ""
    )
    return joined(told, str(who)) if told else ""
