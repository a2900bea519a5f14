"""The ladder: who is reminded when; with what it would do to a clock that starts now."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from incident.domain.kernel.errors import Invalid
from incident.domain.reminders.ladder import Rung
from incident.domain.reminders.roster import Audience, OnCall, others, unique
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
    """Who would be told of each, as the roster stands at its moment, and why not whom one would expect."""
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
        meant = [who for key in rung.audience for who in directory.persons(key, None, rung.at) if rung.escalation]
        named.append(_with_reason(unique(told), [who for who in unique(meant) if who not in told]))
    return named


def _with_reason(told: Sequence[OnCall], passed_over: Sequence[OnCall]) -> str:
    """An escalation goes to others than whoever is on duty: these stand for somebody who knows already."""
    names = _listed(told)
    if not names or not passed_over:
        return names
    return str(
        ngettext(
            "%(told)s, because %(holders)s is on duty already",
            "%(told)s, because %(holders)s are on duty already",
            len(passed_over),
            told=names,
            holders=_listed(passed_over),
        )
    )


def _listed(people: Sequence[OnCall]) -> str:
    return ", ".join(who.name or who.email for who in people)
