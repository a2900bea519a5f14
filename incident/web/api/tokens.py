"""Who speaks: the person for whom a token was made, with that person's roles and no more."""

from apiflask import HTTPTokenAuth
from flask import g, request

from incident.domain.kernel.errors import NotFound
from incident.domain.kernel.people import Actor
from incident.store.db import db
from incident.usecases.people.acts import is_known_place, note_token_use
from incident.usecases.people.api_tokens import actor_of_token
from incident.web.clock import now

auth = HTTPTokenAuth(scheme="Bearer", description="A token made on the page Account, or by `meldklok token create`.")


@auth.verify_token  # type: ignore[untyped-decorator]
def verify(secret: str) -> Actor | None:
    """The actor behind a token, or None for a wrong, revoked or orphaned one."""
    try:
        g.api_actor = actor_of_token(db.session(), secret, now=now())
    except NotFound:
        return None
    _note_place(g.api_actor, secret)
    return g.api_actor  # type: ignore[no-any-return]


def _note_place(actor: Actor, secret: str) -> None:
    """Put on record that a token comes from an address for the first time, in a transaction of its own."""
    address = request.remote_addr or ""
    if is_known_place(db.session(), secret, address):
        return
    db.session.rollback()
    note_token_use(db.session(), actor, secret, address, now=now())
    db.session.commit()


@auth.error_processor
def refuse(_error: object) -> tuple[dict[str, str], int, dict[str, str]]:
    """401 with what to do."""
    message = "Send a valid token in the header 'Authorization: Bearer …'."
    return {"message": message}, 401, {"WWW-Authenticate": "Bearer"}


def actor() -> Actor:
    """The actor of this request."""
    found: Actor = g.api_actor
    return found


__all__ = ["actor", "auth"]
