"""One incident as Slack shows it: reference, clock, who has it, what is missing, and the next step. Nothing else.

No fact of the case is on it: no summary, no system, no person affected. Whoever may know more follows the link.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from incident.domain.kernel.events import OPEN_STATUSES, Status
from incident.domain.kinds import Addressee, DeadlineState, DecisionState, NoticeKind, Subject, TaskKind
from incident.slack.text import escape_mrkdwn
from incident.store.models import Deadline, Decision, Incident, Person
from incident.store.queries.case import CaseFile, NoticeFile, case_file
from incident.usecases.clock.deadlines import FOLLOW_UP


class Step(StrEnum):
    """The next thing to do; the value is the name of the button that begins it."""

    TRIAGE = "triage"
    ASSESS = "assess"
    DECIDE = "decide"
    SECOND = "second"
    NOTICES = "notices"
    SUBMIT = "submit"
    MEASURE = "task"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Card:
    """What a message or a window about an incident says."""

    reference: str
    status: Status
    assignee: str | None
    starts_at: datetime | None
    due_at: datetime | None
    provisional: bool
    missing: tuple[Step, ...]
    waiting: UUID | None = None

    @property
    def next(self) -> Step | None:
        """The one step that comes first."""
        return self.missing[0] if self.missing else None

    @property
    def open(self) -> bool:
        """Whether anything can still be done."""
        return self.status in OPEN_STATUSES


CELLS: Final = 24


def card_of(session: Session, incident: Incident) -> Card:
    """The card of an incident as it stands now."""
    case = case_file(session, incident)
    clock = _clock(case)
    waiting = _waiting(case)
    return Card(
        reference=incident.reference,
        status=incident.status,
        assignee=_assignee(session, incident),
        starts_at=clock.starts_at if clock else None,
        due_at=clock.due_at if clock else None,
        provisional=bool(clock and clock.provisional),
        missing=_missing(case, waiting),
        waiting=waiting.id if waiting else None,
    )


def _assignee(session: Session, incident: Incident) -> str | None:
    person = session.get(Person, incident.assignee_id) if incident.assignee_id else None
    if person is None:
        return None
    return f"<@{person.slack_user_id}>" if person.slack_user_id else escape_mrkdwn(person.name or person.email)


def _clock(case: CaseFile) -> Deadline | None:
    running = [row for row in case.deadlines if row.state is DeadlineState.OPEN]
    return min(running, key=lambda row: row.due_at, default=None)


def _waiting(case: CaseFile) -> Decision | None:
    return next((row for row in case.decisions if row.state is DecisionState.PROPOSED), None)


def _missing(case: CaseFile, waiting: Decision | None) -> tuple[Step, ...]:
    """What is not on record yet, in the order in which it is done."""
    status = case.incident.status
    if status not in OPEN_STATUSES:
        return ()
    steps = [Step.SECOND] if waiting else []
    if status is Status.REPORTED:
        return (*steps, *(() if waiting else (Step.TRIAGE,)))
    needs: Mapping[Step, bool] = {
        Step.ASSESS: not case.assessments,
        Step.DECIDE: not all(_decided(case, subject) for subject in (Subject.AUTHORITY, Subject.SUBJECTS)),
        **_authority_steps(case),
        Step.MEASURE: not any(task.kind is TaskKind.MEASURE for task in case.tasks),
    }
    steps += [step for step, needed in needs.items() if needed]
    return tuple(steps) or (Step.CLOSE,)


def _decided(case: CaseFile, subject: Subject) -> bool:
    return any(row.subject is subject and row.state is not DecisionState.REFUSED for row in case.decisions)


def _authority_steps(case: CaseFile) -> dict[Step, bool]:
    promised = any(
        row.subject is Subject.AUTHORITY and row.act and row.state is DecisionState.FINAL for row in case.decisions
    )
    if case.incident.notified_at is not None:
        promised = any(row.obligation == FOLLOW_UP and row.state is DeadlineState.OPEN for row in case.deadlines)
    if not promised:
        return {}
    approved = any(file.approval is not None and not file.submissions for file in authority_notices(case))
    return {Step.NOTICES: not approved, Step.SUBMIT: approved}


def authority_notices(case: CaseFile) -> list[NoticeFile]:
    """The notices to the authority that are not withdrawals."""
    return [
        file
        for file in case.notices
        if file.notice.addressee is Addressee.AUTHORITY and file.notice.kind is not NoticeKind.WITHDRAWAL
    ]


def bar(starts_at: datetime, due_at: datetime, now: datetime) -> str:
    """The period as a row of cells: full for what is gone, hatched beyond the end."""
    whole = due_at - starts_at
    gone = max(timedelta(0), now - starts_at) / whole if whole > timedelta(0) else 1.0
    full = min(CELLS, int(gone * CELLS))
    return "█" * full + "░" * (CELLS - full) + ("!" if gone > 1 else "")


def hours_left(due_at: datetime, now: datetime) -> int:
    """Whole hours left, rounded down; negative when overdue."""
    return int((due_at - now).total_seconds() // 3600)
