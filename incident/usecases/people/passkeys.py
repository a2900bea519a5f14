"""Passkeys: a device that knows its owner signs in, and counts as password and second factor at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import IllegalMove, Invalid, NotAllowed, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.sessions import powerful
from incident.domain.kernel.text import LINE, required
from incident.store.models import Passkey, Person, SignIn
from incident.usecases.common.inbound import once
from incident.usecases.common.record import record_system
from incident.usecases.messages.queue import queue

MOST: Final = 10
"""Devices of one person."""


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What a device has just made, checked; both texts are base64url."""

    name: str
    credential: str
    public_key: str
    sign_count: int


def passkeys_of(session: Session, person_id: UUID) -> Sequence[Passkey]:
    """A person's passkeys, the oldest first."""
    return session.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.made_at)).all()


def holders_of_passkeys(session: Session, people: Iterable[Person]) -> frozenset[UUID]:
    """Which of these people have one at all."""
    return frozenset(
        session.scalars(select(Passkey.person_id).where(Passkey.person_id.in_([one.id for one in people])))
    )


def only_by_passkey(session: Session, person: Person) -> bool:
    """Whether a passkey is the second factor of this person: then nothing weaker opens the account."""
    return not person.tf_primary_method and bool(passkeys_of(session, person.id))


def add_passkey(session: Session, person: Person, new: NewPasskey, sign_in: UUID, *, now: datetime) -> Passkey:
    """Keep a new one, on record; the sign-in at which it was made counts as one with it.

    Raises Invalid at ``name``, and IllegalMove for one that is kept already or one too many.
    """
    mine = passkeys_of(session, person.id)
    name = required(new.name, "Enter a name by which you know the device.", field="name", limit=LINE)
    if any(one.name == name for one in mine):
        raise Invalid("You have a passkey of this name already.", field="name")
    if len(mine) >= MOST or session.scalars(select(Passkey).where(Passkey.credential == new.credential)).first():
        raise IllegalMove("This device has a passkey here already, or you have ten of them.", field="name")
    row = Passkey(
        id=uuid4(),
        person_id=person.id,
        credential=new.credential,
        public_key=new.public_key,
        sign_count=new.sign_count,
        name=name,
        made_at=now,
    )
    session.add(row)
    session.execute(update(SignIn).where(SignIn.id == sign_in).values(strong=True))
    session.flush()
    record_system(session, Tag.PASSKEY_MADE, person.actor(), now, person=str(person.id))
    _tell(session, row, now)
    return row


def _tell(session: Session, row: Passkey, now: datetime) -> None:
    """Whoever owned the account until now learns of the new way in."""
    queue(
        session,
        incident=None,
        template="passkey_made",
        params={"name": row.name, "path": "/account/passkeys"},
        to=row.person_id,
        now=now,
        dedupe=f"passkey:{row.id}",
        personally=True,
    )


def find_passkey(session: Session, credential: str) -> Passkey:
    """The passkey of this credential. Raises NotAllowed where there is none, or its owner is switched off."""
    row = session.scalars(select(Passkey).where(Passkey.credential == credential)).one_or_none()
    if row is None or not row.person.active:
        raise NotAllowed("This passkey opens no account here.")
    return row


def note_used(session: Session, row: Passkey, challenge: str, sign_count: int, *, now: datetime) -> None:
    """It has just answered this challenge, which counts for nothing any more. Raises NotAllowed the second time."""
    _result, first = once(session, f"passkey:{challenge}", now, dict)
    if not first:
        raise NotAllowed("This passkey opens no account here.")
    row.sign_count, row.used_at = sign_count, now


def remove_passkey(session: Session, person: Person, passkey: UUID, *, now: datetime) -> None:
    """Forget one of one's own. Raises NotFound, and IllegalMove where power would be left without a second factor."""
    mine = passkeys_of(session, person.id)
    found = next((one for one in mine if one.id == passkey), None)
    if found is None:
        raise NotFound("There is no such passkey.")
    if len(mine) == 1 and not person.tf_primary_method and powerful(person.actor().roles):
        raise IllegalMove("Your role needs a second factor. Set up another one first, then remove this one.")
    session.delete(found)
    session.flush()
    record_system(session, Tag.PASSKEY_REMOVED, person.actor(), now, person=str(person.id))


__all__ = [
    "NewPasskey",
    "add_passkey",
    "find_passkey",
    "holders_of_passkeys",
    "note_used",
    "only_by_passkey",
    "passkeys_of",
    "remove_passkey",
]
