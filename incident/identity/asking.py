"""Whom the provider's addresses may name, and what of its answers is not believed."""

from urllib.parse import urlsplit

from incident.platform.environment import LOOPBACK


class Untrusted(Exception):
    """What came from the provider is not to be believed; the reason is for operators and holds no personal data."""


class Forged(Untrusted):
    """What the browser brought is not of the provider: anybody can send such a thing, as often as they like."""


def check_address(url: object, hosts: frozenset[str], what: str) -> str:
    """The address, where it lies with the provider. Raises Untrusted for any other host and for an open connection."""
    try:
        parts = urlsplit(str(url or ""))
        name, _port = parts.hostname or "", parts.port
    except ValueError as problem:
        raise Untrusted(f"{what} is no address") from problem
    if name not in hosts:
        raise Untrusted(f"{what} lies at the host {name or 'without a name'}, which OIDC_HOSTS does not name")
    if parts.scheme != "https" and not (parts.scheme == "http" and name in LOOPBACK):
        raise Untrusted(f"{what} is not encrypted")
    if parts.username or parts.password:
        raise Untrusted(f"{what} holds a password")
    return str(url)
