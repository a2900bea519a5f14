"""What was decided about the newest breaches of one kind, in one statement."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from incident.domain.fact_sheet import from_json
from incident.domain.kinds import DecisionState, Subject
from incident.domain.precedents import Precedent, Precedents, kind_of, precedents
from incident.domain.presets import words_of
from incident.law.facts import BreachFacts
from incident.law.vocabulary import IncidentKind
from incident.store.models import Decision, FactSheet, Incident

NEWEST = 20
"""How far back is looked: with more a page would read many fact sheets, and older decisions teach little."""


Visible = Sequence[ColumnElement[bool]]


def earlier_like(session: Session, incident: Incident, facts: BreachFacts, visible: Visible) -> Precedents | None:
    """What was decided about the newest of the same kind among the visible; None where there are none to compare."""
    kind = kind_of(facts, words_of(facts))
    if kind is None:
        return None
    found = precedents(facts, decided_before(session, incident, kind, visible))
    return found if found.closest else None


def decided_before(session: Session, incident: Incident, kind: IncidentKind, visible: Visible) -> tuple[Precedent, ...]:
    """The visible decided breaches of a kind, newest first; an example finds examples, a real incident real ones."""
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
        .where(or_(Decision.id.is_not(None), Incident.notified_at.is_not(None)), *visible)
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
        incident.circle is not None,
    )
