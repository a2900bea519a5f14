"""Write down that somebody took the register out of the house."""

from datetime import datetime

from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, require
from incident.usecases.common.record import record_system
from incident.usecases.people.acts import tell_of_export


def note_export(session: Session, actor: Actor, rows: int, *, now: datetime, format: str = "csv") -> None:
    """Record the export in the system's chain. Raises NotAllowed without the permission."""
    require(actor, Permission.EXPORT)
    record_system(session, Tag.REGISTER_EXPORTED, actor, now, rows=rows, format=format)
    tell_of_export(session, actor, None, rows, now=now)
