"""Report a possible breach, and get a receipt."""

from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.domain.kernel.events import Status
from incident.store.db import db
from incident.usecases.clock.deadlines import AUTHORITY, open_deadline
from incident.usecases.common.access import find_incident
from incident.usecases.common.inbound import Result, once
from incident.usecases.common.limits import count_report
from incident.usecases.common.settings import organisation_profile
from incident.usecases.messages.reach import addressed
from incident.usecases.response.report import ReportIncident, report_incident, sent_before
from incident.web.clock import deps, now
from incident.web.forms.report import ReportForm
from incident.web.repeats import TOKEN, fingerprint_of_form
from incident.web.transactions import attempt
from incident.web.viewer import viewer

bp = Blueprint("report", __name__)
PERIOD = timedelta(hours=72)


@bp.route("/report", methods=["GET", "POST"])
def form() -> ResponseReturnValue:
    """The short form."""
    profile = organisation_profile(db.session())
    asked = ReportForm().offer(profile)
    if asked.validate_on_submit():
        command = asked.to_command(viewer(), profile)
        taken = attempt(asked, lambda: _report(command), repeatable=True)
        if taken is not None:
            if taken["again"]:
                flash(
                    _("You sent this before: here is its receipt. Report another breach in words that differ."),
                    "success",
                )
            return redirect(url_for(".receipt", reference=taken["reference"]))
    return render_template("web/report/form.html", form=asked, period=PERIOD)


def _report(command: ReportIncident) -> Result:
    """The reference, and whether the same was sent before: other words from the same page are another report."""
    key = f"report:{fingerprint_of_form(without=TOKEN)}"
    result, fresh = once(db.session(), key, now(), lambda: _take(command, now()))
    return result if fresh else {**result, "again": True}


def _take(command: ReportIncident, at: datetime) -> Result:
    before = sent_before(command, session=db.session(), now=at)
    if before is not None:
        return {"reference": before.reference, "again": True}
    count_report(db.session(), viewer().key, now=at)
    return {"reference": report_incident(command, session=db.session(), now=at).reference, "again": False}


@bp.get("/report/<reference>/receipt")
def receipt(reference: str) -> ResponseReturnValue:
    """The reference, the deadline of the authority, who is told, and what to do now."""
    incident = find_incident(db.session(), reference, viewer())
    seen = incident.status is not Status.REPORTED
    told = seen or bool(deps().settings.slack_channel) or bool(addressed(db.session(), incident.reference))
    clock = open_deadline(db.session(), incident, AUTHORITY)
    shown = {"incident": incident, "clock": clock, "told": told, "unreachable": False, "outsider": False}
    return render_template("web/report/receipt.html", **shown)
