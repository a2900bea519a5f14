"""What the pages and the report of an exercise read."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.store.models import Exercise, ExerciseInject, Person


def injects_of(session: Session, exercise: Exercise) -> Sequence[ExerciseInject]:
    """The injects in the order in which they come."""
    query = select(ExerciseInject).where(ExerciseInject.exercise_id == exercise.id)
    return session.scalars(query.order_by(ExerciseInject.due_at)).all()


def names_of(session: Session, people: Sequence[str]) -> dict[str, str]:
    """The names of these people by their keys."""
    query = select(Person.id, Person.name, Person.email).where(Person.id.in_([UUID(one) for one in people]))
    return {str(key): name or email for key, name, email in session.execute(query.order_by(Person.name))}


def running_one(session: Session, number: int) -> Exercise | None:
    """The exercise with this number while it runs."""
    return session.scalars(select(Exercise).where(Exercise.number == number, Exercise.ended_at.is_(None))).first()
