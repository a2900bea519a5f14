"""Close an incident, or take it up again."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.domain.fact_sheet import chapter_of
from incident.domain.kinds import Addressee, TaskKind
from incident.domain.next_steps import hindrances, steps
from incident.domain.progress import Progress
from incident.store.db import db
from incident.store.queries.casework import tasks_of
from incident.store.queries.progress import progress_of_one
from incident.usecases.notices.customer_receipt import replies
from incident.usecases.response.close import (
    CloseIncident,
    ReopenIncident,
    close_incident,
    lacking,
    reopen_incident,
)
from incident.usecases.response.merge_duplicate import MergeDuplicate, merge_duplicate
from incident.web.case import Case, next_step, open_case
from incident.web.clock import now
from incident.web.forms.base import Form
from incident.web.forms.case import CloseForm, DuplicateForm, ReopenForm
from incident.web.transactions import attempt
from incident.web.viewer import viewer

bp = Blueprint("closing", __name__)


def _page(case: Case, **typed: Form) -> ResponseReturnValue:
    """What hinders, and the forms; those that were not typed in are fresh."""
    session, incident = db.session(), case.head.incident
    progress = progress_of_one(session, incident)
    left = [next_step(step, case.reference) for step in hindrances(steps(progress))]
    tasks = tasks_of(session, incident.id)
    measures = [task.title for task in tasks if task.kind is TaskKind.MEASURE]
    empty = lacking(session, case.facts, measures) if incident.closed_at is None else ()
    forms: dict[str, Form] = {
        "form": _close_form(case, formdata=None),
        "duplicate": DuplicateForm(formdata=None, prefix="duplicate-"),
        "reopen": ReopenForm(formdata=None),
    }
    return render_template(
        "web/closing/form.html",
        case=case,
        obstacles=left,
        lacking=[(name, chapter_of(name)) for name in empty],
        tasks=[task for task in tasks if task.done_at is None],
        silent=_silent(case, progress) if case.is_open else [],
        **forms | typed,
    )


def _silent(case: Case, progress: Progress) -> list[str]:
    """The customers who were sent a notice, and of whom nobody knows that it arrived."""
    newest = {one.recipient: one for one in progress.notices if one.addressee is Addressee.CONTROLLER and one.sent}
    if not newest:
        return []
    known = replies(db.session(), case.incident)
    return [name for name, one in newest.items() if one.id not in known.receipts and one.id not in known.returns]


def _close_form(case: Case, **formdata: None) -> CloseForm:
    return CloseForm.knowing(case.facts, case.incident.cause, case.incident.lessons, **formdata)


@bp.get("/incidents/<reference>/close")
def form(reference: str) -> ResponseReturnValue:
    """What still has to be done, and the form."""
    case = open_case(reference)
    return _page(case)


@bp.post("/incidents/<reference>/close")
def close(reference: str) -> ResponseReturnValue:
    """Close it."""
    case = open_case(reference)
    asked = _close_form(case)
    if asked.validate():
        typed = (asked.cause.data or "", asked.lessons.data or "", asked.unknown_because.data or "")
        command = CloseIncident(viewer(), case.reference, *typed)
        if attempt(asked, lambda: close_incident(command, session=db.session(), now=now())):
            flash(_("The incident is closed. It stays in the register."), "success")
            return redirect(case.url("incident.show"))
    return _page(open_case(reference), form=asked)


@bp.post("/incidents/<reference>/merge")
def merge(reference: str) -> ResponseReturnValue:
    """It is another report of a breach that is on record already."""
    case, asked = open_case(reference), DuplicateForm(prefix="duplicate-")
    if asked.validate():
        command = MergeDuplicate(viewer(), case.reference, asked.into.data, asked.reason.data)
        if main := attempt(asked, lambda: merge_duplicate(command, session=db.session(), now=now())):
            flash(_("The incident is closed as a duplicate; this one goes on, with the earliest clock."), "success")
            return redirect(url_for("incident.show", reference=main.reference))
    return _page(open_case(reference), duplicate=asked)


@bp.post("/incidents/<reference>/reopen")
def reopen(reference: str) -> ResponseReturnValue:
    """Reopen it."""
    case, asked = open_case(reference), ReopenForm()
    if asked.validate():
        command = ReopenIncident(viewer(), case.reference, asked.reason.data)
        if attempt(asked, lambda: reopen_incident(command, session=db.session(), now=now())):
            flash(_("The incident is open again."), "success")
            return redirect(case.url("incident.show"))
    return _page(open_case(reference), reopen=asked)
