"""Sign-in at the organisation's provider by the authorization code flow with PKCE, state and nonce.

The library (Authlib, joserfc) makes the requests and checks signature and claims; what is asked of whom, and what is
believed, stands here. Nobody is asked before somebody signs in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Final
from urllib.parse import urlencode

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError

from incident.delivery.json_answers import post
from incident.domain.provider import Claims, Rules
from incident.identity.asking import Forged, Untrusted
from incident.identity.description import Description, Known

ALGORITHMS: Final = tuple(f"{kind}{size}" for kind in ("RS", "PS", "ES") for size in (256, 384, 512))
"""Signatures that only the provider can make; never "none", and none by a secret that we know too."""
SCOPE: Final = "openid email profile"
LEEWAY: Final = timedelta(seconds=60)
"""By so much two clocks may differ."""


@dataclass(frozen=True, slots=True)
class Registration:
    """How the provider knows this installation; ``hosts`` are its own and no others are asked."""

    name: str
    issuer: str
    client_id: str
    secret: str
    hosts: frozenset[str]
    scope: str = SCOPE


@dataclass(frozen=True, slots=True)
class Question:
    """One sign-in under way: what only this browser and we know until it comes back."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """The identity provider of this installation."""

    def __init__(self, registration: Registration, rules: Rules, now: Callable[[], datetime]) -> None:
        """Ask nobody yet."""
        self._as, self.rules, self._now = registration, rules, now
        self.known = Known(registration.issuer, registration.hosts, now)

    @property
    def name(self) -> str:
        """What people call it."""
        return self._as.name

    def start(self, back: str, *, anew: bool = False) -> tuple[str, Question]:
        """Where the browser is sent, and what is to be kept until it is back; ``anew`` has the person asked again.

        Raises Away and Untrusted.
        """
        question = Question(token_urlsafe(24), token_urlsafe(24), token_urlsafe(48))
        # max_age also obliges the provider to say when the person was asked (Core, section 3.1.2.1).
        more = {"prompt": "login", "max_age": "0"} if anew else {}
        url: str = prepare_grant_uri(
            self.known.description().authorization,
            self._as.client_id,
            "code",
            redirect_uri=back,
            scope=self._as.scope,
            state=question.state,
            nonce=question.nonce,
            code_challenge=create_s256_code_challenge(question.verifier),
            code_challenge_method="S256",
            **more,
        )
        return url, question

    def finish(self, question: Question, answer: Mapping[str, str], back: str) -> Claims:
        """What the provider says of the person, with everything about it checked. Raises Away and Untrusted."""
        about = self.known.description()
        if answer.get("iss", about.issuer) != about.issuer:
            raise Forged("the answer is that of another issuer (RFC 9207)")
        token = self._exchange(about, question, str(answer.get("code", "")), back)
        id_token, access = token.get("id_token"), token.get("access_token")
        if not isinstance(id_token, str):
            raise Untrusted("the answer holds no ID token")
        return self._checked(about, id_token, question.nonce, access if isinstance(access, str) else None)

    def leave(self, back: str) -> str | None:
        """Where the person signs out at the provider, too; None where it offers no such place."""
        address = self.known.description().end_session
        if address is None:
            return None
        mark = "&" if "?" in address else "?"
        pairs = urlencode({"client_id": self._as.client_id, "post_logout_redirect_uri": back})
        return f"{address}{mark}{pairs}"

    def _exchange(self, about: Description, question: Question, code: str, back: str) -> dict[str, object]:
        """Give the code, the proof that it was ours, and our secret; get the tokens."""
        if not code or len(code) > 4_096:
            raise Forged("the answer holds no code")
        body: str = prepare_token_request(
            "authorization_code", "", redirect_uri=back, code=code, code_verifier=question.verifier
        )
        way = "client_secret_post" if about.by_post else "client_secret_basic"
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        auth = ClientAuth(self._as.client_id, self._as.secret, way)
        url, headers, body = auth.prepare("POST", about.token, headers, body)
        found = post(url, headers, body)
        if "error" in found:
            raise Forged(f"the code was refused: {str(found['error'])[:60]}")
        return found

    def _checked(self, about: Description, id_token: str, nonce: str, access: str | None) -> Claims:
        try:
            kid = jws.extract_compact(id_token.encode()).headers().get("kid")
            keys = self.known.keys(kid if isinstance(kid, str) else None)
            token = jwt.decode(id_token, keys, algorithms=ALGORITHMS)
            claims = CodeIDToken(
                token.claims,
                token.header,
                options={"iss": {"values": [about.issuer]}, "aud": {"value": self._as.client_id}},
                params={"nonce": nonce, "client_id": self._as.client_id, "access_token": access},
            )
            claims.validate(now=int(self._now().timestamp()), leeway=int(LEEWAY.total_seconds()))
        except (JoseError, ValueError, TypeError, KeyError) as problem:
            # The library's own name for it says which check failed, and holds nothing of the token.
            raise Untrusted(
                f"the ID token is refused: {getattr(problem, 'error', type(problem).__name__)}"
            ) from problem
        if not isinstance(token.claims.get("sub"), str) or not token.claims["sub"]:
            raise Untrusted("the ID token names nobody")
        return token.claims


__all__ = ["LEEWAY", "Provider", "Question", "Registration"]
