"""Whose turn it is: who may take a step of an incident, for whom it waits now, and what waits for a person."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from incident.domain.kernel.people import Actor, Role
from incident.domain.kernel.roles import Permission, may, permissions_of, sees
from incident.domain.next_steps import Act, Step
from incident.domain.progress import Progress, TaskStand
from incident.domain.reminders.roster import OnCall


@dataclass(frozen=True, slots=True)
class Team:
    """The people with accounts at an instant, and who of them is on duty."""

    people: tuple[OnCall, ...]
    on_duty: frozenset[UUID]
    at: datetime
    circle: frozenset[UUID] | None = None
    """Who may know of the incident, beside the DPO, where it is restricted: its steps wait for nobody else."""
    _found: dict[tuple[Permission, bool, UUID | None, bool, UUID | None], tuple[OnCall, ...]] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )
    """Whose turn it was found to be: a board asks the same of hundreds of steps."""
    _able: dict[tuple[Permission, UUID | None, bool], tuple[OnCall, ...]] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    def within(self, circle: frozenset[UUID] | None) -> "Team":
        """The team of an incident with this circle."""
        return self if circle == self.circle else replace(self, circle=circle)

    def able(self, step: Step) -> tuple[OnCall, ...]:
        """Who may take the step."""
        if step.by_machine:
            return ()
        asked = (step.permission, step.not_by, step.alone)
        if asked not in self._able:
            self._able[asked] = tuple(self._may(step))
        return self._able[asked]

    def _may(self, step: Step) -> Iterator[OnCall]:
        allowed = tuple(person for person in self.people if step.permission in permissions_of(person.roles))
        others = tuple(person for person in allowed if person.id != step.not_by)
        able = others or (allowed if step.alone else ())
        return (person for person in able if sees(self.circle, person.id, person.roles))

    def waited_for(self, step: Step, assignee: UUID | None) -> tuple[OnCall, ...]:
        """Whose turn it is: the owner's where the owner may, else that of those who are there and whose task it is."""
        if step.by_machine:
            return ()
        asked = (step.permission, step.act is Act.SECOND, step.not_by, step.alone, assignee)
        if asked not in self._found:
            self._found[asked] = self._turn(step, assignee)
        return self._found[asked]

    def _turn(self, step: Step, assignee: UUID | None) -> tuple[OnCall, ...]:
        able = self.able(step)
        preferred = (
            [person for person in able if step.act is Act.SECOND and Role.SECOND in person.roles],
            [person for person in able if person.id == assignee],
            [person for person in able if step.permission in ANYBODYS and person.id in self.on_duty],
            list(able),
        )
        for group in preferred:
            if present := tuple(person for person in group if person.present(self.at)):
                return present
        return able


ANYBODYS: Final = frozenset({Permission.RECORD, Permission.ASSESS, Permission.DRAFT})
"""What every responder may do: without an owner of the incident it is the task of whoever is on duty."""
NAMED: Final = frozenset(
    {Act.SECOND, Act.DECIDE, Act.APPROVE, Act.ASK_RELEASE, Act.RELEASE, Act.FILE, Act.RECORD, Act.REACH}
)
"""Steps that wait for certain people whatever else is to be done; everything else waits until it is the next one."""


def turns_of(person: UUID, progress: Progress, found: Sequence[Step], team: Team) -> tuple[Step, ...]:
    """The steps of an incident that wait for this person now: the first of them, and those that only few may take."""
    inside = team.within(progress.circle)
    mine = [
        step
        for step in found
        if step.ready and any(one.id == person for one in inside.waited_for(step, progress.assignee))
    ]
    return tuple(step for place, step in enumerate(mine) if place == 0 or step.act in NAMED)


def tasks_due(person: UUID, progress: Progress, now: datetime) -> tuple[TaskStand, ...]:
    """The person's tasks and measures that are due within a day, or overdue."""
    soon = now + timedelta(days=1)
    return tuple(task for task in progress.tasks if task.owner == person and task.due_at and task.due_at <= soon)


def waiting_for(
    person: UUID, found: Iterable[tuple[Progress, Sequence[Step]]], team: Team, now: datetime
) -> Iterator[tuple[Progress, Step | TaskStand]]:
    """What waits for this person: steps, then tasks that are due, the incident whose clock ends first on top."""
    for progress, ahead in sorted(found, key=lambda one: one[0].clocks[0].due_at if one[0].clocks else _NEVER):
        for step in turns_of(person, progress, ahead, team):
            yield progress, step
        for task in tasks_due(person, progress, now):
            yield progress, task


_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def may_take(step: Step, actor: Actor, team: Team) -> bool:
    """Whether this person can take the step now."""
    return step.ready and may(actor, step.permission) and any(one.id == actor.id for one in team.able(step))
