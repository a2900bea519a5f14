"""Take over a register that was kept elsewhere, whole or not at all: closed entries, marked as imported.

No clock is started and nobody is reminded. Each entry gets a reference of its own and an audit chain that says from
which file and row it came; the file itself is kept under its hash.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from incident.domain.fact_sheet import changed_fields, facts_hash, to_json
from incident.domain.kernel.errors import Conflict, Invalid
from incident.domain.kernel.events import Status, Tag
from incident.domain.kernel.people import Actor, Source
from incident.domain.kernel.reference import make_reference
from incident.domain.kernel.roles import Permission, require
from incident.domain.kinds import DecisionState, Subject
from incident.domain.organisation import OrganisationProfile
from incident.domain.register.import_rows import Entry, Reading, known_cause, known_kind
from incident.law.facts import BreachFacts
from incident.law.rulesets import AUTHORITY_ZONE
from incident.law.vocabulary import UNKNOWN, Informed, Ternary
from incident.store.audit import Scalar
from incident.store.audit_many import NewEntry, append_many
from incident.store.commitments import insert_many
from incident.store.insert import insert_missing, insert_missing_rows
from incident.store.models import Decision, FactSheet, Inbound, Incident, ReferenceCounter, TimelineEntry
from incident.usecases.common.record import record_system
from incident.usecases.common.settings import organisation_profile

BATCH = 500


@dataclass(frozen=True, slots=True)
class ImportRegister:
    """The reading of a file, and the SHA-256 under which the file is kept."""

    actor: Actor
    reading: Reading
    file: str


@dataclass(slots=True)
class _Rows:
    incidents: list[dict[str, Any]]
    sheets: list[dict[str, Any]]
    decisions: list[dict[str, Any]]
    timeline: list[dict[str, Any]]
    audit: list[NewEntry]


def import_register(command: ImportRegister, *, session: Session, now: datetime) -> int:
    """Write all entries in the caller's transaction; returns how many.

    Raises Invalid while a row has a problem, and Conflict for a file that was imported before.
    """
    require(command.actor, Permission.CLOSE)
    entries = sorted(command.reading.entries, key=lambda entry: entry.reported_at)
    if command.reading.problems or not entries:
        raise Invalid("Nothing has been imported: solve the problems in the file first.", field="file")
    if not insert_missing(session, Inbound, key=f"register:{command.file}", result={"rows": len(entries)}, at=now):
        raise Conflict("This file has been imported before. Nothing has been imported again.", field="file")
    numbers = _Numbers(session, Counter(_year(entry) for entry in entries))
    profile = organisation_profile(session)
    for start in range(0, len(entries), BATCH):
        batch = entries[start:][:BATCH]
        _store(session, [_one(entry, numbers.next(_year(entry)), command, profile, now) for entry in batch])
    record_system(session, Tag.REGISTER_IMPORTED, command.actor, now, rows=len(entries), file=command.file)
    return len(entries)


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
    facts = _facts(entry)
    facts = replace(facts, systems=profile.names_of(facts.systems))
    incident = _incident(entry, facts, reference, now)
    key = {"incident_id": incident["id"], "author_id": command.actor.id, "author_name": command.actor.name}
    mark = {"by": command.actor.name, "at": now.isoformat(), "version": 1, "source": Source.IMPORT.value}
    sheet = {
        **key,
        "version": 1,
        "chapter": "report",
        "facts": to_json(facts),
        "sha256": facts_hash(facts),
        "reason": "",
        "origins": dict.fromkeys(changed_fields(BreachFacts(), facts), mark),
        "recorded_at": now,
    }
    told = {
        **key,
        "id": uuid4(),
        "happened_at": entry.reported_at,
        "recorded_at": now,
        "source": Source.IMPORT,
        "kind": "note",
        "text": _told(entry),
    }
    return _Rows([incident], [sheet], _decisions(entry, key, now), [told], _audit(entry, reference, command, now))


def _facts(entry: Entry) -> BreachFacts:
    kind, cause = known_kind(entry.get("kind")), known_cause(entry.get("cause"))
    people = entry.get("subjects")
    facts = BreachFacts(
        summary=entry.summary.partition("\n")[0][:200],
        description=entry.summary,
        logged_at=entry.reported_at,
        aware_at=entry.get("aware_at") or UNKNOWN,
        occurred_from=entry.get("occurred_from") or UNKNOWN,
        occurred_to=entry.get("occurred_to") or UNKNOWN,
        is_breach=Ternary.NO if entry.get("is_breach") is False else Ternary.YES,
        kinds=(kind,) if kind else (),
        kind_note="" if kind else entry.get("kind") or "",
        systems=tuple(part.strip() for part in (entry.get("systems") or "").split(",") if part.strip()),
        data_note=entry.get("data") or "",
        consequences_subjects_note=entry.get("consequences") or "",
        measures_taken=entry.get("measures") or "",
        delay_reason=entry.get("delay_reason") or "",
        informed=Informed.INFORMED if entry.get("informed_on") else Informed.UNKNOWN,
        informed_on=entry.get("informed_on") or UNKNOWN,
        not_informing_note=entry.get("inform_reason") or "",
    )
    if cause is not None:
        facts = replace(facts, actor=cause)
    return facts if people is None else replace(facts, subjects_min=people, subjects_max=people)


def _incident(entry: Entry, facts: BreachFacts, reference: str, now: datetime) -> dict[str, Any]:
    cause = known_cause(entry.get("cause"))
    return {
        "id": uuid4(),
        "reference": reference,
        "summary": facts.summary,
        "source": Source.IMPORT,
        "status": Status.DISMISSED if facts.is_breach is Ternary.NO else Status.CLOSED,
        "reported_at": entry.reported_at,
        "reporter_name": entry.get("handled_by") or "",
        "is_breach": facts.is_breach.value,
        "aware_at": entry.get("aware_at"),
        "awareness_stated": entry.get("aware_at") is not None,
        "due_at": None,
        "notified_at": entry.get("notified_at"),
        "risk": entry.get("risk"),
        "kind": facts.kinds[0].value if facts.kinds else None,
        "systems": ", ".join(facts.systems),
        "subjects": entry.get("subjects"),
        "fact_version": 1,
        "is_example": False,
        "closed_at": entry.get("closed_at") or now,
        "cause": cause.value if cause else entry.get("cause"),
        "lessons": entry.get("lessons") or "",
    }


def _told(entry: Entry) -> str:
    """What the old register said that has no field of its own."""
    parts = [entry.get("old_reference"), entry.get("authority_number"), entry.get("handled_by")]
    return " · ".join([f"#{entry.row}", *(part for part in parts if part)])


def _decisions(entry: Entry, key: dict[str, Any], now: datetime) -> list[dict[str, Any]]:
    """What the old register decided, in its words; it was recorded here by whoever imported it."""
    notified = entry.get("notified")
    if notified is None and entry.get("notified_at"):
        notified = True
    told = bool(entry.get("informed_on"))
    wanted = [(Subject.AUTHORITY, notified, entry.get("notify_reason"))]
    if told or entry.get("inform_reason"):
        wanted.append((Subject.SUBJECTS, told, entry.get("inform_reason")))
    return [
        {
            **key,
            "id": uuid4(),
            "subject": subject,
            "act": act,
            "deviates": False,
            "reason": reason or "",
            "fact_version": 1,
            "state": DecisionState.FINAL,
            "recorded_at": now,
            "second_name": "",
            "second_reason": "",
            "then_close": False,
        }
        for subject, act, reason in wanted
        if act is not None
    ]


def _audit(entry: Entry, reference: str, command: ImportRegister, now: datetime) -> list[NewEntry]:
    denied = entry.get("is_breach") is False
    acts = (Tag.INCIDENT_REPORTED, Tag.BREACH_DENIED if denied else Tag.BREACH_CONFIRMED, Tag.INCIDENT_CLOSED)
    origin: dict[str, Scalar] = {"source": Source.IMPORT.value, "file": command.file, "row": entry.row}
    return [NewEntry(reference, act, command.actor.key, now, dict(origin)) for act in acts]
