"""The risk: questions in plain words, the live result beside them, and why."""

from dataclasses import dataclass, fields
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.domain.kernel.errors import DomainError
from incident.domain.kernel.roles import Permission
from incident.domain.risk_document import answers_from
from incident.domain.risk_prefill import answers_from_facts
from incident.law.explain import explain
from incident.law.risk import Assessment, RiskAnswers, assess, rests_on, sensitivity, tell_rests_on
from incident.law.risk.assessment import DIFFER
from incident.law.risk.open_questions import BEARS
from incident.law.risk.sensitivity import Changes
from incident.law.vocabulary import RiskLevel
from incident.store.db import db
from incident.usecases.clock.deadlines import rules_for
from incident.usecases.response.assess import AssessRisk, assess_risk, latest_assessment
from incident.web.case import Case, open_case
from incident.web.clock import now
from incident.web.forms.risk import GROUPS, RiskForm, answers_of, risk_form
from incident.web.i18n import language_code
from incident.web.transactions import attempt
from incident.web.viewer import allowed, viewer

bp = Blueprint("risk", __name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """A result in words: the level, the reasons, and the open questions that would change it.

    ``bearing`` names the questions that can matter given the other answers; the page hides the rest. ``rests_on`` asks
    for the proof of answers that carry the outcome; ``first`` is what must stand beside the level itself.
    """

    result: Assessment
    reasons: tuple[str, ...]
    matters: tuple[str, ...]
    bearing: tuple[str, ...]
    rests_on: tuple[str, ...]
    first: tuple[str, ...]


def _shown(answers: dict[str, Any], case: Case) -> Shown:
    rules = rules_for(case.facts, now())
    read = answers_from(answers)
    result = assess(read, rules)
    matters = [explain(found, language_code()) for found in sensitivity(read, rules) if found.changes is Changes.ALONE]
    reasons = tuple(explain(found, language_code()) for found in result.findings)
    bearing = tuple(field.name for field in fields(RiskAnswers) if BEARS.get(field.name, _always)(read))
    proof = tuple(tell_rests_on(name, language_code()) for name in rests_on(read, rules))
    first = tuple(explain(found, language_code()) for found in result.findings if found.rule == DIFFER)
    return Shown(result, reasons, tuple(matters), bearing, proof, first)


def _always(_answers: RiskAnswers) -> bool:
    return True


@bp.get("/incidents/<reference>/risk")
def show(reference: str) -> ResponseReturnValue:
    """The newest assessment, or the questions as the fact sheet answers them."""
    case = open_case(reference)
    last = latest_assessment(db.session(), case.head.incident)
    answers = last.answers if last else answers_from_facts(case.facts)
    return _page(case, risk_form(answers), last, _shown(answers, case))


def _page(case: Case, form: RiskForm, last: Any, shown: Shown) -> ResponseReturnValue:
    may = case.is_open and allowed(Permission.ASSESS)
    return render_template("web/risk/show.html", case=case, form=form, last=last, shown=shown, groups=GROUPS, may=may)


@bp.post("/incidents/<reference>/risk")
def record(reference: str) -> ResponseReturnValue:
    """Record the assessment; or only show what comes out, for pages without script."""
    case, form = open_case(reference), risk_form({})
    last = latest_assessment(db.session(), case.head.incident)
    answers = answers_of(form)
    if form.validate() and request.form.get("act") != "preview":
        wanted = RiskLevel(form.risk.data) if form.risk.data else None
        command = AssessRisk(viewer(), case.reference, answers, wanted, form.deviation_reason.data or "")
        if attempt(form, lambda: assess_risk(command, session=db.session(), now=now())):
            flash(_("The assessment has been recorded."), "success")
            return redirect(case.url("decisions.index"))
        case = open_case(reference)
        last = latest_assessment(db.session(), case.head.incident)
    return _page(case, form, last, _shown(_readable(answers), case))


def _readable(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers, or none of them where one cannot be read: the form says which."""
    try:
        answers_from(answers)
    except DomainError:
        return {}
    return answers


@bp.post("/incidents/<reference>/risk/preview")
def preview(reference: str) -> ResponseReturnValue:
    """Only the result, for refreshing it while somebody answers."""
    case, form = open_case(reference), risk_form({})
    return render_template("web/risk/result.html", shown=_shown(_readable(answers_of(form)), case), case=case)
