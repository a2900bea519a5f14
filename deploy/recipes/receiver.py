"""Receive events of Meldklok: believe only what is signed, and hand each to a function. Standard library only.

What that function cannot do now is answered with 502, and Meldklok sends the event again later: nothing is kept here.
Listens on 127.0.0.1 (PORT, else 8080); let a proxy with https stand before it, or name the network in EVENT_NETWORKS.
"""

import base64
import hashlib
import hmac
import json
import os
import time
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from wsgiref.simple_server import make_server

LARGEST = 65_536
TIMEOUT_SECONDS = 8


def is_from_meldklok(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """Whether a call was signed with the secret of the subscription, at most five minutes from now (Unix seconds)."""
    identity, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not at.isdecimal() or abs(now - int(at)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{identity}.{at}.".encode() + body, hashlib.sha256).digest()
    expected = b"v1," + base64.b64encode(digest)
    given = headers.get("webhook-signature", "").encode().split(b" ")
    return any(hmac.compare_digest(expected, one) for one in given)


def application(
    secret: str, act: Callable[[dict[str, Any]], None], clock: Callable[[], float] = time.time
) -> Callable[..., Iterable[bytes]]:
    """A WSGI application for any server of that kind."""

    def answer(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        start(_status(environ, secret, act, clock()), [("Content-Length", "0")])
        return [b""]

    return answer


def _status(environ: dict[str, Any], secret: str, act: Callable[[dict[str, Any]], None], now: float) -> str:
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST:
        return "413 Content Too Large"
    body = environ["wsgi.input"].read(int(length))
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    headers = {name: environ.get(f"HTTP_{name.upper().replace('-', '_')}", "") for name in names}
    if not is_from_meldklok(secret, headers, body, now):
        return "401 Unauthorized"
    try:
        act(json.loads(body))
    except OSError:
        return "502 Bad Gateway"
    return "204 No Content"


def call(method: str, url: str, headers: Mapping[str, str], document: object = None) -> Any:
    """Send JSON and return the JSON that comes back, if it is any. Raises OSError for any answer but a success."""
    body = None if document is None else json.dumps(document).encode()
    kind = {"Content-Type": "application/json", "Accept": "application/json"}
    request = urllib.request.Request(url, body, {**kind, **headers}, method=method)
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
        is_json = response.headers.get_content_type() == "application/json"
        return json.loads(response.read() or b"null") if is_json else None


def serve(act: Callable[[dict[str, Any]], None]) -> None:
    """Receive until stopped; MELDKLOK_SECRET is the secret of the subscription."""
    port = int(os.environ.get("PORT", "8080"))
    make_server("127.0.0.1", port, application(os.environ["MELDKLOK_SECRET"], act)).serve_forever()
