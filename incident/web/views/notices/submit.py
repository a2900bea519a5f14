"""What a person did with a notice: sent it, at this moment, in this way; and a customer's acknowledgement."""

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.store.db import db
from incident.store.queries.register_notices import also_at
from incident.usecases.common.access import visible
from incident.usecases.notices.correct_filing import CorrectFiling, correct_filing
from incident.usecases.notices.customer_receipt import RecordReceipt, RecordReturn, record_receipt, record_return
from incident.usecases.notices.submit import RecordSubmission, record_submission
from incident.usecases.response.attach_evidence import AttachEvidence, attach_evidence
from incident.web.clock import deps, now
from incident.web.files_ahead import evidence_ahead
from incident.web.forms.notices import ReceiptForm, ReturnForm, SubmissionForm
from incident.web.transactions import attempt
from incident.web.uploaded import content_of
from incident.web.viewer import viewer
from incident.web.views.notices.opened import Opened, bp, open_notice
from incident.web.views.notices.page import filing_form, page

if TYPE_CHECKING:
    from incident.store.blobs import BlobStore
    from incident.store.models import Submission


@bp.get("/incidents/<reference>/notices/<uuid:notice_id>/submit")
def submission(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """The form for what was done."""
    opened = open_notice(reference, notice_id)
    known = {"delay_reason": opened.case.facts.delay_reason} if opened.is_form else None
    return _form(opened, SubmissionForm(formdata=None, data=known).offer(opened.is_form))


def _form(opened: Opened, form: SubmissionForm) -> ResponseReturnValue:
    return render_template("web/notices/submission.html", opened=opened, case=opened.case, form=form)


@bp.post("/incidents/<reference>/notices/<uuid:notice_id>/submit")
def submit(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """Record that a person sent it, with the copy of the confirmation."""
    opened = open_notice(reference, notice_id)
    form = SubmissionForm().offer(opened.is_form)
    if form.validate():
        if (recorded := _recorded(opened, form)) is not None:
            flash(_("The submission has been recorded."), "success")
            _warn_of_twins(opened, recorded.reference)
            return redirect(opened.url(".show"))
        opened = open_notice(reference, notice_id)
    return _form(opened, form)


def _warn_of_twins(opened: Opened, number: str) -> None:
    """The authority gives a number once: on two breaches it is wrong on one of them."""
    if not opened.is_form or not number:
        return
    standing = also_at(db.session(), [number], visible(viewer())).get(number, ())
    others = ", ".join(one for one in standing if one != opened.case.reference)
    if others:
        said = _(
            "The number %(name)s also stands on %(references)s. Check which is right.", name=number, references=others
        )
        flash(said, "error")


def _recorded(opened: Opened, form: SubmissionForm) -> "Submission | None":
    copy = _copy(opened, form)
    blobs = evidence_ahead(form, copy) if copy is not None else deps().blobs
    return attempt(form, lambda: _submitted(opened, form, copy, blobs)) if blobs is not None else None


def _copy(opened: Opened, form: SubmissionForm) -> AttachEvidence | None:
    """The copy of the confirmation, where one was chosen."""
    file = form.file.data
    if not file or not file.filename:
        return None
    about = (_("Copy of the confirmation"), form.submitted_at.data)
    return AttachEvidence(viewer(), opened.case.reference, file.filename, content_of(file), *about)


def _submitted(opened: Opened, form: SubmissionForm, copy: AttachEvidence | None, blobs: "BlobStore") -> "Submission":
    command = RecordSubmission(
        viewer(),
        opened.file.notice.id,
        form.submitted_at.data,
        form.channel.data,
        form.reference.data or "",
        form.by_name.data or "",
        form.recipients.data,
        form.delay_reason.data or "",
        form.note.data or "",
    )
    row = record_submission(command, session=db.session(), now=now())
    if copy is not None:
        attach_evidence(replace(copy, submission=row.id), session=db.session(), now=now(), blobs=blobs)
    return row


@bp.post("/incidents/<reference>/notices/<uuid:notice_id>/filed/<uuid:submission_id>")
def corrected(reference: str, notice_id: UUID, submission_id: UUID) -> ResponseReturnValue:
    """Record the number that the authority gave after the filing was recorded, or correct number and moment."""
    opened = open_notice(reference, notice_id)
    form = filing_form(opened, request.form)
    if form.validate():
        command = CorrectFiling(
            viewer(),
            submission_id,
            form.number.data or "",
            form.number_reason.data or "",
            form.filed_at.data,
            form.delay_reason.data or "",
            form.note.data or "",
        )
        if attempt(form, lambda: correct_filing(command, session=db.session(), now=now())):
            said = _("The filing is on record as you wrote it.") if opened.is_form else _("The moment is corrected.")
            flash(said, "success")
            _warn_of_twins(opened, (form.number.data or "").strip())
            return redirect(opened.url(".show"))
        opened = open_notice(reference, notice_id)
    return page(opened, filing=form)


@bp.post("/incidents/<reference>/notices/<uuid:notice_id>/acknowledged")
def acknowledged(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """Record that the customer acknowledged the notice."""
    opened, form = open_notice(reference, notice_id), ReceiptForm()
    if form.validate():
        command = RecordReceipt(viewer(), notice_id, form.by_name.data or "", form.at.data)
        if attempt(form, lambda: record_receipt(command, session=db.session(), now=now())):
            flash(_("The acknowledgement has been recorded."), "success")
            return redirect(opened.url(".show"))
        opened = open_notice(reference, notice_id)
    return page(opened, receipt=form)


@bp.post("/incidents/<reference>/notices/<uuid:notice_id>/not-arrived")
def not_arrived(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """Record that the notice did not reach the customer."""
    opened, form = open_notice(reference, notice_id), ReturnForm()
    if form.validate():
        command = RecordReturn(viewer(), notice_id, form.returned.data or "")
        if attempt(form, lambda: record_return(command, session=db.session(), now=now())):
            flash(_("Recorded. The clock of this customer runs on: send the notice another way."), "success")
            return redirect(opened.case.url("notices.index"))
        opened = open_notice(reference, notice_id)
    return page(opened, lost=form)
