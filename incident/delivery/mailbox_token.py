"""The token that opens a mailbox in place of a password, as Microsoft 365 asks for it.

The application asks for it in its own name (client credentials, RFC 6749, section 4.4) and shows who it is by a secret,
or by a statement that its certificate signs (RFC 7523).
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import uuid4

import structlog

from incident.delivery.json_answers import Away, post
from incident.delivery.mailbox import MailboxTrouble
from incident.domain.mail_words import Trouble
from incident.platform.clock import Clock
from incident.platform.settings import Settings

SOONER: Final = timedelta(minutes=2)
"""By so much sooner a token is replaced than it ends: a visit begun with it ends with it."""
STATED_FOR: Final = timedelta(minutes=5)
"""So long a statement about ourselves holds."""
ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_CODE: Final = re.compile(r"[a-z_]{1,60}")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Application:
    """Who asks, and for what; ``secret`` is one, or an RSA key with its certificate as PEM."""

    token_url: str
    client_id: str
    secret: str
    scope: str


class Tokens:
    """The token of an application, asked for when it is needed and kept until it ends."""

    def __init__(self, application: Application, clock: Clock) -> None:
        """Ask nobody yet."""
        self._as, self._clock = application, clock
        self._kept: tuple[str, datetime] | None = None

    @classmethod
    def of(cls, settings: Settings, clock: Clock) -> "Tokens | None":
        """Those of this installation; None where the mailbox has a password."""
        url, client, secret = (
            settings.intake_oauth_token_url,
            settings.intake_oauth_client_id,
            settings.intake_oauth_secret,
        )
        if not (url and client and secret):
            return None
        return cls(Application(url, client, secret, settings.intake_oauth_scope), clock)

    def token(self) -> str:
        """A token that holds for some time. Raises MailboxTrouble where none is given."""
        now = self._clock.now()
        if self._kept is None or now >= self._kept[1] - SOONER:
            self._kept = self._ask(now)
        return self._kept[0]

    def forget(self) -> None:
        """The mailbox refused it: the next look asks for another, which may know of a permission given since."""
        self._kept = None

    def _ask(self, now: datetime) -> tuple[str, datetime]:
        asked = {"grant_type": "client_credentials", "client_id": self._as.client_id, "scope": self._as.scope}
        try:
            answer = post(self._as.token_url, FORM, urlencode({**asked, **self._proof(now)}))
        except Away as problem:
            log.warning("mailbox_token_away", error=str(problem))
            raise MailboxTrouble(Trouble.TOKEN_AWAY) from problem
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if isinstance(token, str) and token.isascii() and token.isprintable() and token:
            lasts = int(seconds) if isinstance(seconds, int | str) and str(seconds).isdecimal() else 0
            return token, now + timedelta(seconds=min(lasts, 86_400))
        error = str(answer.get("error", ""))
        log.warning("mailbox_token_refused", error=error if _CODE.fullmatch(error) else "unknown")
        raise MailboxTrouble(Trouble.TOKEN)

    def _proof(self, now: datetime) -> dict[str, str]:
        secret = self._as.secret
        if "-----BEGIN" not in secret:
            return {"client_secret": secret}
        said: dict[str, str | int] = {
            "aud": self._as.token_url,
            "iss": self._as.client_id,
            "sub": self._as.client_id,
            "jti": str(uuid4()),
            "nbf": int(now.timestamp()),
            "exp": int((now + STATED_FOR).timestamp()),
        }
        return {"client_assertion_type": ASSERTION, "client_assertion": _signed(said, secret)}


def _signed(said: dict[str, str | int], pem: str) -> str:
    """A statement, signed with the key, that names the certificate by its SHA-256. Loaded where there is one only."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        load_pem_private_key,
    )
    from cryptography.x509 import load_pem_x509_certificate
    from joserfc import jwt
    from joserfc.jwk import RSAKey
    from joserfc.util import urlsafe_b64encode

    thumb = urlsafe_b64encode(load_pem_x509_certificate(pem.encode()).fingerprint(SHA256())).decode()
    key = load_pem_private_key(pem.encode(), None).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    header = {"alg": "PS256", "typ": "JWT", "x5t#S256": thumb}
    return jwt.encode(header, said, RSAKey.import_key(key), algorithms=["PS256"])


__all__ = ["Application", "Tokens"]
