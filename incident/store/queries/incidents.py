"""Lists of incidents: the board, and the deadlines of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, select
from sqlalchemy.orm import Session, aliased

from incident.domain.kernel.events import OPEN_STATUSES, Status
from incident.domain.kinds import DeadlineState
from incident.store.models import Deadline, Incident, Person

HOLDER = aliased(Person)
"""Who has an incident. Made once, so that SQLAlchemy works out only once how its columns are read."""


class RunningClock(NamedTuple):
    """What a list shows of an open deadline; how it was computed is long, and no list tells it."""

    obligation: str
    starts_at: datetime
    due_at: datetime


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
    query = select(Incident).where(Incident.status.in_(OPEN_STATUSES), *visible)
    ordered = query.order_by(Incident.due_at.is_(None), Incident.due_at, Incident.reported_at).limit(limit)
    return with_clock(session, ordered)


def narrowed(show: str, person: UUID | None, now: datetime) -> list[ColumnElement[bool]]:
    """The conditions of the board's filters: ``late``, ``mine``, ``unowned``; anything else narrows nothing."""
    if show == "mine":
        return [Incident.assignee_id == person if person is not None else false()]
    if show == "unowned":
        return [Incident.assignee_id.is_(None)]
    return [Incident.due_at < now] if show == "late" else []


def with_clock(session: Session, query: Select[Incident]) -> list[IncidentRow]:
    """The incidents of a query with their people and first open deadlines, in two statements."""
    wide = query.outerjoin(HOLDER, HOLDER.id == Incident.assignee_id).add_columns(HOLDER.name, HOLDER.email)
    rows = session.execute(wide).all()
    first = _first_deadlines(session, [row[0] for row in rows])
    return [IncidentRow(row, name or email, first.get(row.id)) for row, name, email in rows]


def _first_deadlines(session: Session, incidents: Sequence[Incident]) -> dict[UUID, RunningClock]:
    query = (
        select(Deadline.incident_id, Deadline.obligation, Deadline.starts_at, Deadline.due_at)
        .where(Deadline.incident_id.in_([row.id for row in incidents]), Deadline.state == DeadlineState.OPEN)
        .order_by(Deadline.due_at)
    )
    found: dict[UUID, RunningClock] = {}
    for incident_id, obligation, starts_at, due_at in session.execute(query):
        found.setdefault(incident_id, RunningClock(obligation, starts_at, due_at))
    return found


def deadlines_of(session: Session, incident: Incident) -> list[Deadline]:
    """Every deadline of one incident, oldest first."""
    query = select(Deadline).where(Deadline.incident_id == incident.id)
    return list(session.scalars(query.order_by(Deadline.created_at)))
