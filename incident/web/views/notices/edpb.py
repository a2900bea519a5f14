"""The EDPB's common template: a page, a PDF, and the interchange form once it is valid."""

import json
from typing import Final

from flask import Response, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from incident.law.forms.edpb_validation import ProblemCode
from incident.store.db import db
from incident.usecases.notices.edpb_template import EdpbTemplate, edpb_sheet, edpb_template
from incident.web.case import Case, open_case
from incident.web.clock import deps, now
from incident.web.downloads import attachment
from incident.web.i18n import language_code
from incident.web.views.notices.opened import bp, where

PROBLEMS: Final = {
    ProblemCode.UNKNOWN_KEY: _l("the template has no such field"),
    ProblemCode.WRONG_TYPE: _l("the answer is not of the kind that the template asks"),
    ProblemCode.WRONG_LETTER: _l("the template has no such option"),
    ProblemCode.ONLY_WHILE_INCOMPLETE: _l("may be open in an incomplete notification only"),
    ProblemCode.HIDDEN: _l("is not asked with these answers"),
    ProblemCode.REQUIRED: _l("must be answered"),
}


def _filled(case: Case, language: str = "") -> EdpbTemplate:
    return edpb_template(db.session(), case.incident, now=now(), language=language or language_code())


@bp.get("/incidents/<reference>/edpb")
def edpb(reference: str) -> ResponseReturnValue:
    """The template as the facts fill it now, with what is wrong with it on top."""
    case = open_case(reference)
    return _page(case, _filled(case))


def _page(case: Case, made: EdpbTemplate) -> str:
    answers = {f"field_{answer.number}": answer for answer in made.form.answers}
    return render_template(
        "web/edpb/show.html", case=case, made=made, filled=made.form, answers=answers, words=PROBLEMS, where=where
    )


@bp.get("/incidents/<reference>/edpb.json")
def edpb_json(reference: str) -> ResponseReturnValue:
    """The interchange form; where it is not valid, the page that says what is wrong instead."""
    case = open_case(reference)
    made = _filled(case)
    if made.problems:
        flash(_("Not exported: the template is not valid yet. The problems are listed below."), "error")
        return _page(case, made), 409
    text = json.dumps(made.payload, ensure_ascii=False, indent=2) + "\n"
    answer: Response = attachment(text, f"{case.reference}-edpb-1.0.json", "application/json; charset=utf-8")
    return answer


@bp.get("/incidents/<reference>/edpb.pdf")
def edpb_pdf(reference: str) -> ResponseReturnValue:
    """The same to read and keep, with its notes in its own language: the template is English throughout."""
    case = open_case(reference)
    sheet = edpb_sheet(db.session(), case.incident, _filled(case, "en"), now=now())
    content = deps().renderer.render(sheet, "pdf")
    answer: Response = attachment(content, f"{case.reference}-edpb-1.0.pdf", "application/pdf")
    return answer
