"""Write down that something happened: in the audit chain, in the status that follows from it, and for other systems."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import MILESTONES, Progress, Tag, progress
from incident.domain.kernel.people import Actor
from incident.domain.subscriptions import event_of, told
from incident.store import audit
from incident.store.models import AuditEntry, Incident, TimelineEntry
from incident.usecases.common.announce import Happened, announce


def record(
    session: Session, incident: Incident, tag: Tag, actor: Actor, at: datetime, **details: audit.Scalar
) -> AuditEntry:
    """Append the act to the incident's chain, bring its status in line with its events, and tell who subscribed."""
    entry = audit.append(session, incident.reference, tag, actor.key, at, **details)
    if tag in MILESTONES:
        incident.status = progress_of(session, incident).status
    _tell(session, incident, tag, entry)
    return entry


def record_system(session: Session, tag: Tag, actor: Actor, at: datetime, **details: audit.Scalar) -> AuditEntry:
    """Append an act that belongs to no incident to the system's chain."""
    entry = audit.append(session, audit.SYSTEM_CHAIN, tag, actor.key, at, **details)
    _tell(session, None, tag, entry)
    return entry


def _tell(session: Session, incident: Incident | None, tag: Tag, entry: AuditEntry) -> None:
    kind = event_of(tag, entry.details)
    if kind is not None:
        announce(session, [Happened(incident, kind, entry.seq, entry.at, told(entry.details))])


def progress_of(session: Session, incident: Incident) -> Progress:
    """The fold of the incident's events."""
    query = select(AuditEntry.tag, AuditEntry.details).where(
        AuditEntry.chain == incident.reference, AuditEntry.tag.in_([tag.value for tag in MILESTONES])
    )
    rows = session.execute(query.order_by(AuditEntry.seq))
    return progress((Tag(tag), str(details.get("subject", ""))) for tag, details in rows)


def tell_timeline(
    session: Session, incident: Incident, actor: Actor, *, kind: str, text: str, happened_at: datetime, now: datetime
) -> TimelineEntry:
    """Add the entry that people read beside what the chain proves."""
    entry = TimelineEntry(
        id=uuid4(),
        incident_id=incident.id,
        happened_at=happened_at,
        recorded_at=now,
        source=actor.source,
        kind=kind,
        text=text,
        author_id=actor.id,
        author_name=actor.name,
    )
    session.add(entry)
    session.flush()
    return entry
