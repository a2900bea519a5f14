"""A sending thread by itself: surprises, a database that is away, and being told to stop."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from incident.domain.kinds import OutboxOutcome
from incident.store.models import OutboxMessage
from incident.usecases.messages.ports import Channel, OutgoingMessage, Receipt
from incident.usecases.messages.queue import queue_one
from incident.worker import sender as module
from incident.worker.sender import Sender

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Recorder:
    """Takes messages, or does what it is told instead."""

    def __init__(self, act: Callable[[OutgoingMessage], None] = lambda _: None) -> None:
        self.taken: list[OutgoingMessage] = []
        self._act = act

    def send(self, message: OutgoingMessage) -> Receipt:
        self.taken.append(message)
        self._act(message)
        return Receipt("taken")


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    made = sessionmaker(engine, expire_on_commit=False)
    with made() as session, session.begin():
        for number in range(3):
            queue_one(
                session,
                incident=None,
                channel=Channel.EMAIL,
                recipient=f"{number}@example.org",
                template="test",
                params={},
                now=NOW,
                dedupe=str(number),
            )
    return made


def sender(sessions: sessionmaker[Session], messenger: Any, stop: threading.Event | None = None) -> Sender:
    return Sender(sessions, {"email": messenger}, lambda _: NOW, "w", None, stop or threading.Event())


def outcomes(sessions: sessionmaker[Session]) -> list[OutboxOutcome | None]:
    with sessions() as session:
        return list(session.scalars(select(OutboxMessage.outcome).order_by(OutboxMessage.recipient)))


def test_it_drains_the_outbox(sessions: sessionmaker[Session]) -> None:
    messenger = Recorder()
    assert sender(sessions, messenger).drain() == 3
    assert sender(sessions, messenger).drain() == 0
    assert outcomes(sessions) == [OutboxOutcome.SENT] * 3


def test_a_surprise_with_one_message_does_not_stop_the_others(sessions: sessionmaker[Session]) -> None:
    def explode(message: OutgoingMessage) -> None:
        if message.recipient.startswith("1"):
            raise ValueError("an address nobody foresaw")

    sender(sessions, Recorder(explode)).drain()
    assert outcomes(sessions) == [OutboxOutcome.SENT, OutboxOutcome.FAILED, OutboxOutcome.SENT]


def test_when_told_to_stop_it_finishes_the_message_and_takes_no_other(sessions: sessionmaker[Session]) -> None:
    stop = threading.Event()
    messenger = Recorder(lambda _: stop.set())
    assert sender(sessions, messenger, stop).drain() == 1
    assert sorted(map(str, outcomes(sessions))) == ["None", "None", "sent"]
    with sessions() as session:
        assert session.scalars(select(OutboxMessage).where(OutboxMessage.lease_until.is_not(None))).all() == []


def test_what_was_sent_is_written_down_when_the_database_is_back(
    sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between sending and settling the database goes away twice: nothing is sent again."""
    real, failures = module.conclude, iter([True, True])

    def away(*args: Any) -> Any:
        if next(failures, False):
            raise OperationalError("UPDATE", {}, Exception("server closed the connection"))
        return real(*args)

    monkeypatch.setattr(module, "conclude", away)
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.01)
    messenger = Recorder()
    sender(sessions, messenger).drain()
    assert len(messenger.taken) == 3
    assert outcomes(sessions) == [OutboxOutcome.SENT] * 3
