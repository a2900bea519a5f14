"""A newer file of a register that was taken over before: what is new, what changed, and what was changed here since.

An entry that people worked on here is left alone: the file may be older than what they know.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.fact_sheet import facts_hash
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor, Source
from incident.domain.kinds import DecisionState
from incident.domain.organisation import OrganisationProfile
from incident.domain.register.import_rows import Entry
from incident.law.facts import BreachFacts
from incident.store.models import Decision, FactSheet, Incident
from incident.usecases.common.fact_versions import append_version
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.register.imported_rows import (
    decided,
    decision_values,
    facts_of,
    import_key,
    incident_values,
    told_of,
)

ASKED_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the entries of a file; ``kept`` are those that people changed here since."""

    new: tuple[Entry, ...]
    changed: tuple[tuple[Entry, Incident], ...]
    same: tuple[Entry, ...]
    kept: tuple[tuple[Entry, Incident], ...]

    @property
    def waiting(self) -> int:
        """How many entries an import would write."""
        return len(self.new) + len(self.changed)


def plan_import(session: Session, entries: Sequence[Entry], profile: OrganisationProfile) -> Plan:
    """Compare the entries with what was imported before."""
    known = _known(session, [import_key(entry) for entry in entries])
    states: dict[str, list[Any]] = {"new": [], "changed": [], "same": [], "kept": []}
    for entry in entries:
        before = known.get(import_key(entry))
        if before is None:
            states["new"].append(entry)
            continue
        state = before.compared_with(entry, facts_of(entry, profile))
        states[state].append(entry if state == "same" else (entry, before.incident))
    return Plan(**{state: tuple(found) for state, found in states.items()})


@dataclass(slots=True)
class _Known:
    """An entry as it stands here."""

    incident: Incident
    sheet: FactSheet
    decisions: list[Decision]

    def compared_with(self, entry: Entry, facts: BreachFacts) -> str:
        """``same``, ``changed`` by the file, or ``kept`` because people changed it here."""
        values = incident_values(entry, facts)
        row = self.incident
        stand = {(one.subject, one.act, one.reason) for one in self.decisions if one.state is DecisionState.FINAL}
        same_row = all(getattr(row, name) == value for name, value in values.items())
        if same_row and self.sheet.sha256 == facts_hash(facts) and stand >= set(decided(entry)):
            return "same"
        worked_on = any(mark["source"] != Source.IMPORT for mark in self.sheet.origins.values())
        return "kept" if worked_on or row.status != values["status"] else "changed"


def _known(session: Session, keys: Sequence[str]) -> dict[str, _Known]:
    found: dict[str, _Known] = {}
    for start in range(0, len(keys), ASKED_AT_ONCE):
        part = keys[start:][:ASKED_AT_ONCE]
        newest = (FactSheet.incident_id == Incident.id) & (FactSheet.version == Incident.fact_version)
        rows = session.execute(select(Incident, FactSheet).join(FactSheet, newest).where(Incident.import_key.in_(part)))
        here = {incident.id: _Known(incident, sheet, []) for incident, sheet in rows}
        for one in session.scalars(select(Decision).where(Decision.incident_id.in_(here))) if here else ():
            here[one.incident_id].decisions.append(one)
        found |= {str(known.incident.import_key): known for known in here.values()}
    return found


def update_imported(
    session: Session,
    entry: Entry,
    incident: Incident,
    profile: OrganisationProfile,
    actor: Actor,
    *,
    file: str,
    now: datetime,
) -> None:
    """Bring an imported entry in line with a newer file; what it was stays in the versions and on the chain."""
    by = replace(actor, source=Source.IMPORT)
    facts = facts_of(entry, profile)
    append_version(session, incident, facts, actor=by, now=now, chapter="report", reason="")
    for name, value in incident_values(entry, facts).items():
        setattr(incident, name, value)
    _decide_anew(session, entry, incident, by, now)
    tell_timeline(session, incident, by, kind="note", text=told_of(entry), happened_at=now, now=now)
    record(session, incident, Tag.FACTS_RECORDED, by, now, source=Source.IMPORT.value, file=file, row=entry.row)


def _decide_anew(session: Session, entry: Entry, incident: Incident, actor: Actor, now: datetime) -> None:
    query = select(Decision).where(Decision.incident_id == incident.id, Decision.state == DecisionState.FINAL)
    standing = {one.subject: one for one in session.scalars(query)}
    for subject, act, reason in decided(entry):
        before = standing.get(subject)
        if before is not None and (before.act, before.reason) == (act, reason):
            continue
        if before is not None:
            before.state = DecisionState.SUPERSEDED
        values = decision_values(subject, act, reason, now) | {"fact_version": incident.fact_version}
        session.add(Decision(incident_id=incident.id, author_id=actor.id, author_name=actor.name, **values))
    session.flush()
