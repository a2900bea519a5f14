"""What was decided about the newest breaches of one kind, in one statement."""

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from incident.domain.fact_sheet import from_json
from incident.domain.kinds import DecisionState, Subject
from incident.domain.precedents import Precedent
from incident.law.vocabulary import IncidentKind
from incident.store.models import Decision, FactSheet, Incident

NEWEST = 20
"""How far back is looked: with more a page would read many fact sheets, and older decisions teach little."""


def decided_before(session: Session, incident: Incident, kind: IncidentKind) -> tuple[Precedent, ...]:
    """The decided breaches of a kind, newest first; an example finds examples, a real incident real ones."""
    about = and_(
        Decision.incident_id == Incident.id,
        Decision.subject == Subject.AUTHORITY,
        Decision.state == DecisionState.FINAL,
    )
    newest = and_(FactSheet.incident_id == Incident.id, FactSheet.version == Incident.fact_version)
    query = (
        select(Incident, Decision.act, Decision.reason, FactSheet.facts)
        .join(FactSheet, newest)
        .outerjoin(Decision, about)
        .where(Incident.kind == kind.value, Incident.id != incident.id, Incident.is_example == incident.is_example)
        .where(or_(Decision.id.is_not(None), Incident.notified_at.is_not(None)))
        .order_by(Incident.reported_at.desc(), Incident.reference)
        .limit(NEWEST)
    )
    return tuple(_precedent(*row) for row in session.execute(query))


def _precedent(incident: Incident, act: bool | None, reason: str | None, facts: dict[str, object]) -> Precedent:
    data = from_json({"data_categories": facts.get("data_categories", [])}).data_categories
    return Precedent(
        incident.reference,
        incident.summary,
        incident.reported_at,
        incident.risk,
        incident.notified_at is not None or bool(act),
        reason or "",
        frozenset(data),
        incident.subjects,
    )
