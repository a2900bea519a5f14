"""Accounts: make them, change their roles, and the one-time link with which the first person makes the first one."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incident.domain.errors import IllegalMove, Invalid, NotFound
from incident.domain.events import Tag
from incident.domain.people import Actor, Role
from incident.domain.roles import Permission, require
from incident.domain.text import LINE, clean, required
from incident.store.insert import insert_missing
from incident.store.models import Person, RoleRow, Token
from incident.usecases.record import record_system

SETUP = "setup"
SETUP_LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class CreatePerson:
    """A new account; ``password_hash`` comes from the sign-in library, None lets the person choose one by link."""

    actor: Actor
    email: str
    name: str
    roles: frozenset[Role]
    password_hash: str | None = None
    function: str = ""
    language: str | None = None


def create_person(command: CreatePerson, *, session: Session, now: datetime, first: bool = False) -> Person:
    """Make the account. Raises Invalid at the field for a wrong or used address, or without a role."""
    if not first:
        require(command.actor, Permission.MANAGE_PEOPLE)
    email = _address(command.email)
    if session.scalar(select(Person.id).where(func.lower(Person.email) == email.lower())) is not None:
        raise Invalid("There is an account with this e-mail address already.", field="email")
    if not command.roles:
        raise Invalid("Choose at least one role.", field="roles")
    person = Person(
        id=uuid4(), email=email, name=required(command.name, "Enter a name.", field="name", limit=LINE),
        function=clean(command.function, field="function", limit=LINE), password=command.password_hash, active=True,
        fs_uniquifier=uuid4().hex, confirmed_at=now, create_datetime=now, language=command.language,
        roles=role_rows(session, command.roles),
    )  # fmt: skip
    session.add(person)
    session.flush()
    named = ",".join(sorted(command.roles))
    record_system(session, Tag.PERSON_ADDED, command.actor, now, person=str(person.id), roles=named)
    return person


def _address(text: str) -> str:
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise Invalid("Enter an e-mail address like name@example.org.", field="email") from error


def role_rows(session: Session, roles: Iterable[Role]) -> list[RoleRow]:
    """The rows of these roles, made where they are missing."""
    names = sorted(roles)
    known = set(session.scalars(select(RoleRow.name)))
    for name in names:
        if name not in known:
            insert_missing(session, RoleRow, name=name)
    return list(session.scalars(select(RoleRow).where(RoleRow.name.in_(names)).order_by(RoleRow.name)))


@dataclass(frozen=True, slots=True)
class ChangePerson:
    """New roles and standing of an account."""

    actor: Actor
    person: UUID
    roles: frozenset[Role]
    active: bool = True


def change_person(command: ChangePerson, *, session: Session, now: datetime) -> Person:
    """Change roles or close the account. Raises IllegalMove where nobody would be left to manage people."""
    require(command.actor, Permission.MANAGE_PEOPLE)
    person = session.get(Person, command.person)
    if person is None:
        raise NotFound("There is no such person.")
    if not command.roles:
        raise Invalid("Choose at least one role.", field="roles")
    loses = Role.ADMIN not in command.roles or not command.active
    if loses and not _other_admins(session, person):
        raise IllegalMove("At least one active administrator must remain. Make somebody else administrator first.")
    person.roles, person.active = role_rows(session, command.roles), command.active
    person.fs_uniquifier = person.fs_uniquifier if command.active else uuid4().hex
    named = ",".join(sorted(command.roles))
    record_system(
        session, Tag.PERSON_CHANGED, command.actor, now, person=str(person.id), roles=named, active=command.active
    )
    return person


def _other_admins(session: Session, person: Person) -> int:
    query = select(func.count()).select_from(Person).join(Person.roles)
    others = query.where(RoleRow.name == Role.ADMIN.value, Person.active.is_(True), Person.id != person.id)
    return session.scalar(others) or 0


def has_accounts(session: Session) -> bool:
    """Whether anybody has an account yet."""
    return session.scalar(select(func.count()).select_from(Person)) != 0


def token_hash(secret: str) -> str:
    """How a secret is kept."""
    return sha256(secret.encode()).hexdigest()


def make_token(
    session: Session, purpose: str, *, actor: Actor, now: datetime, lifetime: timedelta | None,
    person: UUID | None = None, label: str = "",
) -> str:  # fmt: skip
    """A new secret, shown once; only its hash is kept."""
    secret = secrets.token_urlsafe(32)
    session.add(
        Token(
            id=uuid4(),
            sha256=token_hash(secret),
            purpose=purpose,
            label=label,
            person_id=person,
            created_at=now,
            expires_at=now + lifetime if lifetime else None,
        )  # fmt: skip
    )
    record_system(session, Tag.TOKEN_MADE, actor, now, purpose=purpose)
    session.flush()
    return secret


def find_token(session: Session, secret: str, purpose: str, now: datetime) -> Token:
    """The live token for this secret. Raises NotFound when it is wrong, used, expired or revoked."""
    token = session.scalars(select(Token).where(Token.sha256 == token_hash(secret), Token.purpose == purpose)).first()
    if token is None or token.used_at or token.revoked_at or (token.expires_at and token.expires_at <= now):
        raise NotFound("This link is not valid any more. Ask for a new one.")
    return token


def setup_token(session: Session, *, actor: Actor, now: datetime) -> str | None:
    """A fresh secret for the set-up link, the only valid one; None when there are accounts already."""
    if has_accounts(session):
        return None
    for older in session.scalars(select(Token).where(Token.purpose == SETUP, Token.revoked_at.is_(None))):
        older.revoked_at = now
    return make_token(session, SETUP, actor=actor, now=now, lifetime=SETUP_LIFETIME)


def create_first_person(secret: str, command: CreatePerson, *, session: Session, now: datetime) -> Person:
    """Spend the set-up link on the first account, which gets the roles of the command."""
    token = find_token(session, secret, SETUP, now)
    if has_accounts(session):
        raise IllegalMove("There is an account already. Sign in, or ask an administrator for an account.")
    token.used_at = now
    return create_person(command, session=session, now=now, first=True)
