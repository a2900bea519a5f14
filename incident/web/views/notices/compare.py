"""Letters while they are being written: how they read, side by side in their languages, version against version."""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from incident.documents.differences import diff_forms, diff_html, diff_texts
from incident.documents.readability import Readability, day_list, readability
from incident.domain.kinds import Addressee
from incident.domain.languages import gaps
from incident.store.db import db
from incident.usecases.notices.authority_form import form_from
from incident.usecases.notices.draft import EDITED
from incident.usecases.notices.render import render_pages
from incident.web.clock import deps
from incident.web.forms.base import tidy
from incident.web.labels import missing_word
from incident.web.letters import body_of_page
from incident.web.views.notices.opened import Opened, bp, open_notice

if TYPE_CHECKING:
    from incident.store.models import NoticeVersion


LONGEST_CHECKED = 100_000
PLACE: Final = re.compile(r"\(\(([a-z0-9_]+)\)\)")
BULLET: Final = re.compile(r"^[-*] ", re.M)
MARKS: Final = re.compile(r"^#+ |\*\*|\\$", re.M)


@dataclass(frozen=True, slots=True)
class Checked:
    """How a text reads, the marks of values still missing in it, and what the law asks that it does not say."""

    reading: Readability
    gaps: tuple[str, ...]
    unsaid: tuple[str, ...] = ()


def checked(body: str, language: str) -> Checked:
    """Judge a text; a hint for whoever writes it, never a gate. Missing values do block approval."""
    return Checked(readability(body[:LONGEST_CHECKED], language), tuple(dict.fromkeys(gaps(body))))


def checked_letter(opened: Opened, title: str, body: str) -> Checked:
    """The same of a whole letter, with what approval will ask of it. A customer's firm reads the law's own words."""
    notice = opened.file.notice
    found = checked(body, notice.language)
    of_law = notice.addressee is Addressee.CONTROLLER
    strange = tuple(one for one in found.reading.jargon if not of_law or one.word in day_list(notice.language))
    return replace(found, reading=replace(found.reading, jargon=strange), unsaid=opened.unsaid_of(title, body))


@bp.post("/incidents/<reference>/notices/<uuid:notice_id>/check")
def check(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """The same judgement of a text that is not saved yet."""
    title, body = (str(tidy(request.form.get(name, ""))) for name in ("title", "body"))
    return render_template(
        "web/notices/check.html", found=checked_letter(open_notice(reference, notice_id), title, body)
    )


@bp.get("/incidents/<reference>/notices/<uuid:notice_id>/languages")
def side_by_side(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """The same notice in its languages, next to each other."""
    opened = open_notice(reference, notice_id)
    wanted = [code for code in request.args.getlist("language") if code]
    newest = {file.notice.language: file for file in (*opened.siblings, opened.file)}
    siblings = [file for code, file in newest.items() if not wanted or code in wanted]
    pages = render_pages(db.session(), opened.case.incident, siblings, renderer=deps().renderer)
    papers = [
        (file, body_of_page(html), file.latest.template_ref.endswith(EDITED))
        for file, html in zip(siblings, pages, strict=True)
    ]
    edited = any(changed for *_rest, changed in papers)
    return render_template(
        "web/notices/languages.html", opened=opened, case=opened.case, papers=papers, edited=edited, wanted=wanted
    )


@bp.get("/incidents/<reference>/notices/<uuid:notice_id>/compare")
def compare(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """Two versions: a letter word by word, the authority's form answer by answer."""
    opened = open_notice(reference, notice_id)
    newest = opened.file.latest.number
    new = opened.version(request.args.get("to", newest, int))
    old = opened.version(request.args.get("from", max(new.number - 1, 1), int))
    return render_template(
        "web/notices/compare.html", opened=opened, case=opened.case, old=old, new=new, **_difference(opened, old, new)
    )


def _difference(opened: Opened, first: "NoticeVersion", second: "NoticeVersion") -> dict[str, object]:
    if opened.is_form:
        return {"changes": diff_forms(form_from(first.form), form_from(second.form)), "text": None, "title": None}
    before, after = _as_read(first.body), _as_read(second.body)
    return {
        "changes": (),
        "same": before.split() == after.split() and first.title == second.title,
        "title": Markup(diff_html(diff_texts(first.title, second.title))),
        "text": Markup(diff_html(diff_texts(before, after))),
    }


def _as_read(body: str) -> str:
    """A letter without the marks of Markdown; what is filled in for each person stands between brackets."""
    named = PLACE.sub(lambda place: f"[{missing_word(place[1])}]", body)
    return MARKS.sub("", BULLET.sub("• ", named))
