"""What becomes of an escalation in Slack once somebody has taken the step that it called for."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from bot.slack_here.workspace import Channel
from incident.domain.kinds import OutboxOutcome
from incident.law.vocabulary import Nature
from incident.platform.clock import FixedClock
from incident.slack.messenger import SlackMessenger
from incident.slack.room import Rooms
from incident.store.models import Incident, OutboxMessage
from incident.usecases.messages import ports
from incident.usecases.messages.ports import OutgoingMessage
from incident.usecases.messages.queue import Address, Message, message_values
from incident.usecases.response.triage import ConfirmBreach, confirm_breach
from tests.bot.test_messenger import TEXTS
from tests.bot.test_rooms import ACTOR, incident, rooms, sessions
from tests.fake_slack import FakeSlack

__all__ = ["incident", "rooms", "sessions"]
OVER = "Hier stond een escalatie. Waar zij om vroeg, is gedaan of hoeft niet meer."


def escalate(session: Session, incident: UUID, rooms: Rooms, step: str, place: str, clock: FixedClock) -> None:
    """Send an escalation, as the worker does."""
    row = session.get_one(Incident, incident)
    params = {"reference": row.reference, "next_step": step, "obligation": step}
    address = Address(ports.Channel.SLACK, place, "nl")
    made = OutboxMessage(**message_values(Message("escalation", params, step), address, row, clock.now()))
    session.add(made)
    out = OutgoingMessage(made.id, "slack", place, "nl", "escalation", params, made.dedupe_key, row.reference)
    made.receipt = SlackMessenger(rooms.client, TEXTS, "nl").send(out).reference
    made.outcome, made.settled_at = OutboxOutcome.SENT, clock.now()


def test_an_escalation_calls_nobody_once_its_step_was_taken(
    rooms: Rooms,
    sessions: sessionmaker[Session],
    incident: UUID,
    security: Channel,
    slack: FakeSlack,
    clock: FixedClock,
) -> None:
    """A line stands in its place; what is still to be done goes on calling, and what a person got is theirs.

    The worker's sessions forget their rows with the transaction, so it is brought up to date with such a one.
    """
    rooms.sync(incident, clock.now())
    slack.workspace.add_member("U2ANNA", "Anna", None)
    with sessions.begin() as session:
        for step, place in (("triage.breach", security.id), ("assess.risk", security.id), ("triage.breach", "U2ANNA")):
            escalate(session, incident, rooms, step, place, clock)
    with sessions.begin() as session:
        known = ConfirmBreach(ACTOR, incident, clock.now(), "Anna", "She saw it", nature=(Nature.CONFIDENTIALITY,))
        confirm_breach(known, session=session, now=clock.advance(minutes=1))
    expiring = sessionmaker(sessions.kw["bind"])
    replace(rooms, unit=expiring.begin).sync(incident, clock.now())
    settled, calling = (one for one in security.messages if "scalatie" in one.text)
    assert settled.text.endswith(OVER)
    assert "Nog niet gedaan: Beoordeel het risico" in calling.text
    assert OVER not in slack.workspace.direct("U2ANNA").messages[0].text
    with sessions() as session:
        marked = {row.recipient: row.over_at for row in session.query(OutboxMessage) if row.over_at}
    assert marked == {security.id: clock.now()}
