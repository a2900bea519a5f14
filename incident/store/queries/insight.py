"""The rows behind the statistics: one statement, plain values, no objects."""

from collections.abc import Sequence
from datetime import datetime

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
        select(Decision.incident_id, func.min(Decision.recorded_at).label("at"))
        .where(Decision.subject == Subject.AUTHORITY, Decision.state == DecisionState.FINAL)
        .group_by(Decision.incident_id)
        .subquery()
    )
    query = (
        select(
            Incident.is_example, Incident.reference, Incident.reported_at, Incident.aware_at, decided.c.at,
            Incident.notified_at, Incident.cause, Incident.kind, Incident.systems, Incident.risk, Incident.is_breach,
            Incident.subjects,
        )
        .outerjoin(decided, decided.c.incident_id == Incident.id)
        .where(Incident.reported_at >= first, Incident.reported_at < end, *visible)
    )  # fmt: skip
    rows = session.execute(query).all()
    real = [row for row in rows if not row[0]]
    return [_case(*row[1:]) for row in real or rows], bool(rows) and not real


def _case(
    reference: str, reported_at: datetime, aware_at: datetime | None, decided_at: datetime | None,
    notified_at: datetime | None, cause: str | None, kind: str | None, systems: str, risk: str | None, is_breach: str,
    subjects: int | None,
) -> Case:  # fmt: skip
    named = tuple(part.strip() for part in systems.split(",") if part.strip())
    return Case(
        reference, reported_at, aware_at, decided_at, notified_at, cause, kind, named, risk, is_breach, subjects
    )
