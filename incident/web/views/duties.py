"""Duties beside the first notification: what runs, that a report was made, or that none is due."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from incident.domain.kernel.roles import Permission
from incident.domain.kinds import DeadlineState, Subject
from incident.store.db import db
from incident.usecases.clock.deadlines import FOLLOW_UP
from incident.usecases.response.further_duties import (
    DecideDuty,
    FurtherClock,
    ReportElsewhere,
    decide_duty,
    further_clocks,
    report_elsewhere,
)
from incident.web.case import Case, open_case
from incident.web.clock import now
from incident.web.forms.base import Form
from incident.web.forms.case import LINE, NO, YES
from incident.web.forms.fields import ChoiceField, choices_of
from incident.web.forms.notices_moment import MomentField
from incident.web.forms.validators import AtLeast, AtMost, Needed
from incident.web.labels import DUTIES
from incident.web.transactions import attempt
from incident.web.viewer import allowed, viewer

bp = Blueprint("duties", __name__)


class ReportedForm(Form):
    """A report was made at another portal."""

    reported_at = MomentField(_l("When was it reported?"), [Needed(_l("Enter the date and time of the report."))])
    reference = StringField(_l("Number or confirmation"), [AtMost(LINE)])
    delay_reason = TextAreaField(_l("Why was it late?"), [AtMost()])


class DutyForm(Form):
    """Whether something is still to be reported."""

    act = ChoiceField(_l("Is a report due?"), [Needed(_l("Choose yes or no."))])
    reason = TextAreaField(
        _l("Why?"), [Needed(_l("Write the reason: it is part of the record.")), AtLeast(5), AtMost()]
    )

    def offer(self) -> "DutyForm":
        """Fill in the list."""
        self.act.choices = choices_of(((YES, _l("Yes")), (NO, _l("No: a second person must agree"))))
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
    forms |= {duty: DutyForm(formdata=None, prefix=f"{duty}-decided-").offer() for duty in duties}
    return render_template(
        "web/duties/index.html",
        case=case,
        clocks=clocks,
        duties=duties,
        decided=decided,
        forms=forms | shown,
        key=_key,
        reportable=_reportable,
        **_rights(case),
    )


def _rights(case: Case) -> dict[str, Any]:
    return {
        "may_report": case.is_open and allowed(Permission.SUBMIT),
        "may_decide": case.is_open and allowed(Permission.DECIDE),
    }


def _key(clock: FurtherClock) -> str:
    return str(clock.deadline.obligation)


def _reportable(clock: FurtherClock) -> bool:
    """The follow-up is filed as a notice; everything else is recorded here."""
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


@bp.post("/incidents/<reference>/duties/decided/<duty>")
def decide(reference: str, duty: str) -> ResponseReturnValue:
    """Decide whether anything is still to be reported under this duty."""
    if duty not in DUTIES:
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
    return _page(case, **{duty: form})
