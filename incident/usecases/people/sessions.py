"""Sign-ins as rows: a cookie opens something only while its row is there, so signing out ends it everywhere at once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import Select, bindparam, delete, select, update
from sqlalchemy.orm import Session, joinedload

from incident.domain.kernel.errors import NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, may
from incident.domain.kernel.sessions import KEPT, is_alive, powerful
from incident.store.models import Person, SignIn
from incident.usecases.common.record import record_system

SEEN_EVERY: Final = timedelta(minutes=5)
"""How exactly the last request is known: not every page needs a write."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody signs in: the browser in words, and the network address."""

    browser: str = ""
    address: str = ""


def begin(
    session: Session,
    person: Person,
    place: Place,
    *,
    kept: bool,
    proved_at: datetime | None,
    now: datetime,
    elsewhere: bool = False,
    strong: bool = False,
) -> str:
    """Note a sign-in; gives the secret for its cookie, which is kept nowhere else.

    ``proved_at`` is None where nobody says; ``elsewhere`` is at the identity provider, ``strong`` with what counts
    there as a second factor.
    """
    secret = secrets.token_urlsafe(32)
    row = SignIn(
        id=uuid4(),
        sha256=_digest(secret),
        person_id=person.id,
        stamp=person.fs_uniquifier,
        began_at=now,
        seen_at=now,
        proved_at=proved_at,
        kept=kept,
        elsewhere=elsewhere,
        strong=strong,
        browser=place.browser[:255],
        address=place.address[:64],
    )
    session.add(row)
    session.flush()
    return secret


def found(session: Session, secret: str | None, *, now: datetime) -> SignIn | None:
    """The living sign-in of a cookie with its person, or None: ended, too old, idle for too long, or switched off."""
    if not secret:
        return None
    row = session.scalars(_with_person(), {"sha256": _digest(secret)}).unique().one_or_none()
    return row if row is not None and _alive(row, now) else None


@cache
def _with_person() -> Select[SignIn]:
    """Every page asks this, so it is put together once."""
    person = joinedload(SignIn.person).joinedload(Person.roles)
    return select(SignIn).where(SignIn.sha256 == bindparam("sha256")).options(person)


def _alive(row: SignIn, now: datetime) -> bool:
    person = row.person
    same = person.active and row.stamp == person.fs_uniquifier
    return same and is_alive(person.actor().roles, kept=row.kept, began=row.began_at, seen=row.seen_at, now=now)


def note_seen(session: Session, sign_in_id: UUID, *, now: datetime) -> None:
    """The person has just asked for something; without it a sign-in ends by itself."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))


def note_proof(session: Session, actor: Actor, sign_in_id: UUID, *, by: str, now: datetime) -> None:
    """The person has just proved who they are, as at a sign-in; ``by`` says with what."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(proved_at=now))
    record_system(session, Tag.PERSON_PROVED, actor, now, person=str(actor.id), by=by)


def second_factor_due(person: Person, *, grace: timedelta, now: datetime) -> datetime | None:
    """When this person needs a second factor, None for who has one or needs none; grace runs from the first sign-in.

    It is given once: who loses a second factor needs a new one at once.
    """
    if person.tf_primary_method or not powerful(person.actor().roles):
        return None
    if person.second_factor_due_at is None:
        person.second_factor_due_at = now + grace
    return person.second_factor_due_at


def must_set_up(row: SignIn) -> bool:
    """Whether this sign-in opens nothing but the page for a second factor; one that began in time is let finish."""
    person = row.person
    if row.strong or person.tf_primary_method or not powerful(person.actor().roles):
        return False
    return person.second_factor_due_at is not None and row.began_at >= person.second_factor_due_at


def sign_ins_of(session: Session, person_id: UUID, *, now: datetime) -> list[SignIn]:
    """The living sign-ins of a person, the latest first."""
    rows = session.scalars(select(SignIn).where(SignIn.person_id == person_id).order_by(SignIn.seen_at.desc()))
    return [row for row in rows if _alive(row, now)]


def sign_out(session: Session, secret: str | None, actor: Actor, *, now: datetime) -> None:
    """End the sign-in of a cookie, on record."""
    if secret and _end(session, SignIn.sha256 == _digest(secret)):
        record_system(session, Tag.PERSON_SIGNED_OUT, actor, now, person=str(actor.id))


def end_one(session: Session, actor: Actor, sign_in_id: UUID, *, now: datetime) -> None:
    """End one of one's own sign-ins. Raises NotFound for any other."""
    if not _end(session, SignIn.id == sign_in_id, SignIn.person_id == actor.id):
        raise NotFound("Nobody is signed in there any more.")
    record_system(session, Tag.PERSON_SIGNED_OUT, actor, now, person=str(actor.id))


def end_all(session: Session, actor: Actor, person_id: UUID, *, now: datetime, but: UUID | None = None) -> int:
    """End every sign-in of a person except ``but``; says how many there were.

    Raises NotFound for somebody else without the right to manage people.
    """
    if actor.id != person_id and not may(actor, Permission.MANAGE_PEOPLE):
        raise NotFound("There is no such person.")
    which = SignIn.person_id == person_id
    number = _end(session, which) if but is None else _end(session, which, SignIn.id != but)
    if number:
        record_system(session, Tag.PERSON_SIGNED_OUT, actor, now, person=str(person_id), sign_ins=number)
    return number


def forget_old_sign_ins(session: Session, *, now: datetime) -> None:
    """Erase the rows that nothing can bring back to life, with the addresses in them."""
    _end(session, SignIn.began_at <= now - KEPT.whole)


def _end(session: Session, *which: object) -> int:
    return len(session.scalars(delete(SignIn).where(*which).returning(SignIn.id)).all())  # type: ignore[arg-type]


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
