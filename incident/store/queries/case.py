"""Everything of one incident, for its page, its export and the bot."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session

from incident.domain.kinds import Addressee
from incident.domain.languages import LETTER_LANGUAGES
from incident.store.models import (
    Approval,
    Assessment,
    Deadline,
    Decision,
    Evidence,
    FactSheet,
    Incident,
    Notice,
    NoticeVersion,
    Reminder,
    Submission,
    Task,
    TimelineEntry,
)
from incident.store.queries.keyset import beyond
from incident.store.queries.sent import released_versions

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class NoticeFile:
    """A notice with its versions, their approvals and its submissions, each oldest first."""

    notice: Notice
    versions: Sequence[NoticeVersion]
    approvals: Sequence[Approval]
    submissions: Sequence[Submission]
    left: frozenset[UUID] = frozenset()
    """The versions that have left the house, or that a released mailing is sending: they stay as they are."""

    @property
    def sent(self) -> Sequence[NoticeVersion]:
        """The versions that have left the house, oldest first."""
        return [version for version in self.versions if version.id in self.left]

    @property
    def latest(self) -> NoticeVersion:
        """The newest version."""
        return self.versions[-1]

    @property
    def approval(self) -> Approval | None:
        """The approval that covers the newest version, or None."""
        latest = self.latest
        covering = [row for row in self.approvals if row.version_id == latest.id and row.void_at is None]
        return covering[-1] if covering else None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One incident, whole."""

    incident: Incident
    sheet: FactSheet | None
    deadlines: Sequence[Deadline]
    reminders: Sequence[Reminder]
    assessments: Sequence[Assessment]
    decisions: Sequence[Decision]
    notices: Sequence[NoticeFile]
    timeline: Sequence[TimelineEntry]
    tasks: Sequence[Task]
    evidence: Sequence[Evidence] = field(default=())


def case_file(session: Session, incident: Incident) -> CaseFile:
    """The whole case in a fixed number of statements."""
    key = incident.id
    return CaseFile(
        incident=incident,
        sheet=session.get(FactSheet, (key, incident.fact_version)),
        deadlines=_all(session, select(Deadline).where(Deadline.incident_id == key).order_by(Deadline.created_at)),
        reminders=_all(session, select(Reminder).where(Reminder.incident_id == key).order_by(Reminder.due_at)),
        assessments=_all(session, select(Assessment).where(Assessment.incident_id == key).order_by(Assessment.number)),
        decisions=_all(session, select(Decision).where(Decision.incident_id == key).order_by(Decision.recorded_at)),
        notices=notice_files(session, key),
        timeline=_all(
            session,
            select(TimelineEntry)
            .where(TimelineEntry.incident_id == key)
            .order_by(TimelineEntry.happened_at, TimelineEntry.recorded_at),
        ),
        tasks=_all(session, select(Task).where(Task.incident_id == key).order_by(Task.position)),
        evidence=_all(session, select(Evidence).where(Evidence.incident_id == key).order_by(Evidence.recorded_at)),
    )


def _all(session: Session, query: Select[R]) -> list[R]:
    return list(session.scalars(query))


def notices_after(session: Session, incident_id: UUID, place: tuple[datetime, UUID] | None, limit: int) -> list[UUID]:
    """The ids of at most ``limit`` notices after the one that was begun then, oldest first."""
    columns = (Notice.created_at, Notice.id)
    query = select(Notice.id).where(Notice.incident_id == incident_id, *beyond(columns, place))
    return list(session.scalars(query.order_by(*columns).limit(limit)))


_LANGUAGES: Final = case({code: place for place, code in enumerate(LETTER_LANGUAGES)}, value=Notice.language)
"""Letters that are drafted together stand in the order in which their languages are offered."""


def notice_files(session: Session, incident_id: UUID, among: Sequence[UUID] | None = None) -> list[NoticeFile]:
    """The notices of an incident, all or those with these ids, in three statements however many there are."""
    wanted = [Notice.incident_id == incident_id, *([] if among is None else [Notice.id.in_(among)])]
    query = (
        select(Notice, NoticeVersion, Approval)
        .outerjoin(NoticeVersion, NoticeVersion.notice_id == Notice.id)
        .outerjoin(Approval, Approval.version_id == NoticeVersion.id)
        .where(*wanted)
        .order_by(Notice.created_at, _LANGUAGES, Notice.id, NoticeVersion.number, Approval.recorded_at)
    )
    files: dict[UUID, _Parts] = {}
    for notice, version, approval in session.execute(query):
        files.setdefault(notice.id, _Parts(notice)).take(version, approval)
    submissions = select(Submission).join(Notice, Notice.id == Submission.notice_id)
    for row in session.scalars(submissions.where(*wanted).order_by(Submission.submitted_at)):
        files[row.notice_id].submissions.append(row)
    released = released_versions(session, incident_id)
    return [parts.file(released) for parts in files.values()]


def newest_form(session: Session, incident_id: UUID) -> tuple[Notice, NoticeVersion, Approval | None] | None:
    """The newest version of the newest notice to the authority with the approval that covers it, in one statement."""
    query = (
        select(Notice, NoticeVersion, Approval)
        .join(NoticeVersion, NoticeVersion.notice_id == Notice.id)
        .outerjoin(Approval, (Approval.version_id == NoticeVersion.id) & Approval.void_at.is_(None))
        .where(Notice.incident_id == incident_id, Notice.addressee == Addressee.AUTHORITY)
        .order_by(Notice.created_at.desc(), Notice.id.desc(), NoticeVersion.number.desc(), Approval.recorded_at.desc())
    )
    found = session.execute(query.limit(1)).one_or_none()
    return None if found is None else (found[0], found[1], found[2])


@dataclass(slots=True)
class _Parts:
    """A notice while its rows are being read; versions and approvals by their keys, each in its order."""

    notice: Notice
    versions: dict[UUID, NoticeVersion] = field(default_factory=dict)
    approvals: list[Approval] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)

    def take(self, version: NoticeVersion | None, approval: Approval | None) -> None:
        if version is not None:
            self.versions[version.id] = version
        if approval is not None:
            self.approvals.append(approval)

    def file(self, released: frozenset[UUID]) -> NoticeFile:
        approvals = sorted(self.approvals, key=lambda row: row.recorded_at)
        left = {row.version_id for row in self.submissions} | released
        return NoticeFile(
            self.notice,
            list(self.versions.values()),
            approvals,
            self.submissions,
            frozenset(left & self.versions.keys()),
        )
