"""The register of GDPR art. 33(5): every incident, notified or not, with its export."""

import csv
import io
from datetime import UTC, datetime, time

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.domain.events import Status
from incident.domain.roles import Permission
from incident.store.db import db
from incident.store.queries.incidents import RegisterFilter, count, register, with_clock
from incident.usecases.access import visible
from incident.usecases.register_export import note_export
from incident.web.access import declare
from incident.web.clock import now
from incident.web.downloads import attachment
from incident.web.forms.fields import parse_date
from incident.web.labels import STATUSES
from incident.web.spreadsheet import COLUMNS, cells
from incident.web.transactions import commits
from incident.web.viewer import viewer, zone

bp = Blueprint("register", __name__)
declare(register__index=Permission.VIEW_ALL, register__export=Permission.EXPORT)
PAGE = 50


def _filter() -> RegisterFilter:
    wanted = {status.value for status in Status}
    statuses = tuple(Status(value) for value in request.args.getlist("status") if value in wanted)
    return RegisterFilter(
        request.args.get("q", "").strip()[:200], statuses, _midnight("from"), _midnight("to", last=True)
    )


def _midnight(name: str, last: bool = False) -> datetime | None:
    day = parse_date(request.args.get(name, ""))
    if day is None:
        return None
    moment = datetime.combine(day, time(23, 59, 59) if last else time(0), tzinfo=zone())
    return moment.astimezone(UTC)


@bp.get("/register")
def index() -> ResponseReturnValue:
    """One page of the register."""
    query = register(_filter(), visible(viewer()))  # type: ignore[arg-type]
    total = count(db.session(), query)
    pages = max(1, -(-total // PAGE))
    number = request.args.get("page", "1")
    page = min(pages, max(1, int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1))
    rows = with_clock(db.session(), query.limit(PAGE).offset((page - 1) * PAGE))
    kept = {key: request.args.getlist(key) for key in ("q", "status", "from", "to") if request.args.get(key)}
    return render_template(
        "web/register/index.html", rows=rows, total=total, page=page, pages=pages, kept=kept, statuses=STATUSES
    )


@bp.get("/register.csv")
@commits
def export() -> ResponseReturnValue:
    """The same as CSV; every export is recorded."""
    query = register(_filter(), visible(viewer()))  # type: ignore[arg-type]
    rows = list(db.session.scalars(query))
    note_export(db.session(), viewer(), len(rows), now=now())
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow([str(title) for title in COLUMNS])
    writer.writerows(cells(row) for row in rows)
    return attachment("\ufeff" + out.getvalue(), f"{_('register')}-{now():%Y-%m-%d}.csv", "text/csv; charset=utf-8")
