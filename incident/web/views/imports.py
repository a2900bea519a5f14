"""Import of an older register: upload, map the columns, look at what was read, import all of it or nothing."""

from typing import Final

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import NotFound

from incident.domain.kernel.errors import DomainError, Invalid
from incident.domain.register.import_rows import FIELDS, NEEDED, Reading, Table, guess, read_entries, read_table
from incident.store.blobs import DamagedBlob
from incident.store.db import db
from incident.usecases.register.import_register import ImportRegister, import_register
from incident.web.clock import deps, now
from incident.web.forms.register import UploadForm
from incident.web.register_columns import TITLES
from incident.web.transactions import attempt
from incident.web.viewer import viewer, zone

bp = Blueprint("imports", __name__)
LASTS = 24 * 60 * 60
SHOWN, PROBLEMS_SHOWN = 15, 100
MOST_BYTES = 20 * 1024 * 1024
WORDS: Final = {
    "is_breach": _l("Is it a personal data breach? (yes or no)"),
    "occurred_from": _l("Happened from"),
    "occurred_to": _l("Happened until"),
    "data": _l("Personal data concerned"),
    "consequences": _l("Consequences"),
    "measures": _l("Measures taken"),
    "notified": _l("Authority notified? (yes or no)"),
    "notified_at": _l("Authority notified on"),
    "notify_reason": _l("Reason for notifying or not"),
    "delay_reason": _l("Reason for the delay"),
    "informed_on": _l("Data subjects informed on"),
    "inform_reason": _l("Reason for informing or not"),
    "handled_by": _l("Handled by"),
    "old_reference": _l("Reference in the old register"),
    "subjects": _l("Number of people"),
}


def field_title(name: str) -> str:
    """A field in words."""
    return str(WORDS.get(name) or TITLES[name])


@bp.route("/register/import", methods=["GET", "POST"])
def upload() -> ResponseReturnValue:
    """Choose a file; it is kept under its hash and read, nothing is imported yet."""
    form = UploadForm()
    if form.validate_on_submit():
        try:
            filename, content = form.read(MOST_BYTES)
            read_table(filename, content)
            ticket = _tickets().dumps([deps().blobs.put(content), filename, str(viewer().id)])
            return redirect(url_for(".mapped", ticket=ticket))
        except DomainError as refusal:
            form.refuse(refusal)
    return render_template("web/imports/upload.html", form=form, fields=[field_title(name) for name in FIELDS])


@bp.route("/register/import/<ticket>", methods=["GET", "POST"])
def mapped(ticket: str) -> ResponseReturnValue:
    """The columns and what they give; a POST imports."""
    digest, filename, table = _file(ticket)
    mapping = _mapping(table)
    form = UploadForm()
    reading = _read(form, table, mapping)
    if request.method == "POST" and reading is not None:
        command = ImportRegister(viewer(), reading, digest)
        done = attempt(form, lambda: import_register(command, session=db.session(), now=now()), repeatable=True)
        if done:
            flash(ngettext("One entry has been imported.", "%(num)s entries have been imported.", done), "success")
            return redirect(url_for("register.index"))
    return render_template(
        "web/imports/mapped.html",
        form=form,
        table=table,
        mapping=mapping,
        reading=reading,
        filename=filename,
        fields=list(FIELDS),
        needed=NEEDED,
        title=field_title,
        shown=SHOWN,
        problems_shown=PROBLEMS_SHOWN,
        bad_rows=len({problem.row for problem in reading.problems}) if reading else 0,
        translated=_,
    )


def _tickets() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="register-import")


def _file(ticket: str) -> tuple[str, str, Table]:
    """The uploaded file behind a ticket; only for the person who uploaded it, and for a day."""
    try:
        digest, filename, person = _tickets().loads(ticket, max_age=LASTS)
        if person != str(viewer().id):
            raise NotFound
        return digest, filename, read_table(filename, deps().blobs.get(digest))
    except (BadData, DamagedBlob, ValueError) as problem:
        raise NotFound from problem


def _mapping(table: Table) -> dict[str, int]:
    """Which column is which field: as chosen, else as the headings suggest."""
    chosen = {name: request.values.get(f"field-{name}", "") for name in FIELDS}
    if not any(f"field-{name}" in request.values for name in FIELDS):
        return guess(table.header)
    known = {str(place) for place in range(len(table.header))}
    return {name: int(place) for name, place in chosen.items() if place in known}


def _read(form: UploadForm, table: Table, mapping: dict[str, int]) -> Reading | None:
    try:
        return read_entries(table, mapping, zone=zone(), now=now())
    except Invalid as refusal:
        form.refuse(refusal)
        return None
