"""What is on record of a filing or a letter: its moment, and the number of a filing, known later or typed wrongly."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Final
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
from incident.law.facts import BreachFacts
from incident.law.forms.notation import moment as in_figures
from incident.law.obligations import ObligationKind
from incident.law.rulesets import local_day
from incident.store.models import Deadline, Evidence, Incident, Notice, NoticeVersion, Submission, TimelineEntry
from incident.usecases.clock.deadlines import judge_anew, settle
from incident.usecases.common.access import incident_for
from incident.usecases.common.fact_versions import append_version, current_facts
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.notices.approve import check_approved_by
from incident.usecases.notices.draft import renew_forms
from incident.usecases.notices.submit import obligation_of
from incident.usecases.response.consequences import follow

TO_PEOPLE: Final = (Addressee.SUBJECTS, Addressee.PUBLIC)


@dataclass(frozen=True, slots=True)
class CorrectFiling:
    """``reference`` is the number exactly as the authority gave it; the ``reason`` tells why another stood there.

    A letter has no number. ``submitted_at`` is when it was really filed or sent, or None where that stays;
    ``delay_reason`` is for a moment after the deadline, ``note`` for one before the text was approved.
    """

    actor: Actor
    submission: UUID
    reference: str
    reason: str = ""
    submitted_at: datetime | None = None
    delay_reason: str = ""
    note: str = ""


def correct_filing(command: CorrectFiling, *, session: Session, now: datetime) -> Submission:
    """Write both down; the timeline keeps what they correct, and a form that waits to be filed is drafted anew.

    Raises IllegalMove for the number of a letter, a letter of a mailing and filings in the wrong order, Invalid at
    ``number`` without one or with nothing new, at ``number_reason`` for a correction without a reason, at ``filed_at``
    for a moment that cannot be, and at ``delay_reason`` and ``note`` as recording the filing does.
    """
    row = session.get(Submission, command.submission)
    if row is None:
        raise NotFound("There is no such submission.")
    incident = incident_for(session, row.incident_id, command.actor, Permission.SUBMIT)
    notice = session.get_one(Notice, row.notice_id)
    number = clean(command.reference, field="number", limit=LINE)
    moment = (command.submitted_at or row.submitted_at).astimezone(UTC)
    renumbered, moved = number != row.reference, moment != row.submitted_at
    if notice.addressee is not Addressee.AUTHORITY:
        _check_letter(row, renumbered=renumbered, moved=moved)
    elif not number and (row.reference or not moved):
        raise Invalid("Enter the number.", field="number")
    elif not renumbered and not moved:
        raise Invalid("This number and this moment are on record already.", field="number")
    if moved or row.reference:
        required(command.reason, "Write why it is corrected.", field="number_reason")
    if renumbered:
        _number(session, incident, row, number, command, now)
    if moved:
        _move(session, incident, notice, row, moment, command, now)
    renew_forms(session, incident, actor=command.actor, now=now)
    return row


def _check_letter(row: Submission, *, renumbered: bool, moved: bool) -> None:
    if renumbered:
        raise IllegalMove("Only a notification to the authority has a number.")
    if row.mailing_id is not None:
        raise IllegalMove("A mailing was sent when its letters left or were posted: that is on record by itself.")
    if not moved:
        raise Invalid("This moment is on record already.", field="filed_at")


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
    """The clocks that it met are judged by the new moment, and what began with the old one begins with it."""
    facts, before, was = current_facts(session, incident), row.submitted_at, row.delay_reason
    is_filing = notice.addressee is Addressee.AUTHORITY
    check_instant(moment, field="filed_at", now=now)
    check_response(moment, facts, field="filed_at")
    if is_filing:
        _check_order(session, incident, notice, row, moment)
    row.note = clean(command.note, field="note") or row.note
    check_approved_by(session, session.get_one(NoticeVersion, row.version_id), moment, row.note)
    clocks = _met_by(session, incident, notice, before)
    delay = clean(command.delay_reason, field="delay_reason") or was
    row.late = _is_late(notice, clocks, moment, delay)
    row.submitted_at, row.delay_reason = moment, delay
    settle_anew = partial(settle, actor=command.actor, now=now, met_at=moment, delay_reason=delay)
    for each in clocks:
        settle_anew(session, incident, each, DeadlineState.MET, because=each.settled_because)
    _tell(session, incident, notice, row, before, command, now)
    after = _refiled(facts, row, before, was) if is_filing else _retold(session, facts, notice, before)
    if after != facts:
        reason = command.reason.strip()
        append_version(session, incident, after, actor=command.actor, now=now, chapter="actions", reason=reason)
    if is_filing:
        incident.notified_at = moment if incident.notified_at == before else incident.notified_at
        judge_anew(session, incident, after, before, moment, actor=command.actor, now=now)
    follow(session, incident, after, actor=command.actor, now=now)


def _is_late(notice: Notice, clocks: list[Deadline], moment: datetime, delay: str) -> bool:
    """Whether a deadline had passed; raises Invalid where it takes reasons that nobody has written."""
    late = [each for each in clocks if moment > each.due_at]
    if late and not delay and notice.addressee is Addressee.AUTHORITY:
        raise Invalid(
            "This is after the deadline. Write the reasons for the delay (GDPR art. 33(1)).", field="delay_reason"
        )
    if not delay and any(each.obligation != obligation_of(notice) for each in late):
        raise Invalid("This is after the deadline. Write why it is late.", field="delay_reason")
    return bool(late)


def _refiled(facts: BreachFacts, row: Submission, before: datetime, was: str) -> BreachFacts:
    first = facts.first_notified_at == before
    return replace(
        facts,
        first_notified_at=row.submitted_at if first else facts.first_notified_at,
        delay_reason=row.delay_reason if facts.delay_reason == was else facts.delay_reason,
    )


def _retold(session: Session, facts: BreachFacts, notice: Notice, before: datetime) -> BreachFacts:
    """GDPR art. 34: the day on which the first people were told, where it was that of this letter."""
    if notice.addressee not in TO_PEOPLE or facts.informed_on != local_day(before):
        return facts
    told = select(func.min(Submission.submitted_at)).join(Notice, Notice.id == Submission.notice_id)
    first = session.scalars(told.where(Notice.incident_id == notice.incident_id, Notice.addressee.in_(TO_PEOPLE)))
    return replace(facts, informed_on=local_day(first.one()))


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
    """The clocks that it met; telling the people also does what the authority had ordered (GDPR art. 34(4))."""
    own = Deadline.obligation == obligation_of(notice)
    ordered = Deadline.obligation.startswith(f"{ObligationKind.ORDERED}:")
    met = (Deadline.state == DeadlineState.MET, Deadline.met_at == moment)
    query = select(Deadline).where(Deadline.incident_id == incident.id, *met)
    return list(session.scalars(query.where(or_(own, ordered) if notice.addressee in TO_PEOPLE else own)))


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
