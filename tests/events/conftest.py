"""A house with subscriptions, a receiver that can be away, and the worker's sending thread, told when to look."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from incident.delivery.events import EventMessenger
from incident.domain.kernel.people import Actor, Role
from incident.domain.subscriptions import OFFERED, EventKind, Subscription
from incident.platform.clock import FixedClock
from incident.store.models import OutboxMessage
from incident.store.sealing import Sealer
from incident.usecases.messages.subscriptions import SaveSubscription, new_key, save_subscription, subscriber
from incident.worker.sender import Sender
from tests.factories import make_actor

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "events.md").read_text(encoding="utf-8")
LOOPBACK = (ip_network("127.0.0.0/8"),)
SITE = "https://breaches.example.org"


def block(language: str) -> str:
    """The code in this language on the page."""
    [found] = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def published(language: str) -> dict[str, Any]:
    """What the code on the page defines."""
    names: dict[str, Any] = {}
    exec(block(language), names)
    return names


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on it."""
    with Session(engine, expire_on_commit=False) as opened:
        yield opened


@dataclass(frozen=True)
class Call:
    """What arrived."""

    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """The CloudEvent in it."""
        found: dict[str, Any] = json.loads(self.body)
        return found


class Receiver:
    """Answers as it is told, and keeps what it took; ``answer`` is asked for the status of each call, 0 hangs up."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answer: Callable[[Call], int] = lambda _: 204
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                call = Call(headers, self.rfile.read(int(self.headers["Content-Length"])))
                outer.calls.append(call)
                status = outer.answer(call)
                if status == 0:
                    self.connection.close()
                    return
                self.send_response(status)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?for=meldklok"

    def of(self, reference: str) -> list[int]:
        """The places in the record of what arrived about an incident, in the order of arrival."""
        events = [call.event for call in self.calls]
        return [event["data"]["number"] for event in events if event.get("subject") == reference]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver on this machine."""
    made = Receiver()
    threading.Thread(target=made.server.serve_forever, daemon=True).start()
    yield made
    made.server.shutdown()
    made.server.server_close()


@dataclass
class Office:
    """People, subscriptions and a sending thread."""

    session: Session
    sessions: sessionmaker[Session]
    clock: FixedClock
    admin: Actor
    alice: Actor
    sealer: Sealer = field(default_factory=lambda: Sealer([b"k" * 32]))

    def subscribe(self, url: str, *kinds: EventKind, name: str = "Alerts") -> tuple[str, str]:
        """The key and the secret of a new subscription; to everything where no kind is named."""
        wanted = Subscription(new_key(), name, url, kinds or OFFERED)
        command = SaveSubscription(self.admin, wanted)
        saved = save_subscription(command, session=self.session, sealer=self.sealer, now=self.clock.now())
        self.session.commit()
        return wanted.key, str(saved.secret)

    @property
    def messenger(self) -> EventMessenger:
        """What the worker sends events with."""

        def book(key: str) -> Any:
            with self.sessions() as session:
                return subscriber(session, key, self.sealer)

        return EventMessenger(book, SITE, LOOPBACK, self.clock)

    def sender(self) -> Sender:
        """A sending thread."""
        return Sender(
            self.sessions, {"events": self.messenger}, lambda _: self.clock.now(), "w", None, threading.Event()
        )

    def send(self, seconds: int = 0) -> None:
        """Send what may leave, second after second."""
        sender = self.sender()
        sender.drain()
        for _ in range(seconds):
            self.clock.advance(seconds=1)
            sender.drain()

    def waiting(self) -> list[OutboxMessage]:
        """Events that have not been settled."""
        self.session.commit()
        query = select(OutboxMessage).where(OutboxMessage.channel == "events", OutboxMessage.settled_at.is_(None))
        found = list(self.session.scalars(query.execution_options(populate_existing=True)))
        # On SQLite a transaction that is left open would keep the sending threads waiting.
        self.session.commit()
        return found


@pytest.fixture
def office(session: Session, engine: Engine, clock: FixedClock) -> Office:
    """Alice responds, Adam runs the installation."""
    admin = make_actor(session, "Adam", [Role.ADMIN], clock.now())
    alice = make_actor(session, "Alice", [Role.RESPONDER, Role.DPO], clock.now())
    session.commit()
    return Office(session, sessionmaker(engine, expire_on_commit=False), clock, admin, alice)
