"""Sign-ins at the identity provider that are under way: kept in this browser's signed cookie until complete."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from flask import session

from incident.domain.kernel.people import Role
from incident.domain.provider import Identity
from incident.usecases.people.provider import Entry
from incident.web.clock import now

if TYPE_CHECKING:
    from incident.store.models import Person

ASKED, ARRIVED, LEFT = "provider_asked", "provider_arrived", "provider_left"
WITHIN: Final = timedelta(minutes=10)
"""For so long somebody may take to sign in there, and to type a code here."""
MOST: Final = 3
"""So many windows of one browser at once."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A browser that was sent to the provider: the secrets of this one time, and where it wants to go."""

    state: str
    nonce: str
    verifier: str
    next: str
    person: str
    """Who has to prove who they are; empty for a sign-in."""
    at: float


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who came back from the provider, and is signed in once nothing more is asked."""

    entry: Entry
    strong: bool
    proved_at: datetime | None
    """When the person last proved who they are; None where the provider does not say."""


def keep_asked(asked: Asked) -> None:
    """Remember it until the browser is back; the oldest of too many is forgotten."""
    session[ASKED] = [asdict(asked), *_fresh(ASKED)][:MOST]


def take_asked(state: str) -> Asked | None:
    """The one of this state, which then counts for nothing any more; None for one that is not this browser's."""
    found = [one for one in _fresh(ASKED) if one["state"] == state]
    session[ASKED] = [one for one in _fresh(ASKED) if one["state"] != state]
    return Asked(**found[0]) if found else None


def keep_arrival(person: "Person", identity: Identity, *, strong: bool) -> None:
    """Remember it while a code is asked for; ``strong`` is a second factor there that counts for this account."""
    roles = None if identity.roles is None else sorted(identity.roles)
    proved = identity.signed_in_at.timestamp() if identity.signed_in_at else None
    session[ARRIVED] = [
        {
            "person": str(person.id),
            "issuer": identity.issuer,
            "subject": identity.subject,
            "roles": roles,
            "strong": strong,
            "proved": proved,
            "at": now().timestamp(),
        }
    ]


def take_arrival(person_id: UUID, *, by_code: bool) -> Arrival | None:
    """What this person brought from the provider, once; a code that was typed since is the better proof."""
    found = [one for one in _fresh(ARRIVED) if one["person"] == str(person_id)]
    session.pop(ARRIVED, None)
    if not found:
        return None
    one = found[0]
    roles = None if one["roles"] is None else frozenset(map(Role, one["roles"]))
    said = None if one["proved"] is None else min(datetime.fromtimestamp(one["proved"], UTC), now())
    return Arrival(Entry(one["issuer"], one["subject"], roles), one["strong"], now() if by_code else said)


def note_left() -> None:
    """Somebody signed out here who is still signed in at the provider."""
    session[LEFT] = True


def has_left() -> bool:
    """Whether the next sign-in there has to ask anew, for the next person at this browser may be another one."""
    return bool(session.get(LEFT))


def forget_left() -> None:
    """Somebody signed in."""
    session.pop(LEFT, None)


def _fresh(name: str) -> list[dict[str, Any]]:
    oldest = (now() - WITHIN).timestamp()
    return [one for one in session.get(name, ()) if one["at"] > oldest]


__all__ = [
    "Arrival",
    "Asked",
    "forget_left",
    "has_left",
    "keep_arrival",
    "keep_asked",
    "note_left",
    "take_arrival",
    "take_asked",
]
