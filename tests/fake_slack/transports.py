"""How what people do reaches the app: signed HTTP requests, or frames over the socket."""

import json
import time
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

from flask import Flask
from slack_sdk.signature import SignatureVerifier

from tests.fake_slack.server import SIGNING_SECRET, FakeSlack

EVENTS_PATH = "/slack/events"


@dataclass(frozen=True, slots=True)
class Ack:
    """What the app answered: 0 when nothing came within Slack's patience."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The text the person sees as the answer, if any."""
        return str(self.body.get("text", ""))


class Transport(Protocol):
    """Carries the three kinds of payload to the app."""

    def command(self, form: dict[str, Any]) -> Ack: ...

    def interactive(self, payload: dict[str, Any]) -> Ack: ...

    def event(self, payload: dict[str, Any], retry: tuple[int, str] | None = None) -> Ack: ...


class HttpTransport:
    """Signed requests to a Flask app."""

    def __init__(self, app: Flask, secret: str = SIGNING_SECRET) -> None:
        self._app = app
        self._verifier = SignatureVerifier(secret)

    def post(self, body: str, kind: str, headers: dict[str, str] | None = None) -> Ack:
        """Post a body as Slack does; `headers` replace those of a good request."""
        stamp = str(int(time.time()))
        signature = str(self._verifier.generate_signature(timestamp=stamp, body=body))
        signed = {"X-Slack-Signature": signature, "X-Slack-Request-Timestamp": stamp, **(headers or {})}
        with self._app.test_client() as client:
            answer = client.post(EVENTS_PATH, data=body, content_type=kind, headers=signed)
            return Ack(answer.status_code, _body(answer.get_data(as_text=True)))

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


class SocketTransport:
    """Frames over the websocket of a fake Slack."""

    def __init__(self, slack: FakeSlack) -> None:
        self._socket = slack.socket

    def _push(self, kind: str, payload: dict[str, Any], **more: Any) -> Ack:
        frame = self._socket.push(kind, payload, **more)
        return Ack(0) if frame is None else Ack(200, frame.get("payload") or {})

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


def _body(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text) if text else {}
    except ValueError:
        return {"text": text}
    return body if isinstance(body, dict) else {"text": text}
