"""What one entry of a register that was kept elsewhere becomes here: an incident, its facts, its decisions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from incident.domain.kernel.events import Status
from incident.domain.kernel.people import Source
from incident.domain.kinds import DecisionState, Subject
from incident.domain.organisation import OrganisationProfile
from incident.domain.register.import_rows import Entry, known_cause, known_kind
from incident.law.facts import BreachFacts
from incident.law.vocabulary import UNKNOWN, Informed, Ternary
from incident.store.insert import RowValues


def import_key(entry: Entry) -> str:
    """By what the entry is known again in a later file: its old reference, else when it was reported and its words."""
    reference = entry.old_reference
    words = (entry.reported_at.isoformat(), entry.summary, str(entry.nth))
    told = ("ref", reference.casefold()) if reference else ("row", *words)
    return sha256("\n".join(told).encode()).hexdigest()


def facts_of(entry: Entry, profile: OrganisationProfile) -> BreachFacts:
    """The facts as the entry tells them, each system by its name in the profile."""
    kind, cause = known_kind(entry.kind), known_cause(entry.cause)
    people = entry.subjects
    systems = (part.strip() for part in entry.systems.split(",") if part.strip())
    facts = BreachFacts(
        summary=entry.summary.partition("\n")[0][:200],
        description=entry.summary,
        logged_at=entry.reported_at,
        aware_at=entry.aware_at or UNKNOWN,
        occurred_from=entry.occurred_from or UNKNOWN,
        occurred_to=entry.occurred_to or UNKNOWN,
        is_breach=Ternary.NO if entry.is_breach is False else Ternary.YES,
        kinds=(kind,) if kind else (),
        kind_note="" if kind else entry.kind,
        systems=profile.names_of(systems),
        data_note=entry.data,
        consequences_subjects_note=entry.consequences,
        measures_taken=entry.measures,
        delay_reason=entry.delay_reason,
        informed=Informed.INFORMED if _informed(entry) else Informed.UNKNOWN,
        informed_on=entry.informed_on or UNKNOWN,
        not_informing_note=entry.inform_reason,
    )
    if cause is not None:
        facts = replace(facts, actor=cause)
    return facts if people is None else replace(facts, subjects_min=people, subjects_max=people)


def _informed(entry: Entry) -> bool | None:
    """Whether the people were told, where the entry says it."""
    return True if entry.informed is None and entry.informed_on else entry.informed


def incident_values(entry: Entry, facts: BreachFacts) -> RowValues:
    """The columns of the incident that follow from the entry; when it was closed may be missing."""
    cause = known_cause(entry.cause)
    return {
        "summary": facts.summary,
        "status": Status.DISMISSED if facts.is_breach is Ternary.NO else Status.CLOSED,
        "reported_at": entry.reported_at,
        "reporter_name": entry.handled_by,
        "is_breach": facts.is_breach.value,
        "aware_at": entry.aware_at,
        "awareness_stated": entry.aware_at is not None,
        "notified_at": entry.notified_at,
        "risk": entry.risk,
        "kind": facts.kinds[0].value if facts.kinds else None,
        "systems": ", ".join(facts.systems),
        "subjects": entry.subjects,
        "cause": cause.value if cause else entry.cause or None,
        "lessons": entry.lessons,
        **({"closed_at": entry.closed_at} if entry.closed_at else {}),
    }


def told_of(entry: Entry) -> str:
    """What the old register said that has no field of its own."""
    parts = [entry.old_reference, entry.authority_number, entry.handled_by]
    return " · ".join([f"#{entry.row}", *(part for part in parts if part)])


def decided(entry: Entry) -> Iterator[tuple[Subject, bool, str]]:
    """What the old register decided and why."""
    notified = entry.notified
    if notified is None and entry.notified_at:
        notified = True
    if notified is not None:
        yield Subject.AUTHORITY, notified, entry.notify_reason
    informed = _informed(entry)
    if informed is not None or entry.inform_reason:
        yield Subject.SUBJECTS, bool(informed), entry.inform_reason


def decision_values(subject: Subject, act: bool, reason: str, now: datetime) -> RowValues:
    """A decision in the words of the old register; it was recorded here by whoever imported it."""
    return {
        "id": uuid4(),
        "subject": subject,
        "act": act,
        "deviates": False,
        "reason": reason,
        "fact_version": 1,
        "state": DecisionState.FINAL,
        "recorded_at": now,
        "second_name": "",
        "second_reason": "",
        "then_close": False,
    }


def imported_by(name: str, now: datetime) -> RowValues:
    """The origin of an answer that came with a file."""
    return {"by": name, "at": now.isoformat(), "version": 1, "source": Source.IMPORT.value}
