"""Browsers that somebody signed in with before: what strangers try against an account does not shut these out.

Wrong passwords are counted per account, so whoever knows an address could keep its owner out by trying a few every
hour. A browser that was let in once, or that opened a password link, holds a signed ticket for that account and is
counted by itself.
"""

from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final

from flask import after_this_request, current_app, g, request
from flask.wrappers import Response
from itsdangerous import BadSignature, URLSafeSerializer

from incident.web.accounts.counted import account_of
from incident.web.clock import now

KNOWN_FOR: Final = timedelta(days=180)
MOST: Final = 5
"""So many people of one shared browser."""


def ticket(account: str) -> str:
    """What this browser is counted by for this account; nothing where it is not known."""
    return next((nonce for whose, nonce, _since in _tickets() if whose == _hash(account)), "")


def know_here(account: str) -> None:
    """Give this browser a ticket, or prolong the one it has."""
    mine, nonce = _hash(account), ticket(account) or token_urlsafe(12)
    others = [one for one in _tickets() if one[0] != mine]
    g.tickets = [[mine, nonce, int(now().timestamp())], *others][:MOST]

    @after_this_request
    def hand_out(response: Response) -> Response:
        """A cookie like that of the session, and longer."""
        config = current_app.config
        response.set_cookie(
            _name(),
            _signer().dumps(g.tickets),
            max_age=KNOWN_FOR,
            secure=config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response


def _tickets() -> list[tuple[str, str, float]]:
    if "tickets" not in g:
        oldest = (now() - KNOWN_FOR).timestamp()
        try:
            found = _signer().loads(request.cookies.get(_name(), ""))
        except BadSignature:
            found = []
        g.tickets = [one for one in found if one[2] > oldest]
    return list(g.tickets)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="known-browser")


def _name() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-known"


def _hash(account: str) -> str:
    return sha256(account_of(account).encode()).hexdigest()[:40]


__all__ = ["know_here", "ticket"]
