"""Triage: is it a breach, and since when are we aware?"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.domain.fact_sheet import FactConflict
from incident.domain.presets import suggested, words_of
from incident.domain.report_words import discovery_told
from incident.law.facts import BreachFacts
from incident.law.vocabulary import Role, Ternary
from incident.store.db import db
from incident.usecases.common.fact_versions import facts_at
from incident.usecases.response.triage import confirm_breach, deny_breach, proposed_person
from incident.web.case import Case, open_case
from incident.web.clock import now
from incident.web.earlier import earlier
from incident.web.facts_shown import both_sides
from incident.web.forms.base import translated
from incident.web.forms.case import UNKNOWN, YES, TriageForm
from incident.web.transactions import attempt
from incident.web.viewer import viewer

bp = Blueprint("triage", __name__)


@bp.route("/incidents/<reference>/triage", methods=["GET", "POST"])
def form(reference: str) -> ResponseReturnValue:
    """Ask, and let the clock follow."""
    case = open_case(reference)
    asked = _form(_known(case, case.facts, case.incident.fact_version), case)
    if asked.validate_on_submit() and asked.is_breach.data == UNKNOWN:
        flash(_("Nothing was decided. The clock runs on; answer as soon as you know."))
        return redirect(case.url("tasks.index"))
    try:
        done = asked.validate_on_submit() and attempt(asked, lambda: _answer(asked, reference), passing=(FactConflict,))
    except FactConflict as conflict:
        case = open_case(reference)
        return _show(case, _on_newest(asked, case, conflict), both_sides(conflict))
    if not done:
        return _show(case, asked)
    if asked.is_breach.data == YES:
        flash(_("Recorded. The deadlines follow from it."), "success")
        return redirect(case.url(_after(case)))
    flash(_("A second person has been asked. Until then the clock runs on."), "success")
    return redirect(case.url("decisions.index"))


def _form(known: Mapping[str, object], case: Case, **more: object) -> TriageForm:
    return TriageForm(data=known, **more).offer(answered=case.facts.is_breach is not Ternary.UNKNOWN)


def _show(case: Case, asked: TriageForm, conflicts: Sequence[object] = ()) -> str:
    named = discovery_told(words_of(case.facts), case.facts, case.incident.reported_at)
    return render_template(
        "web/incident/triage.html",
        case=case,
        form=asked,
        earlier=earlier(case),
        named=named,
        conflicts=conflicts,
    )


def _on_newest(asked: TriageForm, case: Case, conflict: FactConflict) -> TriageForm:
    """The form on the newest facts, with what this person typed: what only somebody else changed shows as they left
    it."""
    seen = asked.base_version.data or ""
    known = _known(case, facts_at(db.session(), case.incident, int(seen)), int(seen)) if seen.isdigit() else {}
    typed = {name: value for name, value in asked.data.items() if value != known.get(name) and name != "csrf_token"}
    newest = _known(case, case.facts, case.incident.fact_version)
    renewed = _form(newest | typed, case, formdata=None)
    renewed.form_errors = [translated(conflict)]
    return renewed


def _after(case: Case) -> str:
    """The page that follows: straight to the proposals where the report speaks of a common breach."""
    anew = case.facts.is_breach is not Ternary.YES
    return "presets.show" if anew and suggested(case.facts) else "incident.show"


def _answer(asked: TriageForm, reference: str) -> object:
    if asked.is_breach.data == YES:
        return confirm_breach(asked.confirming(viewer(), reference), session=db.session(), now=now())
    return deny_breach(asked.denying(viewer(), reference), session=db.session(), now=now())


def _known(case: Case, facts: BreachFacts, version: int) -> dict[str, object]:
    """What is recorded already, and no role that nobody stated; the awareness proposed is the earliest signal, for a
    person to confirm.
    """
    aware = facts.aware_at if isinstance(facts.aware_at, datetime) else facts.first_signal_at
    stated = facts.is_breach.value
    return {
        "is_breach": stated if stated != "unknown" else None,
        "nature": [str(item) for item in facts.nature],
        "role": facts.role.value if stated == "yes" or facts.role is not Role.UNKNOWN else None,
        "aware_at": aware if isinstance(aware, datetime) else None,
        "aware_person": proposed_person(case.incident, facts, viewer().name),
        "aware_ground": facts.aware_ground,
        "base_version": str(version),
    }
