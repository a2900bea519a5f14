"""Record what a named person did: filed at the authority's portal, mailed, posted. The product itself never files."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.chronology import check_instant
from incident.domain.kernel.errors import IllegalMove, Invalid
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import LINE, clean
from incident.domain.kinds import Addressee, DeadlineState, NoticeKind, Subject
from incident.law.facts import BreachFacts
from incident.law.vocabulary import UNKNOWN, Informed, NoticeChannel
from incident.store.models import Deadline, Incident, Notice, NoticeVersion, Submission
from incident.usecases.clock.deadlines import AUTHORITY, FOLLOW_UP, settle
from incident.usecases.common.fact_versions import append_version, current_facts
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.messages.queue import Audience, queue
from incident.usecases.notices.approve import valid_approval
from incident.usecases.notices.draft import latest_version, notice_for
from incident.usecases.response.consequences import follow
from incident.usecases.response.propose import supersede

AUTHORITY_ZONE = ZoneInfo("Europe/Amsterdam")


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
    authority was notified after the deadline without the reasons that GDPR art. 33(1) asks for.
    """
    notice, incident = notice_for(session, command.notice, command.actor, Permission.SUBMIT)
    version = latest_version(session, notice)
    if valid_approval(session, version) is None:
        raise IllegalMove("This text is not approved. Have it approved first.")
    moment = check_instant(command.submitted_at, field="submitted_at", now=now)
    running = _running(session, incident, notice)
    delay = clean(command.delay_reason, field="delay_reason")
    late = running is not None and moment > running.due_at
    if late and notice.addressee is Addressee.AUTHORITY and not delay:
        raise Invalid(
            "This is after the deadline. Write the reasons for the delay (GDPR art. 33(1)).", field="delay_reason"
        )
    row = _store(session, incident, notice, version, command, moment, late, delay, now)
    record(
        session,
        incident,
        Tag.NOTICE_SUBMITTED,
        command.actor,
        now,
        subject=notice.addressee.value,
        submission=str(row.id),
        sha256=row.body_sha256,
        late=late,
        kind=notice.kind.value,
    )
    tell_timeline(
        session, incident, command.actor, kind="notified", text=notice.addressee.value, happened_at=moment, now=now
    )
    if running is not None:
        settle(
            session,
            incident,
            running,
            DeadlineState.MET,
            actor=command.actor,
            now=now,
            because="submitted",
            met_at=moment,
            delay_reason=delay,
        )
    _remember(session, incident, notice, command, moment, delay, now)
    return row


def _obligation(notice: Notice) -> str | None:
    if notice.addressee is Addressee.AUTHORITY:
        return AUTHORITY if notice.kind in (NoticeKind.INITIAL, NoticeKind.PROVISIONAL) else FOLLOW_UP
    return f"gdpr_33_2:{notice.recipient}" if notice.addressee is Addressee.CONTROLLER else None


def _running(session: Session, incident: Incident, notice: Notice) -> Deadline | None:
    query = select(Deadline).where(
        Deadline.incident_id == incident.id,
        Deadline.obligation == _obligation(notice),
        Deadline.state == DeadlineState.OPEN,
    )
    return session.scalars(query).one_or_none()


def _store(
    session: Session,
    incident: Incident,
    notice: Notice,
    version: NoticeVersion,
    command: RecordSubmission,
    moment: datetime,
    late: bool,
    delay: str,
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
        note=clean(command.note, field="note"),
        author_id=command.actor.id,
        author_name=command.actor.name,
        recorded_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _remember(
    session: Session,
    incident: Incident,
    notice: Notice,
    command: RecordSubmission,
    moment: datetime,
    delay: str,
    now: datetime,
) -> None:
    before = current_facts(session, incident)
    after = _told(before, notice, command, moment, delay)
    if notice.addressee is Addressee.AUTHORITY and incident.notified_at is None:
        incident.notified_at = moment
    if after != before:
        append_version(
            session, incident, after, actor=command.actor, now=now, chapter="actions", reason="submission recorded"
        )
    if notice.addressee is Addressee.AUTHORITY:
        # That nothing more was to be told, was decided of what had been filed until then.
        supersede(session, incident, Subject.DUTY, FOLLOW_UP)
    follow(session, incident, after, actor=command.actor, now=now)
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


def _told(facts: BreachFacts, notice: Notice, command: RecordSubmission, moment: datetime, delay: str) -> BreachFacts:
    if notice.addressee is Addressee.AUTHORITY:
        first = moment if facts.first_notified_at is UNKNOWN else facts.first_notified_at
        return replace(facts, first_notified_at=first, delay_reason=delay or facts.delay_reason)
    if notice.addressee not in (Addressee.SUBJECTS, Addressee.PUBLIC):
        return facts
    known = {channel.value for channel in NoticeChannel}
    channel = NoticeChannel(command.channel) if command.channel in known else NoticeChannel.OTHER
    return replace(
        facts,
        informed=Informed.INFORMED,
        informed_on=moment.astimezone(AUTHORITY_ZONE).date(),
        informed_count=command.recipients if command.recipients is not None else facts.informed_count,
        informed_channels=tuple(dict.fromkeys((*facts.informed_channels, channel))),
    )
