"""Read and append versions of the fact sheet, and keep the columns that lists need in line with it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.fact_sheet import changed_fields, document_hash, from_json, to_json
from incident.domain.kernel.json import JsonObject
from incident.domain.kernel.people import Actor
from incident.law.facts import BreachFacts
from incident.law.vocabulary import Role
from incident.store.models import FactSheet, Incident


def facts_at(session: Session, incident: Incident, version: int) -> BreachFacts:
    """The facts as they stood in one version."""
    if version == 0:
        return BreachFacts()
    return from_json(session.get_one(FactSheet, (incident.id, version)).facts)


def current_facts(session: Session, incident: Incident) -> BreachFacts:
    """The newest facts."""
    return facts_at(session, incident, incident.fact_version)


def current_sheet(session: Session, incident: Incident) -> FactSheet | None:
    """The newest version as it was recorded; None where nothing was."""
    return session.get(FactSheet, (incident.id, incident.fact_version))


def versions(session: Session, incident: Incident) -> list[FactSheet]:
    """Every version, oldest first."""
    query = select(FactSheet).where(FactSheet.incident_id == incident.id)
    return list(session.scalars(query.order_by(FactSheet.version)))


def _origins(
    before: JsonObject, fields: tuple[str, ...], chapter: str, actor: Actor, version: int, now: datetime
) -> JsonObject:
    """Who stated each answer, when, by which way, and in which step of the response."""
    mark = {"by": actor.name, "at": now.isoformat(), "version": version, "source": actor.source.value, "step": chapter}
    return {**before, **{name: mark for name in fields}}


def append_version(
    session: Session, incident: Incident, facts: BreachFacts, *, actor: Actor, now: datetime, chapter: str, reason: str
) -> FactSheet:
    """Store ``facts`` whole as the next version, with the origin of each answer."""
    previous = session.get(FactSheet, (incident.id, incident.fact_version)) if incident.fact_version else None
    before = from_json(previous.facts) if previous else BreachFacts()
    version = incident.fact_version + 1
    known, document = previous.origins if previous else {}, to_json(facts)
    origins = _origins(known, changed_fields(before, facts), chapter, actor, version, now)
    sheet = FactSheet(
        incident_id=incident.id,
        version=version,
        chapter=chapter,
        facts=document,
        origins=origins,
        sha256=document_hash(document),
        reason=reason,
        author_id=actor.id,
        author_name=actor.name,
        recorded_at=now,
    )
    _mirror(incident, facts, version)
    session.flush()
    session.add(sheet)
    session.flush()
    return sheet


def _mirror(incident: Incident, facts: BreachFacts, version: int) -> None:
    incident.fact_version = version
    incident.summary = facts.summary
    incident.aware_at = facts.aware_at if isinstance(facts.aware_at, datetime) else None
    incident.awareness_stated = incident.aware_at is not None
    incident.is_breach = facts.is_breach.value
    incident.kind = facts.kinds[0].value if facts.kinds else None
    incident.systems = ", ".join(facts.systems)
    incident.subjects = _people(facts)


def _people(facts: BreachFacts) -> int | None:
    """How many people at most; of a processor those of all its customers, once each of them has a number."""
    numbers = [number for number in (facts.subjects_max, facts.subjects_min) if isinstance(number, int)]
    if numbers or facts.role is not Role.PROCESSOR:
        return numbers[0] if numbers else None
    every = [customer.subjects for customer in facts.affected_controllers]
    known = [number for number in every if isinstance(number, int)]
    return sum(known) if known and len(known) == len(every) else None
