"""The running case file: timeline entries, tasks, measures, who has it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incident.domain.chronology import check_instant
from incident.domain.kernel.errors import Invalid, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import SYSTEM, Actor
from incident.domain.kernel.roles import Permission, may, sees
from incident.domain.kernel.text import LINE, clean, required
from incident.domain.kinds import Part, TaskKind
from incident.store.models import Incident, Person, Task, TimelineEntry
from incident.usecases.common.access import incident_for
from incident.usecases.common.record import record
from incident.usecases.messages.queue import queue
from incident.usecases.response.restrict import check_may_assign


@dataclass(frozen=True, slots=True)
class AddTimelineEntry:
    """Something that happened; a correction is a new entry that names the one it corrects."""

    actor: Actor
    incident: UUID | str
    text: str
    happened_at: datetime | None = None
    kind: str = "note"
    permalink: str | None = None
    evidence_id: UUID | None = None
    corrects_id: UUID | None = None


def add_timeline_entry(command: AddTimelineEntry, *, session: Session, now: datetime) -> TimelineEntry:
    """Add an entry; without a stated time it happened now."""
    incident = incident_for(session, command.incident, command.actor, Permission.RECORD)
    text = required(command.text, "Write what happened.", field="text")
    happened = check_instant(command.happened_at or now, field="happened_at", now=now)
    _check_corrected(session, incident, command.corrects_id)
    entry = TimelineEntry(
        id=uuid4(),
        incident_id=incident.id,
        happened_at=happened,
        recorded_at=now,
        source=command.actor.source,
        kind=command.kind,
        text=text,
        permalink=command.permalink,
        evidence_id=command.evidence_id,
        corrects_id=command.corrects_id,
        author_id=command.actor.id,
        author_name=command.actor.name,
    )
    session.add(entry)
    record(session, incident, Tag.TIMELINE_ADDED, command.actor, now, entry=str(entry.id), kind=command.kind)
    return entry


def is_said(session: Session, entry_id: UUID, command: AddTimelineEntry) -> bool:
    """Whether this entry says, on the same timeline, what the command would add."""
    entry = session.get_one(TimelineEntry, entry_id)
    reference = session.get_one(Incident, entry.incident_id).reference
    return (reference, entry.text) == (str(command.incident), clean(command.text, field="text"))


def follow_message(session: Session, entry_id: UUID, text: str, *, happened_at: datetime, now: datetime) -> None:
    """Put beside an entry that came from a message what became of that message: seen by the system, said by nobody."""
    earlier = session.get_one(TimelineEntry, entry_id)
    incident = session.get_one(Incident, earlier.incident_id)
    entry = TimelineEntry(
        id=uuid4(),
        incident_id=incident.id,
        happened_at=min(happened_at, now),
        recorded_at=now,
        source=SYSTEM.source,
        kind=earlier.kind,
        text=clean(text, field="text"),
        permalink=earlier.permalink,
        corrects_id=earlier.id,
        author_name=SYSTEM.name,
    )
    session.add(entry)
    record(session, incident, Tag.TIMELINE_ADDED, SYSTEM, now, entry=str(entry.id), kind=entry.kind)


def _check_corrected(session: Session, incident: Incident, corrected: UUID | None) -> None:
    if corrected is None:
        return
    earlier = session.get(TimelineEntry, corrected)
    if earlier is None or earlier.incident_id != incident.id:
        raise NotFound("There is no such timeline entry.")


@dataclass(frozen=True, slots=True)
class AddTask:
    """Something to do; a measure (to keep it from happening again) needs an owner and a date."""

    actor: Actor
    incident: UUID | str
    title: str
    kind: TaskKind = TaskKind.TASK
    owner_id: UUID | None = None
    owner_name: str = ""
    due_at: datetime | None = None


def add_task(command: AddTask, *, session: Session, now: datetime) -> Task:
    """Add a task or a measure. Raises Invalid for a measure without an owner or a date."""
    incident = incident_for(session, command.incident, command.actor, Permission.RECORD)
    title = required(command.title, "Write what has to be done.", field="title", limit=500)
    owner = _owner(session, incident, command, command.kind)
    task = Task(
        id=uuid4(),
        incident_id=incident.id,
        kind=command.kind,
        title=title,
        owner_id=command.owner_id,
        owner_name=owner,
        due_at=command.due_at,
        position=_next_position(session, incident),
        author_id=command.actor.id,
        author_name=command.actor.name,
        recorded_at=now,
    )
    session.add(task)
    record(session, incident, Tag.TASK_ADDED, command.actor, now, task=str(task.id), kind=command.kind.value)
    return task


def _owner(session: Session, incident: Incident, command: "AddTask | GiveTask", kind: TaskKind) -> str:
    """The name of whoever sees to it; a measure without one, or without a date, is refused."""
    owner = clean(command.owner_name, field="owner_name", limit=LINE)
    if command.owner_id is not None:
        owner = _able(session, incident, command.owner_id, field="owner_name")
    if kind is TaskKind.MEASURE and not owner:
        raise Invalid("Write who sees to this measure.", field="owner_name")
    if kind is TaskKind.MEASURE and command.due_at is None:
        raise Invalid("Enter the date by which this measure is in place.", field="due_at")
    return owner


def _next_position(session: Session, incident: Incident) -> int:
    return (session.scalar(select(func.max(Task.position)).where(Task.incident_id == incident.id)) or 0) + 1


@dataclass(frozen=True, slots=True)
class FinishTask:
    """Mark a task as done, or as open again."""

    actor: Actor
    incident: UUID | str
    task: UUID
    done: bool = True


def finish_task(command: FinishTask, *, session: Session, now: datetime) -> Task:
    """Set or clear the moment at which the task was done."""
    incident = incident_for(session, command.incident, command.actor, Permission.RECORD)
    task = _task(session, incident, command.task)
    task.done_at = now if command.done else None
    record(session, incident, Tag.TASK_CHANGED, command.actor, now, task=str(task.id), done=command.done)
    return task


@dataclass(frozen=True, slots=True)
class GiveTask:
    """Say who sees to a task, and by when."""

    actor: Actor
    incident: UUID | str
    task: UUID
    owner_id: UUID | None = None
    owner_name: str = ""
    due_at: datetime | None = None


def give_task(command: GiveTask, *, session: Session, now: datetime) -> Task:
    """Set owner and date. Raises Invalid for a measure that would be left without one of them."""
    incident = incident_for(session, command.incident, command.actor, Permission.RECORD)
    task = _task(session, incident, command.task)
    task.owner_name = _owner(session, incident, command, task.kind)
    task.owner_id, task.due_at = command.owner_id, command.due_at
    due = command.due_at.isoformat() if command.due_at else ""
    to = str(command.owner_id or "")
    record(session, incident, Tag.TASK_CHANGED, command.actor, now, task=str(task.id), to=to, due_at=due)
    return task


def _task(session: Session, incident: Incident, key: UUID) -> Task:
    task = session.get(Task, key)
    if task is None or task.incident_id != incident.id:
        raise NotFound("There is no such task.")
    return task


@dataclass(frozen=True, slots=True)
class Assign:
    """Say who has the incident, or a part of it; None hands it back."""

    actor: Actor
    incident: UUID | str
    person: UUID | None
    part: Part | None = None


def assign(command: Assign, *, session: Session, now: datetime) -> Incident:
    """Record who has it, and tell whoever gets or loses it. It tells people whom to ask and silences nothing.

    Raises NotAllowed for a restricted incident and its parts, unless the actor is the DPO or has it; Invalid at
    ``person`` for somebody who could not act on it.
    """
    incident = incident_for(session, command.incident, command.actor, Permission.RECORD)
    part, before = command.part, incident.holder(command.part)
    check_may_assign(session, command.actor, incident)
    if command.person is not None:
        needed = Permission.DECIDE if part is Part.DPO else Permission.RECORD
        _able(session, incident, command.person, field="person", permission=needed)
    if before == command.person:
        return incident
    to = str(command.person or "")
    if part is None:
        incident.assignee_id = command.person
        entry = record(session, incident, Tag.INCIDENT_ASSIGNED, command.actor, now, to=to)
    else:
        held = {name: key for name, key in (incident.parts or {}).items() if name != part}
        incident.parts = {**held, part.value: to} if to else held
        entry = record(session, incident, Tag.INCIDENT_PART_GIVEN, command.actor, now, to=to, part=part.value)
    _tell(session, incident, before, command, now, occasion=entry.seq)
    return incident


def _tell(
    session: Session, incident: Incident, before: UUID | None, command: Assign, now: datetime, *, occasion: int
) -> None:
    """Tell the two people concerned, each by a message of their own; nobody hears of their own act."""
    due = incident.due_at.isoformat() if incident.due_at else None
    params = {"reference": incident.reference, "due_at": due, "who": command.actor.name}
    given, lost = "assigned", "passed_on"
    if command.part is not None:
        params, given, lost = {**params, "part": command.part.value}, "part_given", "part_passed_on"
    for template, person in ((given, command.person), (lost, before)):
        if person is not None and person != command.actor.id:
            dedupe = f"{template}:{incident.reference}:{occasion}"
            queue(
                session,
                incident=incident,
                template=template,
                params=params,
                to=person,
                now=now,
                dedupe=dedupe,
                personally=True,
            )


def _able(
    session: Session, incident: Incident, key: UUID, *, field: str, permission: Permission = Permission.RECORD
) -> str:
    """The name of this person, refused where they cannot act on it and so would only seem to have it."""
    person = session.get(Person, key)
    if person is None:
        raise NotFound("There is no such person.")
    if not (person.active and may(person.actor(), Permission.RECORD)):
        raise Invalid("Choose somebody who may work on incidents.", field=field)
    if not may(person.actor(), permission):
        raise Invalid("Choose a data protection officer.", field=field)
    if not sees(incident.insiders, person.id, person.actor().roles):
        raise Invalid("This incident is restricted. Name this person first under “Who may know of it”.", field=field)
    return person.name or person.email
