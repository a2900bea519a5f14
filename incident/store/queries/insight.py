"""The rows behind the statistics: one statement, plain values, no objects."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Source
from incident.domain.kinds import DecisionState, Subject
from incident.domain.register.insight import Case
from incident.store.models import Decision, Incident

BATCH = 1_000
"""Rows in hand at once: beside tens of thousands of cases, as many rows would cost more than reading them."""


def cases(
    session: Session, first: datetime, end: datetime, visible: Sequence[ColumnElement[bool]]
) -> tuple[list[Case], bool, int]:
    """Incidents reported from ``first`` until before ``end``, whether they are the examples, and how many are hidden.

    Examples count only where there is nothing else, so that no real number is ever mixed with one. When the decisions
    of an older register were taken is not known, only when they were imported.
    """
    decided = (
        select(func.min(Decision.recorded_at))
        .where(Decision.incident_id == Incident.id, Decision.subject == Subject.AUTHORITY)
        .where(Decision.state == DecisionState.FINAL, Incident.source != Source.IMPORT)
        .scalar_subquery()
    )
    query = select(
        and_(true(), *visible),
        Incident.is_example,
        Incident.reference,
        Incident.reported_at,
        Incident.aware_at,
        decided,
        Incident.notified_at,
        Incident.cause,
        Incident.kind,
        Incident.risk,
        Incident.is_breach,
        Incident.subjects,
        Incident.systems,
    ).where(Incident.reported_at >= first, Incident.reported_at < end, Incident.duplicate_of_id.is_(None))
    query = query.where(Incident.exercise_id.is_(None))
    hidden = 0
    found: dict[bool, list[Case]] = {True: [], False: []}
    for rows in session.connection().execute(query).partitions(BATCH):
        for seen, is_example, *values, systems in rows:
            if seen:
                found[is_example].append(Case._make((*values, _named(systems))))
            else:
                hidden += 1
    return found[False] or found[True], bool(found[True]) and not found[False], hidden


@lru_cache(maxsize=1024)
def _named(systems: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in systems.split(",") if part.strip())
