"""The register of GDPR art. 33(5): every incident, notified or not; found, shown, kept as a view, exported."""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.urls import iri_to_uri
from wtforms import StringField

from incident.documents.register_export import (
    MOST_ON_PAPER,
    Cell,
    RegisterPaper,
    Sheet,
    csv_lines,
    json_lines,
    register_pdf,
)
from incident.documents.register_workbook import Cover, write_workbook
from incident.documents.wording import Wording
from incident.domain.kernel.errors import Invalid, NotFound
from incident.law.vocabulary import IncidentKind
from incident.store.db import db, only_reads
from incident.store.queries.register import (
    RegisterFilter,
    assignees,
    count,
    counted,
    every_line,
    lines,
    newest,
    part_of,
    register_query,
)
from incident.store.tree import stamp
from incident.usecases.common import errands
from incident.usecases.common.access import note_all_read, note_read, visible
from incident.usecases.common.errands import Errand
from incident.usecases.common.settings import organisation_profile
from incident.usecases.register.columns import ALL, Column, needs_of
from incident.usecases.register.export import EXPORTS, note_export, withheld
from incident.usecases.register.saved_views import LONGEST_NAME, remove_view, save_view, views_of
from incident.web.clock import deps, now
from incident.web.downloads import attachment
from incident.web.forms.base import Form
from incident.web.forms.validators import AtMost, Needed
from incident.web.i18n import language_code
from incident.web.labels import law_choices
from incident.web.register_columns import groups, headed, plain_rows, rows, set_lines, title, titles
from incident.web.register_cover import cover, selection
from incident.web.register_filter import columns_of, filter_of, kept, page_of, query_string
from incident.web.register_paper import breaches, entries, functions_named, heads
from incident.web.transactions import attempt, commits
from incident.web.viewer import viewer, zone

bp = Blueprint("register", __name__)
PAGE = 50
FEW = 2_000
"""What has more breaches is made by a worker: it takes longer than somebody, or a proxy, waits for an answer."""
PART = 64 * 1024
"""How much of a file is in memory while it is sent."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json", "xlsx": XLSX}
TOLD_EVERY = 500


class ViewForm(Form):
    """A name for the filter and the columns of this address."""

    name = StringField(_l("Name of the view"), [Needed(_l("Give the view a name.")), AtMost(LONGEST_NAME)])


@bp.get("/register")
def index() -> ResponseReturnValue:
    """One page of the register."""
    return _page(ViewForm(formdata=None))


def _page(form: ViewForm) -> ResponseReturnValue:
    filters, columns, session = filter_of(request.args), columns_of(request.args), db.session()
    seen = visible(viewer())
    most = counted(filters)
    total = count(session, filters, seen, most)
    pages = max(1, -(-min(total, most) // PAGE))
    page = min(pages, page_of(request.args))
    found = lines(session, part_of(newest(session, filters, seen, total), page, PAGE), needs_of(columns))
    for line in found:
        note_read(session, line.incident, viewer())
    return render_template(
        "web/register/index.html",
        lines=set_lines(found, columns, now()),
        total=total,
        most=most,
        page=page,
        pages=pages,
        columns=headed(columns),
        kept=kept,
        filters=filters,
        people=assignees(session),
        views=views_of(session, viewer().id),
        choices=_choices(frozenset(column.name for column in columns), language_code()),
        kinds=law_choices(IncidentKind),
        here=query_string(),
        form=form,
    )


@lru_cache(maxsize=64)
def _choices(columns: frozenset[str], language: str) -> Markup:
    """All columns to choose from, and which of them are shown."""
    shown = {"groups": groups(), "titles": titles(language), "columns": columns}
    return Markup(render_template("web/register/columns.html", **shown).rstrip())


@bp.get("/register.<any(csv, xlsx, json, pdf):format>")
@commits
def export(format: str) -> ResponseReturnValue:
    """The register as it is filtered, as a file; every export is recorded before its first byte leaves."""
    session, seen = db.session(), visible(viewer())
    wanted = _real(request.args)
    total = count(session, wanted, seen)
    if format == "pdf" and total > MOST_ON_PAPER:
        raise Invalid(
            "On paper this would be more than %(most)s breaches. Narrow the filter, or take XLSX or CSV.",
            most=MOST_ON_PAPER,
        )
    note_export(session, viewer(), total, now=now(), format=format)
    note_all_read(session, register_query(session, wanted, seen), viewer())
    if total > FEW:
        return redirect(url_for(".exported", export_id=_left(format, total)))
    sheet = _sheet(format)
    return _workbook(sheet, total) if format == "xlsx" else WRITERS[format](sheet)


def _left(format: str, total: int) -> UUID:
    """Leave it to a worker, who makes it for this person and from this address."""
    query = request.query_string.decode()
    about = {"person": str(viewer().id), "format": format, "rows": total, "query": query, "language": language_code()}
    about["name"] = _named(format)
    errand = uuid4()
    errands.ask(db.session(), EXPORTS, errand, about, now())
    return errand


def write_file(format: str, rows: int, path: Path, through: Callable[[int], object]) -> None:
    """The same file as :func:`export` sends, for a worker; ``through`` hears now and then how many breaches it has."""
    sheet = _sheet(format)
    sheet = replace(sheet, rows=_counted(sheet.rows, through))
    if format == "xlsx":
        write_workbook(sheet, _cover(rows), path)
        return
    with path.open("wb") as file:
        file.writelines(part.encode() for part in (json_lines if format == "json" else csv_lines)(sheet))


def _counted(rows: Iterable[Sequence[Cell]], through: Callable[[int], object]) -> Iterator[Sequence[Cell]]:
    for number, row in enumerate(rows):
        if number % TOLD_EVERY == 0:
            through(number)
        yield row


@bp.get("/register/exports/<uuid:export_id>")
def exported(export_id: UUID) -> ResponseReturnValue:
    """How far a long export is, and the file when it is there."""
    return render_template("web/register/export.html", export=_mine(export_id), id=export_id)


@bp.get("/register/exports/<uuid:export_id>/progress")
def export_progress(export_id: UUID) -> ResponseReturnValue:
    """Only how far it is, for the page that is open."""
    return render_template("web/register/progress.html", export=_mine(export_id), id=export_id)


@bp.get("/register/exports/<uuid:export_id>/file")
def export_file(export_id: UUID) -> ResponseReturnValue:
    """The file, as it was asked for: that it leaves was put on record then."""
    made = _mine(export_id)
    if not made.file:
        raise NotFound("There is no such file.")
    format = str(made.about["format"])
    answer: Response = attachment(deps().blobs.parts(made.file), str(made.about["name"]), MEDIA_TYPES[format])
    return answer


def _mine(export_id: UUID) -> Errand:
    found = errands.find(db.session(), EXPORTS, export_id)
    if found is None or found.about["person"] != str(viewer().id):
        raise NotFound("There is no such export.")
    return found


def _sheet(format: str) -> Sheet:
    """The table that this address asks for."""
    session, columns, told = db.session(), _columns(), plain_rows if format == "json" else rows
    query = register_query(session, _real(request.args), visible(viewer()))
    found = told(every_line(session, query, needs_of(columns)), columns)
    titles = [title(column) for column in columns]
    return Sheet(_("Register"), [column.name for column in columns], titles, found, zone())


def _columns() -> tuple[Column, ...]:
    """The columns in the address, else all: a file is for whoever needs everything."""
    return columns_of(request.args) if request.args.getlist("col") else tuple(ALL.values())


def _real(args: MultiDict[str, str]) -> RegisterFilter:
    """The filter of this address, without the examples: they stay in the house."""
    return replace(filter_of(args), without_examples=True)


def _named(format: str) -> str:
    """The name of the file says that it is a part: CSV and JSON have no other place for it."""
    part = kept("col") or withheld(db.session(), viewer())
    return str(_("register-selection") if part else _("register")) + f"-{now():%Y-%m-%d}.{format}"


def _streamed(made: Callable[[Sheet], Iterator[str]], format: str, media_type: str) -> Callable[[Sheet], Response]:
    def write(sheet: Sheet) -> Response:
        answer = attachment("", _named(format), media_type)
        answer.response = stream_with_context(_reading(db.session(), made(sheet)))
        del answer.headers["Content-Length"]
        return answer

    return write


def _reading(session: Session, parts: Iterator[str]) -> Iterator[bytes]:
    """The export is on record and committed; what follows only reads, so writers need not wait for it.

    The session outlives its request here, so it is closed here: left open it would keep everybody from writing.
    """
    only_reads(session)
    try:
        for part in parts:
            yield part.encode()
    finally:
        session.close()


def _cover(breaches: int) -> Cover:
    organisation = organisation_profile(db.session()).name
    return cover(organisation, _columns(), breaches, chosen=_selection(), at=now().astimezone(zone()))


def _selection() -> str:
    """Which breaches the file of this address holds."""
    return selection(narrowed=bool(kept("col")), withheld=withheld(db.session(), viewer()))


def _workbook(sheet: Sheet, breaches: int) -> Response:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        write_workbook(sheet, _cover(breaches), path)
        file = path.open("rb")
    # The file lives without a name until it was sent.
    answer = attachment(iter(partial(file.read, PART), b""), _named("xlsx"), XLSX)
    answer.content_length = os.fstat(file.fileno()).st_size
    answer.call_on_close(file.close)
    return answer


def _paper(_sheet: Sheet) -> Response:
    session, columns = db.session(), _columns()
    day = Wording(language_code()).day(now().astimezone(zone()).date())
    note = _("Register of personal data breaches (GDPR art. 33(5)), as it stood on %(day)s.", day=day)
    if kept("col") or withheld(session, viewer()):
        note = f"{note} {_selection()}"
    query = register_query(session, _real(request.args), visible(viewer()))
    found = breaches(entries(session, every_line(session, query, needs_of(ALL.values()))), columns)
    paper = RegisterPaper(
        organisation=organisation_profile(session),
        language=language_code(),
        at=now(),
        title=_("Register of personal data breaches"),
        note=" ".join(filter(None, (note, functions_named(session, found)))),
        details=((_("As it stood on"), day), (_("Breaches"), str(len(found)))),
        head=heads(columns),
        breaches=found,
        audit_head=stamp(session),
    )
    return attachment(register_pdf(paper), _named("pdf"), "application/pdf")


WRITERS = {
    "csv": _streamed(csv_lines, "csv", MEDIA_TYPES["csv"]),
    "json": _streamed(json_lines, "json", MEDIA_TYPES["json"]),
    "pdf": _paper,
}


@bp.post("/register/views")
def keep() -> ResponseReturnValue:
    """Keep the filter and the columns of this address under a name."""
    form, query = ViewForm(), query_string()
    if form.validate():
        view = attempt(form, lambda: save_view(db.session(), viewer(), form.name.data, query, now=now()))
        if view is not None:
            flash(_("The view “%(name)s” has been kept.", name=view.name), "success")
            return redirect(_address(view.query))
    return _page(form)


@bp.post("/register/views/forget")
@commits
def forget() -> ResponseReturnValue:
    """Forget a view."""
    remove_view(db.session(), viewer(), request.form.get("name", ""), now=now())
    return redirect(url_for(".index"))


def _address(query: str) -> str:
    return url_for(".index") + (f"?{iri_to_uri(query)}" if query else "")
