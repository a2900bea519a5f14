"""What a reminder says, as parameters for the texts: the incident, the duty, what is missing, and the one next step."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from incident.domain.kernel.events import Status
from incident.domain.reminders.ladder import Step
from incident.domain.reminders.sweep import Said
from incident.domain.reminders.time_left import time_left
from incident.law.obligations import ObligationKind
from incident.law.regimes import law_of
from incident.store.models import Deadline, Incident

AUTHORITY = ObligationKind.NOTIFY_AUTHORITY.value
_SEQUENCE = (
    ("triage", "triage"),
    ("assess", "risk"),
    ("decide", "decisions"),
    ("approve", "notices"),
    ("submit", "notices"),
)
"""The steps towards the authority in their order, with the page of the incident on which each is taken."""


def reminder_params(
    incident: Incident, deadline: Deadline, said: Said, done: frozenset[Step], others: Sequence[Deadline], now: datetime
) -> dict[str, Any]:
    """Parameters of the templates ``reminder`` and ``escalation``; scalars and lists of scalars, no personal data."""
    missing = missing_steps(incident, deadline, done)
    return {
        "reference": incident.reference,
        "obligation": deadline.obligation,
        "due_at": deadline.due_at.isoformat(),
        "provisional": deadline.provisional,
        **time_left(deadline.due_at, now),
        "rung": said.rung.name,
        "late": said.late_by is not None or said.missed > 0,
        "late_minutes": int(said.late_by.total_seconds() // 60) if said.late_by else 0,
        "missed": said.missed,
        "missing": list(missing),
        "next_step": missing[0],
        "path": f"/incidents/{incident.reference}/{_page(missing[0], deadline)}".rstrip("/"),
        "also": [f"{other.obligation}|{other.due_at.isoformat()}" for other in others if other.id != deadline.id],
    }


def _page(step: str, deadline: Deadline) -> str:
    if step == "act" and law_of(deadline.obligation):
        return "duties"
    return dict(_SEQUENCE).get(step, "")


def missing_steps(incident: Incident, deadline: Deadline, done: frozenset[Step]) -> tuple[str, ...]:
    """The steps that are not on record yet, the next one first; never empty while the deadline is open."""
    if deadline.obligation != AUTHORITY:
        return ("triage", "act") if incident.status is Status.REPORTED else ("act",)
    present = {
        "triage": incident.status is not Status.REPORTED,
        "assess": Step.ASSESSED in done,
        "decide": Step.DECIDED in done,
        "approve": Step.APPROVED in done,
    }
    return tuple(step for step, _ in _SEQUENCE if not present.get(step, False))
