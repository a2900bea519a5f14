"""A private link to the status of one incident, for somebody without an account: the board, counsel, an insurer.

Whoever has the link reads how it stands and nothing else, until it ends. Who made it and when it was read are on
record. A restricted incident is for the people named: no link opens it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import Invalid, NotAllowed, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor, Source
from incident.domain.kernel.roles import Permission, may
from incident.domain.kernel.text import LINE, required
from incident.store.insert import insert_missing
from incident.store.models import Inbound, Incident, Person, Token
from incident.usecases.common.access import incident_for
from incident.usecases.common.record import record, record_system
from incident.usecases.messages.queue import Audience, queue

STATUS: Final = "status"
DAYS: Final = (7, 30, 90)
"""How long a link may work: the days of a crisis, of its aftermath, of a procedure."""


@dataclass(frozen=True, slots=True)
class ShareStatus:
    """``label`` says for whom it is, so that it can be ended again; the reader does not see it."""

    actor: Actor
    incident: UUID | str
    label: str
    days: int


@dataclass(frozen=True, slots=True)
class UnshareStatus:
    """End one link."""

    actor: Actor
    incident: UUID | str
    link: UUID


def share_status(command: ShareStatus, *, session: Session, now: datetime) -> str:
    """The secret of a new link: returned once, only its hash is kept. The DPO is told.

    Raises Invalid at ``label`` or ``days``, NotAllowed where the incident is restricted.
    """
    incident = incident_for(session, command.incident, command.actor, Permission.SUBMIT)
    if incident.circle is not None:
        raise NotAllowed("This incident is for the people named: its status cannot be shared by a link.")
    if command.days not in DAYS:
        raise Invalid("Choose for how long.", field="days")
    label = required(command.label, "Write for whom it is.", field="label", limit=LINE)
    secret = secrets.token_urlsafe(32)
    link = Token(id=uuid4(), sha256=_digest(secret), purpose=STATUS, label=label, created_at=now)
    link.person_id, link.opens_id = command.actor.id, incident.id
    link.expires_at = now + timedelta(days=command.days)
    session.add(link)
    record_system(session, Tag.TOKEN_MADE, command.actor, now, purpose=STATUS, token=str(link.id))
    record(session, incident, Tag.STATUS_SHARED, command.actor, now, link=str(link.id), days=command.days)
    queue(
        session,
        incident=incident,
        template="status_shared",
        params={
            "reference": incident.reference,
            "who": command.actor.name,
            "path": f"/incidents/{incident.reference}/shared",
        },
        to=Audience.DPO,
        now=now,
        dedupe=f"status_shared:{link.id}",
    )
    return secret


def unshare_status(command: UnshareStatus, *, session: Session, now: datetime) -> None:
    """End a link. Raises NotFound where this incident has no such link that works."""
    incident = incident_for(session, command.incident, command.actor, Permission.SUBMIT)
    link = session.get(Token, command.link)
    if link is None or link.opens_id != incident.id or link.revoked_at is not None:
        raise NotFound("There is no such link.")
    link.revoked_at = now
    record_system(session, Tag.TOKEN_REVOKED, command.actor, now, purpose=STATUS, token=str(link.id))
    record(session, incident, Tag.STATUS_UNSHARED, command.actor, now, link=str(link.id))


def links_to(session: Session, incident: Incident) -> Sequence[Token]:
    """The links that nobody ended, the newest first; those that ended by themselves show that they did."""
    made = Token.opens_id == incident.id, Token.purpose == STATUS, Token.revoked_at.is_(None)
    return session.scalars(select(Token).where(*made).order_by(Token.created_at.desc())).all()


def check_link(session: Session, secret: str, *, now: datetime) -> None:
    """Nothing where :func:`open_link` would open, which robots that look at every link do not ask for.

    Raises NotFound as that does.
    """
    _opened(session, secret, now)


def open_link(session: Session, secret: str, *, now: datetime) -> Incident:
    """The incident that a link opens; that it was read is on record, once an hour. The caller commits.

    Raises NotFound for a link that is wrong or ended, whose maker may no longer give it, or of an incident that has
    been restricted since.
    """
    link, incident = _opened(session, secret, now)
    if insert_missing(session, Inbound, key=f"status:{link.id}:{now:%Y%m%d%H}", result={}, at=now):
        link.used_at = now
        record(session, incident, Tag.STATUS_READ, Actor(None, "", source=Source.WEB), now, link=str(link.id))
    return incident


def _opened(session: Session, secret: str, now: datetime) -> tuple[Token, Incident]:
    link = session.scalars(select(Token).where(Token.sha256 == _digest(secret), Token.purpose == STATUS)).one_or_none()
    if link is None or link.revoked_at is not None or link.expires_at is None or link.expires_at <= now:
        raise NotFound("This link does not work, or no longer.")
    incident, maker = session.get_one(Incident, link.opens_id), session.get(Person, link.person_id)
    if incident.circle is not None or maker is None or not maker.active or not may(maker.actor(), Permission.SUBMIT):
        raise NotFound("This link does not work, or no longer.")
    return link, incident


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
