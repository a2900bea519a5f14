"""Report a possible breach, and get a receipt."""

from datetime import datetime, timedelta

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from incident.store.db import db
from incident.usecases.clock.deadlines import AUTHORITY, open_deadline
from incident.usecases.common.access import find_incident
from incident.usecases.common.inbound import once
from incident.usecases.common.limits import count_report
from incident.usecases.common.settings import organisation_profile
from incident.usecases.messages.reach import addressed
from incident.usecases.response.report import ReportIncident, report_incident
from incident.web.clock import deps, now
from incident.web.forms.report import ReportForm
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
        reference = attempt(asked, lambda: _report(asked.ticket.data or "", command), repeatable=True)
        if reference is not None:
            return redirect(url_for(".receipt", reference=reference))
    return render_template("web/report/form.html", form=asked, period=PERIOD)


def _report(ticket: str, command: ReportIncident) -> str:
    """The reference; a form that is sent again gets the reference of the first time."""
    session, at = db.session(), now()
    key = f"report:{viewer().key}:{ticket[:64]}"
    result, _fresh = once(session, key, at, lambda: {"reference": _take(command, at)})
    return str(result["reference"])


def _take(command: ReportIncident, at: datetime) -> str:
    count_report(db.session(), viewer().key, now=at)
    return report_incident(command, session=db.session(), now=at).reference


@bp.get("/report/<reference>/receipt")
def receipt(reference: str) -> ResponseReturnValue:
    """The reference, the deadline of the authority, who is told, and what to do now."""
    incident = find_incident(db.session(), reference, viewer())
    told = bool(deps().settings.slack_channel) or bool(addressed(db.session(), incident.reference))
    clock = open_deadline(db.session(), incident, AUTHORITY)
    return render_template("web/report/receipt.html", incident=incident, clock=clock, told=told, unreachable=False)
