"""Restricted incidents that nobody could handle: those who may know of them are away, or would be gone."""

from collections.abc import Set
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import OPEN_STATUSES
from incident.domain.kernel.people import Role
from incident.domain.kernel.roles import Permission, permissions_of, sees
from incident.store.models import Incident, Person
from incident.usecases.common.directory import load_directory


def unwatched(session: Session, now: datetime) -> list[str]:
    """The references of open restricted incidents in which nobody inside is present who may work on them."""
    found = _open_restricted(session)
    directory = load_directory(session) if found else None
    return [one.reference for one in found if directory is not None and directory.unwatched(one, now)]


def left_alone(session: Session, person: Person, roles: Set[Role]) -> list[str]:
    """The references of those that nobody could work on once this person had only these roles (none: no account)."""
    found = _open_restricted(session) if person.active else []
    others = [one for one in load_directory(session).people if one.id != person.id and one.able()] if found else []
    return [
        one.reference
        for one in found
        if _works_on(one, person, person.actor().roles)
        and not _works_on(one, person, roles)
        and not any(sees(one.insiders, other.id, other.roles) for other in others)
    ]


def _works_on(incident: Incident, person: Person, roles: Set[Role]) -> bool:
    return Permission.RECORD in permissions_of(roles) and sees(incident.insiders, person.id, roles)


def _open_restricted(session: Session) -> list[Incident]:
    query = select(Incident).where(Incident.status.in_(OPEN_STATUSES), Incident.circle.is_not(None))
    return list(session.scalars(query.where(Incident.is_example.is_(False)).order_by(Incident.reference)))
