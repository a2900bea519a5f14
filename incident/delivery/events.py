"""Events as CloudEvents (version 1.0, JSON), signed as Standard Webhooks ask.

So a receiver can tell that a call is ours, unchanged and fresh, and recognises a repetition.

``webhook-signature`` is ``v1,`` and HMAC-SHA-256, in base64, over ``<webhook-id>.<webhook-timestamp>.<body>``.
``webhook-id`` is the same at every attempt, ``webhook-timestamp`` is the moment of this one in Unix seconds.
"""

import base64
import hashlib
import hmac
import json
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property

from incident.delivery.outward import Networks, Refused, way_to
from incident.domain.kernel.errors import NotFound
from incident.domain.kernel.json import JsonObject
from incident.domain.subscriptions import EventKind
from incident.platform.clock import Clock
from incident.usecases.messages.ports import DeliveryFailed, OutgoingMessage, Receipt
from incident.usecases.messages.subscriptions import PREFIX, Subscriber

TIMEOUT_SECONDS = 10
"""For looking up the name, connecting, TLS and the headers of the answer, together."""
AddressBook = Callable[[str], Subscriber]
"""Finds a subscriber by the key of its subscription. Raises NotFound for one that is gone."""
PATHS = {EventKind.CHECKPOINT.value: "/settings/health"}
"""Where an event that is about no incident leads, when not to the roster of those who did not answer a drill."""
OWN = ("event", "number", "time")
"""What of a message becomes part of the envelope."""


class EventMessenger:
    """Posts events to their subscribers; redirects are not followed, and nothing is asked of a proxy."""

    def __init__(self, book: AddressBook, base_url: str, inside: Networks, clock: Clock) -> None:
        self._book = book
        self._base_url = base_url.rstrip("/")
        self._inside = inside
        self._clock = clock

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """Whom this machine trusts; read by the first call, for most processes make none."""
        return ssl.create_default_context()

    def send(self, message: OutgoingMessage) -> Receipt:
        """Post the event; raises DeliveryFailed for any answer but a success."""
        try:
            subscriber = self._book(message.recipient)
        except NotFound as gone:
            raise DeliveryFailed("this subscription was removed", permanent=True) from gone
        body = json.dumps(self._document(message), ensure_ascii=False).encode()
        at = int(self._clock.now().timestamp())
        identity = str(message.params["event"])
        signed = {
            "content-type": "application/cloudevents+json; charset=utf-8",
            "user-agent": "Meldklok",
            "webhook-id": identity,
            "webhook-timestamp": str(at),
            "webhook-signature": signature(subscriber.secret, identity, at, body),
        }
        return self._post(subscriber.url, signed, body)

    def _post(self, url: str, headers: dict[str, str], body: bytes) -> Receipt:
        # Loaded by the first call: the pages make none.
        import httpx

        from incident.delivery.http_answers import broken, failure_of
        from incident.delivery.punctual_http import punctual_client

        end = time.monotonic() + TIMEOUT_SECONDS
        try:
            way = way_to(url, self._inside, TIMEOUT_SECONDS)
            headers = {**headers, "host": way.host}
            # No connection is kept: the next call to this address may be to another name behind it.
            with (
                punctual_client(end - time.monotonic(), self._trust) as client,
                client.stream(
                    "POST", way.address, content=body, headers=headers, extensions=way.extensions
                ) as response,
            ):
                # The answer's body is not read: status and headers say everything.
                failure = failure_of(response)
        except Refused as problem:
            raise DeliveryFailed(str(problem), whole_channel=True, needs_repair=True) from problem
        except TimeoutError as problem:
            failure = DeliveryFailed(f"the receiver did not answer: {problem}")
        except httpx.HTTPError as problem:
            failure = broken(problem)
        if failure is not None:
            # All that is passing closes this subscriber's lane for a while, so that nobody waits for it in vain.
            failure.whole_channel = not failure.permanent
            raise failure
        return Receipt(f"http:{response.status_code}")

    def _document(self, message: OutgoingMessage) -> JsonObject:
        params = message.params
        data = {name: value for name, value in params.items() if name not in OWN}
        reference = message.incident_reference
        path = f"/incidents/{reference}" if reference else PATHS.get(message.template, "/settings/roster")
        document = {
            "specversion": "1.0",
            "id": params["event"],
            "source": self._base_url,
            "type": f"meldklok.{message.template}",
            "time": _utc(str(params["time"])),
            "datacontenttype": "application/json",
            "data": {**data, "number": params["number"], "url": f"{self._base_url}{path}"},
        }
        return {**document, "subject": reference} if reference else document


def _utc(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(UTC).isoformat().replace("+00:00", "Z")


def signature(secret: str, identity: str, at: int, body: bytes) -> str:
    """The header ``webhook-signature`` of a call at this moment (Unix seconds); ``secret`` begins with ``whsec_``."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.digest(key, f"{identity}.{at}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"
