"""The organisation's own texts for notices, its logo and its Word letter."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from incident.documents.own_text import allowed_for, from_words, in_words, names_for, start_text
from incident.documents.pdf import check_logo
from incident.domain.kernel.errors import Invalid, NotFound
from incident.domain.kernel.roles import Permission, require
from incident.domain.kinds import Addressee, NoticeKind
from incident.law.facts import BreachFacts
from incident.store.blobs import BlobStore
from incident.store.db import db
from incident.store.queries.incidents import board
from incident.store.shelf import put_ahead
from incident.usecases.common.access import note_read, visible
from incident.usecases.common.settings import organisation_profile
from incident.usecases.notices.own_templates import (
    SaveHouseFile,
    SaveTemplate,
    drop_template,
    house_files,
    own_template,
    own_texts,
    save_house_file,
    save_template,
)
from incident.usecases.notices.ports import NoticeRequest, PrintableNotice
from incident.web.case import open_case
from incident.web.clock import deps, now
from incident.web.forms.base import Form
from incident.web.forms.notices_templates import HouseForm, TemplateForm
from incident.web.i18n import language_code
from incident.web.labels import NOTICE_LANGUAGES
from incident.web.letters import body_of_page
from incident.web.transactions import attempt, commits
from incident.web.viewer import allowed, viewer

bp = Blueprint("notice_templates", __name__)
WRITABLE = ("subjects", "public", "controller", "staff", "police", "insurer", "press")
MEANINGS = {
    "body": _l("the text of the letter, alone in its line"),
    "date": _l("the date of the letter"),
    "language": _l("the language of the letter"),
    "recipient": _l("name and address of the recipient, a list of lines"),
    "reference": _l("the reference of the incident"),
    "sender": _l("the name of your organisation"),
    "sender_lines": _l("your address and how to reach you, a list of lines"),
    "title": _l("the subject of the letter"),
}


def _check_letter(template: bytes) -> None:
    """What reads Word is loaded with the first file of Word."""
    from incident.documents.docx_house import check_house_template

    check_house_template(template)


CHECKS = {"logo": check_logo, "letter": _check_letter}


@bp.get("/settings/notices")
def index() -> ResponseReturnValue:
    """Which texts are the organisation's own, and its house style."""
    return _list(HouseForm(formdata=None))


def _list(form: Form) -> ResponseReturnValue:
    session = db.session()
    return render_template(
        "web/notice_templates/index.html",
        writable=WRITABLE,
        own=own_texts(session),
        house=house_files(session),
        form=form,
        fields=sorted(MEANINGS),
        meanings=MEANINGS,
    )


def _request(addressee: str, kind: str, language: str) -> NoticeRequest:
    if addressee not in WRITABLE or kind not in set(NoticeKind) or language not in NOTICE_LANGUAGES:
        raise NotFound("There is no template for this addressee and kind of notice.")
    profile, at = organisation_profile(db.session()), now()
    return NoticeRequest(addressee, kind, language, BreachFacts(), profile, "DL-2026-0001", at)


@bp.route("/settings/notices/<addressee>/<kind>/<language>", methods=["GET", "POST"])
def edit(addressee: str, kind: str, language: str) -> ResponseReturnValue:
    """One text: write, look at it with a real incident, save."""
    asked = _request(addressee, kind, language)
    reader, own = language_code(), own_template(db.session(), addressee, kind, language)
    title, text = (own.title, own.text) if own else start_text(asked)
    form = TemplateForm(data={"title": title, "body": in_words(text, asked, reader)}).offer(_incidents())
    names = names_for(asked, reader)
    shown: dict[str, object] = {"form": form, "names": names, "own": own, "asked": asked, "paper": None}
    if form.validate_on_submit():
        kept = from_words(form.body.data or "", asked, reader)
        order = SaveTemplate(
            viewer(),
            Addressee(addressee),
            NoticeKind(kind),
            language,
            form.title.data or "",
            kept,
            allowed_for(asked),
        )
        if request.form.get("act") == "preview":
            shown["paper"] = attempt(form, lambda: _preview(asked, form, kept))
        elif attempt(form, lambda: save_template(order, session=db.session(), now=now())):
            flash(_("Saved. New drafts use this text."), "success")
            return redirect(url_for(".edit", addressee=addressee, kind=kind, language=language))
    return render_template("web/notice_templates/edit.html", **shown)


def _incidents() -> list[tuple[str, str]]:
    """Real incidents to try a text on, for whoever may read them; else only an empty one."""
    none = [("", _("no incident: every value stays open"))]
    if not allowed(Permission.VIEW_ALL):
        return none
    rows = [row.incident for row in board(db.session(), visible(viewer()), 20)]
    for row in rows:
        note_read(db.session(), row, viewer())
    return none + [(row.reference, f"{row.reference} {row.summary[:60]}") for row in rows]


def _preview(asked: NoticeRequest, form: TemplateForm, text: str) -> object:
    asked = replace(asked, template_text=text, template_title=form.title.data or None)
    if form.incident.data and allowed(Permission.VIEW_ALL):
        case = open_case(form.incident.data)
        asked = replace(asked, facts=case.facts, reference=case.reference)
    made = deps().writer.write(asked)
    sheet = PrintableNotice(
        asked.addressee,
        asked.kind,
        asked.language,
        made.title,
        made.body,
        {},
        asked.organisation,
        asked.reference,
        1,
        now(),
        False,
        "",
    )
    return body_of_page(deps().renderer.render(sheet, "html").decode())


@bp.post("/settings/notices/<addressee>/<kind>/<language>/drop")
@commits
def drop(addressee: str, kind: str, language: str) -> ResponseReturnValue:
    """Go back to the text that ships with the product."""
    _request(addressee, kind, language)
    order = SaveTemplate(viewer(), Addressee(addressee), NoticeKind(kind), language, "", "", frozenset())
    drop_template(order, session=db.session(), now=now())
    flash(_("New drafts use the text that comes with Meldklok."), "success")
    return redirect(url_for(".index"))


@bp.post("/settings/notices/house/<part>")
def house(part: str) -> ResponseReturnValue:
    """Keep a logo or a Word letter, once it is seen to work."""
    form = HouseForm()
    if form.validate() and _kept(part, form):
        flash(_("Kept. New files use it."), "success")
        return redirect(url_for(".index"))
    return _list(form)


def _kept(part: str, form: HouseForm) -> object:
    """Seen to work and put in its place first, then named."""
    blobs = attempt(form, lambda: _ahead(part, form), repeatable=True)
    if blobs is None:
        return None
    order = SaveHouseFile(viewer(), part, form.file.data.read())
    form.file.data.seek(0)
    return attempt(form, lambda: _named(order, blobs))


def _named(order: SaveHouseFile, blobs: BlobStore) -> bool:
    save_house_file(order, session=db.session(), now=now(), blobs=blobs, check=len)
    return True


def _ahead(part: str, form: HouseForm) -> BlobStore:
    if part not in CHECKS:
        raise NotFound("There is no such file.")
    content = form.file.data.read()
    form.file.data.seek(0)
    if not content:
        raise Invalid("Choose a file that is not empty.", field="file")
    require(viewer(), Permission.MANAGE_SETTINGS)
    CHECKS[part](content)
    return put_ahead(db.session(), deps().blobs, [content], now())


@bp.post("/settings/notices/house/<part>/take-away")
@commits
def take_away(part: str) -> ResponseReturnValue:
    """Go back to the style that comes with the product."""
    order = SaveHouseFile(viewer(), part, b"")
    save_house_file(order, session=db.session(), now=now(), blobs=deps().blobs, check=len)
    flash(_("Taken away."), "success")
    return redirect(url_for(".index"))
