"""One act, one voice: what the headline tells of a new clock no reminder tells again, unless the headline failed."""

import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from incident.domain.kernel.people import Actor, Role, Source
from incident.domain.kinds import Addressee, NoticeKind, OutboxOutcome, Subject
from incident.law.vocabulary import Nature
from incident.platform.clock import FixedClock
from incident.store.db import db
from incident.store.models import OutboxMessage
from incident.usecases.clock.fire import Outlets
from incident.usecases.notices.approve import ApproveNotice, approve_notice
from incident.usecases.notices.draft import DraftNotice, draft_notice
from incident.usecases.notices.submit import RecordSubmission, record_submission
from incident.usecases.response.assess import AssessRisk, assess_risk
from incident.usecases.response.decide import Decide, decide
from incident.usecases.response.report import ReportIncident, report_incident
from incident.usecases.response.triage import ConfirmBreach, confirm_breach
from incident.worker import Worker
from tests.bot.conftest import add_account, settle
from tests.fake_slack import Failure, FakeSlack

ACTOR = Actor(None, "Robot", frozenset(Role), Source.SYSTEM)
CLOCK = "uur"
"""A message that tells of a clock says how many hours are left."""


@pytest.fixture
def app(make_app: Callable[..., Flask], quiet_logs: list[Any]) -> Iterator[Flask]:
    """With mail set up too, at an address where nobody answers."""
    made = make_app(SMTP_URL="smtp://127.0.0.1:1", MAIL_FROM="meldklok@alumio.example")
    yield made
    settle(made)
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def sessions(app: Flask) -> Iterator[sessionmaker[Session]]:
    """Transactions on the application's database, where somebody is on duty."""
    add_account(app, "anna@alumio.example", "Anna", {Role.RESPONDER}, duty_order=1)
    with app.app_context():
        yield sessionmaker(db.engine, expire_on_commit=False)


@pytest.fixture
def worker(app: Flask, sessions: sessionmaker[Session]) -> Worker:
    """The worker, tick by tick."""
    return Worker(db.engine, app.extensions["meldklok"], Outlets(), threading.Event())


@pytest.fixture
def incident(sessions: sessionmaker[Session], worker: Worker, clock: FixedClock) -> UUID:
    """A report that Slack has heard of."""
    with sessions.begin() as session:
        found = report_incident(ReportIncident(ACTOR, "A mail went wrong"), session=session, now=clock.now()).id
    _pass(worker, clock)
    return found


def _pass(worker: Worker, clock: FixedClock, seconds: int = 180) -> None:
    for _ in range(seconds // 20):
        worker.tick()
        clock.advance(seconds=20)


def _confirm(sessions: sessionmaker[Session], incident: UUID, clock: FixedClock) -> None:
    with sessions.begin() as session:
        said = {"aware_at": clock.now(), "aware_person": "Anna", "aware_ground": "The customer called"}
        confirm_breach(ConfirmBreach(ACTOR, incident, nature=(Nature.CONFIDENTIALITY,), **said), **_at(session, clock))


def _at(session: Session, clock: FixedClock) -> dict[str, Any]:
    return {"session": session, "now": clock.now()}


def _told(slack: FakeSlack) -> list[str]:
    """What stands in Slack besides the headlines and tells of a clock."""
    found = [one for channel in slack.workspace.channels.values() for one in channel.messages]
    keys = [one for one in found if (one.metadata or {}).get("event_type") == "meldklok_message"]
    return [one.text for one in keys if CLOCK in one.text]


def _mailed(sessions: sessionmaker[Session]) -> list[str]:
    """The clocks of which persons are told by mail."""
    with sessions() as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.channel == "email"))
        return [row.dedupe_key for row in rows if row.payload["template"] == "reminder"]


def test_the_report_and_the_confirmation_are_told_once(
    sessions: sessionmaker[Session], worker: Worker, slack: FakeSlack, incident: UUID, clock: FixedClock
) -> None:
    """The headline says when it ends, so nothing else does; by mail everybody on duty hears it."""
    assert _told(slack) == []
    _confirm(sessions, incident, clock)
    _pass(worker, clock)
    assert _told(slack) == []
    assert len(_mailed(sessions)) == 2
    with sessions() as session:
        silent = session.scalars(select(OutboxMessage).where(OutboxMessage.outcome == OutboxOutcome.NOT_NEEDED)).all()
    assert {row.channel for row in silent} == {"slack"}


def test_the_submission_is_told_once(
    sessions: sessionmaker[Session], worker: Worker, slack: FakeSlack, incident: UUID, app: Flask, clock: FixedClock
) -> None:
    """The next clock, of the follow-up, stands in the headline."""
    _confirm(sessions, incident, clock)
    _pass(worker, clock)
    with sessions.begin() as session:
        about = _at(session, clock)
        assess_risk(AssessRisk(ACTOR, incident, {}), **about)
        decide(Decide(ACTOR, incident, Subject.AUTHORITY, True, "A risk"), **about)
        drafted = DraftNotice(ACTOR, incident, Addressee.AUTHORITY, NoticeKind.PROVISIONAL)
        version = draft_notice(drafted, **about, writer=app.extensions["meldklok"].writer)
        approved = ApproveNotice(ACTOR, version.notice_id, version.body_sha256, single_officer_reason="Nobody else")
        approve_notice(approved, **about)
        sent = RecordSubmission(ACTOR, version.notice_id, clock.now(), "portal", reference="AP-1")
        record_submission(sent, **about)
    before = len(_mailed(sessions))
    _pass(worker, clock)
    assert _told(slack) == []
    assert len(_mailed(sessions)) > before


@pytest.mark.parametrize("method", ["chat.update", "conversations.create"])
def test_where_the_headline_fails_the_reminder_speaks(
    sessions: sessionmaker[Session], worker: Worker, slack: FakeSlack, incident: UUID, clock: FixedClock, method: str
) -> None:
    """Nothing is swallowed: a minute later the clock is told by itself."""
    slack.fail_always(method, Failure(status=500))
    _confirm(sessions, incident, clock)
    _pass(worker, clock)
    assert len(_told(slack)) == 1
