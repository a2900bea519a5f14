"""The breaches of a period as the report for the board lists them, in the language of the page."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest
from math import ceil
from typing import Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from incident.documents.yearly_report import ReportBreach
from incident.domain.fact_sheet import from_json
from incident.domain.kernel.people import Source
from incident.domain.kinds import Addressee
from incident.domain.register.insight import HOUR
from incident.law.forms.case import expected_on
from incident.law.forms.fillers import paid
from incident.law.forms.news import number_online_open
from incident.law.forms.notation import still_investigated, unanswered
from incident.law.groups import data_of, people_shares, row_of
from incident.law.vocabulary import DataCategory, Informed, RiskLevel, Ternary
from incident.store.queries.register import Needs, RegisterFilter, RegisterLine, every_line, lines_of, register_query
from incident.usecases.common.access import visible
from incident.usecases.register.columns import ALL, needs_of
from incident.web import insight_lead as lead
from incident.web import register_acts as acts
from incident.web import register_entry as tell
from incident.web.labels import RISKS
from incident.web.register_columns import title
from incident.web.register_entry import Entry, joined
from incident.web.register_paper import entries
from incident.web.viewer import viewer

MOST: Final = 30
"""So many a board reads; the others are in the register."""
_GRAVITY: Final = {RiskLevel.HIGH: 2, RiskLevel.RISK: 1}


@dataclass(frozen=True, slots=True)
class Listed:
    """The gravest breaches of a period, newest first; with what the report begins; and of every breach how many people
    of customers there are, and the words of those that tell their systems in words alone. ``uncounted`` counts those of
    which the number of people is not known.
    """

    breaches: tuple[ReportBreach, ...]
    counted: str
    to_do: tuple[str, ...]
    gravest: tuple[str, ...]
    theirs: int
    in_words: tuple[str, ...]
    uncounted: int


def listed_breaches(session: Session, start: datetime, end: datetime, *, examples: bool) -> Listed:
    """All that the report says of single breaches."""
    sums: Counter[str] = Counter()
    in_words: list[str] = []

    def counted() -> Iterator[RegisterLine]:
        for line in _lines(session, start, end, examples):
            if line.facts.get("affected_controllers"):
                sums["theirs"] += people_shares(from_json(line.facts)).theirs or 0
            if not line.incident.systems and line.facts.get("systems_note"):
                in_words.append(str(line.facts["systems_note"]))
            sums["breaches"] += 1
            sums["unjudged"] += line.incident.is_breach == "unknown"
            sums["high"] += line.incident.risk is RiskLevel.HIGH
            sums["uncounted"] += line.incident.subjects is None
            yield line

    gravest = [line.incident.id for line in nlargest(MOST, counted(), key=_gravity)]
    found = [*entries(session, lines_of(session, gravest, needs_of(ALL.values())))]
    worst = next((one for one in found if one.line.incident.id == gravest[0]), None)
    return Listed(
        breaches=tuple(map(_breach, found)),
        counted="" if worst is None else lead.counted(worst, sums),
        to_do=tuple(filter(None, map(lead.to_do, found))),
        gravest=lead.gravest(worst) if worst is not None and sums["high"] else (),
        theirs=sums["theirs"],
        in_words=tuple(in_words),
        uncounted=sums["uncounted"],
    )


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
        days = lead.days(entry, who)
        by_choice = free if who is Addressee.SUBJECTS else ""
        told += [str(text) % {"day": days, "days": days} + by_choice] if days else []
    decided = entry.line.last("decision:subjects")
    if decided is not None and not decided.act:
        unlikely = entry.facts.informed is Informed.NOT_HIGH_RISK
        why = _("Data subjects: not informed, as no high risk is likely")
        told.append(str(why if unlikely else _("Data subjects: not informed, by decision")))
    return joined(*_known(entry), _decided(entry), authority + free if authority else "", *told)


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
    holder = entry.line.assignee if not lead.to_do(entry) else ""
    who = _("Handled by %(name)s.", name=holder) if holder else ""
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
    term = acts.next_term(entry)
    told = joined(
        *acts.to_send(entry),
        _("Next term: %(term)s.", term=term) if term else "",
        end,
        str(more) if unknown else "",
        unanswered(facts.measures_taken),
    )
    return joined(told, _promised(entry), str(who)) if told else ""


def _promised(entry: Entry) -> str:
    """What costs money and was promised: new identity documents, for whom and how many of them."""
    if not paid(entry.case):
        return ""
    whom = [
        lead.with_number(entry, row_of(entry.facts, group))
        for group in entry.facts.subject_groups
        if DataCategory.ID_DOCUMENT_COPY in data_of(entry.facts, group)
    ]
    return str(_("Promised: we pay for new identity documents for %(whom)s.", whom=entry.case.listed(whom)))
