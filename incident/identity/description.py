"""What the provider says of itself and with which keys it signs (Discovery 1.0); kept for a while, never for long."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Final, TypeVar

from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from incident.delivery.json_answers import Away, get
from incident.identity.asking import Untrusted, check_address

T = TypeVar("T")
KEPT: Final = timedelta(hours=1)
AGAIN: Final = timedelta(minutes=1)
"""A key that is not known is looked for at most this often, and a provider that was away is asked again after half."""
MOST_KEYS: Final = 50
KINDS: Final = frozenset({"RSA", "EC"})
"""Keys that sign with a secret which only the provider has."""


@dataclass(frozen=True, slots=True)
class Description:
    """Where the provider is asked what."""

    issuer: str
    authorization: str
    token: str
    jwks: str
    end_session: str | None
    by_post: bool
    """Whether the client's secret goes in the form (``client_secret_post``), not in a header."""


def described(found: dict[str, object], issuer: str, hosts: frozenset[str]) -> Description:
    """The description, where it is the one of this issuer. Raises Untrusted."""
    says = found.get("issuer")
    if not isinstance(says, str) or says.rstrip("/") != issuer.rstrip("/"):
        raise Untrusted("the description is that of another issuer than OIDC_ISSUER")
    ways = found.get("token_endpoint_auth_methods_supported")
    leave = found.get("end_session_endpoint")
    return Description(
        issuer=says,
        authorization=check_address(found.get("authorization_endpoint"), hosts, "authorization_endpoint"),
        token=check_address(found.get("token_endpoint"), hosts, "token_endpoint"),
        jwks=check_address(found.get("jwks_uri"), hosts, "jwks_uri"),
        end_session=check_address(leave, hosts, "end_session_endpoint") if leave else None,
        by_post=isinstance(ways, list) and "client_secret_post" in ways,
    )


def usable(found: dict[str, object]) -> KeySet:
    """The keys that may sign. Raises Untrusted where there is none."""
    keys: list[Key] = []
    listed = found.get("keys")
    for one in listed[:MOST_KEYS] if isinstance(listed, list) else ():
        if not isinstance(one, dict) or one.get("kty") not in KINDS or one.get("use", "sig") != "sig":
            continue
        try:
            keys += KeySet.import_key_set({"keys": [one]}).keys
        except (JoseError, ValueError, TypeError):
            # A key that is not understood is passed over (RFC 7517, section 5), and the others count.
            continue
    if not keys:
        raise Untrusted("jwks_uri names no key that could sign")
    return KeySet(keys)


class Known:
    """The description and the keys, asked for when they are first needed; many requests at once ask once."""

    def __init__(self, issuer: str, hosts: frozenset[str], now: Callable[[], datetime]) -> None:
        """Ask nobody yet."""
        self._issuer, self._hosts, self._now = issuer, hosts, now
        self._lock = Lock()
        self._description: tuple[Description, datetime] | None = None
        self._keys: tuple[KeySet, datetime] | None = None
        self._failed: tuple[str, datetime] | None = None

    def description(self) -> Description:
        """What the provider says of itself. Raises Away and Untrusted."""
        with self._lock:
            if self._description is None or self._is_old(self._description[1], KEPT):
                self._description = self._asked(self._describe), self._now()
            return self._description[0]

    def keys(self, kid: str | None) -> KeySet:
        """The keys; looked for anew where this one is not among them. Raises Away and Untrusted."""
        address = self.description().jwks
        with self._lock:
            known = self._keys
            has_it = known is not None and (kid is None or any(key.kid == kid for key in known[0]))
            if known is None or self._is_old(known[1], KEPT if has_it else AGAIN):
                self._keys = known = self._asked(lambda: usable(get(address)[0])), self._now()
            return known[0]

    def skew(self) -> timedelta | None:
        """By how much the provider's clock is ahead of ours, asked now; None where it does not say."""
        _found, headers = get(self._address())
        return _ahead(headers, self._now())

    def _describe(self) -> Description:
        return described(get(self._address())[0], self._issuer, self._hosts)

    def _address(self) -> str:
        address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        return check_address(address, self._hosts, "OIDC_ISSUER")

    def _asked(self, question: Callable[[], T]) -> T:
        """Ask, unless the provider was away a moment ago: people who wait for it shall not wait one after the other."""
        if self._failed is not None and not self._is_old(self._failed[1], AGAIN / 2):
            raise Away(self._failed[0])
        try:
            answer = question()
        except Away as problem:
            self._failed = str(problem), self._now()
            raise
        self._failed = None
        return answer

    def _is_old(self, since: datetime, after: timedelta) -> bool:
        """Also when the clock was set back: then nobody knows how old it is."""
        return not timedelta(0) <= self._now() - since < after


def _ahead(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    try:
        return parsedate_to_datetime(headers["Date"]) - now
    except (KeyError, TypeError, ValueError):
        return None


__all__ = ["Description", "Known", "described", "usable"]
