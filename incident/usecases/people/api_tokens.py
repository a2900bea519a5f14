"""Tokens for machines: made for a person, shown once, kept as a hash, revocable."""

import secrets
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import NotAllowed, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor, Source
from incident.domain.kernel.roles import Permission, may
from incident.domain.kernel.text import LINE, required
from incident.store.models import Person, Token
from incident.usecases.common.record import record_system
from incident.usecases.people.powers import MACHINE, Power, Use, decides, note_use

API = "api"
PREFIX = "mk_"


def make_api_token(session: Session, actor: Actor, person_id: UUID, label: str, *, now: datetime) -> str:
    """A new token with this person's rights. The secret is returned once and never kept.

    Raises Invalid without a label and NotAllowed for somebody else's account, except from the machine's command line.
    """
    if actor.id != person_id and actor.source not in MACHINE:
        raise NotAllowed("You can make tokens for yourself only.")
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("There is no such person.")
    name = required(label, "Write what the token is for.", field="label", limit=LINE)
    secret = PREFIX + secrets.token_urlsafe(32)
    row = Token(id=uuid4(), sha256=_digest(secret), purpose=API, label=name, person_id=person_id, created_at=now)
    session.add(row)
    record_system(session, Tag.TOKEN_MADE, actor, now, purpose=API, token=str(row.id), person=str(person_id))
    if actor.id != person_id and decides(person):
        note_use(session, actor, Use(Power.TOKEN, person, {}), now=now)
    session.flush()
    return secret


def actor_of_token(session: Session, secret: str, *, now: datetime) -> Actor:
    """The person behind a token. Raises NotFound when it is wrong, revoked, expired, or the account is closed."""
    query = select(Token).where(Token.sha256 == _digest(secret), Token.purpose == API, Token.revoked_at.is_(None))
    token = session.scalars(query).one_or_none()
    if token is None or (token.expires_at is not None and token.expires_at <= now):
        raise NotFound("This token is not valid.")
    person = session.get(Person, token.person_id)
    if person is None or not person.active:
        raise NotFound("This token is not valid.")
    return person.actor(Source.API)


def tokens_of(session: Session, person_id: UUID) -> list[Token]:
    """The live tokens of one person."""
    query = select(Token).where(Token.person_id == person_id, Token.purpose == API, Token.revoked_at.is_(None))
    return list(session.scalars(query.order_by(Token.created_at)))


def revoke_api_token(session: Session, actor: Actor, token_id: UUID, *, now: datetime) -> None:
    """End a token. Raises NotFound for another person's, unless the actor manages people."""
    token = session.get(Token, token_id)
    if token is None or token.purpose != API or token.revoked_at is not None:
        raise NotFound("There is no such token.")
    if token.person_id != actor.id and not may(actor, Permission.MANAGE_PEOPLE):
        raise NotFound("There is no such token.")
    token.revoked_at = now
    record_system(session, Tag.TOKEN_REVOKED, actor, now, purpose=API, token=str(token.id))


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
