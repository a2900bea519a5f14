"""A signed webhook: the receiver can tell that a call is ours, unchanged and fresh, and recognises a repetition.

The header ``Meldklok-Signature: t=<unix seconds>,v1=<hex>`` holds HMAC-SHA-256 over ``<unix seconds>.<body>`` with the
shared secret. ``Meldklok-Message`` is the same at every attempt.
"""

import hashlib
import hmac
import json
import ssl
from datetime import datetime
from typing import Any

import httpx

from incident.delivery.http_answers import broken, failure_of
from incident.delivery.messages import MessageTexts
from incident.platform.clock import Clock
from incident.usecases.messages.ports import DeliveryFailed, OutgoingMessage, Receipt

TIMEOUT_SECONDS = 10
TOLERANCE_SECONDS = 300


class WebhookMessenger:
    """Posts JSON to one address; redirects are not followed."""

    def __init__(self, url: str, secret: str, texts: MessageTexts, clock: Clock) -> None:
        self._url = url
        self._secret = secret
        self._texts = texts
        self._clock = clock
        self._client = httpx.Client(
            timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False, verify=ssl.create_default_context()
        )

    def send(self, message: OutgoingMessage) -> Receipt:
        """Post the message; raises DeliveryFailed for any answer but a success."""
        body = json.dumps(self._document(message), sort_keys=True, ensure_ascii=False).encode()
        at = int(self._clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Meldklok",
            "Meldklok-Message": message.dedupe_key,
            "Meldklok-Attempt": str(message.attempt),
            "Meldklok-Signature": f"t={at},v1={signature(self._secret, at, body)}",
        }
        try:
            # The answer's body is not read: a receiver that dribbles it would hold the sending thread.
            with self._client.stream("POST", self._url, content=body, headers=headers) as response:
                failure = failure_of(response, whole_channel=True)
        except httpx.HTTPError as problem:
            raise broken(problem) from problem
        if failure is not None:
            raise failure
        return Receipt(f"http:{response.status_code}")

    def _document(self, message: OutgoingMessage) -> dict[str, Any]:
        rendered = self._texts.render(message)
        return {
            "id": str(message.id),
            "case": message.incident_reference,
            "template": message.template,
            "language": rendered.language,
            "urgent": message.urgent,
            "subject": rendered.subject,
            "text": rendered.short,
            "url": rendered.url,
        }


def signature(secret: str, at: int, body: bytes) -> str:
    """HMAC-SHA-256 over the time and the body, in hexadecimal."""
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def verify(secret: str, header: str, body: bytes, now: datetime) -> bool:
    """How a receiver checks a call: the signature fits and the time lies within five minutes."""
    fields = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    at = fields.get("t", "")
    if not at.isdigit() or abs(now.timestamp() - int(at)) > TOLERANCE_SECONDS:
        return False
    return hmac.compare_digest(signature(secret, int(at), body), fields.get("v1", ""))


__all__ = ["DeliveryFailed", "WebhookMessenger", "signature", "verify"]
