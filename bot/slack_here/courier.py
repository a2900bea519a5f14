"""How what people do reaches the app: signed HTTP requests, as Slack sends them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import urlencode

import httpx
from slack_sdk.signature import SignatureVerifier

from incident.domain.kernel.json import JsonObject

EVENTS_PATH: Final = "/slack/events"
PATIENCE: Final = 3.0
"""Seconds that Slack waits for an acknowledgement."""


@dataclass(frozen=True, slots=True)
class Ack:
    """What the app answered: 0 when nothing came within Slack's patience.

    ``trouble`` is Slack's word for what failed; ``final`` that the app wants no repetition.
    """

    status: int
    body: JsonObject = field(default_factory=dict)
    trouble: str = ""
    final: bool = False

    @property
    def text(self) -> str:
        """The text the person sees as the answer, if any."""
        return str(self.body.get("text", ""))


class Transport(Protocol):
    """Carries the three kinds of payload to the app."""

    def command(self, form: JsonObject) -> Ack: ...

    def interactive(self, payload: JsonObject) -> Ack: ...

    def event(self, payload: JsonObject, retry: tuple[int, str] | None = None) -> Ack: ...


class SignedRequests:
    """What HTTP transports have in common: the three kinds of payload as signed requests."""

    def __init__(self, secret: str, now: Callable[[], float]) -> None:
        self._verifier = SignatureVerifier(secret)
        self._now = now

    def post(self, body: str, kind: str, headers: dict[str, str] | None = None) -> Ack:
        """Post a body as Slack does; `headers` replace those of a good request."""
        stamp = str(int(self._now()))
        signature = str(self._verifier.generate_signature(timestamp=stamp, body=body))
        signed = {"X-Slack-Signature": signature, "X-Slack-Request-Timestamp": stamp, **(headers or {})}
        return self.carry(body, kind, signed)

    def carry(self, body: str, kind: str, headers: dict[str, str]) -> Ack:
        """Bring one signed request to the app."""
        raise NotImplementedError

    def command(self, form: JsonObject) -> Ack:
        """A slash command."""
        return self.post(urlencode(form), "application/x-www-form-urlencoded")

    def interactive(self, payload: JsonObject) -> Ack:
        """A shortcut, a button or a submission."""
        return self.post(urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded")

    def event(self, payload: JsonObject, retry: tuple[int, str] | None = None) -> Ack:
        """An event, perhaps a repeated one."""
        again = {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]} if retry else {}
        return self.post(json.dumps(payload), "application/json", again)


class HttpCourier(SignedRequests):
    """Signed requests over a network to a web process, which may be slow or dead."""

    def __init__(self, address: str, secret: str, now: Callable[[], float], seconds: float = PATIENCE) -> None:
        super().__init__(secret, now)
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
        return Ack(answer.status_code, body_of(answer.text), "" if answer.is_success else "http_error", final)


def body_of(text: str) -> JsonObject:
    """The body of an answer: what stands alone in it is a text for the person."""
    try:
        body = json.loads(text) if text else {}
    except ValueError:
        return {"text": text}
    return body if isinstance(body, dict) else {"text": text}
