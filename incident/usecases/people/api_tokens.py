"""Tokens for machines: made for a person and for some acts, shown once, kept as a hash, revocable, never for ever."""

import secrets
from collections.abc import Iterable
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
from incident.domain.kernel.scopes import LONGEST, Scope
from incident.domain.kernel.text import LINE, required
from incident.store.models import Person, Token
from incident.usecases.common.record import record_system
from incident.usecases.people.powers import MACHINE, Power, Use, decides, note_use

API = "api"
PREFIX = "mk_"
NOTED_EVERY: Final = timedelta(hours=1)
"""How exactly the last use is known: not every request needs a write."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who speaks over the API, what the token is for, and when it was last used."""

    actor: Actor
    token: UUID
    scopes: frozenset[Scope]
    used_at: datetime | None

    def to(self, scope: Scope) -> Actor:
        """The actor for an act of this kind. Raises NotAllowed where the token is not for it."""
        if scope not in self.scopes:
            raise NotAllowed("This token was made without '%(scope)s'. Make another one for that.", scope=scope.value)
        return self.actor


def make_api_token(
    session: Session,
    actor: Actor,
    person_id: UUID,
    label: str,
    *,
    now: datetime,
    scopes: Iterable[Scope] = tuple(Scope),
    days: int = LONGEST,
) -> str:
    """A new token for some of what this person may do. The secret is returned once and never kept.

    Raises Invalid without a label, without a scope or for more than a year, and NotAllowed for somebody else's account,
    except from the machine's command line.
    """
    chosen = sorted(set(scopes))
    if not chosen:
        raise Invalid("Say what the token may be used for.", field="scopes")
    if not 1 <= days <= LONGEST:
        raise Invalid("A token lasts for a year at most.", field="days")
    if actor.id != person_id and actor.source not in MACHINE:
        raise NotAllowed("You can make tokens for yourself only.")
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("There is no such person.")
    name = required(label, "Write what the token is for.", field="label", limit=LINE)
    secret = PREFIX + secrets.token_urlsafe(32)
    row = Token(id=uuid4(), sha256=_digest(secret), purpose=API, label=name, person_id=person_id, created_at=now)
    row.scopes, row.expires_at = ",".join(chosen), now + timedelta(days=days)
    session.add(row)
    facts = {"token": str(row.id), "person": str(person_id), "scopes": row.scopes}
    record_system(session, Tag.TOKEN_MADE, actor, now, purpose=API, days=days, **facts)
    if actor.id != person_id and decides(person):
        note_use(session, actor, Use(Power.TOKEN, person, {}), now=now)
    session.flush()
    return secret


def bearer_of(session: Session, secret: str, *, now: datetime) -> Bearer:
    """Who is behind a token. Raises NotFound when it is wrong, revoked, expired, or the account is closed."""
    query = select(Token).where(Token.sha256 == _digest(secret), Token.purpose == API, Token.revoked_at.is_(None))
    token = session.scalars(query).one_or_none()
    if token is None or (token.expires_at is not None and token.expires_at <= now):
        raise NotFound("This token is not valid.")
    person = session.get(Person, token.person_id)
    if person is None or not person.active:
        raise NotFound("This token is not valid.")
    scopes = frozenset(Scope(name) for name in token.scopes.split(","))
    return Bearer(person.actor(Source.API), token.id, scopes, token.used_at)


def is_noted(bearer: Bearer, *, now: datetime) -> bool:
    """Whether the last use on the page of tokens is exact enough."""
    return bearer.used_at is not None and now - bearer.used_at < NOTED_EVERY


def note_use_of(session: Session, bearer: Bearer, *, now: datetime) -> None:
    """The token has just been used."""
    session.get_one(Token, bearer.token).used_at = now


def tokens_of(session: Session, person_id: UUID) -> list[Token]:
    """The tokens of one person that nobody ended; those that ended by themselves show that they did."""
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
