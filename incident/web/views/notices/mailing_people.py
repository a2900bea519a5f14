"""The people of a mailing: the list, what each of them gets, a test to oneself, what came back, letters to print."""

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from flask import Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.delivery.letterbox import mail_to
from incident.delivery.subjects import SubjectMessenger
from incident.documents.personal import personal_texts
from incident.domain.kernel.errors import IllegalMove, NotFound
from incident.domain.kinds import MailingChannel
from incident.domain.recipients import Addressed
from incident.store.db import db
from incident.store.queries.mailings import (
    PAGE,
    MailingRow,
    count_people,
    first_row,
    people_at_address,
    people_of,
    person_of,
)
from incident.usecases.mailing.certificate import is_posted, record_bounce
from incident.usecases.mailing.export_people import export_people as people_as_csv
from incident.usecases.mailing.mailing import address_fingerprint, opened
from incident.usecases.mailing.print_letters import letters_to_print
from incident.usecases.mailing.texts import personal_notice, progress
from incident.usecases.messages.ports import DeliveryFailed
from incident.web.clock import deps, now
from incident.web.downloads import attachment
from incident.web.forms.base import Form
from incident.web.forms.notices_mailing import BounceForm, ReturnedForm
from incident.web.letters import body_of_page
from incident.web.transactions import attempt, commits
from incident.web.viewer import current_person, viewer
from incident.web.views.notices.mailing import mailing_page, open_mailing
from incident.web.views.notices.opened import bp

if TYPE_CHECKING:
    from incident.store.models import Mailing


@bp.get("/incidents/<reference>/mailings/<uuid:mailing_id>/people")
def people(reference: str, mailing_id: UUID) -> ResponseReturnValue:
    """The list, a page at a time, with what became of each message."""
    case, found = open_mailing(reference, mailing_id)
    session, page = db.session(), max(request.args.get("page", 1, int), 1)
    state = request.args.get("state", "")
    total = count_people(session, mailing_id, state)
    shown = [(row, _person(row)) for row in people_of(session, mailing_id, page, state)]
    pages = max(-(-total // PAGE), 1)
    return render_template(
        "web/mailing/people.html",
        case=case,
        mailing=found,
        done=progress(session, found),
        printed=count_people(session, mailing_id, "printed") if found.channel is MailingChannel.LETTER else 0,
        rows=shown,
        page=page,
        pages=pages,
        total=total,
        state=state,
    )


@bp.get("/incidents/<reference>/mailings/<uuid:mailing_id>/people.csv")
@commits
def export_people(reference: str, mailing_id: UUID) -> ResponseReturnValue:
    """The people of one state as a list for a second channel; who took it is on record."""
    case, _found = open_mailing(reference, mailing_id)
    state = request.args.get("state", "unreached")
    content = people_as_csv(db.session(), mailing_id, state, actor=viewer(), now=now(), sealer=deps().sealer)
    answer: Response = attachment(content, f"{case.reference}-{state or 'all'}.csv", "text/csv; charset=utf-8")
    return answer


def _person(row: MailingRow) -> Addressed | None:
    """The person behind a row, or None once the data were erased."""
    return opened(row.person, deps().sealer) if row.person.sealed is not None else None


def _row(mailing: "Mailing", number: int) -> MailingRow:
    found = person_of(db.session(), mailing.id, number)
    if found is None:
        raise NotFound("There is no such person in the list.")
    return found


@bp.get("/incidents/<reference>/mailings/<uuid:mailing_id>/people/<int:number>")
def person(reference: str, mailing_id: UUID, number: int) -> ResponseReturnValue:
    """What this person gets: exactly the message, with the person's own name in it."""
    return _person_page(reference, mailing_id, number, ReturnedForm(formdata=None))


def _person_page(reference: str, mailing_id: UUID, number: int, returned: ReturnedForm) -> ResponseReturnValue:
    case, found = open_mailing(reference, mailing_id)
    row = _row(found, number)
    notice, whom = personal_notice(db.session(), row.person.id, deps().sealer)
    _text, html = personal_texts(notice, whom)
    return render_template(
        "web/mailing/person.html",
        case=case,
        mailing=found,
        row=row,
        whom=whom,
        notice=notice,
        paper=body_of_page(html),
        returned=returned,
        is_posted=is_posted(found, row.person),
    )


@bp.post("/incidents/<reference>/mailings/<uuid:mailing_id>/people/<int:number>/returned")
def returned(reference: str, mailing_id: UUID, number: int) -> ResponseReturnValue:
    """Write down that the letter to this person came back."""
    case, found = open_mailing(reference, mailing_id)
    form = ReturnedForm()
    if form.validate() and attempt(form, lambda: _returned(found, number, form)):
        flash(_("It is written down that this letter came back."), "success")
        return redirect(case.url(".person", mailing_id=mailing_id, number=number))
    return _person_page(reference, mailing_id, number, form)


def _returned(found: "Mailing", number: int, form: ReturnedForm) -> bool:
    person = _row(found, number).person
    record_bounce(db.session(), person.id, form.reason.data or "", actor=viewer(), now=now())
    return True


@bp.post("/incidents/<reference>/mailings/<uuid:mailing_id>/test")
def test_mail(reference: str, mailing_id: UUID) -> ResponseReturnValue:
    """Send the message to oneself, with one's own name in it and nobody else's data."""
    case, found = open_mailing(reference, mailing_id)
    form = Form(formdata=None)
    address = attempt(form, lambda: _send_test(found))
    if address:
        flash(_("A test went to %(address)s. Look at it before you start.", address=address), "success")
        return redirect(case.url(".mailing", mailing_id=mailing_id))
    return mailing_page(*open_mailing(reference, mailing_id), form)


def _send_test(found: "Mailing") -> str:
    messenger, me = deps().messengers.get("subjects"), current_person()
    if not isinstance(messenger, SubjectMessenger) or me is None:
        raise IllegalMove("E-mail is not set up here. Set SMTP_URL and MAIL_FROM, or send letters.")
    row = _row(found, first_row(db.session(), found.id))
    notice, _whom = personal_notice(db.session(), row.person.id, deps().sealer)
    mail = mail_to(notice, Addressed(0, name=me.name or me.email, email=me.email, reference="TEST"))
    mail = replace(mail, subject=f"[TEST] {notice.title}")
    try:
        messenger.send_test(mail, f"test:{found.id}:{uuid4()}")
    except DeliveryFailed as problem:
        raise IllegalMove("The test was not sent: %(problem)s.", problem=str(problem)) from problem
    return me.email


@bp.post("/incidents/<reference>/mailings/<uuid:mailing_id>/bounce")
def bounce(reference: str, mailing_id: UUID) -> ResponseReturnValue:
    """Write down that a message came back."""
    case, found = open_mailing(reference, mailing_id)
    form = BounceForm()
    if form.validate() and attempt(form, lambda: _bounced(found, form)):
        flash(_("It is written down that this message came back."), "success")
        return redirect(case.url(".mailing", mailing_id=mailing_id))
    return mailing_page(*open_mailing(reference, mailing_id), form)


def _bounced(found: "Mailing", form: BounceForm) -> bool:
    """Found without opening anybody's data: the fingerprint of the address tells whose it is, one person's or more."""
    mark = address_fingerprint(form.address.data or "", found, deps().sealer)
    rows = people_at_address(db.session(), found.id, mark)
    if not rows:
        raise NotFound("This address is not in the list.", field="address")
    for row in rows:
        record_bounce(db.session(), row.person.id, form.reason.data or "", actor=viewer(), now=now())
    return True


@bp.get("/incidents/<reference>/mailings/<uuid:mailing_id>/letters-<int:part>.pdf")
@commits
def letters(reference: str, mailing_id: UUID, part: int) -> ResponseReturnValue:
    """One part of the letters, as a worker made it, each beginning on a front side."""
    case, found = open_mailing(reference, mailing_id)
    content = letters_to_print(db.session(), found.id, part, actor=viewer(), now=now(), sealer=deps().sealer)
    answer: Response = attachment(content, f"{case.reference}-letters-{part:03d}.pdf", "application/pdf")
    return answer
