"""The overview of one incident: ruler, next step, clocks, what is known in brief."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.roles import Permission
from incident.domain.kinds import Part
from incident.domain.part_words import part_word
from incident.store.db import db
from incident.usecases.common.directory import Directory, load_directory
from incident.usecases.people.accounts import able_to
from incident.usecases.response.casework import Assign, assign
from incident.usecases.response.public_report import public_report_of
from incident.usecases.response.restrict import may_assign
from incident.web.case import Case, open_case
from incident.web.clock import now
from incident.web.forms.base import chosen_id
from incident.web.i18n import language_code
from incident.web.open_answers import open_answers
from incident.web.slack_trouble import trouble_of
from incident.web.transactions import commits
from incident.web.viewer import allowed, viewer

bp = Blueprint("incident", __name__)


@bp.get("/incidents/<reference>")
def show(reference: str) -> ResponseReturnValue:
    """The overview; a reporter sees the state of their report."""
    case = open_case(reference)
    if not allowed(Permission.VIEW_ALL):
        return render_template("web/incident/own.html", case=case)
    trouble = trouble_of(case.head.room) if case.is_open else None
    directory = load_directory(db.session())
    return render_template(
        "web/incident/show.html",
        case=case,
        steps=case.next_steps(directory),
        may_assign=case.is_open and may_assign(db.session(), viewer(), case.incident),
        people=_choices(directory, case),
        untaken=case.incident.assignee_id not in directory.able_to(Permission.RECORD),
        trouble=trouble,
        parts=[(part, part_word(part, language_code()), case.incident.holder(part)) for part in Part],
        open=open_answers(case),
        outside=public_report_of(db.session(), case.incident),
    )


def _choices(directory: Directory, case: Case) -> dict[UUID, str]:
    """Who can have it, by name; and who has it, also without being able to any more."""
    able, holder = directory.able_to(Permission.RECORD), case.incident.assignee_id
    if holder is None or holder in able:
        return able
    found = able_to(db.session(), Permission.RECORD, holder)
    gone = not any(one.id == holder for one in directory.people)
    off = _("switched off")
    return found | {holder: f"{found[holder]} ({off})"} if gone else found


@bp.post("/incidents/<reference>/assign")
@commits
def assign_to(reference: str) -> ResponseReturnValue:
    """Say who has it, or a part of it."""
    chosen = request.form.get("person", "")
    person = chosen_id(chosen)
    named = request.form.get("part", "")
    if named and named not in list(Part):
        raise Invalid("Choose from the list.")
    part = Part(named) if named else None
    assign(Assign(viewer(), reference, person, part), session=db.session(), now=now())
    flash(_("Saved."), "success")
    return redirect(url_for(".show", reference=reference))
