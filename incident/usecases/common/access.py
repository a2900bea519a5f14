"""Find an incident for somebody: what a person may not see does not exist for them."""

from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import NotFound
from incident.domain.kernel.people import Actor
from incident.domain.kernel.reference import parse_reference
from incident.domain.kernel.roles import Permission, may, require
from incident.store.models import Incident

MISSING = "There is no such incident, or it is not yours to see."


def visible(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """The conditions a query over incidents needs so that this person sees only what is theirs to see."""
    if may(actor, Permission.VIEW_ALL):
        return ()
    mine = [Incident.reporter_id == actor.id] if actor.id is not None else []
    if actor.slack_id:
        mine.append(Incident.reporter_slack_id == actor.slack_id)
    return (or_(*mine),) if mine else (Incident.id.is_(None),)


def find_incident(session: Session, key: UUID | str, actor: Actor) -> Incident:
    """The incident with this id or reference. Raises NotFound where it does not exist or is not theirs to see."""
    by_reference = Incident.reference == (parse_reference(str(key)) or "")
    wanted = Incident.id == key if isinstance(key, UUID) else by_reference
    incident = session.scalars(select(Incident).where(wanted, *visible(actor))).one_or_none()
    if incident is None:
        raise NotFound(MISSING)
    return incident


def incident_for(session: Session, key: UUID | str, actor: Actor, permission: Permission) -> Incident:
    """The incident, locked for a change, when the actor may see it and may do the act."""
    incident = find_incident(session, key, actor)
    require(actor, permission)
    session.refresh(incident, with_for_update=True)
    return incident
