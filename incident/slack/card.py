"""One incident as Slack shows it: reference, clock, who has it, what is missing, and the next step. Nothing else.

No fact of the case is on it: no summary, no system, no person affected. Whoever may know more follows the link.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import OPEN_STATUSES, Status
from incident.domain.kinds import DeadlineState, Part
from incident.domain.next_steps import Act, Step, steps
from incident.domain.reminders.roster import OnCall
from incident.slack.text import escape_mrkdwn
from incident.store.models import Deadline, Incident, Person, SlackRoom
from incident.store.queries.progress import progress_of_one
from incident.usecases.clock.deadlines import AUTHORITY
from incident.usecases.common.directory import Directory
from incident.usecases.common.family import survivor


@dataclass(frozen=True, slots=True)
class Card:
    """What a message or a window about an incident says; ``waits_for`` are the people whose turn it is."""

    reference: str
    status: Status
    assignee: str | None
    starts_at: datetime | None
    due_at: datetime | None
    provisional: bool
    steps: tuple[Step, ...]
    waits_for: tuple[str, ...] = ()
    notified_after: int | None = None
    """Whole hours between the start of the authority's clock and the filing; None while nothing was filed."""

    update_due_at: datetime | None = None
    """When the next word on how it stands was promised."""

    parts: tuple[tuple[Part, str], ...] = ()
    """Who sees to what beside whoever has it."""

    duty: str = ""
    """The kind of the duty whose clock this is; a customer's name stays in the house."""

    part_of: str = ""
    """The reference of the incident that goes on, where this is another report of the same breach."""

    @property
    def next(self) -> Step | None:
        """The one step that comes first."""
        return self.steps[0] if self.steps else None

    @property
    def open(self) -> bool:
        """Whether anything can still be done."""
        return self.status in OPEN_STATUSES

    def offers(self, act: Act) -> bool:
        """Whether such a step can be taken now."""
        return any(step.act is act and step.ready for step in self.steps)


CELLS: Final = 24


def card_of(session: Session, incident: Incident, directory: Directory, now: datetime) -> Card:
    """The card of an incident as it stands now."""
    progress = progress_of_one(session, incident)
    found = steps(progress)
    waits = directory.team(now).within(progress.circle).waited_for(found[0], progress.assignee) if found else ()
    clock = _clock(session, incident)
    return Card(
        reference=incident.reference,
        status=incident.status,
        assignee=_assignee(session, incident),
        starts_at=clock.starts_at if clock else None,
        due_at=clock.due_at if clock else None,
        provisional=bool(clock and clock.provisional),
        steps=found,
        waits_for=tuple(_named(person) for person in waits),
        notified_after=_notified_after(session, incident),
        update_due_at=session.scalar(select(SlackRoom.update_due_at).where(SlackRoom.incident_id == incident.id)),
        parts=tuple(
            (part, _named(person)) for part in Part for person in directory.people if person.id == incident.holder(part)
        ),
        duty=clock.obligation.partition(":")[0] if clock else "",
        part_of=survivor(session, incident).reference if incident.duplicate_of_id else "",
    )


def _assignee(session: Session, incident: Incident) -> str | None:
    """Who has it; whose account was switched off has nothing."""
    person = session.get(Person, incident.assignee_id) if incident.assignee_id else None
    if person is None or not person.active:
        return None
    return f"<@{person.slack_user_id}>" if person.slack_user_id else escape_mrkdwn(person.name or person.email)


def _named(person: OnCall) -> str:
    return f"<@{person.slack_user_id}>" if person.slack_user_id else escape_mrkdwn(person.name)


def _clock(session: Session, incident: Incident) -> Deadline | None:
    running = select(Deadline).where(Deadline.incident_id == incident.id, Deadline.state == DeadlineState.OPEN)
    return session.scalars(running.order_by(Deadline.due_at).limit(1)).first()


def _notified_after(session: Session, incident: Incident) -> int | None:
    if incident.notified_at is None:
        return None
    met = select(Deadline.starts_at).where(
        Deadline.incident_id == incident.id, Deadline.obligation == AUTHORITY, Deadline.state == DeadlineState.MET
    )
    begun = session.scalars(met.order_by(Deadline.starts_at)).first()
    return max(0, int((incident.notified_at - begun).total_seconds() // 3600)) if begun else None


def bar(starts_at: datetime, due_at: datetime, now: datetime) -> str:
    """The period as a row of cells: full for what is gone, hatched beyond the end."""
    whole = due_at - starts_at
    gone = max(timedelta(0), now - starts_at) / whole if whole > timedelta(0) else 1.0
    full = min(CELLS, int(gone * CELLS))
    return "█" * full + "░" * (CELLS - full) + ("!" if gone > 1 else "")
