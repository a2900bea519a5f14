"""What is usual in a common breach and what the words of the report say, proposed on one page, accepted in groups."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from incident.domain.kernel.errors import Conflict, Invalid
from incident.domain.presets import Because, Preset, ProposedAnswer, find_preset, presets, suggested
from incident.law.labels import field_label
from incident.store.db import db
from incident.usecases.response.accept_proposals import (
    MEASURE_WITHIN,
    Accepted,
    AcceptProposals,
    accept_proposals,
    answers_proposed,
    has_measure,
    open_steps,
)
from incident.web.case import Case, open_case
from incident.web.clock import now
from incident.web.facts_shown import shown_value
from incident.web.forms.base import translated
from incident.web.i18n import language_code
from incident.web.transactions import commits
from incident.web.viewer import viewer

bp = Blueprint("presets", __name__)

REASONS = {
    Because.WORDS: _l("from the words of the report"),
    Because.USUAL: _l("usual in this kind of breach"),
    Because.PROFILE: _l("from the profile of the organisation"),
    Because.FOLLOWS: _l("follows from the other answers"),
}


@bp.get("/incidents/<reference>/proposals")
def show(reference: str) -> ResponseReturnValue:
    """Every proposal for the kind chosen, or for the one that the report speaks of."""
    case = open_case(reference)
    fitting = suggested(case.facts)
    chosen = find_preset(request.args.get("kind", "")) or next(iter(fitting), None)
    steps = open_steps(db.session(), case.head.incident, chosen) if chosen else ()
    measure = chosen is not None and not has_measure(db.session(), case.head.incident)
    return render_template(
        "web/facts/proposals.html",
        case=case,
        chosen=chosen,
        fitting=fitting,
        others=[one for one in presets() if one not in fitting],
        answers=_answers(case, chosen),
        steps=steps,
        measure=chosen.measure(language_code()) if chosen and measure else "",
        measure_by=now() + MEASURE_WITHIN,
    )


def _answers(case: Case, chosen: Preset | None) -> list[tuple[ProposedAnswer, str, object, object]]:
    """Each proposed answer with the question, the answer in words, and why."""
    language = language_code()
    return [
        (one, field_label(one.name, language).label, shown_value(one.name, one.value), REASONS[one.because])
        for one in answers_proposed(db.session(), case.head.incident, chosen, case.facts, language)
    ]


@bp.post("/incidents/<reference>/proposals")
@commits
def accept(reference: str) -> ResponseReturnValue:
    """Take over what was left ticked."""
    case = open_case(reference)
    command = _accepted(case)
    try:
        done = accept_proposals(command, session=db.session(), now=now())
    except (Conflict, Invalid) as refusal:
        db.session.rollback()
        flash(translated(refusal), "error")
        return redirect(case.url(".show", kind=command.preset))
    flash(_told(done), "success")
    return redirect(case.url("incident.show"))


def _accepted(case: Case) -> AcceptProposals:
    form = request.form
    return AcceptProposals(
        viewer(),
        case.reference,
        form.get("kind", ""),
        _number(form.get("base_version", "")) or 0,
        frozenset(form.getlist("answer")),
        frozenset(number for place in form.getlist("step") if (number := _number(place)) is not None),
        form.get("measure") == "y",
        language_code(),
    )


def _number(text: str) -> int | None:
    """A small number of our own forms; None for what they never send."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _told(done: Accepted) -> str:
    answers = ngettext("%(num)s answer recorded", "%(num)s answers recorded", done.answers)
    if not done.tasks:
        return f"{answers}."
    tasks = ngettext("%(num)s task added", "%(num)s tasks added", done.tasks)
    return str(_("%(answers)s, %(tasks)s.", answers=answers, tasks=tasks))
