"""One's own account."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh

from incident.store.db import db
from incident.usecases.people.accounts import save_preferences
from incident.web.clock import now
from incident.web.forms.account import AccountForm
from incident.web.transactions import attempt
from incident.web.viewer import current_person

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
            refresh()
            flash(_("Saved."), "success")
            return redirect(url_for(".show"))
    return render_template("web/account/show.html", form=form, me=person)
