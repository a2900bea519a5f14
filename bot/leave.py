"""While the database cannot be reached, this process leaves what people do in Slack to another one, if there is one.

Slack hands what people do to any of the app's connections. A bot without its database can only ask them to try again,
and keeps half of it from a bot that can do it. A bot that is alone stays, so that people hear from somebody.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

import structlog
from slack_sdk.socket_mode import SocketModeClient
from sqlalchemy.exc import SQLAlchemyError

from incident.slack.errors import TROUBLE

PATIENCE_SECONDS: Final = 5.0
"""Slack waits for three; a shorter pause of the database is not worth leaving for."""
ASK_EVERY_SECONDS: Final = 1.0
log = structlog.get_logger(__name__)


class Attendance:
    """Asks the database all the time, and is at the socket only while it answers or nobody else is there.

    Whoever asks may hang for as long as a cut cable does, so a thread of its own does. To be made before the client
    connects: how many connections there are is said once to each.
    """

    def __init__(self, client: SocketModeClient, reach: Callable[[], object], stop: threading.Event) -> None:
        self._client = client
        self._reach = reach
        self._stop = stop
        self._reached_at = time.monotonic()
        self._left = False
        self._greeted = False
        self._others = 0
        client.message_listeners.append(self._hear)

    def serve(self) -> None:
        """Until the process is asked to stop."""
        threading.Thread(target=self._ask, name="slack-database", daemon=True).start()
        while not self._stop.wait(ASK_EVERY_SECONDS):
            self.look()

    def look(self) -> None:
        """Leave, or come back, where it is time to."""
        away = time.monotonic() - self._reached_at > PATIENCE_SECONDS
        if away and not self._left and self._others > 0:
            self._leave()
        elif self._left and not away:
            self._come_back()

    def ask(self) -> None:
        """Note that the database answers, if it does."""
        try:
            self._reach()
        except SQLAlchemyError:
            return
        self._reached_at = time.monotonic()

    def _ask(self) -> None:
        while not self._stop.wait(ASK_EVERY_SECONDS):
            self.ask()

    def _hear(self, _client: object, message: Mapping[str, object], _raw: str | None) -> None:
        """Slack greets each connection with their number, in which one that takes the place of another counts twice."""
        if message.get("type") == "hello":
            number = message.get("num_connections")
            self._others = (number if isinstance(number, int) else 1) - (2 if self._greeted else 1)
            self._greeted = True

    def _leave(self) -> None:
        self._left, self._greeted, self._client.auto_reconnect_enabled = True, False, False
        self._client.disconnect()
        log.warning("slack_left_without_database")

    def _come_back(self) -> None:
        try:
            self._client.connect_to_new_endpoint()
        except TROUBLE as problem:
            log.warning("slack_not_back_yet", problem=type(problem).__name__)
            return
        self._left = False
        log.info("slack_socket_connected")
