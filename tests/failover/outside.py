"""The world outside: a mail server and a Slack that remember when everything came."""

import random
import time
from datetime import UTC, datetime
from typing import Any, Final

from aiosmtpd.controller import Controller
from websockets.sync.server import ServerConnection

from tests.clock.processes import HEADERS
from tests.failover.cables import address
from tests.fake_slack import FakeSlack
from tests.fake_slack.socket import SocketServer

MAIL_PORT: Final = 8432


class Mail:
    """An SMTP server that notes each arrival by its Message-ID."""

    def __init__(self) -> None:
        self.arrived: dict[str, list[datetime]] = {}
        self.to: dict[str, str] = {}
        self._controller = Controller(self, hostname=address("world", "mail"), port=MAIL_PORT)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take it."""
        key = str(HEADERS.parsebytes(envelope.content)["Message-ID"])
        self.arrived.setdefault(key, []).append(datetime.now(UTC))
        self.to[key] = envelope.rcpt_tos[0]
        return "250 OK"

    @property
    def url(self) -> str:
        """The address of the settings."""
        return f"smtp://{address('world', 'mail')}:{MAIL_PORT}"

    def start(self) -> None:
        """Listen."""
        self._controller.start()

    def stop(self) -> None:
        """Listen no more."""
        self._controller.stop()


class AnyOfThem(SocketServer):
    """Slack gives what people do to any of the app's connections."""

    def _newest(self) -> ServerConnection | None:
        with self._changed:
            return random.choice(self._open) if self._open else None


def slack() -> FakeSlack:
    """A workspace on the network of that name."""
    made = FakeSlack(time.time, address("world", "slack"))
    made.socket = AnyOfThem(address("world", "slack"))
    return made
