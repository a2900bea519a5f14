"""A house with people, a worker whose parts tick when told to, and an exercise that can be started in it."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from incident.domain.kernel.people import Actor, Role
from incident.platform.clock import FixedClock
from incident.store.models import Exercise, Incident, OutboxMessage
from incident.usecases.clock.fire import Outlets
from incident.usecases.exercise.play import StartExercise, start_exercise
from incident.usecases.messages.channels import write_down
from incident.usecases.messages.ports import Channel
from incident.worker.sweeper import Sweeper
from tests.factories import make_actor

PLAYERS = ("bob", "charlie", "dora")
CHANNELS = frozenset({Channel.EMAIL, Channel.SLACK})


@dataclass
class Stage:
    """Bob handles incidents, Charlie is the DPO, Dora the second person; Alice, Erik and Fay do not take part."""

    engine: Engine
    session: Session
    clock: FixedClock
    people: dict[str, Actor]

    @property
    def players(self) -> frozenset[UUID]:
        return frozenset(key for name in PLAYERS if (key := self.people[name].id) is not None)

    def start(self, scenario: str = "ransomware", pace: int = 72) -> tuple[Exercise, Incident]:
        """Begin an exercise; the admin, who does not play, starts it."""
        command = StartExercise(self.people["fay"], scenario, self.players, pace, "en")
        exercise = start_exercise(command, session=self.session, now=self.clock.now())
        self.session.commit()
        found = select(Incident).where(Incident.exercise_id == exercise.id)
        return exercise, self.session.scalars(found).one()

    def sweep(self) -> None:
        """Stage one of a worker's tick."""
        self.session.commit()
        sessions = sessionmaker(self.engine, expire_on_commit=False)
        Sweeper(sessions, lambda _session: self.clock.now(), Outlets(CHANNELS), threading.Event()).sweep()
        self.session.expire_all()

    def told(self, template: str = "") -> list[OutboxMessage]:
        """What was queued under this template, or all of it, the oldest first."""
        rows = self.session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at, OutboxMessage.recipient))
        return [row for row in rows if template in ("", row.payload["template"])]


@pytest.fixture
def stage(engine: Engine, clock: FixedClock) -> Iterator[Stage]:
    """The house, with e-mail and Slack set up."""
    roles = {
        "alice": [Role.RESPONDER],
        "bob": [Role.RESPONDER],
        "charlie": [Role.DPO],
        "dora": [Role.SECOND],
        "erik": [Role.DPO],
        "fay": [Role.ADMIN],
    }
    with Session(engine, expire_on_commit=False) as session:
        people = {
            name: make_actor(
                session, name.capitalize(), held, clock.now(), slack_user_id=f"U{name.upper()}", duty_order=order
            )
            for order, (name, held) in enumerate(roles.items(), start=1)
        }
        write_down(session, CHANNELS, clock.now())
        session.commit()
        yield Stage(engine, session, clock, people)
