"""Each morning everybody for whom something waits is told of it by mail, and nobody of what they may not know."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from incident.delivery.messages import MessageTexts
from incident.usecases.clock.fire import Outlets
from incident.usecases.messages.channels import write_down
from incident.usecases.messages.morning import tell_waiting
from incident.usecases.messages.ports import Channel, OutgoingMessage
from incident.usecases.response.casework import AddTask, add_task
from incident.usecases.response.restrict import Restrict, restrict
from tests.clock.conftest import House, told

ZONE = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def morning(house: House) -> House:
    """A reported incident the evening before, and then a quarter past eight."""
    house.outlets = Outlets(frozenset({Channel.EMAIL}))
    write_down(house.session, house.outlets.channels, house.clock.now())
    local = house.clock.now().astimezone(ZONE)
    house.clock.advance(hours=(24 + 7 - local.hour) % 24, minutes=59 - local.minute)
    return house


def look(house: House) -> int:
    number = tell_waiting(house.session, house.clock.now(), ZONE)
    house.session.commit()
    return number


def test_whoever_is_waited_for_hears_it_once_a_day_from_eight_o_clock(morning: House) -> None:
    """Where nothing waits, nobody is told."""
    incident = morning.report()
    assert look(morning) == 0, "a minute before eight"
    morning.clock.advance(minutes=1)
    assert look(morning) > 0
    rows = morning.queued("morning")
    assert "alice" in told(rows)
    assert all(f"{incident.reference}|" in row.payload["params"]["waiting"][0] for row in rows)
    morning.clock.advance(hours=1)
    assert look(morning) == 0
    morning.clock.advance(hours=23)
    assert look(morning) > 0


def test_a_task_that_is_due_is_said_without_its_title(morning: House) -> None:
    """What was typed stays in the house."""
    incident, bob = morning.report(), morning.actors["bob"]
    due = morning.clock.now() + timedelta(hours=3)
    command = AddTask(bob, incident.id, "Call Mrs Jansen", due_at=due, owner_id=bob.id)
    add_task(command, session=morning.session, now=morning.clock.now())
    morning.queued()
    morning.clock.advance(minutes=1)
    look(morning)
    [row] = [row for row in morning.queued("morning") if row.recipient.startswith("bob")]
    assert f"{incident.reference}|task" in row.payload["params"]["waiting"]
    message = OutgoingMessage(row.id, "email", row.recipient, "nl", "morning", row.payload["params"], "k", None)
    said = MessageTexts().render(message)
    assert f"{incident.reference}: er is een taak van u aan de beurt" in said.text
    assert "Jansen" not in said.text + said.html + said.short


def test_of_a_restricted_incident_only_its_circle_is_told(morning: House) -> None:
    """Not even by its reference."""
    incident, bob = morning.report(), morning.actors["bob"]
    command = Restrict(morning.actors["charlie"], incident.id, frozenset({bob.id} - {None}), "About Alice")
    restrict(command, session=morning.session, now=morning.clock.now())
    morning.queued()
    morning.clock.advance(minutes=1)
    look(morning)
    assert "alice" not in told(morning.queued("morning"))
