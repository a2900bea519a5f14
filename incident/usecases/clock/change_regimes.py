"""Which law besides the GDPR applies, and the house's own hours; what runs already follows at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import OPEN_STATUSES
from incident.domain.kernel.json import Json
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, require
from incident.law.regimes import settings
from incident.store.models import Incident
from incident.usecases.clock.deadlines import sync_deadlines
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.settings import REGIMES, save_setting


@dataclass(frozen=True, slots=True)
class ChangeRegimes:
    """The laws by their settings; without ``house_hours`` the default of the rules."""

    actor: Actor
    regimes: Collection[str]
    house_hours: int | None = None


def change_regimes(command: ChangeRegimes, *, session: Session, now: datetime) -> int:
    """Store the choice and bring the deadlines of all open incidents in line; returns how many there are.

    A day of 24 hours is over before the facts of a running incident need change again. Nothing ends by this: only a
    decision ends the clock of other law.
    """
    require(command.actor, Permission.MANAGE_SETTINGS)
    document: dict[str, Json] = {"regimes": [name for name in settings() if name in command.regimes]}
    if command.house_hours:
        document["house_hours"] = command.house_hours
    save_setting(session, REGIMES, document, actor=command.actor, now=now)
    running = session.scalars(select(Incident).where(Incident.status.in_(OPEN_STATUSES)).order_by(Incident.reference))
    found = running.all()
    for incident in found:
        sync_deadlines(session, incident, current_facts(session, incident), actor=command.actor, now=now)
    return len(found)
