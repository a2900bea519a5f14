"""Error pages: kind, with a next step, and a reference number where something broke."""

import secrets

import structlog
from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from incident.domain.kernel.errors import Conflict, DomainError, NotFound
from incident.store.db import db
from incident.store.places import Away
from incident.usecases.response.doors import reachable
from incident.web.accounts.forms import ANSWERS
from incident.web.accounts.sessions import SECRET
from incident.web.api.errors import problem
from incident.web.forms.base import translated, words_of

log = structlog.get_logger()
PASSWORDS = frozenset({"password", "password_confirm", "new_password", "new_password_confirm"})
HIDDEN = PASSWORDS | {"csrf_token", "code", *ANSWERS}
FOR_MACHINES = frozenset({"health.live", "health.ready", "health.metrics"})
"""Addresses that probes read: they get JSON, also when the database is gone before the view is asked."""

FOR_PROGRAMS = "/api/"
"""How the addresses begin below which every refusal has the shape of the API, also where there is nothing."""


def init_errors(app: Flask) -> None:
    """Register the pages."""
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(CSRFError, form_expired)
    app.register_error_handler(DomainError, domain_error)
    app.register_error_handler(DBAPIError, database_error)
    app.register_error_handler(PoolTimeout, database_error)
    app.register_error_handler(Away, files_away)
    app.register_error_handler(Exception, surprise)


def _page(status: int, title: str, text: str, reference: str | None = None, **more: object) -> ResponseReturnValue:
    if request.path.startswith(FOR_PROGRAMS):
        return problem(status, text, reference=reference)
    values = {"status": status, "title": title, "text": text, "reference": reference, "typed": [], **more}
    words = words_of(name for name, _value in typed())
    absent = {"retry": None, "first": None, "organisation": None, "words": words, "ways": ()}
    return render_template("web/errors/error.html", **{**absent, **values}), status


def http_error(error: HTTPException) -> ResponseReturnValue:
    """The pages of the usual refusals."""
    status = error.code or 500
    match status:
        case 404:
            title, text = _("Page not found"), _("This page does not exist, or you may not see it.")
        case 403:
            title, text = _("Not allowed"), _("Your role does not allow this. Ask the data protection officer.")
        case 405:
            title, text = _("Not possible"), _("This address cannot be used in this way.")
        case 413:
            title, text = _("Too large"), _("What you sent is too large. Shorten the text or attach a smaller file.")
        case 429:
            title, text = _("Too many requests"), _("Wait a moment and try again.")
        case _ if status < 400:
            return error
        case _:
            title, text = _("This did not work"), _("The request could not be understood. Go back and try again.")
    answer = make_response(_page(status, title, text, typed=typed() if status in (413, 429) else []))
    if isinstance(error, MethodNotAllowed):
        answer.allow.update(error.valid_methods or ())
    return answer


def form_expired(error: CSRFError) -> ResponseReturnValue:
    """The form was older than the session: nothing is stored, and what was typed is shown."""
    text = _("The form was open for too long, or you signed in again meanwhile. Nothing has been saved.")
    # No button sends it again: the form may have come from another site.
    first = (url_for("security.login"), _("Sign in")) if SECRET not in session else None
    if SECRET in session and request.url_rule is not None and "GET" in (request.url_rule.methods or ()):
        first = (request.full_path.rstrip("?"), _("Open the form again"))
    if request.blueprint == "door":
        first = (request.full_path.rstrip("?"), _("Open the form again"))
        text = _("The form was open for too long, or your browser keeps no cookies. Nothing has been sent.")
    return _page(400, _("The form has expired"), text, typed=typed(), first=first)


def something_first(title: str, text: str, where: str, words: str) -> Response:
    """A form that came with its token, but too early: what was typed stays, and goes on from here afterwards.

    ``where`` is what has to be done first, in a window beside this one; ``words`` stand on the link to it.
    """
    again = request.full_path.rstrip("?")
    return make_response(_page(400, title, text, typed=typed(), retry=again, first=(where, words)))


def gone(title: str, text: str, *ways: tuple[str, str]) -> ResponseReturnValue:
    """A link that no longer works, and where one goes instead: addresses with the words on them."""
    return _page(404, title, text, ways=ways)


def domain_error(error: DomainError) -> ResponseReturnValue:
    """A refusal that no form showed."""
    db.session.rollback()
    status = 404 if isinstance(error, NotFound) else 409 if isinstance(error, Conflict) else 403
    if status == 404:
        reach = reachable(db.session()) if request.blueprint == "door" else None
        return _page(404, _("Page not found"), translated(error), organisation=reach)
    return _page(status, _("This is not possible"), translated(error), typed=typed())


def database_error(error: DBAPIError | PoolTimeout) -> ResponseReturnValue:
    """The database is gone or locked: the text stays on the page and can be sent again."""
    reference = _note("database_unavailable", error)
    if request.endpoint in FOR_MACHINES:
        return jsonify(status="unavailable", problems=["database"]), 503
    # The sign-in library would look the person up again for the page, and fail again.
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]
    text = _("Nothing has been saved: the database cannot be reached right now.")
    return _page(
        503,
        _("Not saved"),
        text,
        reference=reference,
        typed=typed(),
        retry=request.full_path.rstrip("?") if request.method == "POST" else None,
    )


def files_away(error: Away) -> ResponseReturnValue:
    """The bucket with the files does not answer: as with the database, the text can be sent again."""
    reference = _note("files_unavailable", error)
    text = _("Nothing has been saved: the place where files are kept cannot be reached right now.")
    retry = request.full_path.rstrip("?") if request.method == "POST" else None
    return _page(503, _("Not saved"), text, reference=reference, typed=typed(), retry=retry)


def surprise(error: Exception) -> ResponseReturnValue:
    """Something broke: a reference number for the person, the stack trace in the log."""
    if current_app.testing and current_app.config.get("RAISE_SURPRISES", True):
        raise error
    reference = _note("request_failed", error)
    text = _("The fault is ours. Nothing has been saved. Try again in a moment.")
    return _page(500, _("Something went wrong"), text, reference=reference, typed=typed())


def _note(event: str, error: Exception) -> str:
    try:
        db.session.rollback()
    except Exception:
        db.session.close()
    reference = secrets.token_hex(4).upper()
    kind = type(error).__name__
    log.error(event, reference=reference, kind=kind, endpoint=request.endpoint, exc_info=error)
    return reference


def typed() -> list[tuple[str, str]]:
    """What the person had typed in the form that could not be stored; never passwords or codes."""
    if request.method != "POST":
        return []
    try:
        pairs = list(request.form.items(multi=True))
    except HTTPException:
        return []
    return [(name, value) for name, value in pairs if name not in HIDDEN]
