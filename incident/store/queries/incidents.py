"""Lists of incidents: the board, and the deadlines of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from incident.domain.kernel.events import OPEN_STATUSES, Status
from incident.domain.kinds import DeadlineState
from incident.law.vocabulary import RiskLevel
from incident.store.models import Deadline, Incident, Person
from incident.store.rows import read

KEPT = 64
"""Persons whose statement for the board is kept."""
HOLDER = aliased(Person)
"""Who has an incident. Made once, so that SQLAlchemy works out only once how its columns are read."""

REAL: Final = Incident.exercise_id.is_(None)
"""No exercise."""


class RunningClock(NamedTuple):
    """What a list shows of an open deadline; how it was computed is long, and no list tells it."""

    obligation: str
    starts_at: datetime
    due_at: datetime


class OpenIncident(NamedTuple):
    """What the board shows of an open incident, beside how far it is: a third of its columns."""

    id: UUID
    reference: str
    summary: str
    status: Status
    risk: RiskLevel | None = None
    systems: str = ""
    is_example: bool = False
    circle: list[str] | None = None
    aware_at: datetime | None = None
    awareness_stated: bool = False
    reported_at: datetime | None = None
    notified_at: datetime | None = None
    assignee: str | None = None


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One line of a list: the incident, who has it, and the deadline that runs out first."""

    incident: Incident
    assignee: str | None
    deadline: RunningClock | None


def waits_quietly() -> ColumnElement[bool]:
    """The rule of :attr:`incident.store.models.Incident.waits_quietly`, for a database."""
    return and_(Incident.in_flood, Incident.status == Status.REPORTED, Incident.assignee_id.is_(None))


def count_of_flood(session: Session) -> int:
    """How many reports came in a flood and wait for somebody to take them up."""
    return session.scalars(select(func.count()).select_from(Incident).where(waits_quietly())).one()


def board(session: Session, visible: Sequence[ColumnElement[bool]], limit: int = 200) -> list[IncidentRow]:
    """Open incidents, what runs out first on top, those without a running clock last."""
    rows = session.execute(_open(tuple(visible)), {"most": limit}).all()
    first = _first_deadlines(session, [row[0] for row in rows])
    return [IncidentRow(row, name or email, first.get(row.id)) for row, name, email in rows]


def open_incidents(session: Session, visible: Sequence[ColumnElement[bool]], limit: int) -> list[OpenIncident]:
    """The same in the same order, with only what the page shows of each."""
    return [OpenIncident._make(row) for row in read(session, _shown(tuple(visible)), {"most": limit})]


@lru_cache(maxsize=KEPT)
def _open(conditions: tuple[ColumnElement[bool], ...]) -> Select[Incident, str, str]:
    """With who has each and can still sign in; put together once for each person."""
    holds = and_(HOLDER.id == Incident.assignee_id, HOLDER.active)
    query = select(Incident, HOLDER.name, HOLDER.email).outerjoin(HOLDER, holds)
    shown = query.where(Incident.status.in_(OPEN_STATUSES), *conditions).limit(bindparam("most"))
    return shown.order_by(Incident.due_at.is_(None), Incident.due_at, Incident.reported_at)


@lru_cache(maxsize=KEPT)
def _shown(conditions: tuple[ColumnElement[bool], ...]) -> Select[*tuple[object, ...]]:
    columns = (getattr(Incident, name) for name in OpenIncident._fields[:-1])
    owner = func.coalesce(func.nullif(HOLDER.name, ""), HOLDER.email)
    return _open(conditions).with_only_columns(*columns, owner)


def narrowed(show: str, person: UUID | None, now: datetime) -> list[ColumnElement[bool]]:
    """The conditions of the board's filters: ``late``, ``mine``, ``unowned``; anything else narrows nothing.

    Whoever cannot sign in any more has nothing.
    """
    if show == "mine":
        return [Incident.assignee_id == person if person is not None else false()]
    if show == "unowned":
        gone = select(Person.id).where(~Person.active)
        return [or_(Incident.assignee_id.is_(None), Incident.assignee_id.in_(gone))]
    return [Incident.due_at < now] if show == "late" else []


def _first_deadlines(session: Session, incidents: Sequence[Incident]) -> dict[UUID, RunningClock]:
    found: dict[UUID, RunningClock] = {}
    ids = {"incidents": [row.id for row in incidents]}
    for incident_id, obligation, starts_at, due_at in session.execute(_running(), ids):
        found.setdefault(incident_id, RunningClock(obligation, starts_at, due_at))
    return found


@cache
def _running() -> Select[UUID, str, datetime, datetime]:
    query = select(Deadline.incident_id, Deadline.obligation, Deadline.starts_at, Deadline.due_at)
    mine = Deadline.incident_id.in_(bindparam("incidents", expanding=True))
    return query.where(mine, Deadline.state == DeadlineState.OPEN).order_by(Deadline.due_at)


def deadlines_of(session: Session, incident: Incident) -> list[Deadline]:
    """Every deadline of one incident, oldest first."""
    query = select(Deadline).where(Deadline.incident_id == incident.id)
    return list(session.scalars(query.order_by(Deadline.created_at)))
