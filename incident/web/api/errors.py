"""Refusals as JSON: one shape for all of them."""

import json
import secrets
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Final

import structlog
from apiflask import APIBlueprint, HTTPError
from flask import Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import BadRequest, HTTPException

from incident.domain.kernel.errors import Conflict, DomainError, IllegalMove, NotAllowed, NotFound, TooMany
from incident.store.db import db

log = structlog.get_logger()
STATUS: dict[type[DomainError], int] = {NotFound: 404, NotAllowed: 403, Conflict: 409, IllegalMove: 409, TooMany: 429}


PROBLEM: Final = "application/problem+json"
NOT_JSON: Final = "The body is not JSON, or is nested too deeply. Nothing was saved."


def answer_refusals(bp: APIBlueprint) -> None:
    """Register the answers."""
    bp.register_error_handler(DomainError, refusal)
    bp.register_error_handler(DBAPIError, unavailable)
    bp.register_error_handler(HTTPError, wrong_shape)
    bp.register_error_handler(HTTPException, not_json)


def problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None, **more: str | None
) -> tuple[Response, int, dict[str, str]]:
    """The one shape of every refusal (RFC 9457); ``detail`` says what to do, ``field`` names the input it is about."""
    said = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    body = {**said, **{name: text for name, text in more.items() if text is not None}}
    return Response(json.dumps(body, ensure_ascii=False), mimetype=PROBLEM), status, dict(headers or {})


def status_of(error: DomainError) -> int:
    """The status that says which kind of refusal it is."""
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 422)


def refusal(error: DomainError) -> ResponseReturnValue:
    """An expected refusal: 404, 403, 409, 429 with when to come back, else 422 with the field."""
    db.session.rollback()
    headers = {"Retry-After": str(error.seconds)} if isinstance(error, TooMany) else {}
    return problem(status_of(error), error.user_text, headers, field=error.field)


def wrong_shape(error: HTTPError) -> ResponseReturnValue:
    """Input that the description does not allow: the first field that is wrong, and why."""
    db.session.rollback()
    field, reason = next(_reasons(error.detail), ("", error.message or ""))
    status = 400 if "query" in dict(error.detail) else error.status_code
    named, detail = field_and_detail(field, reason)
    return problem(status, detail, field=named)


def field_and_detail(field: str, reason: str) -> tuple[str | None, str]:
    """What a refusal says of input that the description does not allow; the library names no field of a whole."""
    if field in ("", "_schema"):
        return None, "Send one JSON object, as the description has it."
    return field, f"{field}: {reason.removeprefix('Value error, ')}"


def _reasons(detail: object, path: str = "") -> Iterator[tuple[str, str]]:
    """The sentences of the library's nested report, each with the field it is about; the first level is the place."""
    match detail:
        case dict():
            for name, inner in detail.items():
                yield from _reasons(inner, f"{path}.{name}" if path else str(name))
        case list():
            for inner in detail:
                yield from _reasons(inner, path)
        case _:
            yield path.partition(".")[2], str(detail)


def not_json(error: HTTPException) -> ResponseReturnValue:
    """A body that cannot be read at all, or is too large."""
    db.session.rollback()
    said = NOT_JSON if error.description == BadRequest.description else error.description
    return problem(error.code or 400, said or HTTPStatus(error.code or 400).phrase)


def unavailable(error: DBAPIError) -> ResponseReturnValue:
    """The database is gone or locked: nothing was stored, and the same request may be sent again."""
    db.session.rollback()
    reference = secrets.token_hex(4).upper()
    log.error("database_unavailable", reference=reference, endpoint=request.endpoint, exc_info=error)
    return problem(503, "Nothing was saved: the database cannot be reached. Send it again.", reference=reference)
