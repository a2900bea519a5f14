"""Who assessed the risk of the incidents of a register, which periods run or were kept, and what is not ready yet."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.json import JsonObject
from incident.domain.kinds import DeadlineState, TaskKind
from incident.law.vocabulary import RiskLevel
from incident.store.models import Assessment, Deadline, Person, Task
from incident.store.rows import among


@dataclass(frozen=True, slots=True)
class Assessed:
    """One assessment of the risk: what its author decided, and why otherwise than proposed; ``recipient`` is what the
    recipient of the data answered.
    """

    risk: RiskLevel
    at: datetime
    by: str
    reason: str
    result: JsonObject
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """One period and its end; ``open`` as long as nothing kept it."""

    obligation: str
    due_at: datetime
    open: bool


def assessed_of(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Assessed]]:
    """By incident every assessment, oldest first."""
    query = select(Assessment).where(Assessment.incident_id.in_(ids)).order_by(Assessment.number)
    found: defaultdict[UUID, list[Assessed]] = defaultdict(list)
    for row in session.scalars(query):
        recipient = str(row.answers.get("recipient_response") or "")
        told = Assessed(row.risk, row.recorded_at, row.author_name, row.deviation_reason, row.result, recipient)
        found[row.incident_id].append(told)
    return found


def clocks_of(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Clock]]:
    """By incident the periods that run or were kept, the first to end first."""
    columns = (Deadline.incident_id, Deadline.obligation, Deadline.due_at, Deadline.state)
    live = among(Deadline.state, DeadlineState.OPEN, DeadlineState.MET)
    found: defaultdict[UUID, list[Clock]] = defaultdict(list)
    for one in session.execute(select(*columns).where(Deadline.incident_id.in_(ids), live).order_by(Deadline.due_at)):
        found[one.incident_id].append(Clock(one.obligation, one.due_at, one.state is DeadlineState.OPEN))
    return found


def unready_of(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, Sequence[str]]:
    """By incident the measures against repetition that are not done, each with who has it."""
    open_ones = select(Task.incident_id, Task.title, Task.owner_name).where(
        Task.incident_id.in_(ids), Task.kind == TaskKind.MEASURE, Task.done_at.is_(None)
    )
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    for incident, title, owner in session.execute(open_ones.order_by(Task.position, Task.id)):
        named = f"“{title.rstrip('.')}”"
        found[incident].append(f"{named} ({owner})" if owner else named)
    return found


def functions_of(session: Session) -> Mapping[str, str]:
    """What people with an account are in the organisation, by name; two of one name are left out."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, function in session.execute(select(Person.name, Person.function)):
        found[name].add(function)
    return {name: next(iter(known)) for name, known in found.items() if name and len(known) == 1 and known != {""}}
