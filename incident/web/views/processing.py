"""Import of a record of processing activities: upload, map the columns, look at what is added, add it."""

from collections.abc import Iterable
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from incident.domain.kernel.errors import DomainError, Invalid
from incident.domain.organisation import OrganisationProfile, SubjectGroupProfile, System
from incident.domain.register.processing import (
    FIELDS,
    ProcessingReading,
    Told,
    difference,
    read_processing,
    with_processing,
)
from incident.domain.register.tables import Table, guess
from incident.law.vocabulary import Ternary
from incident.store.db import db
from incident.usecases.common.settings import SaveOrganisation, organisation_profile, save_organisation
from incident.web.clock import now
from incident.web.forms.register import UploadForm
from incident.web.kept_files import keep, kept, mapping_of
from incident.web.labels import law_label
from incident.web.transactions import attempt
from incident.web.viewer import viewer

bp = Blueprint("processing", __name__)
KIND: Final = "processing-import"
WORDS: Final = {
    "groups": _l("Groups of people"),
    "data": _l("Personal data"),
    "special": _l("Special categories"),
    "systems": _l("Systems"),
    "processors": _l("Processors"),
    "transfers": _l("Transfers outside the EEA"),
}


def _title(name: str) -> str:
    return str(WORDS[name])


@bp.route("/settings/processing", methods=["GET", "POST"])
def upload() -> ResponseReturnValue:
    """Choose a file; it is kept under its hash and read, nothing is added yet."""
    form = UploadForm()
    if form.validate_on_submit():
        try:
            return redirect(url_for(".mapped", ticket=keep(form, KIND)))
        except DomainError as refusal:
            form.refuse(refusal)
    return render_template("web/imports/processing.html", form=form, fields=[_title(name) for name in FIELDS])


@bp.route("/settings/processing/<ticket>", methods=["GET", "POST"])
def mapped(ticket: str) -> ResponseReturnValue:
    """The columns and what they add; a POST adds it."""
    _digest, filename, table = kept(ticket, KIND)
    mapping = mapping_of(table, FIELDS, lambda: guess(table.header, FIELDS))
    form = UploadForm()
    before = organisation_profile(db.session())
    reading, after = _read(form, table, mapping, before)
    told = difference(before, after)
    if request.method == "POST" and not told.nothing:
        command = SaveOrganisation(viewer(), after)
        if attempt(form, lambda: save_organisation(command, session=db.session(), now=now())):
            flash(_brought_in(told, after), "success")
            return redirect(url_for("settings.lists"))
    return render_template(
        "web/imports/processing_mapped.html",
        form=form,
        table=table,
        mapping=mapping,
        reading=reading,
        told=told,
        told_new=_told(told.new),
        told_changed=_told(told.changed),
        unused=[heading for place, heading in enumerate(table.header) if heading and place not in mapping.values()],
        filename=filename,
        fields=list(FIELDS),
        title=_title,
        translated=_,
    )


def _read(
    form: UploadForm, table: Table, mapping: dict[str, int], before: OrganisationProfile
) -> tuple[ProcessingReading | None, OrganisationProfile]:
    try:
        reading = read_processing(table, mapping)
        return reading, with_processing(before, reading.rows)
    except Invalid as refusal:
        form.refuse(refusal)
        return None, before


def _brought_in(told: Told, after: OrganisationProfile) -> str:
    """What came in, by kind, and how many systems name nobody to turn to."""
    kinds = (System, SubjectGroupProfile)
    systems, groups = (sum(isinstance(one, kind) for one in told.new) for kind in kinds)
    counted = (
        (systems, ngettext("one system", "%(num)s systems", systems)),
        (groups, ngettext("one group of people", "%(num)s groups of people", groups)),
    )
    more, lacking = len(told.changed), sum(not (one.own or one.contact) for one in after.systems)
    added = ", ".join(words for many, words in counted if many)
    without = ngettext(
        "One processor has no contact yet; it is marked.",
        "%(num)s processors have no contact yet; they are marked.",
        lacking,
    )
    said = (
        (added, _("Added: %(things)s.", things=added)),
        (more, ngettext("One entry got more.", "%(num)s entries got more.", more)),
        (lacking, without),
    )
    return " ".join([_("Your lists have been brought up to date."), *(words for is_so, words in said if is_so)])


def _told(things: Iterable[System | SubjectGroupProfile]) -> list[tuple[str, str]]:
    """Each thing by its name, with what the file said of it."""
    return [_thing(one) for one in things]


def _thing(one: System | SubjectGroupProfile) -> tuple[str, str]:
    if isinstance(one, SubjectGroupProfile):
        return one.name_nl, _("group of people, in the authority's list: %(place)s", place=law_label(one.group))
    run_by = _("our own system") if one.own else law_label(one.role)
    outside = {Ternary.YES: _("outside the EEA"), Ternary.NO: _("inside the EEA")}.get(one.outside_eea, "")
    data = ", ".join(law_label(category) for category in one.categories)
    return one.name, " · ".join(part for part in (run_by, one.contact, outside, data) if part)
