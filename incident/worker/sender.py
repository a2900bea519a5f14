"""Stage two of a tick: messages leave, one at a time per thread, and nothing of the database is held meanwhile.

One short transaction concludes the message that went and takes the next. Letters of one mailing are taken and concluded
several at once, as many as leave in a short time: one after the other they would wait for the end of the chain in which
each of them is told. When the database is away, what happened to a message is kept in memory and written down
as soon as it is back, for as long as the lease lasts.
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
from incident.store.due import LEASE, Left, anything_to_deliver
from incident.usecases.messages.deliver import (
    Attempt,
    Parcel,
    Result,
    conclude,
    conclude_letters,
    take,
    take_letters,
    tell_letters,
)
from incident.usecases.messages.ports import (
    Channel,
    DeliveryFailed,
    ExpectingMessenger,
    FindingMessenger,
    Messenger,
    OutgoingMessage,
    Receipt,
)

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
MOST_LETTERS = 50
LETTERS_SECONDS = (0.25, 2.0)
"""After so long no other letter of those taken at once is begun: as long as it took to write down the ones before and
to take these, within these bounds, or a busy machine would do nothing but take and write. What a killed worker had sent
and not written down comes a second time, so it stays short."""
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

    def drain(self, left: Left = Left.NOTHING) -> int:
        """Send until nothing may leave or the process is to stop; returns how many attempts were made.

        What is ``left`` to other threads stays.
        """
        with suppress(DBAPIError):
            return self._drain(left)
        return 0

    def drain_for_people(self) -> int:
        """Send everything but events: no reminder waits because the systems that subscribed are slow."""
        return self.drain(Left.EVENTS)

    def drain_for_the_house(self) -> int:
        """Send neither events nor letters: no reminder waits because a mail server is slow to take a mailing."""
        return self.drain(Left.LETTERS_AND_EVENTS)

    def _drain(self, left: Left) -> int:
        attempts = 0
        if self._stop.is_set() or not self._anything(left):
            return attempts
        done, untried, begun = list[Attempt](), list[Parcel](), time.monotonic()
        while parcels := self._turn(done, untried, left):
            done = self._attempts(parcels, time.monotonic() - begun)
            untried, begun = parcels[len(done) :], time.monotonic()
            attempts += len(done)
        return attempts

    def _anything(self, left: Left) -> bool:
        with self._sessions() as session:
            only_reads(session)
            return anything_to_deliver(session, self._now(session), left)

    def _turn(self, done: list[Attempt], untried: list[Parcel], left: Left) -> list[Parcel]:
        """Conclude what went and take what goes next; patient with a database that is away."""
        deadline, pause = time.monotonic() + self._lease.total_seconds(), FIRST_PAUSE
        while True:
            try:
                return self._transaction(done, untried, left)
            except DBAPIError as problem:
                if not done or time.monotonic() > deadline:
                    raise
                log.warning("database_away", error=type(problem).__name__, message=str(done[0][0].claimed.id))
                time.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _transaction(self, done: list[Attempt], untried: list[Parcel], left: Left) -> list[Parcel]:
        with self._turnstile(), self._sessions() as session, session.begin():
            now = self._now(session)
            sent = self._conclude(session, done, untried, now)
            parcels = [] if self._stop.is_set() else self._take(session, len(done), left, now)
            tell_letters(session, sent, now)
            return parcels

    def _conclude(self, session: Session, done: list[Attempt], untried: list[Parcel], now: datetime) -> list[Parcel]:
        """Write down how the attempts ended, and return the letters that are still to be told."""
        sent: list[Parcel] = []
        if done and done[0][0].claimed.channel == Channel.SUBJECTS:
            sent = conclude_letters(session, done, untried, now)
            log.info("letters_sent", case=done[0][0].message.incident_reference, letters=len(sent))
        for parcel, result in done:
            if parcel.claimed.channel != Channel.SUBJECTS or result.receipt is None:
                _tell(parcel, result, conclude(session, parcel, result, now, self._random))
        return sent

    def _take(self, session: Session, went: int, left: Left, now: datetime) -> list[Parcel]:
        """The next message, or letters: twice as many as went in the time before. A slow server is given few."""
        first = take(session, self._worker, now, self._default_room, self._lease, left)
        if first is None:
            return []
        return [first, *take_letters(session, first, min(2 * went, MOST_LETTERS) - 1, now, self._lease)]

    def _turnstile(self) -> AbstractContextManager[object]:
        return self._gate if self._one_writer else nullcontext()

    def _attempts(self, parcels: list[Parcel], seconds: float) -> list[Attempt]:
        """Send one after the other for so many ``seconds``; what then waits is urgent, stopped, or better off later."""
        shortest, longest = LETTERS_SECONDS
        end, done = time.monotonic() + min(max(seconds, shortest), longest), list[Attempt]()
        self._expect(parcels)
        for parcel in parcels:
            done.append((parcel, self._attempt(parcel)))
            if self._stop.is_set() or time.monotonic() > end or done[-1][1].stops_the_rest:
                break
        return done

    def _expect(self, parcels: list[Parcel]) -> None:
        """What cannot be looked up now is looked up message by message, which also says what is wrong with it."""
        messenger = self._messengers.get(parcels[0].claimed.channel)
        if len(parcels) > 1 and isinstance(messenger, ExpectingMessenger):
            with suppress(DBAPIError):
                messenger.expect([one.message for one in parcels])

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
