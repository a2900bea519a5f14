"""Who speaks: the person for whom a token was made, with that person's roles and no more."""

from uuid import UUID

from apiflask import HTTPTokenAuth
from flask import Response, g, request

from incident.domain.kernel.errors import NotFound
from incident.domain.kernel.people import Actor
from incident.domain.kernel.scopes import Scope
from incident.store.db import db
from incident.usecases.people.acts import is_known_place, note_token_use
from incident.usecases.people.api_tokens import Bearer, bearer_of, is_noted, note_use_of
from incident.web.api.errors import problem
from incident.web.clock import now

auth = HTTPTokenAuth(scheme="Bearer", description="A token made on the page Account, or by `meldklok token create`.")


@auth.verify_token  # type: ignore[untyped-decorator]
def verify(secret: str) -> Actor | None:
    """The actor behind a token, or None for a wrong, revoked or orphaned one."""
    try:
        g.bearer = bearer_of(db.session(), secret, now=now())
    except NotFound:
        return None
    _note_use(g.bearer, secret)
    return g.bearer.actor  # type: ignore[no-any-return]


def _note_use(bearer: Bearer, secret: str) -> None:
    """Note the use once an hour, and put on record when a new address is used, in a transaction of its own."""
    address = request.remote_addr or ""
    if is_noted(bearer, now=now()) and is_known_place(db.session(), secret, address):
        return
    db.session.rollback()
    note_use_of(db.session(), bearer, now=now())
    note_token_use(db.session(), bearer.actor, secret, address, now=now())
    db.session.commit()


@auth.error_processor
def refuse(_error: object) -> tuple[Response, int, dict[str, str]]:
    """401 with what to do."""
    return problem(401, "Send a valid token in the header 'Authorization: Bearer …'.", {"WWW-Authenticate": "Bearer"})


def actor(scope: Scope) -> Actor:
    """The actor of this request. Raises NotAllowed where the token was not made for this."""
    bearer: Bearer = g.bearer
    return bearer.to(scope)


def token() -> UUID:
    """The token of this request: two programs of one person have one each."""
    bearer: Bearer = g.bearer
    return bearer.token


__all__ = ["actor", "auth", "token"]
