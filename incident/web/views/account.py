"""One's own account, and where one is signed in."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.domain.kernel.roles import Permission
from incident.store.db import db
from incident.usecases.clock.calendar_feed import end_all_keys, has_keys
from incident.usecases.people import sessions
from incident.usecases.people.accounts import save_preferences
from incident.usecases.people.group_roles import links_of, standing
from incident.usecases.people.powers import answerable, holders, open_requests
from incident.web.accounts.sessions import here
from incident.web.clock import now
from incident.web.forms.account import AccountForm
from incident.web.i18n import choose_anew
from incident.web.transactions import attempt, commits
from incident.web.viewer import allowed, current_person, viewer

bp = Blueprint("account", __name__)


@bp.route("/account", methods=["GET", "POST"])
def show() -> ResponseReturnValue:
    """Name, language, zone; links to password and second factor."""
    person = current_person()
    assert person is not None
    form = AccountForm(obj=person).offer()
    if form.validate_on_submit():
        saved = attempt(
            form,
            lambda: save_preferences(
                db.session(),
                person,
                name=form.name.data,
                language=form.language.data,
                zone=form.zone.data,
                now=now(),
            ),
        )
        if saved:
            choose_anew()
            flash(_("Saved."), "success")
            return redirect(url_for(".show"))
    places = sessions.sign_ins_of(db.session(), person.id, now=now())
    links, groups = links_of(db.session(), person), standing(db.session(), person)
    shown = {"places": places, "here": here(), "links": links, "groups": groups, "waiting": _waiting()}
    has_tokens = has_keys(db.session(), person)
    return render_template("web/account/show.html", form=form, me=person, has_tokens=has_tokens, **shown)


def _waiting() -> int:
    """How many requests wait for this very person: nobody agrees to what they asked for themselves."""
    rows = open_requests(db.session(), now=now()) if allowed(Permission.CONFIRM_POWER) else []
    able = holders(db.session()) if rows else frozenset()
    return sum(answerable(row, viewer(), able) for row in rows)


@bp.post("/account/sign-ins/<uuid:sign_in_id>/end")
@commits
def sign_out_there(sign_in_id: UUID) -> ResponseReturnValue:
    """End one's sign-in in another browser."""
    sessions.end_one(db.session(), viewer(), sign_in_id, now=now())
    flash(_("Signed out there."), "success")
    return redirect(url_for(".show"))


@bp.post("/account/sign-ins/end")
@commits
def sign_out_elsewhere() -> ResponseReturnValue:
    """End all one's sign-ins but this one, and where it is wanted whatever else opens the account."""
    me, this, person = viewer(), here(), current_person()
    assert me.id is not None
    assert this is not None
    assert person is not None
    sessions.end_all(db.session(), me, me.id, but=this.id, now=now())
    if request.form.get("keys"):
        end_all_keys(db.session(), person, me, now=now())
    flash(_("You are signed in here only."), "success")
    return redirect(url_for(".show"))
