"""Decisions: the proposal, what a named person decides and why, and the second person."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.domain.kernel.errors import NotFound
from incident.domain.kernel.roles import Permission
from incident.domain.kinds import Subject
from incident.store.db import db
from incident.usecases.response.decide import ConfirmDecision, confirm_decision, decide
from incident.web.case import Case, open_case
from incident.web.clock import now
from incident.web.forms.case import YES, DecisionForm, SecondForm
from incident.web.transactions import attempt
from incident.web.viewer import allowed, viewer

DECIDABLE: Final = (Subject.AUTHORITY, Subject.SUBJECTS)
bp = Blueprint("decisions", __name__)


def _form(subject: str, case: Case) -> DecisionForm:
    words = {
        "authority": (_("Notify the authority"), _("Do not notify: keep in the register only (second person)")),
        "subjects": (_("Inform the people concerned"), _("Do not inform them (second person)")),
    }
    return DecisionForm(prefix=f"{subject}-", data={"subject": subject}).offer(*words[subject])


def _second_form(decision_id: UUID, formdata: Any) -> SecondForm:
    """The form of one waiting decision; several may stand on the page, so each has names of its own."""
    return SecondForm(formdata=formdata, prefix=f"second{decision_id.hex[:8]}-").offer()


def _page(case: Case, **shown: Any) -> ResponseReturnValue:
    forms = {subject: _form(subject, case) for subject in DECIDABLE} | shown.pop("forms", {})
    second = shown.pop("second", {})
    may = case.is_open and allowed(Permission.DECIDE)
    waiting = {row.id: second.get(row.id) or _second_form(row.id, None) for row in case.head.waiting}
    return render_template("web/decisions/index.html", case=case, forms=forms, waiting=waiting, may=may)


@bp.get("/incidents/<reference>/decisions")
def index(reference: str) -> ResponseReturnValue:
    """What was decided, what waits, what is proposed."""
    return _page(open_case(reference))


@bp.post("/incidents/<reference>/decisions/<subject>")
def make(reference: str, subject: str) -> ResponseReturnValue:
    """Decide about one subject."""
    if subject not in DECIDABLE:
        abort(404)
    case = open_case(reference)
    form = _form(subject, case)
    if form.validate():
        command = form.to_command(viewer(), case.reference, Subject(subject))
        if attempt(form, lambda: decide(command, session=db.session(), now=now())):
            text = _("The decision has been recorded.")
            if form.act.data != YES:
                text = _("A second person has been asked. Until then the clock runs on.")
            flash(text, "success")
            return redirect(case.url(".index"))
        case = open_case(reference)
    return _page(case, forms={subject: form})


@bp.post("/incidents/<reference>/decisions/<uuid:decision_id>/second")
def second(reference: str, decision_id: UUID) -> ResponseReturnValue:
    """Agree or not, as the second person."""
    case, form = open_case(reference), _second_form(decision_id, request.form)
    if decision_id not in {row.id for row in case.head.decisions}:
        raise NotFound("There is no such decision.")
    if form.validate():
        command = ConfirmDecision(viewer(), case.reference, decision_id, form.agree.data == YES, form.reason.data or "")
        if attempt(form, lambda: confirm_decision(command, session=db.session(), now=now())):
            flash(_("Your answer has been recorded."), "success")
            return redirect(case.url(".index"))
        case = open_case(reference)
    return _page(case, second={decision_id: form})
