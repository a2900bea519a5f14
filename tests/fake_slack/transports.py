"""How what people do reaches the app: signed HTTP requests, or frames over the socket."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

import httpx
from flask import Flask
from slack_sdk.signature import SignatureVerifier

from tests.fake_slack.server import SIGNING_SECRET, FakeSlack

EVENTS_PATH = "/slack/events"
PATIENCE = 3.0
"""Seconds that Slack waits for an acknowledgement."""
RETRIES = (0.0, 60.0, 300.0)
"""Seconds that Slack waits before it delivers an event again."""


@dataclass(frozen=True, slots=True)
class Ack:
    """What the app answered: 0 when nothing came within Slack's patience.

    ``trouble`` is Slack's word for what failed; ``final`` that the app wants no repetition.
    """

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    trouble: str = ""
    final: bool = False

    @property
    def text(self) -> str:
        """The text the person sees as the answer, if any."""
        return str(self.body.get("text", ""))


class Transport(Protocol):
    """Carries the three kinds of payload to the app."""

    def command(self, form: dict[str, Any]) -> Ack: ...

    def interactive(self, payload: dict[str, Any]) -> Ack: ...

    def event(self, payload: dict[str, Any], retry: tuple[int, str] | None = None) -> Ack: ...


class SignedRequests:
    """What HTTP transports have in common: the three kinds of payload as signed requests."""

    def __init__(self, secret: str = SIGNING_SECRET) -> None:
        self._verifier = SignatureVerifier(secret)

    def post(self, body: str, kind: str, headers: dict[str, str] | None = None) -> Ack:
        """Post a body as Slack does; `headers` replace those of a good request."""
        stamp = str(int(time.time()))
        signature = str(self._verifier.generate_signature(timestamp=stamp, body=body))
        signed = {"X-Slack-Signature": signature, "X-Slack-Request-Timestamp": stamp, **(headers or {})}
        return self.carry(body, kind, signed)

    def carry(self, body: str, kind: str, headers: dict[str, str]) -> Ack:
        """Bring one signed request to the app."""
        raise NotImplementedError

    def command(self, form: dict[str, Any]) -> Ack:
        """A slash command."""
        return self.post(urlencode(form), "application/x-www-form-urlencoded")

    def interactive(self, payload: dict[str, Any]) -> Ack:
        """A shortcut, a button or a submission."""
        return self.post(urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded")

    def event(self, payload: dict[str, Any], retry: tuple[int, str] | None = None) -> Ack:
        """An event, perhaps a repeated one."""
        again = {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]} if retry else {}
        return self.post(json.dumps(payload), "application/json", again)


class HttpTransport(SignedRequests):
    """Signed requests to a Flask app in this process."""

    def __init__(self, app: Flask, secret: str = SIGNING_SECRET) -> None:
        super().__init__(secret)
        self._app = app

    def carry(self, body: str, kind: str, headers: dict[str, str]) -> Ack:
        """Hand it over without a network."""
        with self._app.test_client() as client:
            answer = client.post(EVENTS_PATH, data=body, content_type=kind, headers=headers)
            return Ack(answer.status_code, _body(answer.get_data(as_text=True)))


class LiveHttpTransport(SignedRequests):
    """Signed requests over a network to a web process, which may be slow or dead."""

    def __init__(self, address: str, seconds: float = PATIENCE) -> None:
        super().__init__()
        self._client = httpx.Client(base_url=address, timeout=seconds)

    def carry(self, body: str, kind: str, headers: dict[str, str]) -> Ack:
        """Send it, and wait as long as Slack does."""
        try:
            answer = self._client.post(EVENTS_PATH, content=body, headers={"Content-Type": kind, **headers})
        except httpx.TimeoutException:
            return Ack(0, trouble="http_timeout")
        except httpx.TransportError:
            return Ack(0, trouble="connection_failed")
        final = answer.headers.get("X-Slack-No-Retry") == "1"
        return Ack(answer.status_code, _body(answer.text), "" if answer.is_success else "http_error", final)


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


def _body(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text) if text else {}
    except ValueError:
        return {"text": text}
    return body if isinstance(body, dict) else {"text": text}
