"""What all routes of the API share: their blueprint, what they may refuse, and how long an answer is good for."""

from typing import Final

from apiflask import APIBlueprint
from flask import Response, request

from incident.web.api.errors import answer_refusals, problem

bp = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="Incidents")
answer_refusals(bp)

Refusals = dict[int, str]
BUSY: Final[Refusals] = {503: "The database cannot be reached; nothing was saved."}
FORBIDDEN: Final[Refusals] = {403: "Your role does not allow this, or the token was not made for it.", **BUSY}
MISSING: Final[Refusals] = {404: "There is no such incident, or it is not yours to see.", **FORBIDDEN}
OFTEN: Final[Refusals] = {
    429: "Too many requests from this network within an hour; the header Retry-After says when to come back."
}
BODY: Final[Refusals] = {
    400: "The body is not JSON.",
    413: "The body is too large.",
    415: "The header Content-Type does not say that the body is JSON.",
}
REFUSALS: Final[Refusals] = {409: "It does not fit the state of the incident.", **BODY, **MISSING}
LIMITED: Final[Refusals] = {
    429: "A hundred reports within an hour; the header Retry-After says when the next one is taken."
}


@bp.before_request
def json_alone() -> tuple[Response, int, dict[str, str]] | None:
    """A body that does not call itself JSON is refused before anybody looks into it."""
    has_body = bool(request.content_length) or "Transfer-Encoding" in request.headers
    if request.method not in ("POST", "PATCH") or not has_body or request.is_json:
        return None
    return problem(415, "Send JSON, with the header 'Content-Type: application/json'.")


@bp.after_request
def dated(answer: Response) -> Response:
    """Whoever kept an answer asks whether it is still good, and gets 304 where it is; nobody in between keeps it."""
    if request.method == "GET" and answer.status_code == 200:
        answer.headers["Cache-Control"] = "private, no-cache"
        answer.add_etag()
        answer.make_conditional(request)
    return answer
