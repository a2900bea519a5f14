"""A house with people on duty, an incident whose clock runs, and a worker that ticks when it is told to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Actor, Role
from incident.platform.clock import FixedClock
from incident.store.models import Deadline, Incident, OutboxMessage
from incident.usecases.clock.fire import Fired, Outlets, fire_reminders
from incident.usecases.messages.channels import write_down
from incident.usecases.messages.ports import Channel
from tests.factories import make_incident, make_person

AUTHORITY = "gdpr_33_1"


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on it."""
    with Session(engine, expire_on_commit=False) as opened:
        yield opened


@dataclass
class House:
    """An organisation in miniature, with its clock; ``sweep`` is stage one of a tick."""

    session: Session
    clock: FixedClock
    actors: dict[str, Actor] = field(default_factory=dict)
    outlets: Outlets = field(default_factory=lambda: Outlets(frozenset({Channel.EMAIL})))

    def report(self) -> Incident:
        """A report whose clock starts now; its announcements are out of the way."""
        incident = make_incident(self.session, self.actors["alice"], self.clock.now(), aware_at=self.clock.now())
        self.session.query(OutboxMessage).delete()
        self.session.commit()
        return incident

    def authority_deadline(self, incident: Incident) -> Deadline:
        query = select(Deadline).where(Deadline.incident_id == incident.id, Deadline.obligation == AUTHORITY)
        return self.session.scalars(query.order_by(Deadline.created_at.desc())).first()  # type: ignore[return-value]

    def sweep(self, at: datetime | None = None) -> Fired:
        """Fire what is due and commit."""
        fired = fire_reminders(self.session, at or self.clock.now(), self.outlets)
        self.session.commit()
        return fired

    def queued(self, template: str | None = None) -> list[OutboxMessage]:
        """What was queued since the last look, the oldest first."""
        rows = [row for row in self.session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at))]
        self.session.query(OutboxMessage).delete()
        self.session.commit()
        return [row for row in rows if template is None or row.payload["template"] == template]


def told(rows: list[OutboxMessage]) -> list[str]:
    """The names of the recipients."""
    return sorted(row.recipient.partition("@")[0] for row in rows)


@pytest.fixture
def house(session: Session, clock: FixedClock) -> House:
    """Alice is on duty, Bob stands in, Charlie is the DPO, Dora the second person and the management."""
    made = {
        name: make_person(session, name.capitalize(), roles, clock.now(), duty_order=order)
        for name, roles, order in (
            ("alice", [Role.RESPONDER], 1),
            ("bob", [Role.RESPONDER], 2),
            ("charlie", [Role.DPO], None),
            ("dora", [Role.SECOND], None),
        )
    }
    write_down(session, {Channel.EMAIL}, clock.now())
    session.commit()
    return House(session, clock, {name: person.actor() for name, person in made.items()})
