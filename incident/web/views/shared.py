"""The status of an incident by a private link, for somebody without an account; and the page where links are made."""

from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.domain.kinds import DeadlineState, DecisionState, Subject
from incident.law.questions import chosen_answers
from incident.store.db import db
from incident.usecases.common.directory import load_directory
from incident.usecases.common.settings import organisation_profile
from incident.usecases.response.share_status import (
    ShareStatus,
    UnshareStatus,
    check_link,
    links_to,
    open_link,
    share_status,
    unshare_status,
)
from incident.web.case import open_case, shown_case
from incident.web.clock import deps, now
from incident.web.facts_shown import shown_value
from incident.web.forms.shared import ShareForm
from incident.web.labels import field_words
from incident.web.transactions import attempt, commits
from incident.web.viewer import viewer

bp = Blueprint("shared", __name__)

TOLD_ABOVE: Final = frozenset({"aware_at", "logged_at", "informed", "informed_on"})
"""Answers that the status gives among what was done."""


@bp.route("/incidents/<reference>/shared", methods=["GET", "POST"])
def index(reference: str) -> ResponseReturnValue:
    """The links of an incident; a POST makes one (201) and shows its address, this once."""
    case, form = open_case(reference), ShareForm().offer()
    secret = None
    if form.validate_on_submit():
        command = ShareStatus(viewer(), reference, form.label.data or "", int(form.days.data))
        secret = attempt(form, lambda: share_status(command, session=db.session(), now=now()))
    address = f"{deps().settings.base_url.rstrip('/')}/status/{secret}" if secret else None
    shown = ShareForm(formdata=None).offer() if secret else form
    links = links_to(db.session(), case.incident)
    page = render_template("web/shared/links.html", case=case, form=shown, links=links, address=address)
    return page, 201 if secret else form.status


@bp.post("/incidents/<reference>/shared/<uuid:link>/end")
@commits
def end(reference: str, link: UUID) -> ResponseReturnValue:
    """End a link."""
    unshare_status(UnshareStatus(viewer(), reference, link), session=db.session(), now=now())
    flash(_("The link has been ended."), "success")
    return redirect(open_case(reference).url(".index"))


@bp.get("/status/<secret>")
def cover(secret: str) -> ResponseReturnValue:
    """A cover over the status: programs that look at every link (mail filters, previews) read nothing by it."""
    check_link(db.session(), secret, now=now())
    return render_template("web/shared/cover.html", organisation=organisation_profile(db.session()))


@bp.post("/status/<secret>")
@commits
def show(secret: str) -> ResponseReturnValue:
    """How the incident stands: answers from lists, numbers and moments, and nothing that anybody typed."""
    session = db.session()
    case = shown_case(session, open_link(session, secret, now=now()).reference)
    known = [
        (field_words(name).label, shown_value(name, getattr(case.facts, name)))
        for name in chosen_answers(case.facts)
        if name not in TOLD_ABOVE
    ]
    decided = [
        row
        for row in case.head.decisions
        if row.state in (DecisionState.FINAL, DecisionState.PROPOSED) and row.subject is not Subject.RISK
    ]
    running = [row for row in case.head.deadlines if row.state is DeadlineState.OPEN]
    return render_template(
        "web/shared/status.html",
        case=case,
        known=known,
        decided=decided,
        people=case.head.final(Subject.SUBJECTS),
        running=sorted(running, key=lambda row: row.due_at),
        step=case.next_step(load_directory(session)),
        organisation=organisation_profile(session),
    )
