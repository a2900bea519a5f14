"""The drill in Slack: who manages the roster is offered it, and the button in the message is the proof."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.platform.clock import FixedClock
from incident.store.models import DrillCall, OutboxMessage, Person
from incident.usecases.messages.deliver import take
from incident.usecases.messages.drill import StartDrill, start_drill
from tests.bot.conftest import Cast
from tests.fake_slack import FakeSlack, Message

Database = Callable[[], Session]


def test_only_who_manages_the_roster_is_offered_a_drill(cast: Cast) -> None:
    cast.dpo.command("/datalek", "drill")
    assert cast.dpo.told("A drill calls everybody on the roster")
    cast.analyst.command("/datalek", "oefening")
    assert cast.analyst.told("Your role does not allow this")


def called(cast: Cast, app: Flask, slack: FakeSlack, database: Database, clock: FixedClock) -> Message:
    """The DPO's message of a drill, as the worker sends it."""
    cast.dpo.command("/datalek", "help")
    cast.analyst.command("/datalek", "help")
    with Session(database().get_bind()) as session:
        dpo = session.scalars(select(Person).where(Person.slack_user_id == cast.dpo.id)).one()
        start_drill(StartDrill(dpo.actor()), session=session, now=clock.now())
        session.commit()
        session.query(OutboxMessage).filter(OutboxMessage.recipient != cast.dpo.id).delete()
        session.commit()
        parcel = take(session, "w", clock.now())
        session.commit()
    assert parcel is not None
    receipt = app.extensions["meldklok"].messengers["slack"].send(parcel.message)
    channel, ts = receipt.reference.split(":")
    return next(message for message in slack.workspace.channels[channel].messages if message.ts == ts)


def test_the_button_in_the_message_proves_that_it_arrived(
    cast: Cast, app: Flask, slack: FakeSlack, database: Database, clock: FixedClock
) -> None:
    """One click, by the person who was called and by nobody else."""
    message = called(cast, app, slack, database, clock)
    proven = select(DrillCall.channel).where(DrillCall.confirmed_at.is_not(None))
    cast.analyst.press("Ja, ontvangen", message)
    assert database().scalars(proven).all() == []
    cast.dpo.press("Ja, ontvangen", message)
    assert database().scalars(proven).all() == ["slack"]
    assert cast.dpo.told("it is on record that this reached you")
