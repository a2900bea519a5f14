"""The rows behind the statistics: one statement, plain values, no objects."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from incident.domain.insight import Case
from incident.store.models import Decision, DecisionState, Incident, Subject


def cases(
    session: Session, first: datetime, end: datetime, visible: Sequence[ColumnElement[bool]]
) -> tuple[list[Case], bool]:
    """Incidents reported from ``first`` until before ``end``, and whether they are the examples.

    Examples count only where there is nothing else, so that no real number is ever mixed with one.
    """
    decided = (
        select(func.min(Decision.recorded_at))
        .where(Decision.incident_id == Incident.id, Decision.subject == Subject.AUTHORITY)
        .where(Decision.state == DecisionState.FINAL)
        .scalar_subquery()
    )
    query = (
        select(
            Incident.is_example, Incident.reference, Incident.reported_at, Incident.aware_at, decided,
            Incident.notified_at, Incident.cause, Incident.kind, Incident.systems, Incident.risk, Incident.is_breach,
            Incident.subjects,
        )
        .where(Incident.reported_at >= first, Incident.reported_at < end, *visible)
    )  # fmt: skip
    rows = session.connection().execute(query).all()
    real = [row for row in rows if not row[0]]
    return [_case(row) for row in real or rows], bool(rows) and not real


def _case(row: Any) -> Case:
    _example, reference, reported, aware, decided, notified, cause, kind, systems, *rest = row
    return Case(reference, reported, aware, decided, notified, cause, kind, _named(systems), *rest)


@lru_cache(maxsize=1024)
def _named(systems: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in systems.split(",") if part.strip())
