"""Record answers of the fact sheet as a new version; keep what is only being typed in a draft per person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from incident.domain.chronology import check_awareness, check_chronology, check_days
from incident.domain.fact_sheet import changed_fields, merge
from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import PARAGRAPH, clean
from incident.law.facts import BreachFacts, FactValue, FactValues
from incident.law.groups import with_totals
from incident.law.questions import SET_BY_OTHER_ACTS, Kind, questions
from incident.store.models import FactDraft, Incident
from incident.usecases.clock.deadlines import tells_customers_later
from incident.usecases.common.access import incident_for
from incident.usecases.common.fact_versions import append_version, current_facts, facts_at
from incident.usecases.common.record import record
from incident.usecases.common.settings import with_known_customers, with_known_systems
from incident.usecases.response.consequences import follow
from incident.usecases.response.triage import moves_a_clock

CORRECTION_ASKS_REASON = frozenset(
    {"aware_at", "processor_aware_at", "processor_told_us_at", "first_signal_at", "discovered_at", "is_breach"}
)
"""A change of these moves a legal clock, so the record must say why it was made."""


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """Typed answers (values of :class:`BreachFacts` fields) by somebody who looked at ``base_version``."""

    actor: Actor
    incident: UUID | str
    values: Mapping[str, FactValue]
    base_version: int
    chapter: str = ""
    reason: str = ""


def record_facts(command: RecordFacts, *, session: Session, now: datetime) -> Incident:
    """Store the answers as the next version; without a change nothing is stored.

    Raises FactConflict where somebody else changed the same answers meanwhile, Invalid at the field for impossible
    values, and Invalid at ``reason`` where a stated moment or role that moves a clock is corrected, or a customer would
    be told later than promised, without one.
    """
    incident = incident_for(session, command.incident, command.actor, Permission.RECORD)
    _refuse_foreign(command.values)
    base = facts_at(session, incident, min(command.base_version, incident.fact_version))
    before = current_facts(session, incident)
    after = with_totals(merge(base, before, _tidy(command.values)))
    if "systems" in command.values:
        after = with_known_systems(session, after)
    if "affected_controllers" in command.values:
        after = with_known_customers(session, before, after)
    changed = changed_fields(before, after)
    if not changed:
        return incident
    _check(before, after, changed, command, now)
    moved = moves_a_clock(before, after) or tells_customers_later(session, incident, after, now)
    if moved and not command.reason.strip():
        raise Invalid("You correct what moves a clock. Write why.", field="reason")
    append_version(
        session,
        incident,
        after,
        actor=command.actor,
        now=now,
        chapter=command.chapter,
        reason=clean(command.reason, field="reason"),
    )
    fields = ",".join(changed)
    record(session, incident, Tag.FACTS_RECORDED, command.actor, now, version=incident.fact_version, fields=fields)
    drop_draft(session, incident, command.actor, command.chapter)
    follow(session, incident, after, actor=command.actor, now=now)
    return incident


def _refuse_foreign(values: Mapping[str, FactValue]) -> None:
    for name in values:
        if name in SET_BY_OTHER_ACTS:
            raise Invalid("This is recorded by another step and cannot be typed here.", field=name)


def _tidy(values: Mapping[str, FactValue]) -> FactValues:
    return {
        name: clean(value, field=name, limit=PARAGRAPH) if isinstance(value, str) and type(value) is str else value
        for name, value in values.items()
    }


def _check(
    before: BreachFacts, after: BreachFacts, changed: tuple[str, ...], command: RecordFacts, now: datetime
) -> None:
    check_chronology(after, now)
    check_days(after, changed, now)
    if {"aware_at", "first_signal_at", "discovered_at", "aware_ground"} & set(changed):
        check_awareness(after)
    for name in (one.name for one in questions().values() if one.kind is Kind.COUNT):
        value = getattr(after, name)
        if isinstance(value, int) and value < 0:
            raise Invalid("Enter a number of 0 or more.", field=name)
    for low, high in (("subjects_min", "subjects_max"), ("records_min", "records_max")):
        least, most = getattr(after, low), getattr(after, high)
        if isinstance(least, int) and isinstance(most, int) and least > most:
            raise Invalid("The maximum must not be smaller than the minimum.", field=high)
    corrected = [name for name in changed if name in CORRECTION_ASKS_REASON and _was_stated(before, name)]
    if corrected and not command.reason.strip():
        raise Invalid("You correct a moment that moves a clock. Write why.", field="reason")


def _was_stated(facts: BreachFacts, name: str) -> bool:
    return isinstance(getattr(facts, name), datetime)


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """What somebody is typing in one form, exactly as typed."""

    actor: Actor
    incident: UUID | str
    form: str
    values: Mapping[str, FactValue]
    base_version: int


def save_draft(command: SaveDraft, *, session: Session, now: datetime) -> None:
    """Keep the typing of one person in one form; it is nobody else's and no part of the record."""
    incident = incident_for(session, command.incident, command.actor, Permission.RECORD)
    drop_draft(session, incident, command.actor, command.form)
    session.add(
        FactDraft(
            id=uuid4(),
            incident_id=incident.id,
            person_id=command.actor.id,
            form=command.form,
            base_version=command.base_version,
            values=dict(command.values),
            updated_at=now,
        )
    )
    session.flush()


def find_draft(session: Session, incident: Incident, actor: Actor, form: str) -> FactDraft | None:
    """What this person left unrecorded in this form, or None."""
    query = select(FactDraft).where(
        FactDraft.incident_id == incident.id, FactDraft.person_id == actor.id, FactDraft.form == form
    )
    return session.scalars(query.order_by(FactDraft.updated_at.desc()).limit(1)).one_or_none()


def drop_draft(session: Session, incident: Incident, actor: Actor, form: str) -> None:
    """Forget this person's typing in this form."""
    session.execute(
        delete(FactDraft).where(
            FactDraft.incident_id == incident.id, FactDraft.person_id == actor.id, FactDraft.form == form
        )
    )


__all__ = ["RecordFacts", "SaveDraft", "drop_draft", "find_draft", "record_facts", "save_draft"]
