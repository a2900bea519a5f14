"""Turn the ladder into rows for one deadline; written in the transaction that opens the deadline."""

from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import Invalid
from incident.domain.kinds import ReminderKind
from incident.domain.reminders.ladder import LadderPolicy, Period, Rung, plan
from incident.domain.reminders.policy import policy_from
from incident.domain.reminders.roster import Audience
from incident.law.obligations import ObligationKind
from incident.store.models import Deadline, Incident, Reminder
from incident.store.settings import newest

ESCALATING_OBLIGATIONS = frozenset({ObligationKind.NOTIFY_AUTHORITY.value, ObligationKind.INFORM_SUBJECTS.value})
"""The clocks of GDPR art. 33(1) and 34(1) climb to other people; every deadline reminds."""


def ladder_policy(session: Session) -> LadderPolicy:
    """The ladder in force: the newest version the DPO stored, else the house's.

    A stored one that can no longer be read is passed over: reminders leave in any case.
    """
    document = newest(session, "ladder")
    try:
        return LadderPolicy() if document is None else policy_from(document)
    except Invalid:
        return LadderPolicy()


def period_of(deadline: Deadline) -> Period:
    """The period that the ladder is laid along."""
    return Period(deadline.starts_at, deadline.due_at, deadline.obligation in ESCALATING_OBLIGATIONS)


def plan_reminders(session: Session, deadline: Deadline, incident: Incident, now: datetime) -> None:
    """Store the rungs of a deadline that opens now."""
    store_rungs(session, deadline, incident, plan(period_of(deadline), ladder_policy(session), now))


def store_rungs(session: Session, deadline: Deadline, incident: Incident, rungs: tuple[Rung, ...]) -> None:
    """Insert rows for these rungs, in one statement; the pair of deadline and rung is unique."""
    if rungs:
        together = insert(Reminder).execution_options(render_nulls=True)
        session.execute(together, [reminder_values(deadline.id, incident.id, rung) for rung in rungs])


def reminder_values(deadline: UUID | str, incident: UUID | str, rung: Rung) -> dict[str, object]:
    """One row of the reminder table, without its key."""
    return {
        "deadline_id": deadline,
        "incident_id": incident,
        "rung": rung.name,
        "kind": ReminderKind.ESCALATION if rung.escalation else ReminderKind.REMINDER,
        "audience": _named(rung.audience),
        "unless": rung.unless.value if rung.unless else None,
        "planned_at": rung.at,
        "due_at": rung.at,
        "attempts": 0,
    }


@cache
def _named(audience: tuple[Audience, ...]) -> str:
    return ",".join(one.value for one in audience)
