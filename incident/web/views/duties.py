"""Duties beside the first notification: what runs, that a report was made, or that none is due."""

from typing import TYPE_CHECKING, Final

from flask import Blueprint, abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import LINE
from incident.domain.kinds import DeadlineState, DecisionState, Subject
from incident.law.duties import Duty
from incident.law.explain import sentences
from incident.law.facts import BreachFacts
from incident.law.regimes import law_of
from incident.law.triggers import trigger_of
from incident.law.vocabulary import UNKNOWN, Ternary, TriggerKind
from incident.store.db import db
from incident.usecases.clock.deadlines import FOLLOW_UP, obligations_of
from incident.usecases.notices.other_portals import has_form
from incident.usecases.response.further_duties import (
    DecideDuty,
    FurtherClock,
    ReportElsewhere,
    decide_duty,
    further_clocks,
    is_duty,
    report_elsewhere,
)
from incident.usecases.response.record_letter import record_letter
from incident.usecases.response.state_trigger import MOMENTS, StateTrigger, state_trigger, triggers_of
from incident.web.case import Case, open_case
from incident.web.clock import now
from incident.web.forms.base import Form
from incident.web.forms.case import NO, YES
from incident.web.forms.fields import ChoiceField, InstantField, choices_of
from incident.web.forms.letters import letter_forms, letter_key
from incident.web.forms.notices_moment import MomentField
from incident.web.forms.validators import AtLeast, AtMost, Needed
from incident.web.i18n import language_code
from incident.web.labels import law_choices
from incident.web.transactions import attempt
from incident.web.viewer import allowed, viewer, zone

if TYPE_CHECKING:
    from incident.store.models import Deadline

bp = Blueprint("duties", __name__)


class ReportedForm(Form):
    """A report was made at another portal."""

    reported_at = MomentField(_l("When was it reported?"), [Needed(_l("Enter the date and time of the report."))])
    reference = StringField(_l("Number or confirmation"), [AtMost(LINE)])
    delay_reason = TextAreaField(_l("Why was it late?"), [AtMost()])


class TriggerForm(Form):
    """Whether the event of another law is established, and since when."""

    met = ChoiceField(_l("Is it established?"))
    aware_at = InstantField(_l("Since when is that known?"))
    classified_at = InstantField(_l("When was it classified as major?"))
    fixed_at = InstantField(_l("When was a corrective measure available?"))
    reason = TextAreaField(_l("Why is it corrected?"), [AtMost()])


ONLY_SOME: Final = {
    "classified_at": frozenset({TriggerKind.MAJOR_ICT_INCIDENT}),
    "fixed_at": frozenset({TriggerKind.EXPLOITED_VULNERABILITY}),
}
"""Moments that only some events have."""


def _trigger_form(kind: TriggerKind, facts: BreachFacts, *, typed: bool = False) -> TriggerForm:
    stated = trigger_of(facts, kind)
    values = {name: None if (at := getattr(stated, name)) is UNKNOWN else at for name in MOMENTS}
    more: dict[str, None] = {} if typed else {"formdata": None}
    form = TriggerForm(prefix=f"{kind}-", data={"met": stated.met.value, **values}, **more)
    form.met.choices = choices_of(law_choices(Ternary))
    for name, kinds in ONLY_SOME.items():
        if kind not in kinds:
            del form[name]
    if not any(values.values()):
        del form["reason"]
    return form


class DutyForm(Form):
    """Whether something is still to be reported."""

    act = ChoiceField(_l("Is a report due?"), [Needed(_l("Choose yes or no."))])
    reason = TextAreaField(
        _l("Why?"), [Needed(_l("Write the reason: it is part of the record.")), AtLeast(5), AtMost()]
    )

    def offer(self) -> "DutyForm":
        """Fill in the list."""
        self.act.choices = choices_of(((YES, _l("Yes")), (NO, _l("No (a second person then has to agree)"))))
        return self


@bp.get("/incidents/<reference>/duties")
def index(reference: str) -> ResponseReturnValue:
    """Every such clock, and the decisions about them."""
    return _page(open_case(reference))


def _page(case: Case, **shown: Form) -> ResponseReturnValue:
    clocks = further_clocks(list(case.head.deadlines))
    decided = [row for row in case.head.decisions if row.subject is Subject.DUTY]
    duties = dict.fromkeys([clock.duty for clock in clocks] + [row.ground or "" for row in decided])
    forms: dict[str, Form] = {
        _key(clock): ReportedForm(formdata=None, prefix=f"{_key(clock)}-") for clock in clocks if _reportable(clock)
    }
    events = [kind for duty in duties for kind in triggers_of(duty)]
    forms |= {kind.value: _trigger_form(kind, case.facts) for kind in events}
    forms |= letter_forms(case.facts)
    running = sorted((c.deadline for c in clocks if c.deadline.state is DeadlineState.OPEN), key=lambda row: row.due_at)
    rights, spared = _rights(case), _spared(case) if case.is_open else {}
    asked = any(row.state is DecisionState.PROPOSED for row in decided)
    forms |= {f"{duty}-decided": DutyForm(formdata=None, prefix=f"{duty}-decided-").offer() for duty in duties}
    return render_template(
        "web/duties/index.html",
        case=case,
        clocks=clocks,
        duties=duties,
        decided=decided,
        running=running,
        forms=forms | shown,
        next_form=next(iter(shown), "")
        or (running and _next_form(running[0], case.facts, rights, {} if asked else spared)),
        spared=spared,
        key=_key,
        has_form=has_form,
        reportable=_reportable,
        triggers_of=triggers_of,
        trigger_of=trigger_of,
        events=events,
        **rights,
    )


def _spared(case: Case) -> dict[str, str]:
    """Why the facts ask for no report, by the duty; its clock runs all the same until that is decided."""
    found = obligations_of(db.session(), case.head.incident, case.facts, now())
    denied = (one for one in found if one.duty is Duty.NOT_REQUIRED)
    return {one.id: " ".join(sentences(one.reasons, language_code(), zone().key)) for one in denied}


def _next_form(first: "Deadline", facts: BreachFacts, rights: dict[str, bool], spared: dict[str, str]) -> str:
    """What the clock that ends first needs: whether its event is established, and by that its report or a decision."""
    law = law_of(first.obligation)
    unknown = (kind for kind in triggers_of(law) if trigger_of(facts, kind).met is Ternary.UNKNOWN)
    event = next(unknown, None) if rights["may_record"] else None
    if event is None and first.obligation in spared and rights["may_decide"]:
        return f"{law}-decided"
    return event.value if event else str(first.obligation)


def _rights(case: Case) -> dict[str, bool]:
    return {
        "may_record": case.is_open and allowed(Permission.RECORD),
        "may_report": case.is_open and case.may_submit,
        "may_decide": case.is_open and allowed(Permission.DECIDE),
    }


def _key(clock: FurtherClock) -> str:
    return str(clock.deadline.obligation)


def _reportable(clock: FurtherClock) -> bool:
    """The follow-up is filed as a notice; everything else is recorded here, an answer to the authority too."""
    return bool(clock.deadline.state is DeadlineState.OPEN) and clock.duty != FOLLOW_UP


@bp.post("/incidents/<reference>/duties/reported/<obligation>")
def reported(reference: str, obligation: str) -> ResponseReturnValue:
    """Record that the report was made."""
    case, form = open_case(reference), ReportedForm(prefix=f"{obligation}-")
    if obligation not in {_key(clock) for clock in further_clocks(list(case.head.deadlines))}:
        abort(404)
    if form.validate():
        command = ReportElsewhere(
            viewer(),
            case.reference,
            obligation,
            form.reported_at.data,
            form.reference.data or "",
            form.delay_reason.data or "",
        )
        if attempt(form, lambda: report_elsewhere(command, session=db.session(), now=now())):
            flash(_("The report has been recorded."), "success")
            return redirect(case.url(".index"))
        case = open_case(reference)
    return _page(case, **{obligation: form})


@bp.post("/incidents/<reference>/duties/event/<kind>")
def event(reference: str, kind: str) -> ResponseReturnValue:
    """Record whether the event of another law is established, and since when."""
    known = {member.value: member for member in TriggerKind}
    if kind not in known:
        abort(404)
    case = open_case(reference)
    form = _trigger_form(known[kind], case.facts, typed=True)
    if form.validate():
        moments = {name: form[name].data for name in MOMENTS if name in form}
        met, reason = Ternary(form.met.data or Ternary.UNKNOWN), form["reason"].data if "reason" in form else ""
        command = StateTrigger(viewer(), case.reference, known[kind], met, reason=reason, **moments)
        if attempt(form, lambda: state_trigger(command, session=db.session(), now=now())):
            flash(_said(met), "success")
            return redirect(case.url(".index"))
        case = open_case(reference)
    return _page(case, **{kind: form})


def _said(met: Ternary) -> str:
    """That an answer was kept, and that a no alone ends no clock."""
    denied = met is Ternary.NO
    return str(_("Saved. Decide that no report is due: until then its clock runs on.") if denied else _("Saved."))


@bp.post("/incidents/<reference>/duties/letter/<int:number>")
def letter(reference: str, number: int) -> ResponseReturnValue:
    """Record a letter of the authority (number 0), or correct the one with this number."""
    case, key = open_case(reference), letter_key(number)
    form = letter_forms(case.facts, key).get(key) or abort(404)
    if form.validate():
        known = case.facts.authority_letters[number - 1] if number else None
        command = form.to_command(viewer(), case.reference, known, number)
        if attempt(form, lambda: record_letter(command, session=db.session(), now=now())):
            flash(_("Saved."), "success")
            return redirect(case.url(".index"))
        case = open_case(reference)
    return _page(case, **{key: form})


@bp.post("/incidents/<reference>/duties/decided/<duty>")
def decide(reference: str, duty: str) -> ResponseReturnValue:
    """Decide whether anything is still to be reported under this duty."""
    if not is_duty(duty):
        abort(404)
    case, form = open_case(reference), DutyForm(prefix=f"{duty}-decided-").offer()
    if form.validate():
        command = DecideDuty(viewer(), case.reference, duty, form.act.data == YES, form.reason.data or "")
        if attempt(form, lambda: decide_duty(command, session=db.session(), now=now())):
            text = _("The decision has been recorded.")
            if form.act.data != YES:
                text = _("A second person has been asked. Until then the clock runs on.")
            flash(text, "success")
            return redirect(case.url(".index"))
        case = open_case(reference)
    return _page(case, **{f"{duty}-decided": form})
