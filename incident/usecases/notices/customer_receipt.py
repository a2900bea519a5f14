"""Write down that a customer acknowledged the notice of a breach in what we process for it (GDPR art. 33(2))."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.chronology import check_instant
from incident.domain.kernel.errors import IllegalMove
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import LINE, required
from incident.domain.kinds import Addressee
from incident.store.models import AuditEntry, Incident, Submission, TimelineEntry
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.notices.draft import notice_for

KIND = "customer_receipt"


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


def receipts(session: Session, incident: Incident) -> dict[UUID, TimelineEntry]:
    """The newest acknowledgement of each notice that has one."""
    query = (
        select(AuditEntry.details, TimelineEntry)
        .join(TimelineEntry, TimelineEntry.recorded_at == AuditEntry.at)
        .where(AuditEntry.chain == incident.reference, AuditEntry.tag == Tag.TIMELINE_ADDED.value)
        .where(TimelineEntry.incident_id == incident.id, TimelineEntry.kind == KIND)
    )
    pairs = session.execute(query.order_by(AuditEntry.seq))
    return {UUID(str(mark["notice"])): row for mark, row in pairs if mark.get("entry") == str(row.id)}
