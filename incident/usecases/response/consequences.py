"""What follows from every change of the facts: deadlines, and approvals that no longer cover them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.fact_sheet import told_hash
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.law.facts import BreachFacts
from incident.store.models import Approval, Incident, Notice, NoticeVersion
from incident.store.queries.answered import recipient_response
from incident.store.queries.sent import sent_versions
from incident.usecases.clock.deadlines import sync_deadlines
from incident.usecases.common.record import record


def follow(session: Session, incident: Incident, facts: BreachFacts, *, actor: Actor, now: datetime) -> None:
    """Bring deadlines and approvals in line with the facts."""
    sync_deadlines(session, incident, facts, actor=actor, now=now)
    void_stale_approvals(session, incident, facts, actor=actor, now=now)


def void_stale_approvals(
    session: Session, incident: Incident, facts: BreachFacts, *, actor: Actor, now: datetime
) -> None:
    """Void approvals given on other facts than the notice tells, except of what has left the house: that is frozen."""
    query = (
        select(Approval, Notice.addressee)
        .join(NoticeVersion, NoticeVersion.id == Approval.version_id)
        .join(Notice, Notice.id == NoticeVersion.notice_id)
        .where(Notice.incident_id == incident.id, Approval.void_at.is_(None))
        .where(NoticeVersion.id.not_in(sent_versions(session, incident.id)))
    )
    response = recipient_response(session, incident.id)
    for approval, addressee in session.execute(query):
        if approval.facts_sha256 != told_hash(addressee, facts, response):
            void(session, incident, approval, "the facts changed", actor=actor, now=now)


def void(
    session: Session, incident: Incident, approval: Approval, because: str, *, actor: Actor, now: datetime
) -> None:
    """Take an approval back and say why."""
    approval.void_at, approval.void_because = now, because
    record(session, incident, Tag.NOTICE_UNAPPROVED, actor, now, version=str(approval.version_id), because=because)
