"""Start an exercise, deliver what its script holds, and end it.

What is played is an incident like any other, with the real clock, ladder, forms and approvals. It is an example, so it
counts nowhere; its circle are those who take part, so nobody else sees or hears of it; and it takes no number of the
register. Whatever would leave the house is refused (:data:`incident.domain.kernel.roles.NOT_PLAYED`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incident.domain.exercises import PACES, due_at, said, scenarios
from incident.domain.kernel.errors import Conflict, IllegalMove, Invalid, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import SYSTEM, Actor, Role, Source
from incident.domain.kernel.roles import Permission, may, permissions_of, require
from incident.domain.kinds import DeadlineState
from incident.store.insert import insert_missing
from incident.store.models import Deadline, Exercise, ExerciseInject, Inbound, Incident
from incident.usecases.clock.deadlines import settle
from incident.usecases.common.directory import load_directory
from incident.usecases.common.record import record, record_system, tell_timeline
from incident.usecases.messages.queue import queue
from incident.usecases.response.report import Played, ReportIncident, report_incident

BECAUSE = "exercise ended"


@dataclass(frozen=True, slots=True)
class StartExercise:
    """Which script, who takes part, how fast, and in which language it is told."""

    actor: Actor
    scenario: str
    people: frozenset[UUID]
    pace: int = 1
    language: str = "nl"


def start_exercise(command: StartExercise, *, session: Session, now: datetime) -> Exercise:
    """Report the made-up incident, plan what comes in, and tell those who take part.

    Raises Invalid at ``scenario``, ``pace`` or ``people``, and Conflict while another exercise runs: a person in two
    of them could not tell which message belongs to which.
    """
    require(command.actor, Permission.MANAGE_SETTINGS)
    _check(session, command)
    exercise = _new(session, command, now)
    incident = _report(session, exercise, command, now)
    script = scenarios()[command.scenario]
    for inject in script.played(command.pace):
        at = due_at(inject, now, command.pace)
        session.add(ExerciseInject(exercise_id=exercise.id, incident_id=incident.id, name=inject.id, due_at=at))
    record_system(
        session,
        Tag.EXERCISE_STARTED,
        command.actor,
        now,
        exercise=exercise.number,
        scenario=command.scenario,
        pace=command.pace,
        people=len(command.people),
    )
    record(session, incident, Tag.EXERCISE_STARTED, command.actor, now, pace=command.pace)
    _tell(session, incident, exercise, "exercise_started", now, dedupe=f"exercise:{exercise.id}")
    return exercise


def _check(session: Session, command: StartExercise) -> None:
    if command.scenario not in scenarios():
        raise Invalid("Choose a scenario.", field="scenario")
    if command.pace not in PACES:
        raise Invalid("Choose how fast it is played.", field="pace")
    known = {one.id: one.roles for one in load_directory(session).people}
    if not command.people or command.people - known.keys():
        raise Invalid("Choose who takes part.", field="people")
    able = {permission for one in command.people for permission in permissions_of(known[one])}
    if not {Permission.RECORD, Permission.DECIDE} <= able:
        raise Invalid("Choose at least somebody who handles incidents and somebody who decides.", field="people")


def _new(session: Session, command: StartExercise, now: datetime) -> Exercise:
    running = select(Exercise.number).where(Exercise.ended_at.is_(None))
    number = (session.scalar(select(func.max(Exercise.number))) or 0) + 1
    free = session.scalars(running).first() is None
    if not free or not insert_missing(session, Inbound, key=f"exercise:{number}", result={}, at=now):
        raise Conflict("An exercise runs already. End it first.")
    exercise = Exercise(
        id=uuid4(),
        number=number,
        scenario=command.scenario,
        pace=command.pace,
        language=command.language,
        people=sorted(map(str, command.people)),
        started_at=now,
        started_by=command.actor.id,
        started_name=command.actor.name,
    )
    session.add(exercise)
    session.flush()
    return exercise


def _report(session: Session, exercise: Exercise, command: StartExercise, now: datetime) -> Incident:
    script = scenarios()[exercise.scenario]
    reporter = Actor(None, said(script.reporters, command.language), frozenset({Role.REPORTER}), Source.SYSTEM)
    first = ReportIncident(
        reporter,
        said(script.first, command.language),
        noticed_at=now,
        played=Played(exercise.id, exercise.number, command.people),
    )
    return report_incident(first, session=session, now=now)


def due_injects(session: Session, now: datetime) -> list[UUID]:
    """The injects that are due and were not delivered, the longest due first."""
    due = ExerciseInject.settled_at.is_(None), ExerciseInject.due_at <= now
    return list(session.scalars(select(ExerciseInject.id).where(*due).order_by(ExerciseInject.due_at)))


def deliver_inject(session: Session, inject_id: UUID, now: datetime) -> bool:
    """Put one inject on the timeline and tell everybody; False where another worker has it or had it.

    The row is locked and looked at again, and its messages leave by the outbox under its own key: whoever is killed in
    between, it comes once.
    """
    open_one = select(ExerciseInject).where(ExerciseInject.id == inject_id, ExerciseInject.settled_at.is_(None))
    inject = session.scalars(open_one.with_for_update(skip_locked=True)).one_or_none()
    if inject is None:
        return False
    exercise, incident = session.get_one(Exercise, inject.exercise_id), session.get_one(Incident, inject.incident_id)
    inject.settled_at, inject.delivered = now, True
    script = scenarios()[exercise.scenario].inject(inject.name)
    sender = Actor(None, script.sender(exercise.language), source=Source.SYSTEM)
    record(session, incident, Tag.INJECT_DELIVERED, SYSTEM, now, inject=inject.name)
    text = script.text(exercise.language)
    tell_timeline(session, incident, sender, kind="inject", text=text, happened_at=now, now=now)
    _tell(session, incident, exercise, "exercise_inject", now, dedupe=f"inject:{inject.id}", inject=inject.name)
    return True


def find_exercise(session: Session, number: int, actor: Actor) -> tuple[Exercise, Incident]:
    """An exercise and what is played in it, for those who take part or run exercises. Raises NotFound for others."""
    found = session.scalars(select(Exercise).where(Exercise.number == number)).one_or_none()
    if found is None or not (str(actor.id) in found.people or may(actor, Permission.MANAGE_SETTINGS)):
        raise NotFound("There is no such exercise.")
    return found, session.scalars(select(Incident).where(Incident.exercise_id == found.id)).one()


def exercises_for(session: Session, actor: Actor) -> list[Exercise]:
    """The exercises that somebody takes part in, or all of them for who runs them; the newest first."""
    found = session.scalars(select(Exercise).order_by(Exercise.number.desc()))
    return [one for one in found if str(actor.id) in one.people or may(actor, Permission.MANAGE_SETTINGS)]


def end_exercise(number: int, *, actor: Actor, session: Session, now: datetime) -> Exercise:
    """End it: its clocks stop, what has not come in stays away, and the report is ready. Raises IllegalMove twice."""
    require(actor, Permission.MANAGE_SETTINGS)
    exercise, incident = find_exercise(session, number, actor)
    session.refresh(exercise, with_for_update=True)
    if exercise.ended_at is not None:
        raise IllegalMove("This exercise has ended already.")
    exercise.ended_at, exercise.ended_by, exercise.ended_name = now, actor.id, actor.name
    for inject in _waiting(session, exercise):
        inject.settled_at = now
    running = select(Deadline).where(Deadline.incident_id == incident.id, Deadline.state == DeadlineState.OPEN)
    for deadline in session.scalars(running).all():
        settle(session, incident, deadline, DeadlineState.WAIVED, actor=actor, now=now, because=BECAUSE)
    incident.closed_at = now
    record(session, incident, Tag.INCIDENT_CLOSED, actor, now)
    tell_timeline(session, incident, actor, kind="closed", text="", happened_at=now, now=now)
    record_system(session, Tag.EXERCISE_ENDED, actor, now, exercise=exercise.number)
    _tell(session, incident, exercise, "exercise_ended", now, dedupe=f"exercise-ended:{exercise.id}")
    return exercise


def _waiting(session: Session, exercise: Exercise) -> Iterable[ExerciseInject]:
    waiting = ExerciseInject.exercise_id == exercise.id, ExerciseInject.settled_at.is_(None)
    return session.scalars(select(ExerciseInject).where(*waiting).with_for_update()).all()


def _tell(
    session: Session,
    incident: Incident,
    exercise: Exercise,
    template: str,
    now: datetime,
    *,
    dedupe: str,
    inject: str = "",
) -> None:
    """Tell everybody who takes part, each by e-mail and directly in Slack."""
    played = template == "exercise_inject"
    params = {
        "reference": incident.reference,
        "scenario": exercise.scenario,
        "inject": inject,
        "path": f"/incidents/{incident.reference}" if played else f"/exercises/{exercise.number}",
    }
    queue(
        session,
        incident=incident,
        template=template,
        params=params,
        to=[UUID(person) for person in exercise.people],
        now=now,
        dedupe=dedupe,
        urgent=True,
        personally=True,
    )
