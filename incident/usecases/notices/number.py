"""The number that the authority gave to a notification, when it became known only after the filing was recorded."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from incident.domain.kernel.errors import IllegalMove, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import LINE, required
from incident.domain.kinds import Addressee
from incident.store.models import Notice, Submission
from incident.usecases.common.access import incident_for
from incident.usecases.common.record import record


@dataclass(frozen=True, slots=True)
class AddNumber:
    """``reference`` is the number exactly as the authority gave it."""

    actor: Actor
    submission: UUID
    reference: str


def add_number(command: AddNumber, *, session: Session, now: datetime) -> Submission:
    """Write the number down; a number that is on record stays, because follow-ups were filed under it.

    Raises IllegalMove for a notice to anybody but the authority, and for one that has its number.
    """
    row = session.get(Submission, command.submission)
    if row is None:
        raise NotFound("There is no such submission.")
    incident = incident_for(session, row.incident_id, command.actor, Permission.SUBMIT)
    notice = session.get_one(Notice, row.notice_id)
    if notice.addressee is not Addressee.AUTHORITY:
        raise IllegalMove("Only a notification to the authority has a number.")
    if row.reference:
        raise IllegalMove("The number of this notification is on record already.")
    row.reference = required(command.reference, "Enter the number.", field="number", limit=LINE)
    record(session, incident, Tag.NOTICE_NUMBERED, command.actor, now, submission=str(row.id), notice=str(notice.id))
    return row
