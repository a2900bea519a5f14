"""The page of one notice: the authority's form answer by answer, or a letter."""

from typing import TYPE_CHECKING

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.documents.differences import AnswerChange, diff_forms
from incident.domain.fact_sheet import told_hash
from incident.domain.kinds import Addressee
from incident.law.forms.answers import FilledAnswer, Origin
from incident.law.forms.notation import count
from incident.store.db import db
from incident.usecases.common.settings import organisation_profile
from incident.usecases.notices.authority_form import fill_authority_form, form_from, told_by_now
from incident.usecases.notices.customer_receipt import NO_REPLIES, Replies, replies
from incident.usecases.notices.draft import EDITED
from incident.usecases.notices.earlier_filing import earlier_form_among, number_among
from incident.usecases.notices.mark_copied import copied_answers
from incident.usecases.notices.render import render_pages
from incident.web.clock import deps, now
from incident.web.forms.base import Form
from incident.web.forms.notices import ApproveForm, FilingForm, LetterForm, ReceiptForm, ReturnForm
from incident.web.letters import body_of_page
from incident.web.open_answers import lacking, place_of
from incident.web.views.notices.compare import checked_letter
from incident.web.views.notices.opened import Opened, where
from incident.web.views.notices.sending import sendings

if TYPE_CHECKING:
    from incident.web.forms.fields import FormData


def page(opened: Opened, **forms: Form) -> ResponseReturnValue:
    """The page, with a form that was refused in place of a fresh one."""
    latest = opened.file.latest
    saved = {"title": latest.title, "body": latest.body, "base_number": str(latest.number)}
    letter = forms.get("letter", LetterForm(formdata=None, data=saved))
    shown: dict[str, object] = {
        "approve": ApproveForm(formdata=None, data={"body_sha256": latest.body_sha256}),
        "letter": letter,
        "receipt": ReceiptForm(formdata=None),
        "lost": ReturnForm(formdata=None),
        "filing": filing_form(opened),
        "sending": sendings(opened.case.incident, [opened.file]).get(opened.file.notice.id),
        **forms,
    }
    if opened.is_form:
        return render_template("web/notices/dossier.html", **dossier(opened), **shown)
    known = _replies(opened)
    (html,) = render_pages(db.session(), opened.case.incident, [opened.file], renderer=deps().renderer)
    return render_template(
        "web/notices/letter.html",
        opened=opened,
        case=opened.case,
        newer=newer_facts(opened),
        paper=body_of_page(html),
        found=checked_letter(opened, letter["title"].data or "", letter["body"].data or ""),
        untouched=untouched(opened),
        acknowledged=known.receipts.get(opened.file.notice.id),
        returned=known.returns.get(opened.file.notice.id),
        lacking=lacking(opened.case, [opened.file]),
        place_of=place_of,
        **shown,
    )


def filing_form(opened: Opened, typed: "FormData | None" = None) -> FilingForm:
    """The form that corrects what is on record of a filing, with what stands there or what was typed."""
    row = opened.file.submissions[-1] if opened.file.submissions else None
    stands = {"number": row.reference, "filed_at": row.submitted_at, "delay_reason": row.delay_reason} if row else {}
    form = FilingForm(formdata=typed, data=stands)
    if not opened.is_form:
        form.filed_at.label.text = _("When was it sent?")
    return form


def newer_facts(opened: Opened) -> bool:
    """Whether something that this notice tells is on record otherwise by now."""
    told = told_hash(opened.file.notice.addressee, opened.case.facts, opened.case.head.response)
    return opened.file.latest.facts_sha256 != told


def dossier(opened: Opened) -> dict[str, object]:
    """What the pages of the authority's form show."""
    session, filled = db.session(), opened.form
    return {
        "opened": opened,
        "case": opened.case,
        "filled": filled,
        "newer": newer_facts(opened),
        "asked_since": asked_since(opened),
        "told_now": told_now(opened),
        "copied": copied_answers(session, opened.file.latest.id, [answer.key for answer in filled.answers]),
        "where": where,
        "changes": changes(opened),
        "number": number_among(opened.files),
    }


def asked_since(opened: Opened) -> tuple[FilledAnswer, ...]:
    """What the form lacks now and did not when it was drafted: after the deadline it asks why it is late (4.5)."""
    drafted_at, clocks = opened.file.latest.recorded_at, opened.case.head.deadlines
    own = [row for row in clocks if row.obligation == opened.case.about]
    if opened.done or not any(drafted_at <= row.due_at < now() for row in own):
        return ()
    session, case, drafted = db.session(), opened.case, {answer.key for answer in opened.form.missing}
    organisation = organisation_profile(session)
    fresh = fill_authority_form(session, case.incident, opened.file.notice, case.facts, organisation, now())
    return tuple(answer for answer in fresh.missing if answer.key not in drafted)


def told_now(opened: Opened) -> int | None:
    """How many people have been told by now, where the form has another number, or that of a mailing under way."""
    answer = next((one for one in opened.form.answers if one.number == "10.1.3"), None)
    if answer is None or opened.done:
        return None
    recorded = count(opened.case.facts.informed_count)
    if recorded is not None:
        return None if recorded == answer.value else recorded
    under_way = answer.origin is Origin.DERIVED
    return told_by_now(db.session(), opened.case.incident) or None if under_way else None


def changes(opened: Opened) -> tuple[AnswerChange, ...] | None:
    """What differs from the form as it was filed last; None for a first notification."""
    before = earlier_form_among(opened.file.notice, opened.files)
    return diff_forms(form_from(before), opened.form) if before else None


def untouched(opened: Opened) -> tuple[str, ...]:
    """The languages whose text nobody changed although another one's was; empty where all say the same."""
    edited = {file.notice.language: file.latest.template_ref.endswith(EDITED) for file in opened.siblings}
    return tuple(language for language, changed in edited.items() if not changed) if any(edited.values()) else ()


def _replies(opened: Opened) -> Replies:
    """What came of the notices to customers, where this is one."""
    customers = opened.file.notice.addressee is Addressee.CONTROLLER
    return replies(db.session(), opened.case.incident) if customers else NO_REPLIES
