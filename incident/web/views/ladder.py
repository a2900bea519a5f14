"""The ladder: who is reminded when; with what it would do to a clock that starts now."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.domain.kernel.errors import Invalid
from incident.domain.reminders.ladder import Rung
from incident.domain.reminders.roster import Audience, others, unique
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
    rungs = _preview(form, form.document(policy))
    return render_template(
        "web/ladder/edit.html",
        form=form,
        rungs=rungs,
        audiences=AUDIENCES,
        unless=UNLESS,
        starts=now(),
        names=_names(rungs),
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


def _names(rungs: Sequence[Rung]) -> list[str]:
    """Who would be told of each, as the roster stands at its moment; an escalation goes to others than the holder."""
    directory = load_directory(db.session())
    named: list[str] = []
    for rung in rungs:
        holders = frozenset(who.id for who in directory.persons(Audience.DUTY, None, rung.at))
        told = [
            who
            for key in rung.audience
            for who in (
                others(key, directory.people, directory.roster, rung.at, holders)
                if rung.escalation
                else directory.persons(key, None, rung.at)
            )
        ]
        named.append(", ".join(who.name or who.email for who in unique(told)))
    return named
