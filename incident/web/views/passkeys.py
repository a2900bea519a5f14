"""One's passkeys: make one, remove one; and signing in with one."""

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security.utils import login_user

from incident.domain.kernel.errors import NotAllowed
from incident.store.db import db
from incident.usecases.people.passkeys import add_passkey, passkeys_of, remove_passkey
from incident.web.accounts.security import PASSKEY
from incident.web.accounts.sessions import here
from incident.web.clock import now
from incident.web.forms.account import PasskeyForm
from incident.web.forms.base import translated
from incident.web.transactions import attempt, commits
from incident.web.viewer import current_person
from incident.web.wanted import page_wanted

if TYPE_CHECKING:
    from incident.store.models import Passkey

bp = Blueprint("passkeys", __name__)


@bp.route("/account/passkeys", methods=["GET", "POST"])
def index() -> ResponseReturnValue:
    """What there is, and a form for another one."""
    form = PasskeyForm()
    if form.validate_on_submit() and attempt(form, lambda: _add(form)):
        flash(_("The passkey has been made. From now on you sign in with it."), "success")
        return redirect(url_for(".index"))
    from incident.web.accounts.passkeys import question_to_make

    person = current_person()
    assert person is not None
    mine = passkeys_of(db.session(), person.id)
    return render_template("web/account/passkeys.html", form=form, passkeys=mine, question=question_to_make(person))


def _add(form: PasskeyForm) -> "Passkey":
    from incident.web.accounts.passkeys import made

    person, this = current_person(), here()
    assert person is not None
    assert this is not None
    return add_passkey(db.session(), person, made(form.credential.data or "", form.name.data or ""), this.id, now=now())


@bp.post("/account/passkeys/<uuid:passkey_id>/remove")
@commits
def remove(passkey_id: UUID) -> ResponseReturnValue:
    """Forget one."""
    person = current_person()
    assert person is not None
    remove_passkey(db.session(), person, passkey_id, now=now())
    flash(_("Removed."), "success")
    return redirect(url_for(".index"))


@bp.post("/login/passkey")
@commits
def sign_in() -> ResponseReturnValue:
    """Sign in with what the browser's passkey answered."""
    from incident.web.accounts.passkeys import proved

    target = page_wanted(request.form.get("next", ""))
    try:
        person = proved(request.form.get("credential", ""))
    except NotAllowed as refusal:
        db.session.rollback()
        flash(translated(refusal), "error")
        return redirect(url_for("security.login", next=target))
    login_user(person, remember=False, authn_via=[PASSKEY])
    return redirect(target)
