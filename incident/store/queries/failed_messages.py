"""The dead letters: messages that could not be delivered, newest first."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from incident.domain.kinds import OutboxOutcome
from incident.store.models import Incident, OutboxMessage

MOST = 100


def failed_messages(
    session: Session, visible: Sequence[ColumnElement[bool]], *, also_general: bool
) -> list[tuple[OutboxMessage, str | None]]:
    """Failed messages with the reference of their case; ``also_general`` adds those that belong to no case."""
    query = (
        select(OutboxMessage, Incident.reference)
        .outerjoin(Incident, Incident.id == OutboxMessage.incident_id)
        .where(OutboxMessage.outcome == OutboxOutcome.FAILED)
        .order_by(OutboxMessage.settled_at.desc())
        .limit(MOST)
    )
    of_cases = query.where(OutboxMessage.incident_id.is_not(None), *visible)
    rows = session.execute(query if also_general and not visible else of_cases)
    return [(message, reference) for message, reference in rows]
