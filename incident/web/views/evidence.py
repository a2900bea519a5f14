"""Evidence: files kept under their SHA-256."""

from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.store.db import db
from incident.store.queries.casework import evidence_of
from incident.usecases.response.attach_evidence import AttachEvidence, attach_evidence, read_evidence
from incident.usecases.response.harmful import MarkHarmful, as_harmful, mark_harmful, wrap_ahead
from incident.web.case import Case, open_case
from incident.web.clock import deps, now
from incident.web.downloads import attachment
from incident.web.files_ahead import evidence_ahead, evidence_at_hand, only_reading
from incident.web.forms.case import EvidenceForm
from incident.web.transactions import attempt, commits
from incident.web.uploaded import content_of
from incident.web.viewer import viewer

bp = Blueprint("evidence", __name__)


@bp.get("/incidents/<reference>/evidence")
def index(reference: str) -> ResponseReturnValue:
    """The files of the incident."""
    return _page(open_case(reference), EvidenceForm(formdata=None))


def _page(case: Case, form: EvidenceForm) -> ResponseReturnValue:
    files = evidence_of(db.session(), case.head.incident.id)
    return render_template("web/evidence/index.html", case=case, files=files, form=form)


@bp.post("/incidents/<reference>/evidence")
def attach(reference: str) -> ResponseReturnValue:
    """Keep a file."""
    case, form = open_case(reference), EvidenceForm()
    if form.validate() and _attached(form, _command(case.reference, form)):
        flash(_("The file is kept."), "success")
        return redirect(case.url(".index"))
    return _page(open_case(reference), form)


def _command(reference: str, form: EvidenceForm) -> AttachEvidence:
    file, told, at = form.file.data, form.description.data or "", form.effective_at.data
    command = AttachEvidence(viewer(), reference, file.filename or "", content_of(file), told, at)
    return as_harmful(command) if form.harmful.data else command


def _attached(form: EvidenceForm, command: AttachEvidence) -> object:
    blobs = evidence_ahead(form, command)
    if blobs is None:
        return None
    return attempt(form, lambda: attach_evidence(command, session=db.session(), now=now(), blobs=blobs))


@bp.post("/incidents/<reference>/evidence/<uuid:evidence_id>/harmful")
@commits
def harmful(reference: str, evidence_id: UUID) -> ResponseReturnValue:
    """Mark a file that lies there already; its archive is made before anything is locked."""
    case = open_case(reference)
    command = MarkHarmful(viewer(), case.reference, evidence_id)
    wrapped, blobs = wrap_ahead(command, session=only_reading(), now=now(), blobs=deps().blobs)
    mark_harmful(command, wrapped, session=db.session(), now=now(), blobs=blobs)
    flash(_("The file is marked, and lies in an archive with a password from now on."), "success")
    return redirect(case.url(".index"))


@bp.get("/incidents/<reference>/evidence/<uuid:evidence_id>")
@commits
def read(reference: str, evidence_id: UUID) -> ResponseReturnValue:
    """The file itself, always as a download; the reading is recorded."""
    case = open_case(reference)
    row, parts = read_evidence(
        db.session(), evidence_id, actor=viewer(), now=now(), blobs=evidence_at_hand(evidence_id)
    )
    if row.incident_id != case.head.incident.id:
        abort(404)
    answer: Response = attachment(parts, row.filename, "application/octet-stream")
    answer.content_length = row.size
    return answer
