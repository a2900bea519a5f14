"""Mailings to data subjects: the list, its problems, start, release, progress and stop."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from incident.documents.glyphs import can_print
from incident.domain.kernel.errors import Invalid, NotFound
from incident.domain.kinds import Addressee, MailingChannel, MailingState
from incident.store.db import db
from incident.store.queries.case import NoticeFile, notice_files
from incident.store.queries.mailings import find_mailing, first_row, mailings_of, without_letter
from incident.store.shelf import Shelf, put_ahead
from incident.usecases.clock.deadlines import SUBJECTS
from incident.usecases.common import errands
from incident.usecases.common.errands import Errand
from incident.usecases.mailing.assign import assign_letter
from incident.usecases.mailing.certificate import record_posting
from incident.usecases.mailing.mailing import (
    letters_of,
    release_mailing,
    resume_mailing,
    start_mailing,
    stop_mailing,
)
from incident.usecases.mailing.print_letters import parts_of
from incident.usecases.mailing.read_list import (
    DEFAULT_PER_MINUTE,
    LISTS,
    PreparedMailing,
    PrepareMailing,
    check_list,
    leave_list,
    prepare_mailing,
    was_left,
)
from incident.usecases.mailing.texts import progress
from incident.usecases.mailing.unusable_rows import keep_unusable, unusable_rows
from incident.web.case import Case, open_case
from incident.web.clock import deps, now
from incident.web.files_ahead import only_reading
from incident.web.forms.base import Form, chosen_id
from incident.web.forms.notices_mailing import BounceForm, MailingForm, PostedForm
from incident.web.labels import group_word, language_word
from incident.web.transactions import attempt
from incident.web.viewer import viewer
from incident.web.views.notices.opened import bp

if TYPE_CHECKING:
    from incident.store.models import Mailing, PrintPart

SHOWN_PROBLEMS = 100


def _approved(case: Case) -> list[tuple[str, str]]:
    """The letters that may be sent: approved ones to data subjects, by the id of their version."""
    files = notice_files(db.session(), case.head.incident.id)
    return [
        (str(file.latest.id), letter_words(file))
        for file in files
        if file.notice.addressee is Addressee.SUBJECTS and file.approval is not None
    ]


def letter_words(file: NoticeFile) -> str:
    """A letter in a list: its language, its group, its subject."""
    notice = file.notice
    parts = (language_word(notice.language), group_word(notice.group), file.latest.title)
    return " · ".join(part for part in parts if part)


@bp.get("/incidents/<reference>/mailings")
def mailings(reference: str) -> ResponseReturnValue:
    """Every mailing of the incident, and a form for another."""
    case = open_case(reference)
    return _list(case, MailingForm(formdata=None).offer(_approved(case)))


def _list(case: Case, form: MailingForm) -> ResponseReturnValue:
    session, case = db.session(), replace(case, about=SUBJECTS)
    begun = (MailingState.RELEASED, MailingState.STOPPED)
    found = [
        (one, progress(session, one) if one.state in begun else None)
        for one in mailings_of(session, case.head.incident.id)
    ]
    return render_template("web/mailing/index.html", case=case, mailings=found, form=form)


@bp.post("/incidents/<reference>/mailings")
def prepare(reference: str) -> ResponseReturnValue:
    """Read the list, row by row, or leave a long one to a worker; nothing is sent."""
    case = open_case(reference)
    form = MailingForm().offer(_approved(case))
    command = attempt(form, lambda: _command(case, form), repeatable=True) if form.validate() else None
    made = _prepared(form, command) if command is not None else None
    return redirect(case.url(".mailing", mailing_id=made)) if made else _list(open_case(reference), form)


def _command(case: Case, form: MailingForm) -> PrepareMailing:
    file = form.file.data
    days = form.keep_days.data or 0
    if not 1 <= days <= 365:
        raise Invalid("Choose 1 to 365 days.", field="keep_days")
    versions = [found for text in form.versions.data or () if (found := chosen_id(text)) is not None]
    channel = MailingChannel(form.channel.data)
    return PrepareMailing(
        viewer(),
        case.reference,
        channel,
        versions,
        file.filename or "",
        file.read(),
        (form.per_minute.data or 0) if channel is MailingChannel.EMAIL else DEFAULT_PER_MINUTE,
        timedelta(days=days),
    )


def _prepared(form: MailingForm, command: PrepareMailing) -> UUID | None:
    """The mailing with its list, or None with the refusal in the form."""
    ahead = attempt(form, lambda: _ahead(command), repeatable=True)
    if ahead is None:
        return None
    if digests := list(ahead.files):
        left = attempt(form, lambda: leave_list(command, digests[0], session=db.session(), now=now()))
        return left.id if left else None
    made = attempt(form, lambda: _read(command))
    if made is None:
        return None
    flash(ngettext("One person is in the list.", "%(num)s people are in the list.", made.people), "success")
    if made.unused:
        flash(_("These columns of the list are not used: %(columns)s.", columns=", ".join(made.unused)))
    return made.mailing.id


def _ahead(command: PrepareMailing) -> Shelf:
    """The shelf with a long list on it, before the transaction that names it; nothing of a short one."""
    session = only_reading()
    long = check_list(command, session=session)
    return put_ahead(session, deps().blobs, [command.content] if long else [], now())


def _read(command: PrepareMailing) -> PreparedMailing:
    made = prepare_mailing(command, session=db.session(), now=now(), sealer=deps().sealer, can_print=can_print)
    keep_unusable(made.mailing, made.problems, actor=viewer(), session=db.session(), now=now(), blobs=deps().blobs)
    return made


def open_mailing(reference: str, mailing_id: UUID) -> "tuple[Case, Mailing]":
    """The mailing of an address. Raises NotFound where this incident has none such."""
    case = open_case(reference)
    found = find_mailing(db.session(), case.head.incident.id, mailing_id)
    if found is None:
        raise NotFound("There is no such mailing.")
    return replace(case, about=SUBJECTS), found


@bp.get("/incidents/<reference>/mailings/<uuid:mailing_id>")
def mailing(reference: str, mailing_id: UUID) -> ResponseReturnValue:
    """One mailing: its problems, its next step, its progress."""
    case, found = open_mailing(reference, mailing_id)
    return mailing_page(case, found)


def mailing_page(case: Case, found: "Mailing", refused: Form | None = None) -> ResponseReturnValue:
    """The page, with a form that was refused in place of a fresh one."""
    session = db.session()
    file, problems = unusable_rows(session, found, deps().blobs)
    done = progress(session, found)
    bounce = refused if isinstance(refused, BounceForm) else BounceForm(formdata=None)
    posted = refused if isinstance(refused, PostedForm) else PostedForm(formdata=None)
    draft = found.state is MailingState.DRAFT
    return render_template(
        "web/mailing/show.html",
        case=case,
        mailing=found,
        done=done,
        problem_file=file,
        unusable=len({one.row for one in problems}),
        total=len(problems),
        problems=problems[:SHOWN_PROBLEMS],
        bounce=bounce,
        refused=refused,
        first=first_row(session, found.id),
        parts=_parts(found),
        can_mail="subjects" in deps().messengers,
        mine=viewer().id is not None and found.started_by == viewer().id,
        posted=posted,
        unserved=without_letter(session, found) if draft else [],
        letters=_letters(case, found) if draft else [],
        reading=_reading(found, done.people),
        live=False,
        anew=_anew(case, found) if found.state is MailingState.UNREADABLE else None,
    )


def _reading(found: "Mailing", people: int) -> Errand | None:
    """How far a worker is with a long list, or what it found."""
    return errands.find(db.session(), LISTS, found.id) if was_left(found, people) else None


def _anew(case: Case, found: "Mailing") -> MailingForm:
    """The form as it was filled in, with what is wrong with the list at its field."""
    chosen = {
        "channel": found.channel.value,
        "versions": [letter.version for letter in letters_of(found)],
        "per_minute": found.per_minute,
        "keep_days": (found.erase_after - found.recorded_at).days,
    }
    form, read = MailingForm(formdata=None, data=chosen).offer(_approved(case)), _reading(found, 0)
    if read is not None:
        form.refuse(Invalid(read.problem, field="file", **read.params))
    return form


def _letters(case: Case, found: "Mailing") -> list[tuple[str, str]]:
    """The letters of this mailing, by the id of their version."""
    ids = {letter.version for letter in letters_of(found)}
    files = notice_files(db.session(), case.head.incident.id)
    return [(str(one.id), letter_words(file)) for file in files for one in file.versions if str(one.id) in ids]


def _parts(found: "Mailing") -> "Sequence[PrintPart]":
    """The files for the printer: none of a mailing by e-mail, and none before it is released."""
    to_print = found.channel is MailingChannel.LETTER and found.state is MailingState.RELEASED
    return parts_of(db.session(), found) if to_print else ()


@bp.get("/incidents/<reference>/mailings/<uuid:mailing_id>/progress")
def mailing_progress(reference: str, mailing_id: UUID) -> ResponseReturnValue:
    """Only the figures, for the page that is open."""
    case, found = open_mailing(reference, mailing_id)
    done = progress(db.session(), found)
    shown = {
        "mailing": found,
        "done": done,
        "parts": _parts(found),
        "reading": _reading(found, done.people),
        "live": True,
    }
    return render_template("web/mailing/progress.html", case=case, **shown)


@bp.post("/incidents/<reference>/mailings/<uuid:mailing_id>/start")
def start(reference: str, mailing_id: UUID) -> ResponseReturnValue:
    """Ask for release."""
    act = partial(start_mailing, db.session(), mailing_id, actor=viewer(), now=now())
    return _step(reference, mailing_id, act, _("Started. Somebody else has to release it now."))


@bp.post("/incidents/<reference>/mailings/<uuid:mailing_id>/release")
def release(reference: str, mailing_id: UUID) -> ResponseReturnValue:
    """Release what somebody else started."""
    channels = set(deps().messengers)
    act = partial(release_mailing, db.session(), mailing_id, actor=viewer(), now=now(), channels=channels)
    return _step(reference, mailing_id, act, _("Released."))


@bp.post("/incidents/<reference>/mailings/<uuid:mailing_id>/stop")
def stop(reference: str, mailing_id: UUID) -> ResponseReturnValue:
    """Keep what has not left from leaving."""
    act = partial(stop_mailing, db.session(), mailing_id, actor=viewer(), now=now())
    return _step(reference, mailing_id, act, _("Stopped."))


@bp.post("/incidents/<reference>/mailings/<uuid:mailing_id>/resume")
def resume(reference: str, mailing_id: UUID) -> ResponseReturnValue:
    """Let a stopped mailing go on with what had not left."""
    act = partial(resume_mailing, db.session(), mailing_id, actor=viewer(), now=now())
    return _step(reference, mailing_id, act, _("Sending continues with the people who had not received it yet."))


@bp.post("/incidents/<reference>/mailings/<uuid:mailing_id>/assign")
def assign(reference: str, mailing_id: UUID) -> ResponseReturnValue:
    """Choose the letter of people for whom there is none in their language and group."""
    given = request.form
    version = chosen_id(given.get("letter", "")) or UUID(int=0)
    act = partial(
        assign_letter,
        db.session(),
        mailing_id,
        version,
        language=given.get("language", ""),
        group=given.get("group", ""),
        actor=viewer(),
        now=now(),
    )
    return _step(reference, mailing_id, act, _("These people have a letter now."))


@bp.post("/incidents/<reference>/mailings/<uuid:mailing_id>/posted")
def posted(reference: str, mailing_id: UUID) -> ResponseReturnValue:
    """Write down when the printed letters were posted."""
    case, _found = open_mailing(reference, mailing_id)
    form = PostedForm()
    if form.validate() and attempt(
        form, lambda: record_posting(db.session(), mailing_id, form.at.data, actor=viewer(), now=now())
    ):
        flash(_("It is on record that these letters were posted."), "success")
        return redirect(case.url(".mailing", mailing_id=mailing_id))
    return mailing_page(*open_mailing(reference, mailing_id), form)


def _step(reference: str, mailing_id: UUID, act: Callable[[], object], words: str) -> ResponseReturnValue:
    case, _found = open_mailing(reference, mailing_id)
    form = Form(formdata=None)
    if attempt(form, lambda: (act(),)) is not None:
        flash(words, "success")
        return redirect(case.url(".mailing", mailing_id=mailing_id))
    return mailing_page(*open_mailing(reference, mailing_id), form)
