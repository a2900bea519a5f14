"""The risk: questions in plain words, the live result beside them, and why."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.domain.kernel.errors import DomainError
from incident.domain.kernel.json import JsonObject
from incident.domain.kernel.roles import Permission
from incident.domain.risk_document import answers_from
from incident.law.explain import explain
from incident.law.facts_from_risk import TAKEN_AS, updated, with_assessment
from incident.law.risk import Assessment, RiskAnswers, asked, assess, rests_on, sensitivity, tell_rests_on
from incident.law.risk.assessment import DIFFER
from incident.law.risk.enisa import EnisaLevel
from incident.law.risk.open_questions import bears
from incident.law.risk.schema import write_answers
from incident.law.risk.sensitivity import Changes
from incident.law.risk_from_facts import risk_answers
from incident.law.texts import sentence
from incident.law.vocabulary import RiskLevel
from incident.store.db import db
from incident.usecases.clock.deadlines import rules_for
from incident.usecases.response.assess import AssessRisk, assess_risk, latest_assessment
from incident.usecases.response.record_facts import RecordFacts, record_facts
from incident.web.case import Case, open_case
from incident.web.clock import now
from incident.web.forms.risk import GROUPS, RiskForm, answers_of, risk_form
from incident.web.i18n import language_code
from incident.web.labels import RISKS
from incident.web.open_answers import differing
from incident.web.transactions import attempt, commits
from incident.web.viewer import allowed, viewer

if TYPE_CHECKING:
    from incident.store.models import Assessment as Assessed


bp = Blueprint("risk", __name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """A result in words: the level, the reasons, and the open questions that would change it, each with its field.

    ``bearing`` names the questions that can matter given the other answers; the page hides the rest. ``rests_on`` asks
    for the proof of answers that carry the outcome; ``first`` is what must stand beside the level itself; ``levels``
    are the two methods, each with its word and the step of how many; ``bare`` says that nothing is answered yet.
    """

    result: Assessment
    reasons: tuple[str, ...]
    matters: tuple[tuple[str, str], ...]
    bearing: tuple[str, ...]
    rests_on: tuple[str, ...]
    first: tuple[str, ...]
    levels: tuple[tuple[str, str, int, int], ...]
    bare: bool


def _shown(answers: JsonObject, case: Case) -> Shown:
    rules = rules_for(case.facts, now())
    read = answers_from(answers)
    result = assess(read, rules)
    alone = [found.question for found in sensitivity(read, rules) if found.changes is Changes.ALONE]
    matters = {path.partition(".")[0]: asked(path, language_code()) for path in alone}
    reasons = tuple(explain(found, language_code()) for found in result.findings)
    bearing = tuple(field.name for field in fields(RiskAnswers) if bears(field.name, read))
    proof = tuple(tell_rests_on(name, language_code()) for name in rests_on(read, rules))
    first = tuple(explain(found, language_code()) for found in result.findings if found.rule == DIFFER)
    return Shown(result, reasons, tuple(matters.items()), bearing, proof, first, _levels(result), read == RiskAnswers())


def _levels(result: Assessment) -> tuple[tuple[str, str, int, int], ...]:
    edpb, enisa = list(RiskLevel), list(EnisaLevel)
    score = sentence(f"risk.enisa.level.{result.enisa.level.value}", (), language_code())
    return (
        (_("EDPB"), str(RISKS[result.risk][0]), edpb.index(result.risk) + 1, len(edpb)),
        ("ENISA", score, enisa.index(result.enisa.level) + 1, len(enisa)),
    )


@bp.get("/incidents/<reference>/risk")
def show(reference: str) -> ResponseReturnValue:
    """The newest assessment, or the questions as the fact sheet answers them."""
    case = open_case(reference)
    last = latest_assessment(db.session(), case.head.incident)
    answers = _start(case, last)
    return _page(case, risk_form(answers), last, _shown(answers, case))


def _start(case: Case, last: "Assessed | None") -> JsonObject:
    """The newest answers; brought in line with the facts where somebody chose these, or where nothing was assessed."""
    if last is None:
        return write_answers(risk_answers(case.facts))
    if request.args.get("take") == "facts":
        return write_answers(updated(answers_from(last.answers), case.facts))
    return dict(last.answers)


def _page(case: Case, form: RiskForm, last: "Assessed | None", shown: Shown) -> ResponseReturnValue:
    may = case.is_open and allowed(Permission.ASSESS)
    return render_template(
        "web/risk/show.html",
        case=case,
        form=form,
        last=last,
        shown=shown,
        groups=GROUPS,
        may=may,
        newer=differing(case, last),
        taken=may and request.args.get("take") == "facts",
    )


@bp.post("/incidents/<reference>/risk/keep")
@commits
def keep(reference: str) -> ResponseReturnValue:
    """Let one answer of the assessment stand: it becomes the fact."""
    case = open_case(reference)
    last = latest_assessment(db.session(), case.head.incident)
    field = TAKEN_AS.get(request.form.get("question", ""))
    if last is None or field is None:
        abort(404)
    stated = getattr(with_assessment(case.facts, answers_from(last.answers)), field)
    command = RecordFacts(viewer(), case.reference, {field: stated}, case.incident.fact_version, "risk")
    record_facts(command, session=db.session(), now=now())
    flash(_("Recorded."), "success")
    return redirect(case.url("risk.show"))


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


def _readable(answers: JsonObject) -> JsonObject:
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
