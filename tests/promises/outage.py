"""A house on the record, a worker that ticks in simulated time, and channels that can be switched off and on."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from incident.domain.kernel.health import Health, judge
from incident.domain.kernel.people import Actor, Role
from incident.domain.kinds import OutboxOutcome
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.store.models import OutboxMessage
from incident.store.queries.vital_signs import health_facts
from incident.usecases.clock.fire import Outlets
from incident.usecases.messages.channels import write_down
from incident.usecases.messages.ports import Channel, DeliveryFailed, OutgoingMessage, Receipt
from incident.wiring import wire
from incident.worker import Worker
from tests.factories import make_incident, make_person

PEOPLE = (
    ("Alice", [Role.RESPONDER], 1, "U0ALICE"),
    ("Bob", [Role.RESPONDER], 2, None),
    ("Charlie", [Role.DPO], None, "U0CHARLIE"),
    ("Dora", [Role.SECOND], None, None),
)


@dataclass
class Line:
    """A channel that takes everything, unless it is away: then nobody gets through."""

    clock: FixedClock
    away: bool = False
    unsure: bool = False
    arrived: list[tuple[datetime, OutgoingMessage]] = field(default_factory=list)

    def send(self, message: OutgoingMessage) -> Receipt:
        if self.away:
            raise DeliveryFailed("away", whole_channel=not self.unsure, unknown_outcome=self.unsure)
        self.arrived.append((self.clock.now(), message))
        return Receipt(f"took:{len(self.arrived)}")

    def since(self, at: datetime) -> list[OutgoingMessage]:
        return [message for when, message in self.arrived if when >= at]


class House:
    """Four people, a worker, and the channels."""

    def __init__(self, engine: Engine, settings: Settings, clock: FixedClock, *channels: Channel) -> None:
        self.engine, self.clock = engine, clock
        self.lines = {channel: Line(clock) for channel in channels}
        deps = replace(wire(settings, clock), messengers=self.lines)
        self.worker = Worker(engine, deps, Outlets(), threading.Event())
        self.actors: dict[str, Actor] = {}
        with Session(engine) as session, session.begin():
            for name, roles, order, slack in PEOPLE:
                person = make_person(session, name, roles, clock.now(), duty_order=order, slack_user_id=slack)
                self.actors[name] = person.actor()
            write_down(session, self.lines, clock.now())

    def report(self, **values: Any) -> str:
        """Somebody reports; the clock starts."""
        with Session(self.engine) as session, session.begin():
            return make_incident(session, self.actors["Alice"], self.clock.now(), **values).reference

    def live(
        self, span: timedelta, every: timedelta = timedelta(minutes=1), watch: Callable[[], object] = lambda: None
    ) -> None:
        """Let the worker tick through so much time."""
        end = self.clock.now() + span
        while self.clock.now() < end:
            self.clock.advance(seconds=every.total_seconds())
            self.worker.tick()
            watch()

    def health(self) -> Health:
        with Session(self.engine) as session:
            return judge(health_facts(session, self.clock.now()), self.clock.now())

    def messages(self) -> list[OutboxMessage]:
        with Session(self.engine, expire_on_commit=False) as session:
            return list(session.scalars(select(OutboxMessage)))

    def outcomes(self) -> set[OutboxOutcome | None]:
        return {message.outcome for message in self.messages()}
