"""Messages that have not arrived: the dead letters, and those that wait for another attempt after a failure."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from incident.domain.kinds import OutboxOutcome
from incident.store.models import Incident, OutboxMessage

MOST = 100


def undelivered(
    session: Session, visible: Sequence[ColumnElement[bool]], *, also_general: bool
) -> list[tuple[OutboxMessage, str | None]]:
    """Each with the reference of its case, what waits first; ``also_general`` adds those that belong to no case."""
    query = select(OutboxMessage, Incident.reference).outerjoin(Incident, Incident.id == OutboxMessage.incident_id)
    mine, general = and_(OutboxMessage.incident_id.is_not(None), *visible), OutboxMessage.incident_id.is_(None)
    query = query.where(or_(mine, general) if also_general else mine)
    waiting = query.where(OutboxMessage.settled_at.is_(None), OutboxMessage.last_error.is_not(None))
    failed = query.where(OutboxMessage.outcome == OutboxOutcome.FAILED)
    return [
        *_rows(session, waiting.order_by(OutboxMessage.created_at)),
        *_rows(session, failed.order_by(OutboxMessage.settled_at.desc())),
    ]


def _rows(session: Session, query: Select[OutboxMessage, str]) -> list[tuple[OutboxMessage, str | None]]:
    return [(message, reference) for message, reference in session.execute(query.limit(MOST))]
