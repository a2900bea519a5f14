"""The first account: made with the link that ``meldklok run`` prints, which works once."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import hash_password, login_user

from incident.domain.kernel.people import SYSTEM
from incident.store.db import db
from incident.usecases.people.accounts import NewPerson, find_setup_token, set_up_first_person
from incident.web.clock import now
from incident.web.forms.account import FirstPersonForm
from incident.web.i18n import select_language
from incident.web.transactions import attempt

bp = Blueprint("setup", __name__)


@bp.route("/setup/<secret>", methods=["GET", "POST"])
def first_person(secret: str) -> ResponseReturnValue:
    """Make the first account and sign it in."""
    find_setup_token(db.session(), secret, now=now())
    form = FirstPersonForm()
    if form.validate_on_submit():
        person = NewPerson(
            SYSTEM,
            form.email.data,
            form.name.data,
            frozenset(),
            hash_password(form.password.data),
            form.function.data or "",
            select_language(),
        )
        made = attempt(form, lambda: set_up_first_person(db.session(), secret, person, now=now()))
        if made is not None:
            login_user(made, authn_via=["password"])
            db.session.commit()
            return redirect(url_for("settings.first_run"))
    return render_template("web/setup/first_person.html", form=form)
