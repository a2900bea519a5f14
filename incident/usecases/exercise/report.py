"""What the record says of an exercise: who was told when, what was decided on which facts, what was answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.exercise_score import Judged, Played, Ruling, judge
from incident.domain.exercises import Asks, scenarios
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import SYSTEM
from incident.domain.kinds import Addressee, DecisionState, NoticeKind, OutboxOutcome, Subject, TaskKind
from incident.law.consistency import contradictions
from incident.law.vocabulary import RiskLevel
from incident.store.models import (
    Approval,
    AuditEntry,
    Decision,
    Exercise,
    ExerciseInject,
    FactSheet,
    Incident,
    Notice,
    NoticeVersion,
    OutboxMessage,
    Task,
)
from incident.usecases.common.directory import load_directory
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.response.close import lacking

WRITTEN: Final = (Tag.TIMELINE_ADDED, Tag.TASK_ADDED, Tag.TASK_CHANGED)
BY_THE_WAY: Final = ("report", "triage", "risk", "decision", "close")
"""Chapters of versions that another act brings along: who corrects a number records the facts themselves."""
FIRST: Final = (NoticeKind.INITIAL, NoticeKind.PROVISIONAL)


@dataclass(frozen=True, slots=True)
class Told:
    """One occasion on which people were told: what for, when, whom, and when the last of it had left."""

    template: str
    inject: str
    at: datetime
    people: tuple[str, ...]
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class Findings:
    """All that a report of an exercise tells."""

    played: Played
    judged: tuple[Judged, ...]
    told: tuple[Told, ...]


def findings(session: Session, exercise: Exercise, incident: Incident, now: datetime) -> Findings:
    """What is on record until the end, or until now while it runs."""
    played = _played(session, exercise, incident, exercise.ended_at or now)
    return Findings(played, judge(played, scenarios()[exercise.scenario]), _told(session, incident))


def _played(session: Session, exercise: Exercise, incident: Incident, end: datetime) -> Played:
    log = _log(session, incident, end)
    facts = current_facts(session, incident)
    measures = select(Task.title).where(Task.incident_id == incident.id, Task.kind == TaskKind.MEASURE)
    came = select(ExerciseInject.name, ExerciseInject.settled_at).where(
        ExerciseInject.exercise_id == exercise.id, ExerciseInject.delivered
    )
    return Played(
        started_at=exercise.started_at,
        ended_at=end,
        pace=exercise.pace,
        confirmed_at=_first(log, Tag.BREACH_CONFIRMED),
        assessed_at=_first(log, Tag.RISK_ASSESSED),
        rulings=tuple(_rulings(session, incident, end)),
        ready=_ready(session, incident, end),
        came={name: at for name, at in session.execute(came) if at is not None},
        acts=_acts(session, incident, log, end),
        lacking=lacking(session, facts, session.scalars(measures).all()),
        contradictions=contradictions(facts),
    )


def _log(session: Session, incident: Incident, end: datetime) -> list[tuple[str, datetime]]:
    """The acts of people, the oldest first."""
    query = select(AuditEntry.tag, AuditEntry.at).where(
        AuditEntry.chain == incident.reference, AuditEntry.at <= end, AuditEntry.actor != SYSTEM.key
    )
    return [(tag, at) for tag, at in session.execute(query.order_by(AuditEntry.seq))]


def _first(log: Iterable[tuple[str, datetime]], wanted: Tag) -> datetime | None:
    return next((at for tag, at in log if tag == wanted), None)


def _rulings(session: Session, incident: Incident, end: datetime) -> Iterable[Ruling]:
    query = select(Decision).where(Decision.incident_id == incident.id, Decision.state == DecisionState.FINAL)
    for row in session.scalars(query.order_by(Decision.recorded_at)):
        at = row.second_at or row.recorded_at
        if at <= end:
            second = "" if row.self_reviewed else row.second_name
            level = RiskLevel(row.ground) if row.subject is Subject.RISK and row.ground else None
            yield Ruling(row.subject, at, row.act, row.author_name, second, row.reason, row.fact_version, level)


def _ready(session: Session, incident: Incident, end: datetime) -> Mapping[Addressee, datetime]:
    """When the first text for each addressee was approved: it would have left then, whatever came in later."""
    query = (
        select(Notice.addressee, Approval.recorded_at)
        .join(NoticeVersion, NoticeVersion.notice_id == Notice.id)
        .join(Approval, Approval.version_id == NoticeVersion.id)
        .where(Notice.incident_id == incident.id, Notice.kind.in_(FIRST), Approval.recorded_at <= end)
    )
    found: dict[Addressee, datetime] = {}
    for addressee, at in session.execute(query.order_by(Approval.recorded_at)):
        found.setdefault(addressee, at)
    return found


def _acts(
    session: Session, incident: Incident, log: list[tuple[str, datetime]], end: datetime
) -> Mapping[Asks, tuple[datetime, ...]]:
    """What answers an inject: a new version of the facts, something written, or that somebody took the incident."""
    sheets = select(FactSheet.recorded_at).where(
        FactSheet.incident_id == incident.id, FactSheet.chapter.not_in(BY_THE_WAY)
    )
    return {
        Asks.FACTS: tuple(at for at in session.scalars(sheets.order_by(FactSheet.version)) if at <= end),
        Asks.NOTE: tuple(at for tag, at in log if tag in WRITTEN),
        Asks.HANDOVER: tuple(at for tag, at in log if tag == Tag.INCIDENT_ASSIGNED),
    }


def _told(session: Session, incident: Incident) -> tuple[Told, ...]:
    names = {way: one.name for one in load_directory(session).people for way in (one.email, one.slack_user_id) if way}
    query = select(OutboxMessage).where(OutboxMessage.incident_id == incident.id)
    occasions: dict[str, list[OutboxMessage]] = {}
    for row in session.scalars(query.order_by(OutboxMessage.created_at, OutboxMessage.dedupe_key)):
        occasions.setdefault(row.dedupe_key.removesuffix(f":{row.channel}:{row.recipient}"), []).append(row)
    return tuple(_occasion(rows, names) for rows in occasions.values())


def _occasion(rows: list[OutboxMessage], names: Mapping[str, str]) -> Told:
    first = rows[0]
    left = [row.settled_at for row in rows if row.outcome is OutboxOutcome.SENT and row.settled_at is not None]
    people = dict.fromkeys(names.get(row.recipient, row.recipient) for row in rows)
    params = first.payload["params"]
    return Told(
        str(first.payload["template"]),
        str(params.get("inject") or ""),
        first.created_at,
        tuple(people),
        max(left) if left else None,
    )
