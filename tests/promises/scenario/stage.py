"""Acts in the order of their instants, whichever incident they belong to; between them the worker does its part."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from incident.domain.kernel.people import Actor, Source
from incident.store.blobs import BlobStore
from incident.store.heartbeat import beat
from incident.store.sealing import Sealer
from incident.usecases.clock.fire import Outlets, fire_reminders
from incident.usecases.messages.deliver import Result, conclude, take
from incident.usecases.messages.ports import Channel, DeliveryFailed, Receipt
from incident.usecases.notices.ports import NoticeWriter

ZONE = ZoneInfo("Europe/Amsterdam")
CHANNELS = frozenset({Channel.EMAIL, Channel.SLACK, Channel.SUBJECTS})
WORKER = "meldklok-worker-1"
Act = Callable[[datetime], object]


def instant(text: str) -> datetime:
    """``"16-11 09:40"`` on the clocks of Amsterdam in 2026."""
    return datetime.strptime(f"2026-{text}", "%Y-%d-%m %H:%M").replace(tzinfo=ZONE)


@dataclass
class Stage:
    """Where it is played: the database, the people, and what will happen when."""

    session: Session
    writer: NoticeWriter
    blobs: BlobStore
    sealer: Sealer
    people: Mapping[str, Actor]
    acts: list[tuple[datetime, int, Act]] = field(default_factory=list)
    random: Random = field(default_factory=lambda: Random(7))

    def person(self, name: str) -> Actor:
        """Somebody by first name; ``"Ruben@slack"`` is the same person in Slack."""
        first, _, door = name.partition("@")
        actor = self.people[first]
        return replace(actor, source=Source(door)) if door else actor

    def on(self, when: str, act: Act) -> None:
        """Let something happen at a moment."""
        self.acts.append((instant(when), len(self.acts), act))

    def play(self, until: datetime, undeliverable: Collection[str] = ()) -> None:
        """Everything in its order, then the worker up to the present moment."""
        for at, _place, act in sorted(self.acts, key=lambda planned: planned[:2]):
            assert at <= until, at
            self._work(at, undeliverable)
            act(at)
        self._work(until - timedelta(minutes=1), undeliverable)
        beat(self.session, WORKER, until - timedelta(days=2), until, until)
        self.session.commit()

    def _work(self, now: datetime, undeliverable: Collection[str]) -> None:
        """Reminders become messages and messages leave, as in the worker's tick."""
        fire_reminders(self.session, now, Outlets(CHANNELS))
        for later in range(0, 12, 3):
            self._deliver(now + timedelta(seconds=later), undeliverable)

    def _deliver(self, now: datetime, undeliverable: Collection[str]) -> None:
        """What may leave leaves; a channel lets one message at a time through, so this is asked again and again."""
        while (parcel := take(self.session, WORKER, now)) is not None:
            if parcel.message.recipient in undeliverable:
                result = Result(failure=DeliveryFailed("550 no such user", permanent=True))
            else:
                result = Result(receipt=Receipt(f"<{parcel.message.id}@mail.example>"))
            conclude(self.session, parcel, result, now, self.random)
