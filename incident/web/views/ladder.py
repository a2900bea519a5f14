"""The ladder: who is reminded when; with what it would do to a clock that starts now."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.domain.kernel.errors import Invalid
from incident.domain.reminders.ladder import Rung
from incident.store.db import db
from incident.usecases.clock.change_ladder import ChangeLadder, change_ladder, preview_ladder
from incident.usecases.clock.plan import ladder_policy
from incident.usecases.common.directory import load_directory
from incident.web.clock import now
from incident.web.forms.ladder import AUDIENCES, UNLESS, LadderForm
from incident.web.transactions import attempt
from incident.web.viewer import viewer

bp = Blueprint("ladder", __name__)


@bp.route("/settings/ladder", methods=["GET", "POST"])
def edit() -> ResponseReturnValue:
    """Edit, look at what it means, save. Looking stores nothing."""
    policy = ladder_policy(db.session())
    form = LadderForm.of(policy)
    previewing = "preview" in request.form
    if form.validate_on_submit() and not previewing:
        command = ChangeLadder(viewer(), form.document(policy))
        if attempt(form, lambda: change_ladder(command, session=db.session(), now=now())):
            flash(_("Saved. Running deadlines use the new reminders from now on."), "success")
            return redirect(url_for(".edit"))
    return render_template(
        "web/ladder/edit.html",
        form=form,
        rungs=_preview(form, form.document(policy)),
        audiences=AUDIENCES,
        unless=UNLESS,
        starts=now(),
        names=_names(now()),
        previewing=previewing,
    )


def _preview(form: LadderForm, document: dict[str, object]) -> tuple[Rung, ...]:
    if form.errors:
        return ()
    try:
        return preview_ladder(document, now())
    except Invalid as refusal:
        form.refuse(refusal)
        return ()


def _names(at: datetime) -> dict[str, str]:
    """Who stands behind each audience now."""
    directory = load_directory(db.session())
    return {
        key.value: ", ".join(who.name or who.email for who in directory.persons(key, None, at)) for key in AUDIENCES
    }
