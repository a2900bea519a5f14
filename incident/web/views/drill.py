"""The drill: start it from the roster, and confirm a call on the page that its link leads to."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from incident.domain.kernel.errors import DomainError
from incident.store.db import db
from incident.usecases.messages.drill import StartDrill, confirm_call, find_call, start_drill
from incident.usecases.messages.ports import Channel
from incident.web.clock import now
from incident.web.forms.base import translated
from incident.web.transactions import commits
from incident.web.viewer import viewer
from incident.web.views.channels import NAMES

bp = Blueprint("drill", __name__)


@bp.post("/settings/roster/drill")
def start() -> ResponseReturnValue:
    """Call everybody on the roster now."""
    try:
        called = start_drill(StartDrill(viewer()), session=db.session(), now=now())
    except DomainError as refusal:
        db.session.rollback()
        flash(translated(refusal), "error")
    else:
        db.session.commit()
        calls = ngettext("one call", "%(num)s calls", len(called))
        people = ngettext("one person", "%(num)s people", len({one.person.id for one in called}))
        flash(_("The drill has begun: %(calls)s to %(people)s.", calls=calls, people=people), "success")
    return redirect(url_for("roster.edit", _anchor="drill"))


@bp.get("/drill/<uuid:call_id>")
def show(call_id: UUID) -> ResponseReturnValue:
    """What a called person sees. Opening it proves nothing."""
    call = find_call(db.session(), call_id, viewer(), now=now())
    return render_template("web/drill/show.html", call=call, channel=NAMES[Channel(call.channel)][0])


@bp.post("/drill/<uuid:call_id>")
@commits
def confirm(call_id: UUID) -> ResponseReturnValue:
    """The one click."""
    confirm_call(db.session(), call_id, viewer(), now=now())
    return redirect(url_for(".show", call_id=call_id))
