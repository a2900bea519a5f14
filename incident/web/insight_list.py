"""The breaches of a period as the report for the board lists them, in the language of the page."""

from collections.abc import Iterator
from datetime import datetime
from heapq import nlargest
from typing import Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from incident.documents.yearly_report import ReportBreach
from incident.domain.fact_sheet import from_json
from incident.domain.kinds import Addressee
from incident.law.groups import people_shares
from incident.law.vocabulary import RiskLevel
from incident.store.queries.register import Needs, RegisterFilter, RegisterLine, every_line, lines_of, register_query
from incident.usecases.common.access import visible
from incident.usecases.register.columns import ALL, needs_of
from incident.web import register_entry as tell
from incident.web.labels import RISKS, STATUSES
from incident.web.register_columns import title
from incident.web.register_entry import Entry, joined
from incident.web.register_paper import entries
from incident.web.viewer import viewer

MOST: Final = 30
"""So many a board reads; the others are in the register."""
_GRAVITY: Final = {RiskLevel.HIGH: 2, RiskLevel.RISK: 1}


def listed_breaches(
    session: Session, start: datetime, end: datetime, *, examples: bool
) -> tuple[tuple[ReportBreach, ...], int]:
    """The gravest breaches of the period, newest first, and how many people of customers all of them have."""
    theirs = 0

    def counted() -> Iterator[RegisterLine]:
        nonlocal theirs
        for line in _lines(session, start, end, examples):
            if line.facts.get("affected_controllers"):
                theirs += people_shares(from_json(line.facts)).theirs or 0
            yield line

    gravest = [line.incident.id for line in nlargest(MOST, counted(), key=_gravity)]
    whole = lines_of(session, gravest, needs_of(ALL.values()))
    return tuple(map(_breach, entries(session, whole))), theirs


def _lines(session: Session, start: datetime, end: datetime, examples: bool) -> Iterator[RegisterLine]:
    """What the numbers count as well, no duplicates and nothing that turned out to be no breach; only what is asked of
    all of them is read.
    """
    filters = RegisterFilter(reported_from=start, reported_to=end, without_examples=not examples)
    needs = Needs(("reported_at", "risk", "subjects", "is_breach", "duplicate_of_id"), facts=True)
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
        status=str(STATUSES[incident.status][0]),
        open=_open(entry),
        measures=tell.prevention(entry),
    )


def _what(entry: Entry) -> str:
    """In the words of the record, then what kind it was and whether data were put online."""
    online = entry.on(entry.facts.published_on)
    published = str(_("Data on the internet: %(day)s", day=online)) if online else ""
    return joined(entry.line.incident.summary, tell.kinds(entry), published)


def _told(entry: Entry) -> str:
    """When the authority, the people and the customers were first told; that people were not, was a decision."""
    notified = entry.line.incident.notified_at
    authority = str(_("Authority: %(day)s", day=entry.short_day(notified))) if notified else ""
    rows = (
        (_("Data subjects: %(day)s"), Addressee.SUBJECTS),
        (_("Other organisations: %(day)s"), Addressee.CONTROLLER),
    )
    told = [str(text) % {"day": entry.short_day(sent[0].sent_at)} for text, who in rows if (sent := entry.sent(who))]
    decided = entry.line.last("decision:subjects")
    if decided is not None and not decided.act:
        told.append(str(_("Data subjects: not informed, by decision")))
    return joined(authority, *told)


def _open(entry: Entry) -> str:
    """What a board asks next: does it go on, does something still have to be sent, when is more known."""
    end = "" if tell.is_over(entry.facts) else f"{title(ALL['occurred_to'])}: {tell.ended(entry)}"
    return joined(end, *(_("To the authority: %(what)s", what=text) for text in tell.waiting(entry)))
