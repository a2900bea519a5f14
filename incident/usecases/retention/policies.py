"""The policies of this house, and the hold that lets an incident's data outlast them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from incident.domain.kernel.errors import IllegalMove
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, require
from incident.domain.kernel.text import required
from incident.domain.retention import Kept, checked, policies_from
from incident.store.models import Incident, SettingVersion
from incident.store.settings import current_setting
from incident.usecases.common.access import incident_for
from incident.usecases.common.record import record
from incident.usecases.common.settings import save_setting

RETENTION = "retention"


def policies(session: Session) -> dict[Kept, int]:
    """The days for which each kind is kept."""
    row = current_setting(session, RETENTION)
    return policies_from(row.document if row else None)


@dataclass(frozen=True, slots=True)
class SavePolicies:
    """Choose the days of every kind anew."""

    actor: Actor
    days: Mapping[Kept, int]


def save_policies(command: SavePolicies, *, session: Session, now: datetime) -> SettingVersion:
    """Keep them; the next night goes by them. Raises Invalid at the kind."""
    require(command.actor, Permission.MANAGE_SETTINGS)
    return save_setting(session, RETENTION, checked(command.days), actor=command.actor, now=now)


@dataclass(frozen=True, slots=True)
class PlaceHold:
    """Nothing of this incident is erased until the hold is lifted: a claim, a complaint, an inquiry."""

    actor: Actor
    incident: UUID | str
    reason: str


def place_hold(command: PlaceHold, *, session: Session, now: datetime) -> Incident:
    """Hold the incident's data, with the reason on record. Raises Invalid without one."""
    incident = incident_for(session, command.incident, command.actor, Permission.CLOSE)
    if incident.held_at is not None:
        raise IllegalMove("The data of this incident are on hold already.")
    reason = required(command.reason, "Write why the data must stay.", field="reason", limit=500)
    incident.held_at, incident.held_by, incident.held_because = now, command.actor.name, reason
    record(session, incident, Tag.HOLD_PLACED, command.actor, now)
    return incident


def lift_hold(session: Session, key: UUID | str, *, actor: Actor, now: datetime) -> Incident:
    """Let the policies apply again; who had placed it and why stays in the log's commitments."""
    incident = incident_for(session, key, actor, Permission.CLOSE)
    if incident.held_at is None:
        raise IllegalMove("The data of this incident are not on hold.")
    incident.held_at, incident.held_by, incident.held_because = None, None, None
    record(session, incident, Tag.HOLD_LIFTED, actor, now)
    return incident
