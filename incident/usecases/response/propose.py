"""Store a decision, superseding what was decided before about the same thing."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Actor
from incident.domain.kinds import DecisionState, Subject
from incident.store.models import Decision, Incident

LIVE = (DecisionState.PROPOSED, DecisionState.FINAL)


def live_decision(session: Session, incident: Incident, subject: Subject) -> Decision | None:
    """What stands now about this subject: a final decision, or a proposal that waits for a second person."""
    query = select(Decision).where(
        Decision.incident_id == incident.id, Decision.subject == subject, Decision.state.in_(LIVE)
    )
    return session.scalars(query.order_by(Decision.recorded_at.desc()).limit(1)).one_or_none()


def _live(incident: Incident, subject: Subject, ground: str | None) -> Select[Decision]:
    query = select(Decision).where(
        Decision.incident_id == incident.id, Decision.subject == subject, Decision.state.in_(LIVE)
    )
    return query.where(Decision.ground == ground) if subject is Subject.DUTY else query


def supersede(session: Session, incident: Incident, subject: Subject, ground: str | None = None) -> None:
    """What stood about this subject no longer does; it stays in the record."""
    for row in session.scalars(_live(incident, subject, ground)):
        row.state = DecisionState.SUPERSEDED


def supersede_no(
    session: Session, incident: Incident, subject: Subject, *, keep_grounded: bool = False
) -> list[Decision]:
    """End the decisions not to act that no longer hold, but not those on a legal ground if these are kept."""
    live = session.scalars(_live(incident, subject, None))
    refusals = [row for row in live if not row.act and not (keep_grounded and row.ground)]
    for row in refusals:
        row.state = DecisionState.SUPERSEDED
    session.flush()
    return refusals


def propose(
    session: Session,
    incident: Incident,
    subject: Subject,
    *,
    act: bool,
    reason: str,
    actor: Actor,
    now: datetime,
    ground: str | None = None,
    proposed_act: bool | None = None,
    final: bool = False,
) -> Decision:
    """Add the decision; an earlier live one about the same subject stays in the record as superseded."""
    for row in session.scalars(_live(incident, subject, ground)):
        if final or row.state is DecisionState.PROPOSED:
            row.state = DecisionState.SUPERSEDED
    decision = Decision(
        id=uuid4(),
        incident_id=incident.id,
        subject=subject,
        act=act,
        reason=reason,
        ground=ground,
        proposed_act=proposed_act,
        deviates=proposed_act is not None and proposed_act != act,
        fact_version=incident.fact_version,
        state=DecisionState.FINAL if final else DecisionState.PROPOSED,
        author_id=actor.id,
        author_name=actor.name,
        recorded_at=now,
    )
    session.add(decision)
    session.flush()
    return decision


def supersede_others(session: Session, incident: Incident, decision: Decision) -> None:
    """Once ``decision`` is final, whatever else stood about its subject no longer does."""
    for row in session.scalars(_live(incident, decision.subject, decision.ground)):
        if row.id != decision.id:
            row.state = DecisionState.SUPERSEDED
