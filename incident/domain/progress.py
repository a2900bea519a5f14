"""What is on record of one incident, as far as it tells what comes next (``next_steps``)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from incident.domain.kernel.events import OPEN_STATUSES, Status
from incident.domain.kinds import Addressee, DecisionState, MailingState, NoticeKind, Subject, TaskKind
from incident.law.vocabulary import Role as PartyRole
from incident.law.vocabulary import Ternary


@dataclass(frozen=True, slots=True)
class Clock:
    """A running deadline."""

    obligation: str
    due_at: datetime
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that stands: final, or waiting for a second person."""

    id: UUID
    subject: Subject
    act: bool
    state: DecisionState
    at: datetime
    author: UUID | None = None
    ground: str = ""


@dataclass(frozen=True, slots=True)
class NoticeStand:
    """How far a notice is. ``wanting``: its newest text has gaps, or is older than the facts."""

    id: UUID
    addressee: Addressee
    kind: NoticeKind
    at: datetime
    language: str = "nl"
    recipient: str = ""
    group: str = ""
    author: UUID | None = None
    wanting: bool = False
    approved: bool = False
    sent: bool = False


@dataclass(frozen=True, slots=True)
class MailingStand:
    """How far a mailing is: whether messages wait to leave, and whether any has left."""

    id: UUID
    state: MailingState
    at: datetime
    started_by: UUID | None = None
    waiting: bool = False
    sent: bool = False


@dataclass(frozen=True, slots=True)
class TaskStand:
    """A task or measure that is not done."""

    id: UUID
    kind: TaskKind
    title: str
    owner: UUID | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What is on record of one incident, as far as it tells what comes next. ``clocks`` end in their order."""

    incident: UUID
    reference: str
    status: Status
    summary: str = ""
    is_breach: Ternary = Ternary.UNKNOWN
    awareness_stated: bool = False
    role: PartyRole = PartyRole.UNKNOWN
    customers: tuple[str, ...] = ()
    assignee: UUID | None = None
    assessed: bool = False
    """Whether the risk was assessed; what was recorded since the incident was reopened asks for it once more."""
    reopened: bool = False
    """Whether nothing was recorded or assessed since it was reopened."""
    changed_at: datetime | None = None
    """When something was last recorded since it was reopened."""
    notified: bool = False
    decisions: tuple[Decided, ...] = ()
    clocks: tuple[Clock, ...] = ()
    notices: tuple[NoticeStand, ...] = ()
    mailings: tuple[MailingStand, ...] = ()
    tasks: tuple[TaskStand, ...] = ()
    measures: int = 0
    circle: frozenset[UUID] | None = None
    """Who may know of it, beside the DPO, where it is restricted."""

    def __hash__(self) -> int:
        """By the incident alone: few states of one are in hand, and all that is in it takes longer to look at."""
        return hash(self.incident)

    @property
    def is_open(self) -> bool:
        """Whether anything can still be done."""
        return self.status in OPEN_STATUSES

    @property
    def waiting(self) -> tuple[Decided, ...]:
        """The decisions that wait for a second person."""
        return tuple(row for row in self.decisions if row.state is DecisionState.PROPOSED)

    def stands(self, subject: Subject) -> Decided | None:
        """What stands about a subject: the final decision, else the one that waits."""
        found = [row for row in self.decisions if row.subject is subject]
        final = [row for row in found if row.state is DecisionState.FINAL]
        return next(reversed(final or found), None)

    def promised(self, subject: Subject) -> bool:
        """Whether it was finally decided to notify, or to inform."""
        row = self.stands(subject)
        return row is not None and row.state is DecisionState.FINAL and row.act

    def told(self, *addressees: Addressee) -> bool:
        """Whether a notice to one of these has been sent."""
        return any(row.sent for row in self.notices if row.addressee in addressees)
