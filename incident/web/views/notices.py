"""Notices: the dossier for the authority, letters, their versions, approval and submission."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.domain.errors import NotFound
from incident.domain.fact_sheet import chapter_of
from incident.domain.roles import Permission
from incident.law.forms.answers import FilledAnswer, FilledForm
from incident.store.db import db
from incident.store.queries.case import NoticeFile, notice_files
from incident.usecases.approve_notice import ApproveNotice, approve_notice
from incident.usecases.attach_evidence import AttachEvidence, attach_evidence
from incident.usecases.authority_form import form_from
from incident.usecases.draft_notice import (
    DraftNotice,
    EditNotice,
    RedraftNotice,
    draft_notice,
    edit_notice,
    redraft_notice,
)
from incident.usecases.mark_copied import copied_answers, mark_copied
from incident.usecases.record_submission import RecordSubmission, record_submission
from incident.usecases.render_notice import render_notice, render_page
from incident.usecases.subjects import ADDRESSEES, NOTICE_KINDS
from incident.web.access import declare
from incident.web.case import Case, open_case
from incident.web.clock import deps, now
from incident.web.forms.notices import ApproveForm, DraftForm, LetterForm, SubmissionForm
from incident.web.letters import body_of_page
from incident.web.transactions import attempt, commits
from incident.web.viewer import viewer

if TYPE_CHECKING:
    from incident.store.models import Submission

bp = Blueprint("notices", __name__)
declare(
    notices__index=Permission.VIEW_ALL,
    notices__draft=Permission.DRAFT,
    notices__show=Permission.VIEW_ALL,
    notices__edit=Permission.DRAFT,
    notices__redraft=Permission.DRAFT,
    notices__approve=Permission.APPROVE,
    notices__submit=Permission.SUBMIT,
    notices__copied=Permission.DRAFT,
    notices__download=Permission.VIEW_ALL,
)
MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain; charset=utf-8",
}


def _draft_form(case: Case, data: dict[str, Any] | None = None) -> DraftForm:
    return DraftForm(data=data).offer(controller.name for controller in case.facts.affected_controllers)


@bp.get("/incidents/<reference>/notices")
def index(reference: str) -> ResponseReturnValue:
    """All notices of the incident, and a form for another."""
    case = open_case(reference)
    return _list(case, _draft_form(case))


def _list(case: Case, form: DraftForm) -> ResponseReturnValue:
    files = notice_files(db.session(), case.head.incident.id)
    return render_template("web/notices/index.html", case=case, files=files, form=form)


@bp.post("/incidents/<reference>/notices")
def draft(reference: str) -> ResponseReturnValue:
    """Draft a notice from the facts."""
    case = open_case(reference)
    form = _draft_form(case)
    if form.validate():
        command = DraftNotice(
            viewer(), case.reference, ADDRESSEES[form.addressee.data], NOTICE_KINDS[form.kind.data],
            form.language.data, form.recipient.data or "", form.group.data or "",
            withdrawn_reason=form.withdrawn_reason.data or "",
        )  # fmt: skip
        version = attempt(form, lambda: draft_notice(command, session=db.session(), now=now(), writer=deps().writer))
        if version is not None:
            flash(_("The draft is ready."), "success")
            return redirect(case.url(".show", notice_id=version.notice_id))
        case = open_case(reference)
    return _list(case, form)


@dataclass(frozen=True, slots=True)
class Opened:
    """One notice of one incident."""

    case: Case
    file: NoticeFile

    @property
    def is_form(self) -> bool:
        """Whether it is the authority's form."""
        return self.file.notice.addressee.value == "authority"

    @property
    def form(self) -> FilledForm:
        """The filled form of the newest version."""
        return form_from(self.file.latest.form)

    def url(self, endpoint: str, **values: Any) -> str:
        """The address of one of its pages."""
        return self.case.url(endpoint, notice_id=self.file.notice.id, **values)


def _open(reference: str, notice_id: UUID) -> Opened:
    case = open_case(reference)
    for file in notice_files(db.session(), case.head.incident.id):
        if file.notice.id == notice_id:
            return Opened(case, file)
    raise NotFound("There is no such notice.")


def _page(opened: Opened, **forms: Any) -> ResponseReturnValue:
    latest = opened.file.latest
    shown: dict[str, Any] = {
        "approve": ApproveForm(formdata=None, data={"body_sha256": latest.body_sha256}),
        "submission": SubmissionForm(formdata=None).offer(opened.is_form),
        "letter": LetterForm(
            formdata=None, data={"title": latest.title, "body": latest.body, "base_number": str(latest.number)}
        ),
        **forms,
    }
    if opened.is_form:
        copied = copied_answers(db.session(), latest.id)
        return render_template(
            "web/notices/dossier.html", opened=opened, case=opened.case, copied=copied, where=where, **shown
        )
    page = render_page(db.session(), latest.id, actor=viewer(), renderer=deps().renderer)
    return render_template(
        "web/notices/letter.html", opened=opened, case=opened.case, paper=body_of_page(page), **shown
    )


def where(opened: Opened, answer: FilledAnswer) -> str:
    """The page on which a missing answer is given."""
    if not answer.fields:
        return "/settings/organisation"
    return opened.case.url("facts.edit", name=chapter_of(answer.fields[0]).value)


@bp.get("/incidents/<reference>/notices/<uuid:notice_id>")
def show(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """The newest version, with approval and submission."""
    return _page(_open(reference, notice_id))


@bp.post("/incidents/<reference>/notices/<uuid:notice_id>/edit")
def edit(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """Save a letter's text as the next version."""
    opened, form = _open(reference, notice_id), LetterForm()
    if form.validate():
        number = int(form.base_number.data) if (form.base_number.data or "").isdigit() else 0
        command = EditNotice(viewer(), notice_id, form.title.data or "", form.body.data, number)
        if attempt(form, lambda: edit_notice(command, session=db.session(), now=now())):
            flash(_("Saved as a new version."), "success")
            return redirect(opened.url(".show"))
        opened = _open(reference, notice_id)
    return _page(opened, letter=form)


@bp.post("/incidents/<reference>/notices/<uuid:notice_id>/redraft")
@commits
def redraft(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """Draft it anew from the newest facts."""
    opened = _open(reference, notice_id)
    command = RedraftNotice(viewer(), notice_id)
    redraft_notice(command, session=db.session(), now=now(), writer=deps().writer)
    flash(_("Drafted anew from the newest facts."), "success")
    return redirect(opened.url(".show"))


@bp.post("/incidents/<reference>/notices/<uuid:notice_id>/approve")
def approve(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """Approve the text that was shown."""
    opened, form = _open(reference, notice_id), ApproveForm()
    if form.validate():
        command = ApproveNotice(viewer(), notice_id, form.body_sha256.data or "", form.single_officer_reason.data or "")
        if attempt(form, lambda: approve_notice(command, session=db.session(), now=now())):
            flash(_("Approved."), "success")
            return redirect(opened.url(".show"))
        opened = _open(reference, notice_id)
    return _page(opened, approve=form)


@bp.post("/incidents/<reference>/notices/<uuid:notice_id>/submit")
def submit(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """Record that a person sent it, with the copy of the confirmation."""
    opened = _open(reference, notice_id)
    form = SubmissionForm().offer(opened.is_form)
    if form.validate():
        if attempt(form, lambda: _submitted(opened, form)):
            flash(_("The submission has been recorded."), "success")
            return redirect(opened.url(".show"))
        opened = _open(reference, notice_id)
    return _page(opened, submission=form)


def _submitted(opened: Opened, form: SubmissionForm) -> "Submission":
    command = RecordSubmission(
        viewer(), opened.file.notice.id, form.submitted_at.data, form.channel.data, form.reference.data or "",
        form.by_name.data or "", form.recipients.data, form.delay_reason.data or "", form.note.data or "",
    )  # fmt: skip
    row = record_submission(command, session=db.session(), now=now())
    file = form.file.data
    if file and file.filename:
        evidence = AttachEvidence(
            viewer(), opened.case.reference, file.filename, file.read(), _("Copy of the confirmation"),
            form.submitted_at.data, row.id,
        )  # fmt: skip
        attach_evidence(evidence, session=db.session(), now=now(), blobs=deps().blobs)
    return row


@bp.post("/incidents/<reference>/notices/<uuid:notice_id>/copied")
@commits
def copied(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """Tick, or untick, an answer as copied to the portal."""
    opened = _open(reference, notice_id)
    known = {answer.key for answer in opened.form.answers}
    key = request.form.get("question", "")
    if key in known:
        ticked = request.form.get("copied") == "y"
        mark_copied(db.session(), opened.file.latest.id, [key], ticked, actor=viewer(), now=now())
    if request.headers.get("X-Requested-With") == "fetch":
        return "", 204
    return redirect(opened.url(".show") + f"#answer-{key}" if key in known else opened.url(".show"))


@bp.get("/incidents/<reference>/notices/<uuid:notice_id>/v<int:number>.<kind>")
@commits
def download(reference: str, notice_id: UUID, number: int, kind: str) -> ResponseReturnValue:
    """A version as PDF, DOCX or text."""
    opened = _open(reference, notice_id)
    version = next((row for row in opened.file.versions if row.number == number), None)
    if version is None or kind not in MEDIA:
        raise NotFound("There is no such notice.")
    made = render_notice(
        db.session(), version.id, kind, actor=viewer(), now=now(), renderer=deps().renderer, blobs=deps().blobs
    )
    return Response(
        made.content,
        mimetype=MEDIA[kind],
        headers={"Content-Disposition": f'attachment; filename="{made.filename}"'},
    )
