"""The choice of language, for everybody; what a signed-in person sets for themselves."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request, session
from flask.typing import ResponseReturnValue

from incident.store.db import db
from incident.web.i18n import CHOICE, LANGUAGES
from incident.web.viewer import current_person

bp = Blueprint("preferences", __name__)


@bp.post("/language")
def language() -> ResponseReturnValue:
    """Remember the language: with the account where there is one, else in this browser."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session[CHOICE] = chosen
        person = current_person()
        if person is not None:
            person.language = chosen
            db.session.commit()
    return redirect(local(request.form.get("next", "/")))


def local(target: str) -> str:
    """The target when it is an address of this site, else the start page."""
    parts = urlsplit(target)
    safe = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return target.rstrip("?") if safe and "\n" not in target and "\r" not in target else "/"
