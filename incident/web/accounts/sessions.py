"""Whose browser this is: the cookie holds a secret, and the row of that secret says whether it opens anything."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from flask import Flask, Response, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import user_logged_out  # type: ignore[import-untyped]
from flask_security import UserMixin
from flask_security.utils import set_request_attr
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as Answer

from incident.store.aside import aside
from incident.store.db import db, is_reading
from incident.usecases.people import sessions
from incident.usecases.people.sessions import Place
from incident.web.accounts.arrivals import Arrival, note_left
from incident.web.accounts.browsers import browser_in_words
from incident.web.clock import deps, now
from incident.web.filters import day
from incident.web.viewer import current_person

if TYPE_CHECKING:
    from incident.store.models import Person, SignIn

SECRET: Final = "sign_in"
"""The entry of the cookie."""


@dataclass(frozen=True, slots=True)
class Here:
    """The sign-in of this browser, as this request found it."""

    id: UUID
    proved_at: datetime | None
    must_set_up: bool
    """Whether nothing opens but the page on which a second factor is set up."""
    elsewhere: bool
    """Whether it was at the identity provider."""
    strong: bool


def begin_here(person: "Person", arrival: Arrival | None = None, *, anew: bool = True, strong: bool = False) -> None:
    """Sign the person in on this browser: a fresh secret, so that a planted cookie is worth nothing.

    Where it is not ``anew`` but goes on, the last proof of who it is stays as old as it was, and the way in the same.
    ``strong`` is a sign-in with two factors at once.
    """
    this = None if anew else here()
    since = this.proved_at if this else arrival.proved_at if arrival else now()
    elsewhere = this.elsewhere if this else arrival is not None
    strong = this.strong if this else strong or bool(arrival and arrival.strong)
    kept = session.pop("_remember", None) == "set"
    if not strong:
        _say_what_is_due(person)
    place = Place(browser_in_words(request.user_agent.string), request.remote_addr or "")
    session[SECRET] = sessions.begin(
        db.session(), person, place, kept=kept, proved_at=since, elsewhere=elsewhere, strong=strong, now=now()
    )
    session.permanent = kept
    g.pop("viewer", None)


def _say_what_is_due(person: "Person") -> None:
    grace = timedelta(days=deps().settings.second_factor_grace_days)
    until = sessions.second_factor_due(person, grace=grace, now=now())
    if until is not None and until > now():
        first = Markup(day(until)).striptags()
        flash(_("From %(day)s your role needs a second factor. Set it up under My account.", day=first))


def here() -> Here | None:
    """The sign-in of this browser, or None where nobody is signed in."""
    return g.get("sign_in") if current_person() is not None else None


def prove_here(person: "Person", by: str) -> None:
    """The person of this browser has just proved who they are, with a code or the password."""
    this = here()
    assert this is not None
    sessions.note_proof(db.session(), person.actor(), this.id, by=by, now=now())
    db.session.commit()
    g.sign_in = replace(this, proved_at=now())


def init_sessions(app: Flask) -> None:
    """Let rows decide who is signed in; comes after the sign-in library, whose loader it replaces."""
    with app.app_context():
        beside = aside(db.engine)

    def load(_uniquifier: str) -> "Person | None":
        row = sessions.found(db.session(), session.get(SECRET), now=now())
        if row is None:
            return None
        g.sign_in = Here(row.id, row.proved_at, sessions.must_set_up(row), row.elsewhere, row.strong)
        set_request_attr("fs_authn_via", "session")
        set_request_attr("fs_paa", session.get("fs_paa", 0))
        if now() - row.seen_at >= sessions.SEEN_EVERY:
            note_seen(row)
        return row.person

    def note_seen(row: "SignIn") -> None:
        if not is_reading(db.session()):
            row.seen_at = now()
            return
        try:
            with beside() as short, short.begin():
                sessions.note_seen(short, row.id, now=now())
        except SQLAlchemyError:
            # The database is busy: the next request tries again, and five minutes are no idle time.
            return

    app.login_manager.user_loader(load)  # type: ignore[attr-defined]
    user_logged_out.connect(_sign_out, app)
    app.before_request(_stay_signed_in)
    app.after_request(_leave_nothing)


def _sign_out(sender: Flask, user: object, **_more: object) -> None:
    secret, this = session.pop(SECRET, None), g.get("sign_in")
    if this is not None and this.elsewhere:
        note_left()
    if isinstance(user, UserMixin):
        sessions.sign_out(db.session(), secret, user.actor(), now=now())  # type: ignore[attr-defined]
        # The library commits after a sign-in, but not after a sign-out.
        db.session.commit()


def _stay_signed_in() -> Answer | None:
    """The library's page for a code would sign out whoever is signed in already, and a link of anybody can open it."""
    if request.endpoint != "security.two_factor_token_validation" or current_person() is None:
        return None
    flash(_("You are signed in already."), "success")
    return redirect(url_for("board.index"))


def _leave_nothing(response: Response) -> Response:
    """The browser forgets our pages after a sign-out, but no cookies: those of our neighbours would go too."""
    if request.endpoint == "security.logout" and request.method == "POST" and response.status_code < 400:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


__all__ = ["begin_here", "here", "init_sessions", "prove_here"]
