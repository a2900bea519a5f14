"""Prepare a provisional notification to the authority when time runs short and nobody has: a draft, never sent.

GDPR art. 33(4): where the information cannot be provided at the same time, it may be provided in phases. So what is
known goes into a first notification, and a person checks, approves and submits it.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import SYSTEM, Actor, Role
from incident.domain.kinds import Addressee, NoticeKind
from incident.store.models import Incident, Notice
from incident.usecases.notices.draft import DraftNotice, draft_notice
from incident.usecases.notices.ports import NoticeWriter

AUTHOR = Actor(id=None, name=SYSTEM.name, roles=frozenset({Role.RESPONDER}), source=SYSTEM.source)
"""The product itself, with no more than the permission to draft."""


def prepare_provisional_dossier(session: Session, incident: Incident, now: datetime, *, writer: NoticeWriter) -> bool:
    """Draft it from the newest facts, and tell whether it did: not where somebody has begun a notification already."""
    begun = select(Notice.id).where(
        Notice.incident_id == incident.id, Notice.addressee == Addressee.AUTHORITY, Notice.withdrawn_reason == ""
    )
    if session.scalars(begun.limit(1)).first() is not None:
        return False
    command = DraftNotice(AUTHOR, incident.id, Addressee.AUTHORITY, NoticeKind.PROVISIONAL)
    draft_notice(command, session=session, now=now, writer=writer)
    return True
