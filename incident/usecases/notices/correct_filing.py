"""What is on record of a filing with the authority: its number, known later or typed wrongly, and its moment."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from incident.domain.chronology import check_instant, check_response
from incident.domain.kernel.errors import IllegalMove, Invalid, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import LINE, clean, required
from incident.domain.kinds import Addressee, DeadlineState
from incident.law.forms.notation import moment as in_figures
from incident.store.models import Deadline, Evidence, Incident, Notice, Submission, TimelineEntry
from incident.usecases.clock.deadlines import judge_anew, settle
from incident.usecases.common.access import incident_for
from incident.usecases.common.fact_versions import append_version, current_facts
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.notices.draft import renew_forms
from incident.usecases.notices.submit import obligation_of
from incident.usecases.response.consequences import follow


@dataclass(frozen=True, slots=True)
class CorrectFiling:
    """``reference`` is the number exactly as the authority gave it; the ``reason`` tells why another stood there.

    ``submitted_at`` is when it was really filed, or None where that stays; ``delay_reason`` is for a moment after the
    deadline.
    """

    actor: Actor
    submission: UUID
    reference: str
    reason: str = ""
    submitted_at: datetime | None = None
    delay_reason: str = ""


def correct_filing(command: CorrectFiling, *, session: Session, now: datetime) -> Submission:
    """Write both down; the timeline keeps what they correct, and a form that waits to be filed is drafted anew.

    Raises IllegalMove for a notice to anybody but the authority and for filings in the wrong order, Invalid at
    ``number`` without one or with nothing new, at ``number_reason`` for a correction without a reason, at ``filed_at``
    for a moment that cannot be, and at ``delay_reason`` as recording the filing does.
    """
    row = session.get(Submission, command.submission)
    if row is None:
        raise NotFound("There is no such submission.")
    incident = incident_for(session, row.incident_id, command.actor, Permission.SUBMIT)
    notice = session.get_one(Notice, row.notice_id)
    if notice.addressee is not Addressee.AUTHORITY:
        raise IllegalMove("Only a notification to the authority has a number.")
    number = clean(command.reference, field="number", limit=LINE)
    moment = (command.submitted_at or row.submitted_at).astimezone(UTC)
    renumbered, moved = number != row.reference, moment != row.submitted_at
    if not number and (row.reference or not moved):
        raise Invalid("Enter the number.", field="number")
    if not renumbered and not moved:
        raise Invalid("This number and this moment are on record already.", field="number")
    if moved or row.reference:
        required(command.reason, "Write why it is corrected.", field="number_reason")
    if renumbered:
        _number(session, incident, row, number, command, now)
    if moved:
        _move(session, incident, notice, row, moment, command, now)
    renew_forms(session, incident, actor=command.actor, now=now)
    return row


def _number(
    session: Session, incident: Incident, row: Submission, number: str, command: CorrectFiling, now: datetime
) -> None:
    if row.reference:
        told = f"{row.reference} → {number}: {command.reason.strip()}"
        tell_timeline(session, incident, command.actor, kind="correction", text=told, happened_at=now, now=now)
    row.reference = number
    ids = {"submission": str(row.id), "notice": str(row.notice_id)}
    record(session, incident, Tag.NOTICE_NUMBERED, command.actor, now, **ids)


def _move(
    session: Session,
    incident: Incident,
    notice: Notice,
    row: Submission,
    moment: datetime,
    command: CorrectFiling,
    now: datetime,
) -> None:
    """The clock that the filing met is judged by the new moment, and what began with the old one begins with it."""
    facts, before = current_facts(session, incident), row.submitted_at
    check_instant(moment, field="filed_at", now=now)
    check_response(moment, facts, field="filed_at")
    _check_order(session, incident, notice, row, moment)
    clocks = _met_by(session, incident, notice, before)
    late, was = any(moment > each.due_at for each in clocks), row.delay_reason
    delay = clean(command.delay_reason, field="delay_reason") or was
    if late and not delay:
        raise Invalid(
            "This is after the deadline. Write the reasons for the delay (GDPR art. 33(1)).", field="delay_reason"
        )
    row.submitted_at, row.late, row.delay_reason = moment, late, delay
    settle_anew = partial(settle, actor=command.actor, now=now, met_at=moment, delay_reason=delay)
    for each in clocks:
        settle_anew(session, incident, each, DeadlineState.MET, because=each.settled_because)
    _tell(session, incident, notice, row, before, command, now)
    if incident.notified_at == before:
        incident.notified_at = moment
    after = replace(
        facts,
        first_notified_at=moment if facts.first_notified_at == before else facts.first_notified_at,
        delay_reason=delay if facts.delay_reason == was else facts.delay_reason,
    )
    if after != facts:
        reason = command.reason.strip()
        append_version(session, incident, after, actor=command.actor, now=now, chapter="actions", reason=reason)
    judge_anew(session, incident, after, before, moment, actor=command.actor, now=now)
    follow(session, incident, after, actor=command.actor, now=now)


def _check_order(session: Session, incident: Incident, notice: Notice, row: Submission, moment: datetime) -> None:
    """The first notification stays the first."""
    if notice.kind.is_first:
        others = select(func.min(Submission.submitted_at)).join(Notice, Notice.id == Submission.notice_id)
        filed = (Submission.incident_id == incident.id, Notice.addressee == Addressee.AUTHORITY)
        next_at = session.scalar(others.where(*filed, Submission.id != row.id))
        if next_at is not None and moment > next_at:
            raise IllegalMove("This is after the follow-up. Check the moment.", field="filed_at")
    elif incident.notified_at is not None and moment < incident.notified_at:
        raise IllegalMove("This is before the first notification. Check the moment.", field="filed_at")


def _met_by(session: Session, incident: Incident, notice: Notice, moment: datetime) -> list[Deadline]:
    met = (Deadline.state == DeadlineState.MET, Deadline.met_at == moment)
    query = select(Deadline).where(Deadline.incident_id == incident.id, *met)
    return list(session.scalars(query.where(Deadline.obligation == obligation_of(notice))))


def _tell(
    session: Session,
    incident: Incident,
    notice: Notice,
    row: Submission,
    before: datetime,
    command: CorrectFiling,
    now: datetime,
) -> None:
    """The timeline keeps the old moment; the copy of the confirmation is of the new one."""
    for copy in session.scalars(select(Evidence).where(Evidence.submission_id == row.id)):
        copy.effective_at = row.submitted_at if copy.effective_at == before else copy.effective_at
    told = f"{in_figures(before)} → {in_figures(row.submitted_at)}: {command.reason.strip()}"
    at = row.submitted_at
    entry = tell_timeline(session, incident, command.actor, kind="correction", text=told, happened_at=at, now=now)
    entry.corrects_id = _told_before(session, incident, notice, before, entry)
    ids = {"submission": str(row.id), "notice": str(notice.id)}
    record(session, incident, Tag.NOTICE_MOVED, command.actor, now, **ids, late=row.late)


def _told_before(
    session: Session, incident: Incident, notice: Notice, moment: datetime, entry: TimelineEntry
) -> UUID | None:
    """The entry that told the old moment: of the filing itself, or of its latest correction."""
    sent = and_(TimelineEntry.kind == "notified", TimelineEntry.text == notice.whom)
    corrected = and_(TimelineEntry.kind == "correction", TimelineEntry.corrects_id.is_not(None))
    told = select(TimelineEntry.id).where(TimelineEntry.incident_id == incident.id, TimelineEntry.id != entry.id)
    of_moment = told.where(TimelineEntry.happened_at == moment, or_(sent, corrected))
    return session.scalars(of_moment.order_by(TimelineEntry.recorded_at.desc()).limit(1)).one_or_none()
