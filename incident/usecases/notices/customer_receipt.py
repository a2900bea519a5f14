"""Write down that a customer acknowledged the notice of a breach in what we process for it, or that it did not arrive.

GDPR art. 33(2): whom a notice did not reach has not been told, and its clock runs on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.chronology import check_instant
from incident.domain.kernel.errors import IllegalMove
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import LINE, required
from incident.domain.kinds import Addressee, DeadlineState
from incident.store.models import AuditEntry, Deadline, Incident, Submission, TimelineEntry
from incident.usecases.clock.deadlines import run_on
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.notices.draft import notice_for
from incident.usecases.notices.submit import obligation_of
from incident.usecases.response.triage import must_be_open

KIND = "customer_receipt"
RETURNED = "customer_return"


@dataclass(frozen=True, slots=True)
class RecordReceipt:
    """``by_name`` is the person at the customer who acknowledged the notice, ``at`` when."""

    actor: Actor
    notice: UUID
    by_name: str
    at: datetime


def record_receipt(command: RecordReceipt, *, session: Session, now: datetime) -> TimelineEntry:
    """Record it. Raises IllegalMove for a notice to anybody else, or one that was not sent yet."""
    notice, incident = notice_for(session, command.notice, command.actor, Permission.RECORD)
    name = required(command.by_name, "Enter who acknowledged it.", field="by_name", limit=LINE)
    moment = check_instant(command.at, field="at", now=now)
    if notice.addressee is not Addressee.CONTROLLER:
        raise IllegalMove("Only a notice to a customer is acknowledged here.")
    query = select(Submission.submitted_at).where(Submission.notice_id == notice.id)
    sent = session.scalars(query.order_by(Submission.submitted_at).limit(1)).first()
    if sent is None:
        raise IllegalMove("This notice was not sent yet. Record first that it was.")
    if moment < sent:
        raise IllegalMove("Nobody can acknowledge a notice before it was sent.", field="at")
    text = f"{notice.recipient}: {name}"
    entry = tell_timeline(session, incident, command.actor, kind=KIND, text=text, happened_at=moment, now=now)
    record(
        session, incident, Tag.TIMELINE_ADDED, command.actor, now, entry=str(entry.id), kind=KIND, notice=str(notice.id)
    )
    return entry


@dataclass(frozen=True, slots=True)
class RecordReturn:
    """``reason`` is how somebody knows that the customer did not get the notice."""

    actor: Actor
    notice: UUID
    reason: str


def record_return(command: RecordReturn, *, session: Session, now: datetime) -> TimelineEntry:
    """Record it, and let the clock that the notice had ended run on, to the same end.

    Raises IllegalMove for a notice to anybody else, one that was not sent, was acknowledged or is known to be lost.
    """
    notice, incident = notice_for(session, command.notice, command.actor, Permission.SUBMIT)
    must_be_open(incident)
    reason = required(command.reason, "Write how you know.", field="returned", limit=LINE)
    if notice.addressee is not Addressee.CONTROLLER:
        raise IllegalMove("Only a notice to a customer is acknowledged here.")
    known = replies(session, incident)
    if notice.id in known.receipts:
        raise IllegalMove("The customer acknowledged this notice.")
    if notice.id in known.returns:
        raise IllegalMove("It is on record already that this notice did not arrive.")
    sent = session.scalars(select(Submission.submitted_at).where(Submission.notice_id == notice.id)).all()
    if not sent:
        raise IllegalMove("This notice was not sent yet. Record first that it was.")
    met = (Deadline.state == DeadlineState.MET, Deadline.met_at.in_(sent))
    own = (Deadline.incident_id == incident.id, Deadline.obligation == obligation_of(notice))
    for clock in session.scalars(select(Deadline).where(*own, *met)).all():
        run_on(session, incident, clock, actor=command.actor, now=now)
    text = f"{notice.recipient}: {reason}"
    entry = tell_timeline(session, incident, command.actor, kind=RETURNED, text=text, happened_at=now, now=now)
    ids = {"entry": str(entry.id), "kind": RETURNED, "notice": str(notice.id)}
    record(session, incident, Tag.TIMELINE_ADDED, command.actor, now, **ids)
    return entry


@dataclass(frozen=True, slots=True)
class Replies:
    """What came of the notices to customers, by the notice: the newest acknowledgement, and that it did not arrive."""

    receipts: Mapping[UUID, TimelineEntry]
    returns: Mapping[UUID, TimelineEntry]


NO_REPLIES: Final = Replies({}, {})


def replies(session: Session, incident: Incident) -> Replies:
    """Those of one incident, in one statement."""
    query = (
        select(AuditEntry.details, TimelineEntry)
        .join(TimelineEntry, TimelineEntry.recorded_at == AuditEntry.at)
        .where(AuditEntry.chain == incident.reference, AuditEntry.tag == Tag.TIMELINE_ADDED.value)
        .where(TimelineEntry.incident_id == incident.id, TimelineEntry.kind.in_((KIND, RETURNED)))
    )
    found: dict[str, dict[UUID, TimelineEntry]] = {KIND: {}, RETURNED: {}}
    for mark, row in session.execute(query.order_by(AuditEntry.seq)):
        if mark.get("entry") == str(row.id):
            found[row.kind][UUID(str(mark["notice"]))] = row
    return Replies(found[KIND], found[RETURNED])
