"""Refusals as JSON: one shape for all of them."""

import secrets

import structlog
from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from incident.domain.kernel.errors import Conflict, DomainError, IllegalMove, NotAllowed, NotFound, TooMany
from incident.store.db import db

log = structlog.get_logger()
STATUS: dict[type[DomainError], int] = {NotFound: 404, NotAllowed: 403, Conflict: 409, IllegalMove: 409, TooMany: 429}


def answer_refusals(bp: APIBlueprint) -> None:
    """Register the answers."""
    bp.register_error_handler(DomainError, refusal)
    bp.register_error_handler(DBAPIError, unavailable)


def refusal(error: DomainError) -> ResponseReturnValue:
    """An expected refusal: 404, 403, 409, 429 with when to come back, else 422 with the field."""
    db.session.rollback()
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 422)
    headers = {"Retry-After": str(error.seconds)} if isinstance(error, TooMany) else {}
    return {"message": error.user_text, "field": error.field}, status, headers


def unavailable(error: DBAPIError) -> ResponseReturnValue:
    """The database is gone or locked: nothing was stored, and the same request may be sent again."""
    db.session.rollback()
    reference = secrets.token_hex(4).upper()
    log.error("database_unavailable", reference=reference, endpoint=request.endpoint, exc_info=error)
    return {"message": "Nothing was saved: the database cannot be reached. Send it again.", "reference": reference}, 503
