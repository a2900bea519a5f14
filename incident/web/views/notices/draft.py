"""Notices: all of an incident, a new one, its text, its versions and its approval."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from incident.domain.kernel.errors import Invalid
from incident.domain.kinds import Addressee, DeadlineState, NoticeKind
from incident.law.groups import groups_differ
from incident.store.db import db
from incident.store.queries.case import NoticeFile, notice_files
from incident.usecases.notices.approve import ApproveNotice, approve_notice
from incident.usecases.notices.customer_receipt import NO_REPLIES, replies
from incident.usecases.notices.draft import (
    DraftNotice,
    EditNotice,
    RedraftNotice,
    draft_notice,
    edit_notice,
    redraft_notice,
)
from incident.usecases.notices.submit import obligation_of
from incident.web.case import Case, open_case
from incident.web.clock import deps, now
from incident.web.forms.notices import EVERY_CUSTOMER, ApproveForm, DraftForm, LetterForm
from incident.web.transactions import attempt, commits
from incident.web.viewer import viewer
from incident.web.views.notices.customers import customers_of, without_notice
from incident.web.views.notices.opened import bp, open_notice
from incident.web.views.notices.page import page
from incident.web.views.notices.sending import sendings

if TYPE_CHECKING:
    from incident.store.models import Deadline


ASKED: Final = {"addressee": Addressee, "kind": NoticeKind}
"""What the address may choose in the form of a new notice."""


def _draft_form(case: Case, **asked: object) -> DraftForm:
    customers = (controller.name for controller in case.facts.affected_controllers)
    apart = groups_differ(case.facts)
    given = {"groups": [group.value for group in case.facts.subject_groups]} if apart else {}
    return DraftForm(data={**given, **asked}).offer(customers, case.facts.subject_groups if apart else ())


@bp.get("/incidents/<reference>/notices")
def index(reference: str) -> ResponseReturnValue:
    """All notices of the incident, and a form for another, in which a link may have chosen whom it is for."""
    case = open_case(reference)
    asked = {name: request.args.get(name) for name, values in ASKED.items() if request.args.get(name) in set(values)}
    if (customer := request.args.get("recipient")) in {party.name for party in case.facts.affected_controllers}:
        asked["recipient"] = customer
    return _list(case, _draft_form(case, **asked))


def _list(case: Case, form: DraftForm) -> ResponseReturnValue:
    session = db.session()
    files = notice_files(session, case.head.incident.id)
    told = replies(session, case.incident) if case.facts.affected_controllers else NO_REPLIES
    customers = customers_of(case, files, told)
    due = _due(case, files)
    return render_template(
        "web/notices/index.html",
        case=case,
        files=files,
        form=form,
        customers=customers,
        returns=told.returns,
        due=due,
        sendings=sendings(case.incident, files),
        first=_first(files, due),
    )


def _due(case: Case, files: Sequence[NoticeFile]) -> dict[UUID, "Deadline"]:
    """The running clock of each notice that has not left, or is still leaving; its dossier or letter ends it."""
    running = {row.obligation: row for row in case.head.deadlines if row.state is DeadlineState.OPEN}
    clocks = ((file.notice.id, running.get(obligation_of(file.notice) or "")) for file in files if not file.submissions)
    return {notice: clock for notice, clock in clocks if clock is not None}


def _first(files: Sequence[NoticeFile], due: Mapping[UUID, "Deadline"]) -> UUID | None:
    """The notice with which one begins: of those that have not left, the first that is due."""
    waiting = [file.notice.id for file in files if not file.sent and file.notice.id in due]
    return min(waiting, key=lambda notice: due[notice].due_at, default=None)


@bp.post("/incidents/<reference>/notices")
def draft(reference: str) -> ResponseReturnValue:
    """Draft a notice from the facts, in each language and for each customer that was asked for."""
    case = open_case(reference)
    form = _draft_form(case)
    if form.validate():
        write = partial(draft_notice, session=db.session(), now=now(), writer=deps().writer)
        made = attempt(form, lambda: [write(command) for command in _wanted(case, form)])
        if made is not None:
            flash(ngettext("The draft is ready.", "%(num)s drafts are ready.", len(made)), "success")
            if len({version.notice_id for version in made}) == 1:
                return redirect(case.url(".show", notice_id=made[0].notice_id))
            return redirect(case.url(".index"))
        case = open_case(reference)
    return _list(case, form)


def _wanted(case: Case, form: DraftForm) -> list[DraftNotice]:
    """One order per notice: the authority reads Dutch, a customer its own language, others what was ticked."""
    addressee, kind = Addressee(form.addressee.data), NoticeKind(form.kind.data)
    reason = form.withdrawn_reason.data or ""
    if form.addressee.data == "authority":
        return [DraftNotice(viewer(), case.reference, addressee, kind, withdrawn_reason=reason)]
    if form.addressee.data == "controller":
        chosen = _customers(case, form.recipient.data or "", form.kind.data)
        return [
            DraftNotice(viewer(), case.reference, addressee, kind, language, name, withdrawn_reason=reason)
            for name, language in chosen
        ]
    if not form.languages.data:
        raise Invalid("Choose at least one language.", field="languages")
    return [
        DraftNotice(viewer(), case.reference, addressee, kind, language, group=group, withdrawn_reason=reason)
        for group in _groups(addressee, form)
        for language in form.languages.data
    ]


def _groups(addressee: Addressee, form: DraftForm) -> list[str]:
    """A group that was written goes first; letters to people go one to each chosen group; others speak to all."""
    if form.group.data or addressee is not Addressee.SUBJECTS:
        return [form.group.data or ""]
    return form.groups.data or [""]


def _customers(case: Case, chosen: str, kind: str) -> list[tuple[str, str]]:
    known = {one.name: one.language or "nl" for one in case.facts.affected_controllers}
    if chosen == EVERY_CUSTOMER:
        session = db.session()
        lost = replies(session, case.incident).returns
        names = without_notice(case, notice_files(session, case.head.incident.id), kind, lost)
        if not names:
            raise Invalid("Every customer has such a notice already.", field="recipient")
        return [(name, known[name]) for name in names]
    if chosen not in known:
        raise Invalid("Choose the customer. Add customers under the facts.", field="recipient")
    return [(chosen, known[chosen])]


@bp.get("/incidents/<reference>/notices/<uuid:notice_id>")
def show(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """The newest version, with approval and submission."""
    return page(open_notice(reference, notice_id))


@bp.post("/incidents/<reference>/notices/<uuid:notice_id>/edit")
def edit(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """Save a letter's text as the next version."""
    opened, form = open_notice(reference, notice_id), LetterForm()
    if form.validate():
        number = int(form.base_number.data) if (form.base_number.data or "").isdigit() else 0
        command = EditNotice(viewer(), notice_id, form.title.data or "", form.body.data, number)
        if attempt(form, lambda: edit_notice(command, session=db.session(), now=now())):
            flash(_("Saved as a new version."), "success")
            return redirect(opened.url(".show"))
        opened = open_notice(reference, notice_id)
    return page(opened, letter=form)


@bp.post("/incidents/<reference>/notices/<uuid:notice_id>/redraft")
@commits
def redraft(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """Draft it anew from the newest facts."""
    opened = open_notice(reference, notice_id)
    redraft_notice(RedraftNotice(viewer(), notice_id), session=db.session(), now=now(), writer=deps().writer)
    flash(_("Drafted again from the newest facts."), "success")
    return redirect(opened.url(".show"))


@bp.post("/incidents/<reference>/notices/<uuid:notice_id>/approve")
def approve(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """Approve the text that was shown."""
    opened, form = open_notice(reference, notice_id), ApproveForm()
    if form.validate():
        command = ApproveNotice(
            viewer(),
            notice_id,
            form.body_sha256.data or "",
            form.single_officer_reason.data or "",
            form.unsaid_reason.data or "",
        )
        if attempt(form, lambda: approve_notice(command, session=db.session(), now=now())):
            flash(_("Approved."), "success")
            return redirect(opened.url(".show"))
        opened = open_notice(reference, notice_id)
    return page(opened, approve=form)
