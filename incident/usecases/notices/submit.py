"""Record what a named person did: filed at the authority's portal, mailed, posted. The product itself never files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incident.domain.chronology import check_instant, check_response
from incident.domain.kernel.errors import IllegalMove, Invalid
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import LINE, clean, required
from incident.domain.kinds import Addressee, DeadlineState, NoticeKind, Subject
from incident.law.facts import BreachFacts
from incident.law.obligations import ObligationKind
from incident.law.rulesets import AUTHORITY_ZONE
from incident.law.vocabulary import UNKNOWN, Informed, NoticeChannel
from incident.store.models import Deadline, Incident, Notice, NoticeVersion, Submission
from incident.usecases.clock.deadlines import (
    AUTHORITY,
    FOLLOW_UP,
    PUBLIC,
    SUBJECTS,
    last_filed_at,
    open_deadline,
    settle,
    sync_deadlines,
)
from incident.usecases.common.fact_versions import append_version, current_facts
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.messages.queue import Audience, queue
from incident.usecases.notices.approve import check_approved_by, valid_approval
from incident.usecases.notices.draft import latest_version, notice_for
from incident.usecases.response.consequences import follow
from incident.usecases.response.propose import supersede, supersede_no


@dataclass(frozen=True, slots=True)
class RecordSubmission:
    """``reference`` is the authority's number exactly as received; ``recipients`` counts the people reached."""

    actor: Actor
    notice: UUID
    submitted_at: datetime
    channel: str
    reference: str = ""
    by_name: str = ""
    recipients: int | None = None
    delay_reason: str = ""
    note: str = ""


def record_submission(command: RecordSubmission, *, session: Session, now: datetime) -> Submission:
    """Record the submission of the approved version; the deadline is met at the moment of submission.

    Raises IllegalMove without a valid approval of exactly the newest text, and Invalid at ``delay_reason`` when the
    authority was notified after the deadline without the reasons that GDPR art. 33(1) asks for, or the people were told
    later than the authority ordered and nobody says why. ``note`` has to explain a moment before the approval.
    """
    notice, incident = notice_for(session, command.notice, command.actor, Permission.SUBMIT)
    version = latest_version(session, notice)
    if valid_approval(session, version) is None:
        raise IllegalMove("This text is not approved. Have it approved first.")
    moment = check_instant(command.submitted_at, field="submitted_at", now=now)
    check_response(moment, current_facts(session, incident), field="submitted_at")
    required(command.channel, "Choose by which channel it was sent.", field="channel")
    _check_order(session, incident, notice, moment)
    note = clean(command.note, field="note")
    check_approved_by(session, version, moment, note)
    clock = _clock(session, incident, notice)
    delay = clean(command.delay_reason, field="delay_reason")
    ordered = _ordered(session, incident, notice, moment)
    late = _is_late(notice, clock, ordered, moment, delay)
    row = _store(session, incident, notice, version, command, moment, late, delay, note, now)
    prove(session, incident, notice, row, command.actor, now)
    running = clock if clock is None or clock.state is DeadlineState.OPEN else _revive(session, incident, command, now)
    clocks = (*([running] if running else ()), *ordered)
    _met(session, incident, clocks, moment, actor=command.actor, now=now, delay=delay)
    remember(session, incident, notice, row, command.actor, now)
    return row


def told_everybody(
    session: Session, incident: Incident, notice: Notice, moment: datetime, *, actor: Actor, now: datetime
) -> None:
    """GDPR art. 34: a letter that reached all of its people ends the clocks about telling them, at this moment."""
    running = open_deadline(session, incident, obligation_of(notice) or "")
    clocks = (*([running] if running else ()), *_ordered(session, incident, notice, moment))
    _met(session, incident, clocks, moment, actor=actor, now=now)


def _met(
    session: Session,
    incident: Incident,
    clocks: Iterable[Deadline],
    moment: datetime,
    *,
    actor: Actor,
    now: datetime,
    delay: str = "",
) -> None:
    for each in clocks:
        settle(
            session,
            incident,
            each,
            DeadlineState.MET,
            actor=actor,
            now=now,
            because="submitted",
            met_at=moment,
            delay_reason=delay,
        )


def _is_late(notice: Notice, clock: Deadline | None, ordered: Sequence[Deadline], moment: datetime, delay: str) -> bool:
    """Whether a deadline had passed; raises Invalid where it takes reasons that nobody has written."""
    missed_order = any(moment > each.due_at for each in ordered)
    late = missed_order or (clock is not None and moment > clock.due_at)
    if late and not delay and notice.addressee is Addressee.AUTHORITY:
        raise Invalid(
            "This is after the deadline. Write the reasons for the delay (GDPR art. 33(1)).", field="delay_reason"
        )
    if missed_order and not delay:
        raise Invalid("This is after the deadline. Write why it is late.", field="delay_reason")
    return late


def obligation_of(notice: Notice) -> str | None:
    """The duty that sending this notice fulfils; None for those to whom the law does not send us."""
    if notice.addressee is Addressee.AUTHORITY:
        return AUTHORITY if notice.kind.is_first else FOLLOW_UP
    if notice.addressee is Addressee.CONTROLLER:
        return f"gdpr_33_2:{notice.recipient}"
    return {Addressee.SUBJECTS: SUBJECTS, Addressee.PUBLIC: PUBLIC}.get(notice.addressee)


def _check_order(session: Session, incident: Incident, notice: Notice, moment: datetime) -> None:
    """Raise IllegalMove for a second first notification, a follow-up to nothing, and one from before it."""
    if notice.addressee is not Addressee.AUTHORITY:
        return
    first, filed = obligation_of(notice) == AUTHORITY, last_filed_at(session, incident) is not None
    if first and filed:
        raise IllegalMove("The authority was notified before. Draft this as a follow-up.")
    if not first and not filed:
        raise IllegalMove("The authority was not notified yet. Draft this as the first notification.")
    if not first and incident.notified_at is not None and moment < incident.notified_at:
        raise IllegalMove("This is before the first notification. Check the moment.", field="submitted_at")


def _clock(session: Session, incident: Incident, notice: Notice) -> Deadline | None:
    """The clock by which this filing is judged: the one that runs, or that a decision not to notify had stopped."""
    query = select(Deadline).where(
        Deadline.incident_id == incident.id,
        Deadline.obligation == obligation_of(notice),
        Deadline.state.in_((DeadlineState.OPEN, DeadlineState.WAIVED)),
    )
    rows = session.scalars(query.order_by(Deadline.created_at.desc())).all()
    running = [row for row in rows if row.state is DeadlineState.OPEN]
    stopped = rows[:1] if obligation_of(notice) == AUTHORITY else []
    return next(iter((*running, *stopped)), None)


def _ordered(session: Session, incident: Incident, notice: Notice, moment: datetime) -> list[Deadline]:
    """GDPR art. 34(4): telling the people also does what the authority had ordered by then."""
    if notice.addressee not in (Addressee.SUBJECTS, Addressee.PUBLIC):
        return []
    query = select(Deadline).where(Deadline.incident_id == incident.id, Deadline.state == DeadlineState.OPEN)
    query = query.where(Deadline.obligation.startswith(f"{ObligationKind.ORDERED}:"), Deadline.starts_at <= moment)
    return list(session.scalars(query))


def _revive(session: Session, incident: Incident, command: RecordSubmission, now: datetime) -> Deadline | None:
    """Filing after all reverses the decision not to notify: its clock counts again, from when it always ran."""
    supersede_no(session, incident, Subject.AUTHORITY)
    sync_deadlines(session, incident, current_facts(session, incident), actor=command.actor, now=now)
    return open_deadline(session, incident, AUTHORITY)


def _store(
    session: Session,
    incident: Incident,
    notice: Notice,
    version: NoticeVersion,
    command: RecordSubmission,
    moment: datetime,
    late: bool,
    delay: str,
    note: str,
    now: datetime,
) -> Submission:
    row = Submission(
        id=uuid4(),
        incident_id=incident.id,
        notice_id=notice.id,
        version_id=version.id,
        submitted_at=moment,
        channel=clean(command.channel, field="channel", limit=30),
        body_sha256=version.body_sha256,
        late=late,
        reference=clean(command.reference, field="reference", limit=LINE),
        delay_reason=delay,
        by_name=clean(command.by_name or command.actor.name, field="by_name", limit=LINE),
        recipients=command.recipients,
        note=note,
        author_id=command.actor.id,
        author_name=command.actor.name,
        recorded_at=now,
    )
    session.add(row)
    session.flush()
    return row


def prove(session: Session, incident: Incident, notice: Notice, row: Submission, actor: Actor, now: datetime) -> None:
    """Put the submission on the audit chain."""
    record(
        session,
        incident,
        Tag.NOTICE_SUBMITTED,
        actor,
        now,
        subject=notice.addressee.value,
        notice=str(notice.id),
        submission=str(row.id),
        sha256=row.body_sha256,
        late=row.late,
        kind=notice.kind.value,
    )


def remember(
    session: Session, incident: Incident, notice: Notice, row: Submission, actor: Actor, now: datetime
) -> None:
    """Tell the timeline and the people on duty, and put into the facts what the submission says about who was told."""
    tell_timeline(session, incident, actor, kind="notified", text=notice.whom, happened_at=row.submitted_at, now=now)
    before = current_facts(session, incident)
    after = _answered(session, incident, before, notice, row)
    if notice.addressee is Addressee.AUTHORITY and incident.notified_at is None:
        incident.notified_at = row.submitted_at
    if after != before:
        append_version(session, incident, after, actor=actor, now=now, chapter="actions", reason="submission recorded")
    if notice.addressee is Addressee.AUTHORITY:
        # That nothing more was to be told, was decided of what had been filed until then.
        supersede(session, incident, Subject.DUTY, FOLLOW_UP)
    follow(session, incident, after, actor=actor, now=now)
    params = {"reference": incident.reference, "addressee": notice.addressee.value}
    queue(
        session,
        incident=incident,
        template="submission_recorded",
        params=params,
        to=Audience.DUTY,
        now=now,
        dedupe=f"submitted:{notice.id}:{now.isoformat()}",
    )


def people_told(session: Session, incident: Incident) -> int | None:
    """How many people the first letters reached, all submissions together: a follow-up goes to the same people."""
    query = (
        select(func.sum(Submission.recipients))
        .join(Notice, Notice.id == Submission.notice_id)
        .where(Submission.incident_id == incident.id, Notice.kind == NoticeKind.INITIAL)
        .where(Notice.addressee.in_((Addressee.SUBJECTS, Addressee.PUBLIC)))
    )
    return session.scalar(query)


def remember_first(
    session: Session, incident: Incident, moment: datetime, channel: str, actor: Actor, now: datetime
) -> None:
    """GDPR art. 34: once the first letter of a mailing has left, people are being told, and "not yet" is not true."""
    after = _told(current_facts(session, incident), moment, channel, None)
    append_version(session, incident, after, actor=actor, now=now, chapter="actions", reason="the first letter left")
    follow(session, incident, after, actor=actor, now=now)


def _answered(session: Session, incident: Incident, facts: BreachFacts, notice: Notice, row: Submission) -> BreachFacts:
    if notice.addressee is Addressee.AUTHORITY:
        first = row.submitted_at if facts.first_notified_at is UNKNOWN else facts.first_notified_at
        return replace(facts, first_notified_at=first, delay_reason=row.delay_reason or facts.delay_reason)
    if notice.addressee not in (Addressee.SUBJECTS, Addressee.PUBLIC):
        return facts
    return _told(facts, row.submitted_at, row.channel, people_told(session, incident))


def _told(facts: BreachFacts, at: datetime, channel: str, people: int | None) -> BreachFacts:
    known = {one.value for one in NoticeChannel}
    way = NoticeChannel(channel) if channel in known else NoticeChannel.OTHER
    return replace(
        facts,
        informed=Informed.INFORMED,
        informed_on=_first_day(facts, at.astimezone(AUTHORITY_ZONE).date()),
        informed_count=people if people is not None else facts.informed_count,
        informed_channels=tuple(dict.fromkeys((*facts.informed_channels, way))),
    )


def _first_day(facts: BreachFacts, day: date) -> date:
    """The day on which the first people were told; a day that was only planned gives way."""
    if facts.informed is Informed.INFORMED and isinstance(facts.informed_on, date):
        return min(facts.informed_on, day)
    return day
