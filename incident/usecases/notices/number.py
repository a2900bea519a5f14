"""The number that the authority gave to a notification: when it became known later, or was typed wrongly."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from incident.domain.kernel.errors import IllegalMove, Invalid, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import LINE, required
from incident.domain.kinds import Addressee
from incident.store.models import Notice, Submission
from incident.usecases.common.access import incident_for
from incident.usecases.common.record import record, tell_timeline


@dataclass(frozen=True, slots=True)
class RecordNumber:
    """``reference`` is the number exactly as the authority gave it; the ``reason`` tells why another stood there."""

    actor: Actor
    submission: UUID
    reference: str
    reason: str = ""


def record_number(command: RecordNumber, *, session: Session, now: datetime) -> Submission:
    """Write the number down; the timeline keeps the one that it corrects, as follow-ups may have been filed under it.

    Raises IllegalMove for a notice to anybody but the authority, Invalid at ``number`` without one or with the same,
    and at ``number_reason`` for a correction without a reason.
    """
    row = session.get(Submission, command.submission)
    if row is None:
        raise NotFound("There is no such submission.")
    incident = incident_for(session, row.incident_id, command.actor, Permission.SUBMIT)
    notice = session.get_one(Notice, row.notice_id)
    if notice.addressee is not Addressee.AUTHORITY:
        raise IllegalMove("Only a notification to the authority has a number.")
    number = required(command.reference, "Enter the number.", field="number", limit=LINE)
    if number == row.reference:
        raise Invalid("This number is on record already.", field="number")
    if row.reference:
        reason = required(command.reason, "Write why it is corrected.", field="number_reason")
        told = f"{row.reference} → {number}: {reason}"
        tell_timeline(session, incident, command.actor, kind="correction", text=told, happened_at=now, now=now)
    row.reference = number
    record(session, incident, Tag.NOTICE_NUMBERED, command.actor, now, submission=str(row.id), notice=str(notice.id))
    return row
