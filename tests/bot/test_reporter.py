"""What a reporter is told is true: who is being told, that it arrived, what became of it."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import SYSTEM, Actor, Role, Source
from incident.platform.clock import FixedClock
from incident.slack.headline import TAKE, step_action
from incident.store.db import db
from incident.store.models import Person
from incident.usecases.clock.fire import Outlets
from incident.usecases.messages.reporter import warn_reporters
from incident.usecases.response.casework import Assign, assign
from incident.usecases.response.decide import ConfirmDecision, confirm_decision
from incident.usecases.response.triage import ConfirmBreach, DenyBreach, confirm_breach, deny_breach
from incident.worker import Worker
from tests.bot.conftest import Cast, the_incident
from tests.fake_slack import Failure, FakeSlack
from tests.fake_slack.user import texts

WHAT = {"What happened?": "Laptop lost"}


def worker_of(app: Flask) -> Worker:
    """The worker of this installation, which sends over Slack only."""
    with app.app_context():
        return Worker(db.engine, app.extensions["meldklok"], Outlets(), threading.Event())


def sent(worker: Worker, clock: FixedClock) -> None:
    """Let leave what waits: the fake takes a message a second and conversation."""
    for _ in range(6):
        clock.advance(minutes=1)
        worker.sender.drain()


def report(cast: Cast) -> str:
    """A report by somebody without an account; gives what the last window says."""
    cast.reporter.command("/datalek")
    cast.reporter.modal()
    cast.reporter.fill(WHAT).submit()
    return texts(cast.reporter.modal("Report received")["blocks"])


def offered(slack: FakeSlack, person: str) -> list[str]:
    """The buttons of the newest direct message to somebody."""
    newest = slack.workspace.direct(person).messages[-1]
    return [one["action_id"] for block in newest.blocks if block["type"] == "actions" for one in block["elements"]]


def test_the_receipt_names_who_is_being_told_and_a_message_says_that_it_arrived(
    app: Flask, cast: Cast, slack: FakeSlack, clock: FixedClock, database: Callable[[], Session]
) -> None:
    """Names of people who can be reached, nothing more; and once one of them has it, the reporter reads who."""
    worker = worker_of(app)
    worker._announce()
    worker.link_people()
    shown = report(cast)
    assert "A message is on its way to Anna Analyst, Daan Officer." in shown
    assert not any("arrived" in text for text in cast.reporter.direct_texts())
    sent(worker, clock)
    arrived = [text for text in cast.reporter.direct_texts() if "has arrived with" in text]
    assert len(arrived) == 1
    assert the_incident(database()).reference in arrived[0]


def test_whoever_has_no_account_gets_no_link_to_a_page_that_asks_for_one(
    app: Flask, cast: Cast, slack: FakeSlack, clock: FixedClock
) -> None:
    """They can follow it in Slack, and the page would only ask them to sign in; a colleague with an account gets it."""
    worker = worker_of(app)
    worker._announce()
    worker.link_people()
    report(cast)
    sent(worker, clock)
    assert offered(slack, cast.reporter.id) == ["case.open"]
    assert offered(slack, cast.analyst.id)[-1] == "link"


def test_the_receipt_promises_nobody_where_nobody_can_be_reached(app: Flask, cast: Cast, slack: FakeSlack) -> None:
    """People who are not known in Slack, and no mail: the channel is all there is, and that is what is said."""
    worker_of(app)._announce()
    shown = report(cast)
    assert "It is being announced in <#" in shown
    assert "on its way" not in shown


def test_a_report_that_reaches_nobody_is_told_to_the_reporter_with_whom_to_call(
    app: Flask, cast: Cast, slack: FakeSlack, clock: FixedClock, database: Callable[[], Session]
) -> None:
    """The receipt promises a message within ten minutes: nobody has to guess what silence means. Told once."""
    worker = worker_of(app)
    worker._announce()
    worker.link_people()
    report(cast)
    refused = replace(Failure.error("user_not_found"), when=lambda said: said["channel"] != cast.reporter.id)
    slack.fail_always("chat.postMessage", refused)
    for _ in range(9):
        clock.advance(minutes=1)
        worker.housekeeper.rescue()
        worker.sender.drain()
    said = [text for text in cast.reporter.direct_texts() if "has reached nobody yet" in text]
    assert len(said) == 1
    assert "Please call Anna Analyst, Daan Officer" in said[0]
    slack.failures.clear()


def test_a_report_that_somebody_took_or_judged_has_reached_somebody(
    app: Flask, cast: Cast, slack: FakeSlack, clock: FixedClock, database: Callable[[], Session]
) -> None:
    """Read on the page while no message left: to say that nobody has it would be false."""
    worker = worker_of(app)
    worker._announce()
    worker.link_people()
    report(cast)
    session, now = database(), clock.advance(minutes=6)
    reference = the_incident(session).reference
    session.rollback()
    robot = Actor(None, "Robot", frozenset(Role), Source.SYSTEM)
    anna = session.scalars(select(Person.id).where(Person.email == "anna@alumio.example")).one()
    for act in (
        lambda: assign(Assign(robot, reference, anna), session=session, now=now),
        lambda: confirm_breach(ConfirmBreach(robot, reference), session=session, now=now),
    ):
        act()
        assert warn_reporters(session, now) == 0
        session.rollback()
    assert warn_reporters(session, now) == 1
    session.rollback()


def test_own_reports_stay_in_sight_when_they_are_dealt_with(
    app: Flask, cast: Cast, slack: FakeSlack, clock: FixedClock, database: Callable[[], Session]
) -> None:
    """The App Home shows what became of them."""
    report(cast)
    reference = the_incident(database()).reference
    with app.app_context():
        session = db.session()
        everything = Actor(None, "Robot", frozenset(Role), Source.SYSTEM)
        decision = deny_breach(DenyBreach(everything, reference, "A drill"), session=session, now=clock.now())
        confirm_decision(ConfirmDecision(SECOND, reference, decision.id, True), session=session, now=clock.now())
        session.commit()
    cast.reporter.close()
    cast.reporter.open_home()
    slack.wait_for(lambda: "My closed reports" in texts(cast.reporter.home["blocks"]))
    assert f"*{reference}* · No breach" in texts(cast.reporter.home["blocks"])


def test_a_card_offers_no_step_that_is_refused_to_whoever_asked_for_it(
    cast: Cast, slack: FakeSlack, database: Callable[[], Session]
) -> None:
    """The reporter reads who is waited for; the buttons of the step and of the page are for those who may."""
    report(cast)
    cast.reporter.close()
    reference = the_incident(database()).reference
    offered = {}
    for user in (cast.reporter, cast.analyst):
        user.command("/datalek", reference)
        user.told(reference)
        card = next(one for one in slack.workspace.ephemerals if one.user == user.id and reference in one.text)
        offered[user.id] = {button["action_id"] for button in card.blocks[-1]["elements"]}
    assert offered[cast.analyst.id] - offered[cast.reporter.id] == {step_action("triage"), TAKE, "link"}


SECOND: Any = Actor(None, "Sara", frozenset({Role.SECOND}), SYSTEM.source)
