"""The talk with a reporter who has no account: the team asks here, the reporter answers with the code."""

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.store.db import db
from incident.usecases.people.accounts import find_person
from incident.usecases.response.ask_in_slack import ask_in_slack, reported_in_slack
from incident.usecases.response.public_report import BY_MAIL, AskReporter, ask_reporter, conversation, public_report_of
from incident.web.case import Case, open_case
from incident.web.clock import now
from incident.web.forms.doors import AskForm
from incident.web.transactions import attempt
from incident.web.viewer import viewer

bp = Blueprint("reporter", __name__)


@bp.get("/incidents/<reference>/reporter")
def index(reference: str) -> ResponseReturnValue:
    """What was asked and answered, and how the reporter can be reached."""
    return _page(reference, AskForm(formdata=None))


def _page(reference: str, form: AskForm) -> ResponseReturnValue:
    case = open_case(reference)
    outside = public_report_of(db.session(), case.incident)
    return render_template(
        "web/door/reporter.html",
        case=case,
        form=form,
        outside=outside,
        address=_address(case),
        in_slack=reported_in_slack(case.incident),
        by_mail=outside is not None and outside.way == BY_MAIL,
        said=conversation(db.session(), case.incident),
    )


def _address(case: Case) -> str:
    """The e-mail address of a reporter with an account."""
    key = case.incident.reporter_id
    return "" if key is None else find_person(db.session(), key).email


@bp.post("/incidents/<reference>/reporter")
def ask(reference: str) -> ResponseReturnValue:
    """Ask the reporter."""
    case, form = open_case(reference), AskForm()
    told = attempt(form, lambda: _ask(reference, form)) if form.validate() else None
    if told is None:
        return _page(reference, form)
    flash(told, "success")
    return redirect(case.url(".index"))


def _ask(reference: str, form: AskForm) -> str:
    command = AskReporter(viewer(), reference, form.text.data or "")
    if reported_in_slack(open_case(reference).incident):
        ask_in_slack(command, session=db.session(), now=now())
        return str(_("Asked. A message in Slack tells the reporter that a question waits."))
    mailed = ask_reporter(command, session=db.session(), now=now())
    mail, page = (
        _("Asked. A mail tells the reporter that a question waits."),
        _("Asked. The reporter sees it on coming back with the code."),
    )
    return str(mail if mailed else page)
