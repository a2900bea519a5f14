"""Change the ladder: the DPO edits it as data, sees what it means, and running deadlines follow it from then on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.json import Json
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, require
from incident.domain.kinds import DeadlineState, ReminderKind, ReminderOutcome
from incident.domain.reminders.ladder import LadderPolicy, Period, Rung, ladder, plan
from incident.domain.reminders.policy import document_of, policy_from
from incident.store.insert import insert_missing_rows
from incident.store.models import Deadline, Incident, Reminder, SettingVersion
from incident.usecases.clock.plan import period_of, reminder_values
from incident.usecases.common.settings import save_setting

NAME = "ladder"
AUTHORITY_PERIOD = timedelta(hours=72)
CHUNK = 500


@dataclass(frozen=True, slots=True)
class ChangeLadder:
    """A new ladder, as the document of :mod:`incident.domain.reminders.policy`."""

    actor: Actor
    document: Mapping[str, Json]


def preview_ladder(document: Mapping[str, Json], starts_at: datetime) -> tuple[Rung, ...]:
    """What the ladder would do with a notification to the authority whose clock starts then; stores nothing.

    Raises Invalid, naming the field, for a ladder that could not work.
    """
    return ladder(Period(starts_at, starts_at + AUTHORITY_PERIOD), policy_from(document))


def change_ladder(command: ChangeLadder, *, session: Session, now: datetime) -> SettingVersion:
    """Store the ladder as a new version and lay it along every running deadline.

    What has been said stays said. Rungs that the new ladder does not have are settled as not needed, rungs it moves are
    moved, and rungs it adds are added.
    """
    require(command.actor, Permission.MANAGE_SETTINGS)
    policy = policy_from(command.document)
    row = save_setting(session, NAME, document_of(policy), actor=command.actor, now=now)
    replan(session, policy, now)
    return row


def replan(session: Session, policy: LadderPolicy, now: datetime) -> int:
    """Bring the unsettled rungs of all running deadlines in line with the ladder; returns how many of them run."""
    running = list(session.scalars(select(Deadline.id).where(Deadline.state == DeadlineState.OPEN)))
    for start in range(0, len(running), CHUNK):
        ids = running[start : start + CHUNK]
        query = select(Deadline, Incident).join(Incident, Incident.id == Deadline.incident_id)
        pairs = session.execute(query.where(Deadline.id.in_(ids))).all()
        _replan_chunk(session, [(deadline, incident) for deadline, incident in pairs], policy, now)
    return len(running)


def _replan_chunk(
    session: Session, chunk: list[tuple[Deadline, Incident]], policy: LadderPolicy, now: datetime
) -> None:
    ids = [deadline.id for deadline, _ in chunk]
    kept: dict[UUID, dict[str, Reminder]] = {deadline_id: {} for deadline_id in ids}
    for row in session.scalars(select(Reminder).where(Reminder.deadline_id.in_(ids))):
        kept[row.deadline_id][row.rung] = row
    added: list[dict[str, object]] = []
    for deadline, incident in chunk:
        rungs = {rung.name: rung for rung in plan(period_of(deadline), policy, now)}
        rows = kept[deadline.id]
        _settle_or_move(rows, rungs, now)
        added += [
            reminder_values(deadline.id, incident.id, rung)
            for name, rung in rungs.items()
            if name not in rows and rung.at > now
        ]
    session.flush()
    insert_missing_rows(session, Reminder, added)


def _settle_or_move(rows: dict[str, Reminder], rungs: dict[str, Rung], now: datetime) -> None:
    """Rows that are due already are left to the sweep, and so is whatever follows the end of a period."""
    for name, row in rows.items():
        if row.settled_at is not None or row.due_at <= now or name.startswith("overdue-"):
            continue
        rung = rungs.get(name)
        if rung is None:
            row.settled_at, row.outcome = now, ReminderOutcome.NOT_NEEDED
            continue
        row.planned_at = row.due_at = rung.at
        row.kind = ReminderKind.ESCALATION if rung.escalation else ReminderKind.REMINDER
        row.audience = ",".join(audience.value for audience in rung.audience)
        row.unless = rung.unless.value if rung.unless else None
