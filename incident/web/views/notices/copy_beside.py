"""The authority's form to copy from: what was copied already, and a narrow page that stands beside the portal."""

from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from incident.domain.kernel.errors import NotFound
from incident.store.db import db
from incident.usecases.notices.mark_copied import mark_copied
from incident.web.clock import now
from incident.web.transactions import commits
from incident.web.viewer import viewer
from incident.web.views.notices.opened import bp, open_notice
from incident.web.views.notices.page import dossier


@bp.get("/incidents/<reference>/notices/<uuid:notice_id>/beside")
def beside(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """Only the answers, for a window of 420 pixels next to the portal."""
    opened = open_notice(reference, notice_id)
    if not opened.is_form:
        raise NotFound("There is no such notice.")
    return render_template("web/notices/beside.html", **dossier(opened))


@bp.post("/incidents/<reference>/notices/<uuid:notice_id>/copied")
@commits
def copied(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """Tick, or untick, an answer as copied to the portal."""
    opened = open_notice(reference, notice_id)
    key = request.form.get("question", "")
    known = opened.is_form and key in {answer.key for answer in opened.form.answers}
    if known:
        ticked = request.form.get("copied") == "y"
        mark_copied(db.session(), opened.file.latest.id, [key], ticked, actor=viewer(), now=now())
    if request.headers.get("X-Requested-With") == "fetch":
        return "", 204
    page = ".beside" if request.form.get("beside") else ".show"
    return redirect(opened.url(page) + (f"#answer-{key}" if known else ""))
