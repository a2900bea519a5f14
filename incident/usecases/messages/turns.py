"""Tell people that a decision, an approval, a release or a reopened case waits for them.

The second person is asked elsewhere.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from incident.domain.kernel.people import Actor
from incident.domain.next_steps import Act, Step, steps
from incident.domain.reminders.roster import Audience
from incident.domain.step_words import path
from incident.store.models import Incident
from incident.store.queries.progress import progress_of_one
from incident.usecases.common.directory import Directory, load_directory
from incident.usecases.messages.queue import queue

TOLD: Final = frozenset({Act.DECIDE, Act.APPROVE, Act.RELEASE})


def tell_turns(session: Session, incident: Incident, actor: Actor, now: datetime) -> None:
    """Tell everybody for whom such a step waits now of the first of theirs, once for each step.

    Whoever has just acted goes on without being told, and then nobody else is called for the same step.
    """
    if incident.is_silent:
        return
    progress, directory = progress_of_one(session, incident), load_directory(session)
    team, told = directory.team(now).within(progress.circle), {actor.id}
    for step in steps(progress):
        if not step.ready or step.act not in TOLD:
            continue
        waited = {person.id for person in team.waited_for(step, progress.assignee)}
        if actor.id not in waited and (people := waited - told):
            _tell(session, incident, step, people, directory, now)
        told |= waited


def tell_reopened(session: Session, incident: Incident, actor: Actor, now: datetime) -> None:
    """Tell whoever has a case that is taken up again, and those for whom its next step waits."""
    if incident.is_silent:
        return
    progress, directory = progress_of_one(session, incident), load_directory(session)
    step = steps(progress)[0]
    waited = directory.team(now).within(progress.circle).waited_for(step, progress.assignee)
    people = {person.id for person in (*directory.persons(Audience.ASSIGNEE, incident, now), *waited)} - {actor.id}
    queue(
        session,
        incident=incident,
        template="reopened",
        params={**_about(incident, step), "who": actor.name},
        to=sorted(people),
        now=now,
        dedupe=f"reopened:{incident.reference}:{now.isoformat()}",
        personally=True,
        directory=directory,
    )


def _tell(
    session: Session, incident: Incident, step: Step, people: set[UUID], directory: Directory, now: datetime
) -> None:
    queue(
        session,
        incident=incident,
        template="your_turn",
        params=_about(incident, step),
        to=sorted(people),
        now=now,
        dedupe=f"turn:{incident.reference}:{step.code}:{step.thing or ''}",
        personally=True,
        directory=directory,
    )


def _about(incident: Incident, step: Step) -> dict[str, str | None]:
    return {
        "reference": incident.reference,
        "due_at": incident.due_at.isoformat() if incident.due_at else None,
        "next_step": step.code,
        "path": path(incident.reference, step),
    }
