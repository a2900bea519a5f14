"""Find an incident for somebody: what a person may not see does not exist for them.

Every path on which an incident is read comes through here: pages, API, calendar, search, figures and Slack by
:func:`visible`, what is sent by :meth:`incident.usecases.common.directory.Directory.within`, and both by the same rule
(:func:`incident.domain.kernel.roles.sees`).
"""

from datetime import datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, null, or_, select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import IllegalMove, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor, Role
from incident.domain.kernel.reference import parse_reference
from incident.domain.kernel.roles import NOT_PLAYED, Permission, may, require
from incident.store.insert import insert_missing
from incident.store.models import Inbound, Incident
from incident.store.queries.incidents import REAL
from incident.usecases.common.record import record

MISSING = "There is no such incident, or it is not yours to see."
_READS: Final = "meldklok_restricted_reads"
KEPT: Final = 256
"""Persons whose conditions are kept, so that a statement put together with them is the same at their next look."""


@lru_cache(maxsize=KEPT)
def visible(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """The conditions a query over incidents needs so that this person sees only what is theirs to see.

    An exercise is no incident: no list, figure, calendar or search holds one.
    """
    return (REAL, *openable(actor))


@lru_cache(maxsize=KEPT)
def openable(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """The same where somebody opens one incident by its name: those who take part in an exercise open it."""
    return (*_by_role(actor), *_by_circle(actor))


def _by_role(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    if may(actor, Permission.VIEW_ALL):
        return ()
    mine = [Incident.reporter_id == actor.id] if actor.id is not None else []
    if actor.slack_id:
        mine.append(Incident.reporter_slack_id == actor.slack_id)
    return (or_(*mine),) if mine else (Incident.id.is_(None),)


def _by_circle(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """The rule ``roles.sees``, for a database."""
    if Role.DPO in actor.roles:
        return ()
    named = [cast(Incident.circle, String).contains(str(actor.id))] if actor.id is not None else []
    return (or_(Incident.circle.is_(null()), *named),)


def find_incident(session: Session, key: UUID | str, actor: Actor) -> Incident:
    """The incident with this id or reference. Raises NotFound where it does not exist or is not theirs to see."""
    by_reference = Incident.reference == (parse_reference(str(key)) or "")
    wanted = Incident.id == key if isinstance(key, UUID) else by_reference
    incident = session.scalars(select(Incident).where(wanted, *openable(actor))).one_or_none()
    if incident is None:
        raise NotFound(MISSING)
    note_read(session, incident, actor)
    return incident


def is_restricted(session: Session, reference: str, actor: Actor) -> bool:
    """Whether it is a restricted incident that this person may see; nothing of it is shown by asking."""
    wanted = Incident.reference == (parse_reference(reference) or ""), Incident.circle.is_not(None)
    return session.scalars(select(Incident.id).where(*wanted, *visible(actor))).first() is not None


def incident_for(session: Session, key: UUID | str, actor: Actor, permission: Permission) -> Incident:
    """The incident, locked for a change, when the actor may see it and may do the act.

    Raises IllegalMove for what an exercise cannot do: nothing of it leaves the house.
    """
    incident = find_incident(session, key, actor)
    require(actor, permission)
    if incident.is_exercise and permission in NOT_PLAYED:
        raise IllegalMove(
            "This is an exercise: nothing of it is submitted, sent, shared or closed. A notice is ready once it is "
            "approved; the report of the exercise counts that moment."
        )
    session.refresh(incident, with_for_update=True)
    return incident


def note_read(session: Session, incident: Incident, actor: Actor) -> None:
    """Remember that somebody is shown a restricted incident, until :func:`record_reads` puts it on record.

    A list that says what happened shows each of its incidents; one of references and clocks alone shows none.
    """
    if incident.circle is not None:
        note_shown(session, incident.id, actor)


def note_shown(session: Session, incident: UUID, actor: Actor) -> None:
    """The same for an incident that is known to be restricted."""
    session.info.setdefault(_READS, {})[actor.key, incident] = actor


def note_all_read(session: Session, which: Select[UUID], actor: Actor) -> None:
    """The same for a list however long: ``which`` are the ids of the incidents in it."""
    shown = Incident.circle.is_not(None), Incident.id.in_(which.order_by(None)), *visible(actor)
    for incident in session.scalars(select(Incident.id).where(*shown)):
        note_shown(session, incident, actor)


def has_reads(session: Session) -> bool:
    """Whether anything waits for :func:`record_reads`."""
    return bool(session.info.get(_READS))


def record_reads(session: Session, now: datetime) -> None:
    """Put on record who was shown which restricted incident: once an hour for each person. The caller commits."""
    for (person, incident_id), actor in session.info.pop(_READS, {}).items():
        if insert_missing(session, Inbound, key=f"read:{person}:{incident_id}:{now:%Y%m%d%H}", result={}, at=now):
            record(session, session.get_one(Incident, incident_id), Tag.INCIDENT_READ, actor, now)
