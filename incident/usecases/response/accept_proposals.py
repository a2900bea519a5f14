"""Accept proposed answers, tasks and the measure of a common breach: those a person saw and left ticked, at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import Conflict, NotFound
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kinds import TaskKind
from incident.domain.playbooks import Item
from incident.domain.presets import Because, Preset, ProposedAnswer, find_preset, proposed_answers
from incident.law.facts import BreachFacts
from incident.store.models import Incident, Task
from incident.usecases.common.access import incident_for
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.settings import organisation_profile
from incident.usecases.response.casework import AddTask, add_task
from incident.usecases.response.record_facts import RecordFacts, record_facts
from incident.usecases.response.triage import must_be_open

MEASURE_WITHIN: Final = timedelta(days=30)
"""By when a proposed measure should be in place; its owner can plan it otherwise."""


@dataclass(frozen=True, slots=True)
class AcceptProposals:
    """What one person left ticked: fields of the fact sheet, places of steps in the checklist, the measure.

    ``base_version`` is the version of the facts on which the proposals were shown; ``preset`` may be "" where only the
    words of the report proposed anything.
    """

    actor: Actor
    incident: UUID | str
    preset: str
    base_version: int
    answers: Collection[str] = ()
    steps: Collection[int] = ()
    measure: bool = False
    language: str = "nl"


@dataclass(frozen=True, slots=True)
class Accepted:
    """How many answers and how many tasks, the measure among them, were taken over."""

    answers: int
    tasks: int


def accept_proposals(command: AcceptProposals, *, session: Session, now: datetime) -> Accepted:
    """Record what was accepted, as answers and tasks of this person.

    Raises Conflict where somebody recorded answers since the proposals were shown: nobody accepts what they did not
    see. Raises NotFound for an unknown preset.
    """
    incident = incident_for(session, command.incident, command.actor, Permission.RECORD)
    must_be_open(incident)
    preset = find_preset(command.preset)
    if command.preset and preset is None:
        raise NotFound("There is no such kind of breach.")
    if command.base_version != incident.fact_version:
        raise Conflict("Somebody recorded answers meanwhile. Look at the proposals again.")
    shown = answers_proposed(session, incident, preset, current_facts(session, incident), command.language)
    taken = [one for one in shown if one.name in command.answers]
    for step, ours in (("preset", False), ("profile", True)):
        values = {one.name: one.value for one in taken if (one.because is Because.PROFILE) is ours}
        facts = RecordFacts(command.actor, incident.id, values, incident.fact_version, step)
        record_facts(facts, session=session, now=now)
    return Accepted(len(taken), _add_tasks(command, preset, incident, session, now) if preset else 0)


def answers_proposed(
    session: Session, incident: Incident, preset: Preset | None, facts: BreachFacts, language: str
) -> tuple[ProposedAnswer, ...]:
    """The answers proposed for an incident, those from the organisation's profile among them."""
    return proposed_answers(preset, facts, incident.reported_at, organisation_profile(session), language)


def open_steps(session: Session, incident: Incident, preset: Preset) -> tuple[tuple[int, Item], ...]:
    """The steps of its checklist that are not among the tasks yet, each with its place."""
    there = _titles(session, incident)
    return tuple(
        (place, step) for place, step in enumerate(preset.playbook.steps) if there.isdisjoint(step.told.values())
    )


def has_measure(session: Session, incident: Incident) -> bool:
    """Whether a measure is planned already, so that none needs to be proposed."""
    query = select(Task.id).where(Task.incident_id == incident.id, Task.kind == TaskKind.MEASURE)
    return session.scalars(query.limit(1)).one_or_none() is not None


def _titles(session: Session, incident: Incident) -> set[str]:
    return set(session.scalars(select(Task.title).where(Task.incident_id == incident.id)))


def _add_tasks(command: AcceptProposals, preset: Preset, incident: Incident, session: Session, now: datetime) -> int:
    wanted = [step for place, step in open_steps(session, incident, preset) if place in command.steps]
    for step in wanted:
        due = incident.reported_at + timedelta(hours=step.hours)
        task = AddTask(command.actor, incident.id, step.words(command.language), due_at=due)
        add_task(task, session=session, now=now)
    if not command.measure or has_measure(session, incident):
        return len(wanted)
    title = preset.measure(command.language)
    kind, actor = TaskKind.MEASURE, command.actor
    measure = AddTask(actor, incident.id, title, kind, actor.id, actor.name, now + MEASURE_WITHIN)
    add_task(measure, session=session, now=now)
    return len(wanted) + 1
