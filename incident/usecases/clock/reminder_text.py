"""What a reminder says, as parameters for the texts: the incident, the duty, the next step, and who is waited for."""

from collections.abc import Sequence
from datetime import datetime

from incident.domain.next_steps import Act, steps
from incident.domain.progress import Progress
from incident.domain.reminders.sweep import Said
from incident.domain.reminders.time_left import time_left
from incident.domain.step_words import path
from incident.domain.turns import Team
from incident.store.models import Deadline, Incident
from incident.usecases.messages.ports import Params


def reminder_params(
    incident: Incident,
    deadline: Deadline,
    said: Said,
    progress: Progress,
    team: Team,
    others: Sequence[Deadline],
    now: datetime,
) -> Params:
    """Parameters of the templates ``reminder`` and ``escalation``; scalars and lists of scalars, no personal data."""
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
        **step_params(progress, team),
        "also": [f"{other.obligation}|{other.due_at.isoformat()}" for other in others if other.id != deadline.id],
    }


def step_params(progress: Progress, team: Team) -> Params:
    """The next step by its code, where it is taken, who is waited for, and what else is not on record yet."""
    found = steps(progress)
    if not found:
        return {"path": f"/incidents/{progress.reference}"}
    waits = team.within(progress.circle).waited_for(found[0], progress.assignee)
    return {
        "next_step": found[0].code,
        "path": path(progress.reference, found[0]),
        "waits_for": [person.name for person in waits],
        "no_role": not waits and not found[0].by_machine,
        "missing": list(dict.fromkeys(step.code for step in found if step.act is not Act.CLOSE)),
    }
