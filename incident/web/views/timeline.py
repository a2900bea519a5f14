"""The timeline: when it happened and when it was recorded, apart; a correction is a new entry."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.store.db import db
from incident.store.queries.casework import timeline_of
from incident.usecases.response.casework import AddTimelineEntry, add_timeline_entry
from incident.web.case import Case, open_case
from incident.web.clock import now
from incident.web.forms.base import chosen_id
from incident.web.forms.case import EntryForm
from incident.web.paging import part_of
from incident.web.transactions import attempt
from incident.web.viewer import viewer

bp = Blueprint("timeline", __name__)
SHOWN = 100
"""Entries on one page: the newest hundred first, each page in the order in which things happened."""


@bp.get("/incidents/<reference>/timeline")
def index(reference: str) -> ResponseReturnValue:
    """Every entry in the order in which things happened."""
    corrected = request.args.get("correct", "")
    return _page(open_case(reference), EntryForm(formdata=None, data={"corrects": corrected}))


def _page(case: Case, form: EntryForm) -> ResponseReturnValue:
    entries = timeline_of(db.session(), case.head.incident.id)
    kind = request.args.get("kind", "")
    shown = [entry for entry in entries if not kind or entry.source == kind]
    corrected = next((entry for entry in entries if str(entry.id) == form.corrects.data), None)
    sources = sorted({entry.source.value for entry in entries})
    part = part_of(shown[::-1], SHOWN)
    return render_template(
        "web/timeline/index.html",
        case=case,
        entries=part.rows[::-1],
        part=part,
        form=form,
        corrected=corrected,
        corrections={entry.corrects_id: entry.id for entry in shown if entry.corrects_id},
        kind=kind,
        sources=sources,
    )


@bp.post("/incidents/<reference>/timeline")
def add(reference: str) -> ResponseReturnValue:
    """Add an entry."""
    case, form = open_case(reference), EntryForm()
    if form.validate() and attempt(form, lambda: _add(case.reference, form)):
        flash(_("Added."), "success")
        return redirect(case.url(".index"))
    return _page(open_case(reference), form)


def _add(reference: str, form: EntryForm) -> object:
    corrects: UUID | None = chosen_id(form.corrects.data or "")
    kind = "correction" if corrects else "note"
    command = AddTimelineEntry(
        viewer(), reference, form.text.data, form.happened_at.data, kind=kind, corrects_id=corrects
    )
    return add_timeline_entry(command, session=db.session(), now=now())
