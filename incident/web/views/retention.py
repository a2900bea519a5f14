"""How long data are kept, what the next night erases, and the hold on one incident."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import StringField

from incident.domain.retention import BOUNDS, Kept
from incident.store.db import db, only_reads
from incident.store.queries.log import erasures
from incident.usecases.retention.erase import preview
from incident.usecases.retention.person import erase_person, find_person, take_out
from incident.usecases.retention.places import Find, Stays
from incident.usecases.retention.policies import SavePolicies, policies, save_policies
from incident.web.clock import deps, now
from incident.web.downloads import attachment
from incident.web.forms.base import Form
from incident.web.forms.fields import NumberField
from incident.web.transactions import attempt
from incident.web.viewer import viewer

bp = Blueprint("retention", __name__)
NAMES = {
    Kept.RECIPIENTS: _l("People of a mailing"),
    Kept.MESSAGES: _l("Sent messages"),
    Kept.NOTES: _l("Notes on the timeline"),
    Kept.EVIDENCE: _l("Files in evidence"),
    Kept.CONTACTS: _l("How to reach reporters without an account"),
    Kept.DRAFTS: _l("What was typed and never recorded"),
    Kept.TOKENS: _l("Expired keys"),
    Kept.SIGN_INS: _l("Network addresses of sign-ins"),
}
FROM_WHEN = {
    Kept.MESSAGES: _l("Days after sending; text and recipient are erased, time and channel are kept"),
    Kept.NOTES: _l("Days after the incident is closed; decisions, facts and notices stay in the register"),
    Kept.EVIDENCE: _l("Days after the incident is closed; proof of what was sent is kept"),
    Kept.CONTACTS: _l("Days after the incident is closed; what they reported is kept"),
    Kept.DRAFTS: _l("Days after the last change, once the incident is closed"),
    Kept.TOKENS: _l("Days after they expire"),
    Kept.SIGN_INS: _l("Days after the last sign-in"),
}


PLACES = {
    "recipient": _l("Mailing"),
    "message": _l("Message"),
    "note": _l("Timeline"),
    "evidence": _l("Evidence"),
    "contact": _l("Contact of the reporter"),
    "draft": _l("What was typed and never recorded"),
    "incident": _l("Incident"),
    "facts": _l("Facts, version"),
    "decision": _l("Decision"),
    "task": _l("Task"),
    "notice": _l("Notice"),
    "account": _l("Account"),
}
GROUNDS = {
    Stays.OPEN: _l("stays until the incident is closed (art. 17(3)(b))"),
    Stays.HELD: _l("on hold: legal claims (art. 17(3)(e))"),
    Stays.REGISTER: _l("stays: documentation of the breach (art. 33(5), 17(3)(b))"),
    Stays.PROOF: _l("stays: proof of a notification (art. 5(2), 17(3)(e))"),
    Stays.WAITING: _l("stays until it has been sent (art. 34)"),
    Stays.ACCOUNT: _l("a colleague's account: switch it off at People"),
}


class RetentionForm(Form):
    """The days of every kind."""

    messages = NumberField(NAMES[Kept.MESSAGES])
    notes = NumberField(NAMES[Kept.NOTES])
    evidence = NumberField(NAMES[Kept.EVIDENCE])
    contacts = NumberField(NAMES[Kept.CONTACTS])
    drafts = NumberField(NAMES[Kept.DRAFTS])
    tokens = NumberField(NAMES[Kept.TOKENS])
    sign_ins = NumberField(NAMES[Kept.SIGN_INS])

    def days(self) -> dict[Kept, int]:
        """What was chosen; empty is as usual."""
        chosen = {kind: self[kind.value].data for kind in BOUNDS}
        return {kind: BOUNDS[kind].usual if days is None else days for kind, days in chosen.items()}


@bp.route("/settings/retention", methods=["GET", "POST"])
def index() -> ResponseReturnValue:
    """Choose the days, see what is due by those that are kept now, and what was erased lately."""
    session = db.session()
    kept = policies(session)
    form = RetentionForm(data={kind.value: days for kind, days in kept.items()})
    if form.validate_on_submit():
        command = SavePolicies(viewer(), form.days())
        if attempt(form, lambda: save_policies(command, session=session, now=now())):
            flash(_("Saved. It applies from tonight."), "success")
            return redirect(url_for(".index"))
    due = preview(session, kept, now())
    return render_template(
        "web/retention/index.html", form=form, due=due, since=FROM_WHEN, names=NAMES,
        erased=erasures(session), years=_years,
    )  # fmt: skip


def _years(days: int | None) -> str:
    """How many years these days are, where they are years and no remainder but the leap days."""
    whole = round((days or 0) / 365.25)
    if not whole or abs((days or 0) - whole * 365.25) > 1:
        return ""
    return " " + str(ngettext("%(days)s days are one year.", "%(days)s days are %(num)s years.", whole, days=days))


class PersonForm(Form):
    """Whose data are looked for, and which of the finds are to go."""

    who = StringField(_l("E-mail address or name"))


@bp.route("/settings/retention/person", methods=["GET", "POST"])
def person() -> ResponseReturnValue:
    """Find a person's data; take them out, or erase what was ticked. Whom one looks for stands in no address."""
    form, found = PersonForm(), None
    session, who = db.session(), form.who.data or ""
    if form.validate_on_submit():
        if "erase" in request.form:
            _erase(form, who)
        found = _find(form, who)
        if found is not None and "take" in request.form:
            act = partial(take_out, session, who, found, actor=viewer(), now=now())
            if (made := attempt(form, act, repeatable=True)) is not None:
                return attachment(made, "person.json", "application/json")
    return render_template("web/retention/person.html", form=form, found=found, kinds=PLACES, grounds=GROUNDS)


def _erase(form: PersonForm, who: str) -> None:
    ticked = request.form.getlist("ticked")
    act = partial(erase_person, db.session(), who, ticked, actor=viewer(), sealer=deps().sealer, now=now())
    if (gone := attempt(form, act, repeatable=True)) is not None:
        flash(ngettext("Erased in one place.", "Erased in %(num)s places.", gone), "success")


def _find(form: PersonForm, who: str) -> list[Find] | None:
    """Everything is read for it, which may take seconds: no writer waits for that."""
    session = db.session()
    session.rollback()
    only_reads(session)
    return attempt(form, partial(find_person, session, who, actor=viewer(), sealer=deps().sealer), repeatable=True)
