"""Write down that somebody took the register out of the house; a long one is made by a worker."""

from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import DomainError
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, require
from incident.store.models import Incident
from incident.store.queries.incidents import REAL
from incident.usecases.common.access import visible
from incident.usecases.common.record import record_system
from incident.usecases.people.acts import tell_of_export

EXPORTS: Final = "export"
"""The errands that make long exports."""


def not_made() -> DomainError:
    """What is said of an export that could not be made."""
    return DomainError("This export could not be made because of an error in Meldklok. Tell an administrator.")


def withheld(session: Session, actor: Actor) -> int:
    """How many breaches are restricted to others, so that no file that this person takes holds them."""
    restricted = REAL, Incident.is_example.is_(False), Incident.circle.is_not(None)
    others = Incident.id.not_in(select(Incident.id).where(*visible(actor)))
    return session.scalar(select(func.count()).select_from(Incident).where(*restricted, others)) or 0


def note_export(session: Session, actor: Actor, rows: int, *, now: datetime, format: str = "csv") -> None:
    """Record the export in the system's chain. Raises NotAllowed without the permission."""
    require(actor, Permission.EXPORT)
    record_system(session, Tag.REGISTER_EXPORTED, actor, now, rows=rows, format=format)
    tell_of_export(session, actor, None, rows, now=now)
