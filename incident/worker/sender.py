"""Stage two of a tick: messages leave, one at a time per thread, and nothing of the database is held meanwhile.

One short transaction concludes the message that went and takes the next. When the database is away, what happened to a
message is kept in memory and written down as soon as it is back, for as long as the lease lasts.
"""

import random
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from incident.domain.kinds import OutboxOutcome
from incident.store.db import only_reads
from incident.store.due import LEASE, anything_to_deliver
from incident.usecases.messages.deliver import Parcel, Result, conclude, take
from incident.usecases.messages.ports import (
    Channel,
    DeliveryFailed,
    FindingMessenger,
    Messenger,
    OutgoingMessage,
    Receipt,
)

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
Now = Callable[[Session], datetime]
log = structlog.get_logger(__name__)


class Sender:
    """Drains the outbox; one instance serves all sending threads of a process."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        messengers: Mapping[str, Messenger],
        now: Now,
        worker: str,
        default_room: str | None,
        stop: threading.Event,
        lease: timedelta = LEASE,
    ) -> None:
        self._sessions = sessions
        self._messengers = messengers
        self._now = now
        self._worker = worker
        self._default_room = default_room
        self._stop = stop
        self._lease = lease
        self._random = random.Random()
        # SQLite has one writer; its threads here queue on a lock, because SQLite itself makes them sleep and guess.
        self._gate = threading.Lock()
        self._one_writer = is_sqlite(sessions)

    def drain(self, without: str = "") -> int:
        """Send until nothing may leave or the process is to stop; returns how many attempts were made.

        What leaves by the channel ``without`` is left to other threads.
        """
        with suppress(DBAPIError):
            return self._drain(without)
        return 0

    def drain_for_people(self) -> int:
        """Send everything but events: no reminder waits because the systems that subscribed are slow."""
        return self.drain(without=Channel.EVENTS)

    def _drain(self, without: str) -> int:
        attempts = 0
        if self._stop.is_set() or not self._anything(without):
            return attempts
        parcel = self._turn(None, None, without)
        while parcel is not None:
            attempts += 1
            parcel = self._turn(parcel, self._attempt(parcel), without)
        return attempts

    def _anything(self, without: str) -> bool:
        with self._sessions() as session:
            only_reads(session)
            return anything_to_deliver(session, self._now(session), without)

    def _turn(self, parcel: Parcel | None, result: Result | None, without: str) -> Parcel | None:
        """Conclude the message that went and take the next; patient with a database that is away."""
        deadline, pause = time.monotonic() + self._lease.total_seconds(), FIRST_PAUSE
        while True:
            try:
                return self._transaction(parcel, result, without)
            except DBAPIError as problem:
                if parcel is None or time.monotonic() > deadline:
                    raise
                log.warning("database_away", error=type(problem).__name__, message=str(parcel.claimed.id))
                time.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _transaction(self, parcel: Parcel | None, result: Result | None, without: str) -> Parcel | None:
        with self._turnstile(), self._sessions() as session, session.begin():
            now = self._now(session)
            if parcel is not None and result is not None:
                outcome = conclude(session, parcel, result, now, self._random)
                _tell(parcel, result, outcome)
            if self._stop.is_set():
                return None
            return take(session, self._worker, now, self._default_room, self._lease, without)

    def _turnstile(self) -> AbstractContextManager[object]:
        return self._gate if self._one_writer else nullcontext()

    def _attempt(self, parcel: Parcel) -> Result:
        """Send one message. A surprise is a failure like any other: it must not stop the others."""
        messenger = self._messengers.get(parcel.claimed.channel)
        if messenger is None:
            return Result()
        try:
            return Result(receipt=_found(messenger, parcel) or messenger.send(parcel.message))
        except DeliveryFailed as failure:
            return Result(failure=failure)
        except Exception as problem:
            log.exception("message_surprised_us", message=str(parcel.claimed.id), template=parcel.message.template)
            never_left = isinstance(problem, (LookupError, ValueError, TypeError))
            reason = f"{type(problem).__name__} while sending"
            return Result(failure=DeliveryFailed(reason, permanent=never_left, unknown_outcome=not never_left))


def is_sqlite(sessions: sessionmaker[Session]) -> bool:
    """Whether these sessions write to a SQLite file."""
    with sessions() as session:
        return session.get_bind().dialect.name == "sqlite"


def _found(messenger: Messenger, parcel: Parcel) -> Receipt | None:
    """Where an earlier attempt may have arrived, ask the channel before sending again."""
    if not parcel.claimed.maybe_sent or not isinstance(messenger, FindingMessenger):
        return None
    receipt = messenger.find(parcel.message)
    if receipt is not None:
        log.info("message_had_arrived", message=str(parcel.claimed.id), channel=parcel.claimed.channel)
    return receipt


def _tell(parcel: Parcel, result: Result, outcome: OutboxOutcome | None) -> None:
    message: OutgoingMessage = parcel.message
    fields = {"message": str(message.id), "channel": message.channel, "template": message.template}
    if outcome is OutboxOutcome.SENT:
        log.info("message_sent", case=message.incident_reference, attempt=message.attempt, **fields)
    elif result.failure is not None:
        event = "message_failed" if outcome is OutboxOutcome.FAILED else "message_postponed"
        log.warning(event, case=message.incident_reference, reason=result.failure.reason, **fields)
