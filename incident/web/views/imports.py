"""Import of an older register: upload, map the columns, look at what was read, import what can be taken."""

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from incident.domain.kernel.errors import DomainError, Invalid
from incident.domain.register.import_headings import FIELDS
from incident.domain.register.import_rows import NEEDED, Reading, guess_fields, read_entries
from incident.domain.register.tables import Table
from incident.store.db import db
from incident.usecases.common.settings import organisation_profile
from incident.usecases.register.import_register import Imported, ImportRegister, import_register
from incident.usecases.register.imported_before import plan_import
from incident.web.clock import now
from incident.web.forms.register import UploadForm
from incident.web.kept_files import keep, kept, mapping_of
from incident.web.register_columns import TITLES
from incident.web.transactions import attempt
from incident.web.viewer import viewer, zone

bp = Blueprint("imports", __name__)
KIND: Final = "register-import"
SHOWN, PROBLEMS_SHOWN = 15, 100
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
    "informed": _l("Data subjects informed? (yes or no)"),
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
            return redirect(url_for(".mapped", ticket=keep(form, KIND)))
        except DomainError as refusal:
            form.refuse(refusal)
    return render_template("web/imports/upload.html", form=form, fields=[field_title(name) for name in FIELDS])


@bp.route("/register/import/<ticket>", methods=["GET", "POST"])
def mapped(ticket: str) -> ResponseReturnValue:
    """The columns and what they give; a POST imports."""
    digest, filename, table = kept(ticket, KIND)
    mapping = mapping_of(table, FIELDS, lambda: guess_fields(table))
    form = UploadForm()
    reading = _read(form, table, mapping)
    if request.method == "POST" and reading is not None:
        command = ImportRegister(viewer(), reading, digest)
        done = attempt(form, lambda: import_register(command, session=db.session(), now=now()), repeatable=True)
        if done:
            _say(done)
            return redirect(request.full_path if reading.problems else _where(reading))
    plan = plan_import(db.session(), reading.entries, organisation_profile(db.session())) if reading else None
    return render_template(
        "web/imports/mapped.html",
        form=form,
        table=table,
        mapping=mapping,
        reading=reading,
        plan=plan,
        filename=filename,
        fields=list(FIELDS),
        needed=NEEDED,
        title=field_title,
        shown=SHOWN,
        problems_shown=PROBLEMS_SHOWN,
        bad_rows=len({problem.row for problem in reading.problems}) if reading else 0,
        translated=_,
    )


def _where(reading: Reading) -> str:
    """The register with the days of these entries: what was imported is old, and would stand on a later page."""
    days = sorted(f"{entry.reported_at.astimezone(zone()):%Y-%m-%d}" for entry in reading.entries)
    return f"{url_for('register.index')}?from={days[0]}&to={days[-1]}"


def _say(done: Imported) -> None:
    if done.new:
        flash(ngettext("One entry has been imported.", "%(num)s entries have been imported.", done.new), "success")
    if done.updated:
        flash(ngettext("One entry has been updated.", "%(num)s entries have been updated.", done.updated), "success")


def _read(form: UploadForm, table: Table, mapping: dict[str, int]) -> Reading | None:
    try:
        return read_entries(table, mapping, zone=zone(), now=now())
    except Invalid as refusal:
        form.refuse(refusal)
        return None
