"""Take over a register that was kept elsewhere: closed entries, marked as imported; a newer file updates them.

No clock is started and nobody is reminded. Each entry gets a reference of its own and an audit chain that says from
which file and row it came; the file itself is kept under its hash. Rows that cannot be read stay out.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from incident.domain.fact_sheet import changed_fields, facts_hash, to_json
from incident.domain.kernel.errors import Conflict, Invalid
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor, Source
from incident.domain.kernel.reference import make_reference
from incident.domain.kernel.roles import Permission, require
from incident.domain.organisation import OrganisationProfile
from incident.domain.register.import_rows import Entry, Reading
from incident.law.facts import BreachFacts
from incident.law.rulesets import AUTHORITY_ZONE
from incident.store.audit import Scalar
from incident.store.audit_many import NewEntry, append_many
from incident.store.commitments import insert_many
from incident.store.insert import RowValues, insert_missing_rows
from incident.store.models import Decision, FactSheet, Incident, ReferenceCounter, TimelineEntry
from incident.store.shelf import claim_file
from incident.usecases.common.record import record_system
from incident.usecases.common.settings import organisation_profile
from incident.usecases.register.imported_before import plan_import, update_imported
from incident.usecases.register.imported_rows import (
    decided,
    decision_values,
    facts_of,
    import_key,
    imported_by,
    incident_values,
    told_of,
)

BATCH = 500


@dataclass(frozen=True, slots=True)
class ImportRegister:
    """The reading of a file, and the SHA-256 under which the file is kept."""

    actor: Actor
    reading: Reading
    file: str


@dataclass(slots=True)
class _Rows:
    incidents: list[RowValues]
    sheets: list[RowValues]
    decisions: list[RowValues]
    timeline: list[RowValues]
    audit: list[NewEntry]


@dataclass(frozen=True, slots=True)
class Imported:
    """How many entries came in, and how many that were here before were updated."""

    new: int
    updated: int


def import_register(command: ImportRegister, *, session: Session, now: datetime) -> Imported:
    """Write what is new or changed, in the caller's transaction.

    Raises Invalid when no row can be read, and Conflict when everything is in the register already, or the file is just
    being erased.
    """
    require(command.actor, Permission.CLOSE)
    if not command.reading.entries:
        raise Invalid("Nothing has been imported: solve the problems in the file first.", field="file")
    claim_file(session, command.file, now)
    profile = organisation_profile(session)
    plan = plan_import(session, command.reading.entries, profile)
    if not plan.waiting:
        raise Conflict("Everything in this file is in the register already. Nothing has been changed.", field="file")
    entries = sorted(plan.new, key=lambda entry: entry.reported_at)
    numbers = _Numbers(session, Counter(_year(entry) for entry in entries))
    for start in range(0, len(entries), BATCH):
        batch = entries[start:][:BATCH]
        _store(session, [_one(entry, numbers.next(_year(entry)), command, profile, now) for entry in batch])
    for entry, incident in plan.changed:
        update_imported(session, entry, incident, profile, command.actor, file=command.file, now=now)
    done = Imported(len(plan.new), len(plan.changed))
    record_system(
        session, Tag.REGISTER_IMPORTED, command.actor, now, rows=done.new, updated=done.updated, file=command.file
    )
    return done


def _year(entry: Entry) -> int:
    return entry.reported_at.astimezone(AUTHORITY_ZONE).year


class _Numbers:
    """References counted on within each year, taken at once so that nobody else gets them."""

    def __init__(self, session: Session, wanted: Counter[int]) -> None:
        insert_missing_rows(session, ReferenceCounter, [{"year": year, "last": 0} for year in sorted(wanted)])
        self._last: dict[int, int] = {}
        for year in sorted(wanted):
            row = session.get_one(ReferenceCounter, year, with_for_update=True, populate_existing=True)
            self._last[year] = row.last
            row.last += wanted[year]
        session.flush()

    def next(self, year: int) -> str:
        """The next reference of a year."""
        self._last[year] += 1
        return make_reference(year, self._last[year])


def _store(session: Session, found: Sequence[_Rows]) -> None:
    for model, part in (
        (Incident, "incidents"),
        (FactSheet, "sheets"),
        (Decision, "decisions"),
        (TimelineEntry, "timeline"),
    ):
        insert_many(session, model, [row for rows in found for row in getattr(rows, part)])
    append_many(session, [entry for rows in found for entry in rows.audit])


def _one(entry: Entry, reference: str, command: ImportRegister, profile: OrganisationProfile, now: datetime) -> _Rows:
    facts = facts_of(entry, profile)
    incident = _incident(entry, facts, reference, now)
    key = {"incident_id": incident["id"], "author_id": command.actor.id, "author_name": command.actor.name}
    sheet = {
        **key,
        "version": 1,
        "chapter": "report",
        "facts": to_json(facts),
        "sha256": facts_hash(facts),
        "reason": "",
        "origins": dict.fromkeys(changed_fields(BreachFacts(), facts), imported_by(command.actor.name, now)),
        "recorded_at": now,
    }
    told = {
        **key,
        "id": uuid4(),
        "happened_at": entry.reported_at,
        "recorded_at": now,
        "source": Source.IMPORT,
        "kind": "note",
        "text": told_of(entry),
    }
    decisions = [key | decision_values(subject, act, reason, now) for subject, act, reason in decided(entry)]
    return _Rows([incident], [sheet], decisions, [told], _audit(entry, reference, command, now))


def _incident(entry: Entry, facts: BreachFacts, reference: str, now: datetime) -> RowValues:
    return {
        "id": uuid4(),
        "reference": reference,
        "source": Source.IMPORT,
        "import_key": import_key(entry),
        "due_at": None,
        "fact_version": 1,
        "is_example": False,
        "closed_at": now,
        **incident_values(entry, facts),
    }


def _audit(entry: Entry, reference: str, command: ImportRegister, now: datetime) -> list[NewEntry]:
    denied = entry.is_breach is False
    acts = (Tag.INCIDENT_REPORTED, Tag.BREACH_DENIED if denied else Tag.BREACH_CONFIRMED, Tag.INCIDENT_CLOSED)
    origin: dict[str, Scalar] = {"source": Source.IMPORT.value, "file": command.file, "row": entry.row}
    return [NewEntry(reference, act, command.actor.key, now, dict(origin)) for act in acts]
