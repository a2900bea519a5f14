"""The organisation's doors: made, changed and shut by whoever may change settings."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from incident.domain.doors import DOORS, Door, checked, document_of, doors_from, with_door
from incident.domain.kernel.errors import NotFound
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, require
from incident.domain.organisation import OrganisationProfile
from incident.store.settings import newest
from incident.usecases.common.settings import organisation_profile, save_setting

MISSING = "There is no such reporting page. The link may be old, or the page has been closed."


def doors(session: Session) -> tuple[Door, ...]:
    """All doors, by name."""
    return doors_from(newest(session, DOORS) or {})


def door(session: Session, key: str) -> Door:
    """One door. Raises NotFound."""
    found = next((one for one in doors(session) if one.key == key), None)
    if found is None:
        raise NotFound(MISSING)
    return found


def open_door(session: Session, key: str) -> Door:
    """One door that is open; one that is shut looks like none. Raises NotFound."""
    found = door(session, key)
    if not found.is_open:
        raise NotFound(MISSING)
    return found


def reachable(session: Session) -> OrganisationProfile | None:
    """Whom a stranger may call or mail who found no door: what every open door says anyway, and nothing without one."""
    return organisation_profile(session) if any(one.is_open for one in doors(session)) else None


def new_key() -> str:
    """An address that nobody guesses."""
    return f"d-{secrets.token_hex(8)}"


@dataclass(frozen=True, slots=True)
class SaveDoor:
    """A door as it should be, in the place of the one with the address ``replaces``, or as a new one."""

    actor: Actor
    door: Door
    replaces: str | None = None


def save_door(command: SaveDoor, *, session: Session, now: datetime) -> Door:
    """Store the doors with this one. Raises Invalid at the field it is about, NotFound for a door that is gone."""
    require(command.actor, Permission.MANAGE_SETTINGS)
    if command.replaces is not None:
        door(session, command.replaces)
    wanted = checked(command.door)
    changed = with_door(doors(session), wanted, command.replaces)
    save_setting(session, DOORS, document_of(changed), actor=command.actor, now=now)
    return wanted


@dataclass(frozen=True, slots=True)
class RemoveDoor:
    """Take a door away; what was reported by it stays, and its reporters can still come back."""

    actor: Actor
    key: str


def remove_door(command: RemoveDoor, *, session: Session, now: datetime) -> None:
    """Store the doors without this one. Raises NotFound."""
    require(command.actor, Permission.MANAGE_SETTINGS)
    gone = door(session, command.key)
    left = [one for one in doors(session) if one.key != gone.key]
    save_setting(session, DOORS, document_of(left), actor=command.actor, now=now)
