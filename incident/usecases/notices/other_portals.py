"""Reports under other law, filled from the record to be copied beside the portal that takes them.

Nothing is sent from here and nothing here ends a clock: a person copies, submits at the portal, and records that.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import NotFound
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, require
from incident.domain.kinds import DeadlineState, NoticeKind
from incident.law.forms.answers import FilledAnswer, FilledForm
from incident.law.forms.catalogue import Catalogue, Report, form_of_report
from incident.law.forms.recorded import Made, fill_report
from incident.law.regimes import law_of
from incident.store.insert import insert_missing
from incident.store.models import CopiedElsewhere, Deadline, Incident
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.settings import organisation_profile
from incident.usecases.notices.authority_form import filing_context
from incident.usecases.notices.mark_copied import tick_name

INSURER = "insurer"
"""The report that no law asks for; every other one is named after its duty."""


@dataclass(frozen=True, slots=True)
class PortalReport:
    """One report: its form, the answers as they stand now, and which of them are copied in these very words."""

    catalogue: Catalogue
    report: Report
    form: FilledForm
    copied: frozenset[str]

    @property
    def at_the_portal(self) -> tuple[FilledAnswer, ...]:
        """The answers for which the record has no place, those that may stay open too."""
        asked = {one.key for one in self.catalogue.questions if one.by_hand}
        return tuple(answer for answer in self.form.answers if answer.key in asked and not answer.text)


def has_form(report: str) -> bool:
    """Whether the form for this report is known."""
    try:
        form_of_report(report)
    except KeyError:
        return False
    return True


def portal_report(session: Session, incident: Incident, name: str, *, now: datetime, language: str) -> PortalReport:
    """Fill it from the record. Raises NotFound for a report of a law that has no clock in this incident.

    ``language`` is that of the notes beside the answers, and of a form that is all in our words; others have their own.
    """
    rows = session.execute(
        select(Deadline.obligation, Deadline.state, Deadline.settled_because)
        .where(Deadline.incident_id == incident.id, Deadline.state != DeadlineState.SUPERSEDED)
        .order_by(Deadline.met_at)
    ).all()
    if not has_form(name) or (name != INSURER and name not in {row.obligation for row in rows}):
        raise NotFound("There is no such report.")
    met = [row for row in rows if row.state is DeadlineState.MET]
    numbers = (row.settled_because for row in met if law_of(row.obligation) == law_of(name) != "")
    made = Made(frozenset(row.obligation for row in met), next(filter(None, numbers), ""))
    form = form_of_report(name, language)
    filled = _filled(session, incident, form, made, now, language)
    return PortalReport(*form, filled, _copied(session, incident, name, filled))


def _filled(
    session: Session, incident: Incident, form: tuple[Catalogue, Report], made: Made, now: datetime, language: str
) -> FilledForm:
    catalogue, report = form
    facts, organisation = current_facts(session, incident), organisation_profile(session)
    kind = NoticeKind.FINAL if report.final else NoticeKind.PROVISIONAL
    context = filing_context(session, incident, kind, now, facts, organisation, language=catalogue.language)
    return fill_report(form, facts, organisation, context, language, made)


def _copied(session: Session, incident: Incident, report: str, form: FilledForm) -> frozenset[str]:
    query = select(CopiedElsewhere.question, CopiedElsewhere.text_mark).where(
        CopiedElsewhere.incident_id == incident.id, CopiedElsewhere.report == report
    )
    ticked = {(question, mark) for question, mark in session.execute(query)}
    return frozenset(answer.key for answer in form.answers if (tick_name(answer.key), _mark(answer)) in ticked)


def _mark(answer: FilledAnswer) -> str:
    return sha256(answer.text.encode()).hexdigest()[:8]


def mark_copied_elsewhere(
    session: Session, incident: Incident, filled: PortalReport, key: str, copied: bool, *, actor: Actor, now: datetime
) -> None:
    """Set or take away one tick. Ticks help one person keep their place and are no part of the record."""
    require(actor, Permission.DRAFT)
    answer = next((one for one in filled.form.answers if one.key == key), None)
    if answer is None:
        raise NotFound("There is no such question.")
    place = {"incident_id": incident.id, "report": filled.report.id, "question": tick_name(key)}
    session.execute(delete(CopiedElsewhere).filter_by(**place))
    if copied:
        insert_missing(session, CopiedElsewhere, **place, text_mark=_mark(answer), copied_at=now)
    session.flush()
