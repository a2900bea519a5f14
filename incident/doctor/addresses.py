"""Checks of addresses: do people reach us at BASE_URL, do we reach what we call, and is the port ours.

Nothing is sent: we ask ourselves, and elsewhere we only connect, so that no alarm is raised and no ping counts.
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from incident.doctor.finding import Finding, fail, ok, warn
from incident.doctor.reasons import reason
from incident.domain.kernel.json import JsonObject
from incident.platform.settings import Settings

TIMEOUT_SECONDS = 3.0
PORTS = {"http": 80, "https": 443}
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def own_address(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether BASE_URL leads to this program, and whether TRUSTED_PROXIES fits the headers that arrive that way."""
    try:
        answer = _ready(settings.base_url)
    except httpx.HTTPError as problem:
        sentence = "Nobody answers at %(address)s: %(reason)s."
        cure = "Start Meldklok, or correct BASE_URL, the name server or the proxy."
        yield warn("address", sentence, cure, address=settings.base_url, reason=reason(problem))
        return
    if answer is None:
        sentence = "Something else than Meldklok answers at %(address)s, or a proxy refuses."
        yield fail("address", sentence, "Correct BASE_URL or the proxy.", address=settings.base_url)
        return
    yield _proxies(int(answer.get("proxies", 0)), settings.trusted_proxies)


def _proxies(arrived: int, trusted: int) -> Finding:
    if arrived > trusted:
        sentence = "More proxies add headers (%(arrived)s) than are trusted (%(trusted)s): all visitors look like one."
        return warn("proxies", sentence, "Set TRUSTED_PROXIES=%(arrived)s.", arrived=arrived, trusted=trusted)
    if arrived < trusted:
        sentence = (
            "More proxies are trusted (%(trusted)s) than add headers (%(arrived)s): anybody can forge an address."
        )
        return fail("proxies", sentence, "Set TRUSTED_PROXIES=%(arrived)s.", arrived=arrived, trusted=trusted)
    return ok("proxies", "As many proxies are trusted as add their headers: %(arrived)s.", arrived=arrived)


def port(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether something else holds the port; silent while nobody listens there."""
    host = EVERYWHERE.get(settings.host, settings.host)
    try:
        socket.create_connection((host, settings.port), TIMEOUT_SECONDS).close()
    except OSError:
        return
    try:
        ours = _ready(f"http://{f'[{host}]' if ':' in host else host}:{settings.port}") is not None
    except httpx.HTTPError:
        ours = False
    if ours:
        yield ok("port", "Meldklok answers on port %(port)s.", port=settings.port)
    else:
        cure = "Stop the program that holds it, or set PORT to another number."
        yield fail("port", "Another program holds port %(port)s.", cure, port=settings.port)


def called(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether the servers of dead-man's switch and time stamps take a connection."""
    named = (
        ("switch", "DEAD_MAN_URL", settings.dead_man_url),
        ("stamps", "TIMESTAMP_URL", settings.timestamp_url),
    )
    for name, variable, url in named:
        if url is None:
            continue
        host = urlsplit(url).hostname or ""
        if reason := _unreachable(url):
            sentence = "The server %(host)s of %(variable)s cannot be reached: %(reason)s."
            cure = "Check %(variable)s, and whether a firewall is in between."
            yield fail(name, sentence, cure, host=host, variable=variable, reason=reason)
        else:
            yield ok(name, "The server %(host)s of %(variable)s takes a connection.", host=host, variable=variable)


def further(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether the library knows every further channel; an address is never repeated, for it holds a password."""
    if not settings.apprise_urls:
        return
    import apprise

    for number, url in enumerate(settings.apprise_urls, start=1):
        if not apprise.Apprise().add(url):
            sentence = "Address %(number)s of APPRISE_URLS is none that the library apprise knows."
            yield fail("channels", sentence, "Correct it; its documentation lists the kinds.", number=number)
            return
    yield ok("channels", "Every address of APPRISE_URLS is of a kind that is known.")


def _ready(base: str) -> JsonObject | None:
    """What this program says of itself there; None when something else answers. Raises httpx.HTTPError."""
    answer = httpx.get(f"{base}/ready", timeout=TIMEOUT_SECONDS, trust_env=False, verify=ssl.create_default_context())
    try:
        told = answer.json()
    except ValueError:
        return None
    return told if isinstance(told, dict) and told.get("status") == "ready" else None


def _unreachable(url: str) -> str:
    """Why no connection comes about; empty when one does."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        with closing(socket.create_connection((host, parts.port or PORTS[parts.scheme]), TIMEOUT_SECONDS)) as plain:
            if parts.scheme == "https":
                ssl.create_default_context().wrap_socket(plain, server_hostname=host).close()
    except OSError as problem:
        return reason(problem)
    return ""
