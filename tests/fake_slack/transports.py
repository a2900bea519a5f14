"""How what people do reaches an app under test: without a network, or as frames over the socket."""

import time
from collections.abc import Callable
from typing import Any, Final

from flask import Flask

from bot.slack_here.courier import EVENTS_PATH, PATIENCE, Ack, HttpCourier, SignedRequests, Transport, body_of
from tests.fake_slack.server import SIGNING_SECRET, FakeSlack

RETRIES: Final = (0.0, 60.0, 300.0)
"""Seconds that Slack waits before it delivers an event again."""


class HttpTransport(SignedRequests):
    """Signed requests to a Flask app in this process."""

    def __init__(self, app: Flask, secret: str = SIGNING_SECRET) -> None:
        super().__init__(secret, time.time)
        self._app = app

    def carry(self, body: str, kind: str, headers: dict[str, str]) -> Ack:
        """Hand it over without a network."""
        with self._app.test_client() as client:
            answer = client.post(EVENTS_PATH, data=body, content_type=kind, headers=headers)
            return Ack(answer.status_code, body_of(answer.get_data(as_text=True)))


def live_http_transport(address: str, seconds: float = PATIENCE) -> HttpCourier:
    """Signed requests over a network to a web process, which may be slow or dead."""
    return HttpCourier(address, SIGNING_SECRET, time.time, seconds)


class SocketTransport:
    """Frames over the websocket of a fake Slack."""

    def __init__(self, slack: FakeSlack, seconds: float = 5.0) -> None:
        self._socket = slack.socket
        self._seconds = seconds

    def _push(self, kind: str, payload: dict[str, Any], **more: Any) -> Ack:
        frame = self._socket.push(kind, payload, seconds=self._seconds, **more)
        return Ack(0, trouble="http_timeout") if frame is None else Ack(200, frame.get("payload") or {})

    def command(self, form: dict[str, Any]) -> Ack:
        """A slash command."""
        return self._push("slash_commands", form)

    def interactive(self, payload: dict[str, Any]) -> Ack:
        """A shortcut, a button or a submission."""
        return self._push("interactive", payload)

    def event(self, payload: dict[str, Any], retry: tuple[int, str] | None = None) -> Ack:
        """An event, perhaps a repeated one."""
        more = {"retry_attempt": retry[0], "retry_reason": retry[1]} if retry else {}
        return self._push("events_api", payload, **more)


class Insistent:
    """Slack delivers an event that was not acknowledged again: at once, after a minute and after five, then never.

    Commands, buttons, shortcuts and submissions it never repeats: the person sees an error and may try again. A test
    that will not wait six minutes hands in what it does meanwhile.
    """

    def __init__(self, transport: Transport, wait: Callable[[float], object] = time.sleep) -> None:
        self._transport = transport
        self._wait = wait
        self.command = transport.command
        self.interactive = transport.interactive

    def event(self, payload: dict[str, Any], retry: tuple[int, str] | None = None) -> Ack:
        """Deliver until it is acknowledged or Slack gives up."""
        ack = self._transport.event(payload, retry)
        for number, pause in enumerate(RETRIES, start=1):
            if ack.status == 200 or ack.final:
                return ack
            self._wait(pause)
            ack = self._transport.event(payload, (number, ack.trouble or "http_error"))
        return ack
