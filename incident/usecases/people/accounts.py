"""People with accounts: the first one by a link that works once, the others by an administrator."""

import secrets
from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import Invalid, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import SYSTEM, Actor, Role
from incident.domain.kernel.roles import DECIDING, PERMISSIONS, Permission, permissions_of, require
from incident.domain.kernel.text import LINE, clean, required
from incident.law.texts import LANGUAGES
from incident.store.insert import insert_missing
from incident.store.models import Person, RoleRow, Token
from incident.store.rows import among, read
from incident.usecases.common.insiders import left_alone
from incident.usecases.common.record import record_system
from incident.usecases.people import powers
from incident.usecases.people.group_roles import forget_taken

SETUP, SETUP_LASTS = "setup", timedelta(days=7)
FIRST_ROLES = frozenset({Role.ADMIN, Role.DPO, Role.RESPONDER})
"""Who sets up an installation runs it and handles the first breach; the second person must be somebody else."""
ONLY_REPORTS = frozenset({Role.REPORTER})
ROLE_TEXTS = {
    Role.REPORTER: "Reports breaches and follows their own reports",
    Role.RESPONDER: "Handles incidents",
    Role.DPO: "Data protection officer: decides, approves, submits and closes",
    Role.SECOND: "Second person for decisions not to notify, and for approvals",
    Role.AUDITOR: "Reads everything, changes nothing",
    Role.ADMIN: "Runs the installation: people and settings",
}


@dataclass(frozen=True, slots=True)
class NewPerson:
    """An account to be made. ``password_hash`` is made by the skin; None means that the person sets one by e-mail."""

    actor: Actor
    email: str
    name: str
    roles: frozenset[Role]
    password_hash: str | None = None
    function: str = ""
    language: str | None = None
    zone: str = "Europe/Amsterdam"


@dataclass(frozen=True, slots=True)
class ChangePerson:
    """What an administrator changes of an account."""

    actor: Actor
    person: UUID
    name: str
    roles: frozenset[Role]
    active: bool
    function: str = ""
    slack_user_id: str | None = None
    duty_order: int | None = None


def anybody(session: Session) -> bool:
    """Whether there is at least one account."""
    return session.scalars(select(Person.id).limit(1)).first() is not None


def ensure_roles(session: Session) -> dict[Role, RoleRow]:
    """The rows of all roles, made where they are missing."""
    for role, text in ROLE_TEXTS.items():
        insert_missing(session, RoleRow, name=role.value, description=text)
    return {Role(row.name): row for row in session.scalars(select(RoleRow))}


def issue_setup_token(session: Session, *, now: datetime) -> str | None:
    """A fresh one-time secret for making the first account, or None once there is an account.

    Every earlier set-up link stops working: only the newest one was printed last.
    """
    if anybody(session):
        return None
    for row in session.scalars(select(Token).where(Token.purpose == SETUP, Token.revoked_at.is_(None))):
        row.revoked_at = now
    secret = secrets.token_urlsafe(24)
    session.add(Token(id=uuid4(), sha256=_digest(secret), purpose=SETUP, created_at=now, expires_at=now + SETUP_LASTS))
    record_system(session, Tag.TOKEN_MADE, SYSTEM, now, purpose=SETUP)
    session.flush()
    return secret


def find_setup_token(session: Session, secret: str, *, now: datetime) -> Token:
    """The usable set-up token of this secret. Raises NotFound for any other."""
    token = session.scalars(select(Token).where(Token.sha256 == _digest(secret), Token.purpose == SETUP)).one_or_none()
    expired = token is None or token.expires_at is None or token.expires_at < now
    if token is None or expired or token.used_at is not None or token.revoked_at is not None or anybody(session):
        raise NotFound("This link has been used or has expired. Restart Meldklok to get a new one.")
    return token


def set_up_first_person(session: Session, secret: str, person: NewPerson, *, now: datetime) -> Person:
    """Make the first account with a set-up link, which then stops working."""
    token = find_setup_token(session, secret, now=now)
    session.refresh(token, with_for_update=True)
    made = add_person(session, replace(person, roles=FIRST_ROLES), now=now)
    token.used_at, token.person_id = now, made.id
    record_system(session, Tag.TOKEN_REVOKED, made.actor(), now, purpose=SETUP)
    return made


def create_person(command: NewPerson, *, session: Session, now: datetime) -> Person:
    """Make an account; roles that decide may have to wait for somebody else.

    Raises Invalid at the field, NotAllowed without the permission.
    """
    if command.actor is not SYSTEM:
        require(command.actor, Permission.MANAGE_PEOPLE)
    deciding = command.roles & DECIDING
    if deciding and not powers.is_free(session, command.actor):
        person = add_person(session, replace(command, roles=command.roles - deciding or ONLY_REPORTS), now=now)
    else:
        person = add_person(session, command, now=now)
    if deciding:
        powers.use_or_ask(session, command.actor, powers.giving(person, deciding), now=now)
    return person


def add_person(session: Session, command: NewPerson, *, now: datetime) -> Person:
    """Make the account without asking who may; for the first person and for the command line."""
    email = valid_email(command.email)
    if session.scalars(select(Person.id).where(func.lower(Person.email) == email.lower())).first() is not None:
        raise Invalid("There is an account with this e-mail address already.", field="email")
    if not command.roles:
        raise Invalid("Choose at least one role.", field="roles")
    rows = ensure_roles(session)
    person = Person(
        id=uuid4(),
        email=email,
        name=required(command.name, "Enter a name.", field="name", limit=LINE),
        function=clean(command.function, field="function", limit=LINE),
        password=command.password_hash,
        active=True,
        fs_uniquifier=uuid4().hex,
        fs_webauthn_user_handle=uuid4().hex,
        create_datetime=now,
        confirmed_at=now,
        language=valid_language(command.language),
        zone=valid_zone(command.zone),
        login_count=0,
        roles=[rows[role] for role in sorted(command.roles)],
    )
    session.add(person)
    session.flush()
    roles = ",".join(sorted(command.roles))
    record_system(session, Tag.PERSON_ADDED, command.actor, now, person=str(person.id), roles=roles)
    return person


def change_person(command: ChangePerson, *, session: Session, now: datetime) -> Person:
    """Change an account; roles that decide, and who decides in Slack, may have to wait for somebody else.

    The last active administrator can neither be switched off nor lose that role; nor can the last person who could work
    on a restricted incident, until somebody else is let in.
    """
    require(command.actor, Permission.MANAGE_PEOPLE)
    person = find_person(session, command.person)
    if not command.roles:
        raise Invalid("Choose at least one role.", field="roles")
    keeps = command.active and Role.ADMIN in command.roles
    if not keeps and is_last_admin(session, person):
        raise Invalid("This is the last administrator. Give somebody else that role first.", field="roles")
    if command.active and command.duty_order is not None and Permission.VIEW_ALL not in permissions_of(command.roles):
        raise Invalid(
            "Whoever may open no incident cannot be on duty. Clear the place on the duty list, or choose another role.",
            field="duty_order",
        )
    rows = ensure_roles(session)
    deciding = bool(command.roles & DECIDING) or powers.decides(person)
    slack_id = clean(command.slack_user_id or "", field="slack_user_id", limit=32) or None
    powers.check_slack_free(session, person, slack_id)
    slack_id = powers.slack_at_once(session, command.actor, person, slack_id, deciding=deciding, now=now)
    held = powers.roles_at_once(session, command.actor, person, command.roles, now=now)
    _check_not_left_alone(session, person, command, held)
    person.name = required(command.name, "Enter a name.", field="name", limit=LINE)
    person.function = clean(command.function, field="function", limit=LINE)
    person.roles = [rows[role] for role in sorted(held)]
    forget_taken(session, person, held)
    if person.active and not command.active:
        person.fs_uniquifier = uuid4().hex
    person.active, person.duty_order = command.active, command.duty_order
    person.slack_user_id = slack_id
    session.flush()
    roles = ",".join(sorted(held))
    record_system(
        session, Tag.PERSON_CHANGED, command.actor, now, person=str(person.id), roles=roles, active=command.active
    )
    return person


def _check_not_left_alone(session: Session, person: Person, command: ChangePerson, held: Set[Role]) -> None:
    """Raise Invalid where a restricted incident would have nobody any more who may work on it."""
    if references := left_alone(session, person, held if command.active else frozenset()):
        raise Invalid(
            "Nobody else who may know of %(references)s could work on it. "
            'Let somebody in first, on the page "Approve roles and access".',
            field="roles" if command.active else "active",
            references=", ".join(references),
        )


def reset_second_factor(session: Session, actor: Actor, person_id: UUID, *, now: datetime) -> bool:
    """Take away a lost second factor; False when somebody else has to agree first."""
    require(actor, Permission.MANAGE_PEOPLE)
    person = find_person(session, person_id)
    use = powers.Use(powers.Power.FACTOR, person, {})
    if powers.decides(person) and not powers.use_or_ask(session, actor, use, now=now):
        return False
    powers.take_factor_away(session, person)
    record_system(session, Tag.PERSON_CHANGED, actor, now, person=str(person.id), second_factor="reset")
    session.flush()
    return True


def give_roles(session: Session, actor: Actor, person: Person, roles: frozenset[Role], *, now: datetime) -> None:
    """Give somebody more roles; from the command line of the machine, where nobody else has to agree."""
    command = ChangePerson(
        actor, person.id, person.name or person.email, person.actor().roles | roles, person.active, person.function,
        person.slack_user_id, person.duty_order,
    )  # fmt: skip
    change_person(command, session=session, now=now)


def find_person(session: Session, person_id: UUID) -> Person:
    """The account with this id. Raises NotFound."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("There is no such person.")
    return person


def people(session: Session) -> list[Person]:
    """All accounts, active ones first, by name."""
    return list(session.scalars(select(Person).order_by(Person.active.desc(), func.lower(Person.name), Person.email)))


def able_to(session: Session, permission: Permission, holder: UUID | None = None) -> dict[UUID, str]:
    """The names, by key, of the active people whose roles permit it; and of ``holder``, who has it already."""
    return {key: name or email for key, name, email in read(session, _able(permission), {"holder": holder})}


@cache
def _able(permission: Permission) -> Select[UUID, str, str]:
    roles = [role.value for role in Role if permission in PERMISSIONS[role]]
    able = and_(Person.active, Person.roles.any(among(RoleRow.name, *roles)))
    query = select(Person.id, Person.name, Person.email).where(or_(able, Person.id == bindparam("holder")))
    return query.order_by(func.lower(Person.name), Person.email)


def valid_email(text: str) -> str:
    """The address in its normal form. Raises Invalid."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError as problem:
        raise Invalid("Enter an e-mail address, like name@example.org.", field="email") from problem


def valid_language(code: str | None) -> str | None:
    """A page language, or None for the browser's. Raises Invalid."""
    if code in (None, ""):
        return None
    if code not in LANGUAGES:
        raise Invalid("Choose a language from the list.", field="language")
    return code


def valid_zone(name: str) -> str:
    """The name of an existing time zone. Raises Invalid."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise Invalid("Enter a time zone, like Europe/Amsterdam.", field="zone") from problem


def save_preferences(
    session: Session, person: Person, *, name: str, language: str | None, zone: str, now: datetime
) -> Person:
    """What a person sets for themselves."""
    person.name = required(name, "Enter a name.", field="name", limit=LINE)
    person.language, person.zone = valid_language(language), valid_zone(zone)
    record_system(session, Tag.PERSON_CHANGED, person.actor(), now, person=str(person.id), own="preferences")
    session.flush()
    return person


def is_last_admin(session: Session, person: Person) -> bool:
    """Whether nobody else could run the installation."""
    if not person.active or Role.ADMIN not in {Role(role.name) for role in person.roles}:
        return False
    others = select(Person.id).join(Person.roles).where(RoleRow.name == Role.ADMIN.value, Person.active)
    return session.scalars(others.where(Person.id != person.id)).first() is None


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def person_with_email(session: Session, email: str) -> Person:
    """The account with this address. Raises NotFound when there is none."""
    person = session.scalars(select(Person).where(func.lower(Person.email) == email.strip().lower())).one_or_none()
    if person is None:
        raise NotFound("There is no account with this e-mail address.")
    return person
