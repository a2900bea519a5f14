"""Record the events from which the clocks of other law run: NIS2, DORA, CRA and others each name one of their own."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from incident.domain.chronology import check_instant
from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import clean
from incident.law.facts import Trigger
from incident.law.regimes import all_regimes
from incident.law.triggers import trigger_of
from incident.law.vocabulary import UNKNOWN, Ternary, TriggerKind
from incident.store.models import Incident
from incident.usecases.common.access import incident_for
from incident.usecases.common.fact_versions import append_version, current_facts
from incident.usecases.common.record import record
from incident.usecases.response.consequences import follow
from incident.usecases.response.triage import must_be_open

MOMENTS: Final = ("aware_at", "classified_at", "fixed_at")


def triggers_of(duty: str) -> tuple[TriggerKind, ...]:
    """The events that the duties of one law need; none for the GDPR."""
    kinds = (regime.trigger for regime in all_regimes() if regime.setting == duty and regime.trigger)
    return tuple(dict.fromkeys(kinds))


@dataclass(frozen=True, slots=True)
class StateTrigger:
    """Whether an event of other law is established, and since when; instants are aware, None leaves one open."""

    actor: Actor
    incident: UUID | str
    kind: TriggerKind
    met: Ternary
    aware_at: datetime | None = None
    classified_at: datetime | None = None
    fixed_at: datetime | None = None
    reason: str = ""


def state_trigger(command: StateTrigger, *, session: Session, now: datetime) -> Incident:
    """Record it; the clocks of that law follow. That there was no such event ends no clock: that takes a decision.

    Raises Invalid for an impossible moment, and at ``reason`` where a stated moment is changed without one.
    """
    incident = incident_for(session, command.incident, command.actor, Permission.RECORD)
    must_be_open(incident)
    facts = current_facts(session, incident)
    before, stated = trigger_of(facts, command.kind), _stated(command, now)
    reason = clean(command.reason, field="reason")
    moved = any(getattr(before, name) not in (UNKNOWN, getattr(stated, name)) for name in MOMENTS)
    if moved and not reason:
        raise Invalid("You correct a moment that moves a clock. Write why.", field="reason")
    if stated == before:
        return incident
    others = tuple(each for each in facts.triggers if each.kind is not command.kind)
    after = replace(facts, triggers=(*others, stated))
    append_version(session, incident, after, actor=command.actor, now=now, chapter="introduction", reason=reason)
    version = incident.fact_version
    record(session, incident, Tag.FACTS_RECORDED, command.actor, now, version=version, fields="triggers")
    follow(session, incident, after, actor=command.actor, now=now)
    return incident


def _stated(command: StateTrigger, now: datetime) -> Trigger:
    moments = {name: getattr(command, name) for name in MOMENTS}
    checked = {name: check_instant(at, field=name, now=now) for name, at in moments.items() if at is not None}
    return Trigger(command.kind, command.met, **checked)
