"""Whether an address that somebody typed on a page may be called, and where exactly.

Who may change settings must not make this machine call what stands behind the firewall: its own ports, the database,
the service of a cloud that hands out keys. So a name is resolved here, every address behind it is judged, and the
connection is made to the judged address: what the name says a moment later changes nothing. ``EVENT_NETWORKS`` names
the networks of the house in which a receiver may stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

from incident.delivery.names import addresses

Networks = Sequence[IPv4Network | IPv6Network]
PORTS: Final = {"http": 80, "https": 443}
INWARD: Final = tuple(
    ip_network(one)
    for one in (
        *("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "::ffff:0:0:0/96"),
        "fec0::/10",
    )
)
"""Addresses of IPv6 in which one of IPv4 is hidden (RFC 6052, 8215, 3056, 4380, 4291 2.5.5.1 and 2765), and those that
were once for a site (RFC 3879)."""


class Refused(Exception):
    """The address may not be called, or is none."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where to connect: the URL with the judged address, and the name for the request and the certificate."""

    address: str
    host: str
    extensions: dict[str, str]


def way_to(url: str, inside: Networks, seconds: float) -> Way:
    """The way to a URL. Raises Refused, with a sentence that names no address of the house.

    Raises TimeoutError when the name is not found within so many seconds.
    """
    parts = urlsplit(url)
    name = _ascii(parts.hostname or "")
    if not name or parts.scheme not in PORTS:
        raise Refused("this is no address of the web")
    found = _resolved(name, parts.port or PORTS[parts.scheme], seconds)
    if not all(_is_open(one, parts.scheme, inside) for one in found):
        raise Refused(
            "this address may not be called: it is not https, or lies in a network that EVENT_NETWORKS does not name"
        )
    bare = f"[{name}]" if ":" in name else name
    return Way(_at(parts, found[0]), f"{bare}:{parts.port}" if parts.port else bare, {"sni_hostname": name})


def _ascii(name: str) -> str:
    """A name as it travels: one with letters beyond ASCII in its other spelling. Raises Refused where there is none."""
    try:
        return name if name.isascii() else name.encode("idna").decode()
    except UnicodeError as problem:
        raise Refused("the name of the receiver is not known") from problem


def _resolved(name: str, port: int, seconds: float) -> list[IPv4Address | IPv6Address]:
    try:
        return [ip_address(one.partition("%")[0]) for one in addresses(name, port, seconds)]
    except TimeoutError:
        raise
    except (OSError, UnicodeError) as problem:
        raise Refused("the name of the receiver is not known") from problem


def _is_open(address: IPv4Address | IPv6Address, scheme: str, inside: Networks) -> bool:
    plain = getattr(address, "ipv4_mapped", None) or address
    if any(plain in network for network in inside if network.version == plain.version):
        return True
    inward = any(plain in network for network in INWARD if network.version == plain.version)
    return scheme == "https" and plain.is_global and not plain.is_multicast and not inward


def _at(parts: SplitResult, address: IPv4Address | IPv6Address) -> str:
    host = f"[{address}]" if address.version == 6 else str(address)
    port = f":{parts.port}" if parts.port else ""
    return parts._replace(netloc=f"{host}{port}", fragment="").geturl()
