"""The head of an incident's pages: what stands above every section, in four statements whatever the case holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session, defer

from incident.domain.kinds import Addressee, DeadlineState, DecisionState, Subject
from incident.store.commitments import is_told
from incident.store.models import (
    Approval,
    Assessment,
    AuditHead,
    Deadline,
    Decision,
    FactSheet,
    Incident,
    Notice,
    NoticeVersion,
    Reminder,
    SlackRoom,
    Submission,
)
from incident.store.queries.answered import response_beside
from incident.store.rows import among, read

KEPT = 64
"""Persons whose statement for an incident is kept."""
LIVE = (DecisionState.PROPOSED, DecisionState.FINAL)


@dataclass(frozen=True, slots=True)
class Milestones:
    """When each step was first taken, or None. ``drafted`` and ``approved`` are the authority's notice."""

    assessed: datetime | None = None
    drafted: datetime | None = None
    approved: datetime | None = None
    told_authority: datetime | None = None
    drafted_subjects: datetime | None = None
    told_subjects: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseHead:
    """The incident with its clocks, its decisions and its milestones."""

    incident: Incident
    sheet: FactSheet | None
    deadlines: Sequence[Deadline]
    reminders: dict[UUID, list[datetime]]
    decisions: Sequence[Decision]
    milestones: Milestones
    room: SlackRoom | None = None
    """Where the incident lives in Slack, and what went wrong there last."""

    response: str = ""
    """What the recipient of the data answered, by the newest assessment; letters say it."""
    state: str | None = None
    """The head of its chain, which names how it stood when it was read."""

    @property
    def clock(self) -> Deadline | None:
        """The deadline that the head shows: the running one that ends first, else the authority's last one."""
        running = [row for row in self.deadlines if row.state is DeadlineState.OPEN]
        if running:
            return min(running, key=lambda row: row.due_at)
        ended = [row for row in self.deadlines if row.state in (DeadlineState.MET, DeadlineState.WAIVED)]
        return max(ended, key=lambda row: row.created_at) if ended else None

    def live(self, subject: Subject) -> Decision | None:
        """What stands about this subject: a final decision, or a proposal that waits."""
        found = [row for row in self.decisions if row.subject is subject and row.state in LIVE]
        return found[-1] if found else None

    def final(self, subject: Subject) -> Decision | None:
        """The final decision about this subject, or None."""
        found = [row for row in self.decisions if row.subject is subject and row.state is DecisionState.FINAL]
        return found[-1] if found else None

    @property
    def waiting(self) -> list[Decision]:
        """The decisions that wait for a second person."""
        return [row for row in self.decisions if row.state is DecisionState.PROPOSED]


def find_head(session: Session, reference: str, visible: Sequence[ColumnElement[bool]]) -> CaseHead | None:
    """The head of the incident with this reference, or None where there is none among the visible ones."""
    found = session.execute(_incident(tuple(visible)), {"reference": reference}).one_or_none()
    if found is None:
        return None
    incident, sheet, room, response, state = found
    mine = {"incident": incident.id}
    deadlines, reminders = _clocks(session, mine)
    decisions = list(session.scalars(_decisions(), mine))
    # They follow from rows that the chain commits to: while it has not moved, they have not.
    passed = _passed(state) if state is not None and is_told(session) else []
    if not passed:
        passed.append(Milestones(**{str(name): at for name, at in read(session, _milestones(), mine)}))
    return CaseHead(incident, sheet, deadlines, reminders, decisions, passed[0], room, response or "", state)


@lru_cache(maxsize=1024)
def _passed(_state: str) -> list[Milestones]:
    """The place for the milestones of a chain with this head: empty until they were read."""
    return []


def _clocks(session: Session, mine: dict[str, UUID]) -> tuple[list[Deadline], dict[UUID, list[datetime]]]:
    rows: dict[UUID, Deadline] = {}
    planned: dict[UUID, list[datetime]] = {}
    for deadline, at in session.execute(_deadlines(), mine):
        rows[deadline.id] = deadline
        planned.setdefault(deadline.id, []).extend([at] if at is not None else [])
    return list(rows.values()), planned


# Every page of an incident asks these, so each is put together once.


@lru_cache(maxsize=KEPT)
def _incident(visible: tuple[ColumnElement[bool], ...]) -> Select[Incident, FactSheet, SlackRoom, str | None, str]:
    sheet_of = and_(FactSheet.incident_id == Incident.id, FactSheet.version == Incident.fact_version)
    return (
        select(Incident, FactSheet, SlackRoom, response_beside(), AuditHead.hash)
        .outerjoin(FactSheet, sheet_of)
        .outerjoin(SlackRoom, SlackRoom.incident_id == Incident.id)
        .outerjoin(AuditHead, AuditHead.chain == Incident.reference)
        .where(Incident.reference == bindparam("reference"), *visible)
    )


@cache
def _deadlines() -> Select[Deadline, datetime]:
    """How a deadline was computed is long, and no head tells it."""
    return (
        select(Deadline, Reminder.planned_at)
        .options(defer(Deadline.trace))
        .outerjoin(Reminder, Reminder.deadline_id == Deadline.id)
        .where(Deadline.incident_id == bindparam("incident"))
        .order_by(Deadline.created_at, Reminder.planned_at)
    )


@cache
def _decisions() -> Select[Decision]:
    return select(Decision).where(Decision.incident_id == bindparam("incident")).order_by(Decision.recorded_at)


@cache
def _milestones() -> CompoundSelect[str, datetime]:
    mine: BindParameter[UUID] = bindparam("incident")
    drafted = select(func.min(Notice.created_at)).where(Notice.incident_id == mine)
    approved = (
        select(literal("approved"), func.min(Approval.recorded_at))
        .join(NoticeVersion, NoticeVersion.id == Approval.version_id)
        .join(Notice, Notice.id == NoticeVersion.notice_id)
        .where(Notice.incident_id == mine, Notice.addressee == Addressee.AUTHORITY, Approval.void_at.is_(None))
    )
    told = (
        select(func.min(Submission.submitted_at))
        .join(Notice, Notice.id == Submission.notice_id)
        .where(Submission.incident_id == mine)
    )
    to_people = among(Notice.addressee, Addressee.SUBJECTS, Addressee.PUBLIC)
    authority = Notice.addressee == Addressee.AUTHORITY
    assessed = select(literal("assessed"), func.min(Assessment.recorded_at))
    return union_all(
        assessed.where(Assessment.incident_id == mine),
        drafted.where(authority).with_only_columns(literal("drafted"), func.min(Notice.created_at)),
        approved,
        told.where(authority).with_only_columns(literal("told_authority"), func.min(Submission.submitted_at)),
        drafted.where(to_people).with_only_columns(literal("drafted_subjects"), func.min(Notice.created_at)),
        told.where(to_people).with_only_columns(literal("told_subjects"), func.min(Submission.submitted_at)),
    )
