"""Put a checklist onto an incident: its steps become tasks, once each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import NotFound
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.playbooks import find_playbook
from incident.store.models import Task
from incident.usecases.common.access import incident_for
from incident.usecases.response.casework import AddTask, add_task
from incident.usecases.response.triage import must_be_open


@dataclass(frozen=True, slots=True)
class ApplyPlaybook:
    """Which checklist, onto which incident, in which language."""

    actor: Actor
    incident: UUID | str
    playbook: str
    language: str = "nl"


def apply_playbook(command: ApplyPlaybook, *, session: Session, now: datetime) -> int:
    """Add the steps that are not among the tasks yet; returns how many. Raises NotFound for an unknown checklist."""
    incident = incident_for(session, command.incident, command.actor, Permission.RECORD)
    must_be_open(incident)
    playbook = find_playbook(command.playbook)
    if playbook is None:
        raise NotFound("There is no such checklist.")
    there = set(session.scalars(select(Task.title).where(Task.incident_id == incident.id)))
    fresh = [step for step in playbook.steps if there.isdisjoint(step.told.values())]
    for step in fresh:
        due = incident.reported_at + timedelta(hours=step.hours)
        task = AddTask(command.actor, incident.id, step.words(command.language), due_at=due)
        add_task(task, session=session, now=now)
    return len(fresh)
