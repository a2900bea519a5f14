"""Say who may know of an incident, end that, or let somebody in in an emergency."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.domain.kernel.roles import Permission
from incident.domain.kinds import Part
from incident.store.db import db
from incident.store.queries.casework import tasks_of, timeline_of
from incident.usecases.people.accounts import able_to
from incident.usecases.response.restrict import LetIn, Restrict, let_in, may_restrict, note_try, restrict
from incident.web.case import Case, open_case
from incident.web.clock import now
from incident.web.forms.base import chosen_id
from incident.web.forms.case import LetInForm, LiftForm, RestrictForm
from incident.web.transactions import attempt
from incident.web.viewer import viewer
from incident.web.views.powers import let_in_form, powers_page

bp = Blueprint("restriction", __name__)


def _form(case: Case, **more: object) -> RestrictForm:
    """The form, with everybody who may read incidents but the officers, who always see it; the reporter may know of
    the own report."""
    officers = able_to(db.session(), Permission.DECIDE)
    people = able_to(db.session(), Permission.VIEW_ALL, case.incident.reporter_id)
    others = ((str(key), name) for key, name in people.items() if key not in officers)
    return RestrictForm(**more).offer(others, officers.values())


def _page(case: Case, form: RestrictForm | None = None, lift: LiftForm | None = None) -> ResponseReturnValue:
    named = case.incident.circle
    if named is None:
        found = {case.incident.assignee_id, case.incident.reporter_id, viewer().id}
        named = [str(key) for key in found if key is not None]
    chosen = form or _form(case, formdata=None, data={"people": named})
    return render_template(
        "web/restriction/form.html",
        case=case,
        form=chosen,
        officers=chosen.officers,
        left_out=_left_out(case, chosen),
        lift=lift or LiftForm(formdata=None, prefix="lift-"),
        may_restrict=may_restrict(db.session(), viewer(), case.incident),
    )


def _left_out(case: Case, form: RestrictForm) -> list[str]:
    """Who worked on the incident, or has a part in it, and is not ticked: these people would lose sight of it."""
    session, incident = db.session(), case.incident
    parts = {entry.author_id for entry in timeline_of(session, incident.id)}
    parts |= {incident.holder(part) for part in Part}
    parts |= {task.owner_id for task in tasks_of(session, incident.id) if task.done_at is None}
    ticked = set(form.people.data or ())
    return [
        str(choice.label)
        for choice in form.people.choices
        if UUID(choice.value) in parts and choice.value not in ticked
    ]


@bp.get("/incidents/<reference>/restrict")
def form(reference: str) -> ResponseReturnValue:
    """Who may know of it."""
    return _page(open_case(reference))


@bp.post("/incidents/<reference>/restrict")
def restrict_to(reference: str) -> ResponseReturnValue:
    """Only these people from now on."""
    case = open_case(reference)
    asked = _form(case)
    if asked.validate():
        people = frozenset(UUID(key) for key in asked.people.data or ())
        command = Restrict(viewer(), case.reference, people, asked.reason.data)
        if attempt(asked, lambda: restrict(command, session=db.session(), now=now())):
            flash(_("Only the people you named and the data protection officer see this incident now."), "success")
            return redirect(case.url(".form"))
    return _page(open_case(reference), form=asked)


@bp.post("/incidents/<reference>/restrict/lift")
def lift(reference: str) -> ResponseReturnValue:
    """Everybody who may read incidents again."""
    case, asked = open_case(reference), LiftForm(prefix="lift-")
    if asked.validate():
        command = Restrict(viewer(), case.reference, None, asked.reason.data)
        if attempt(asked, lambda: restrict(command, session=db.session(), now=now())):
            flash(_("The incident is no longer restricted."), "success")
            return redirect(case.url(".form"))
    return _page(open_case(reference), lift=asked)


@bp.post("/powers/let-in")
def let_somebody_in() -> ResponseReturnValue:
    """Break the glass."""
    asked = let_in_form()
    if asked.validate() and _counted(asked) and attempt(asked, lambda: _let_in(asked)):
        flash(_("Done. It is on record, and everybody who knows of the incident is told."), "success")
        return redirect(url_for("powers.index"))
    return powers_page(asked)


def _counted(asked: LetInForm) -> bool:
    """On record also where nothing comes of it."""

    def count() -> bool:
        note_try(db.session(), viewer(), now=now())
        return True

    return bool(attempt(asked, count, repeatable=True))


def _let_in(asked: LetInForm) -> object:
    command = LetIn(viewer(), asked.reference.data, chosen_id(asked.person.data or ""), asked.reason.data)
    return let_in(command, session=db.session(), now=now())
