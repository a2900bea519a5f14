"""Insight: what the register teaches over a year, with plots, their tables, downloads, and a report for the board."""

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.documents.register_export import harmless
from incident.documents.yearly_report import YearlyReport, yearly_report
from incident.domain.kernel.roles import Permission, require, sees
from incident.domain.register.insight import Insight, insight, known
from incident.store.db import db
from incident.store.queries.insight import sums
from incident.store.tree import stamp
from incident.usecases.common.settings import organisation_profile
from incident.usecases.register.export import note_export
from incident.web.clock import now
from incident.web.downloads import attachment
from incident.web.i18n import language_code
from incident.web.insight_list import listed_breaches
from incident.web.insight_plots import kind_word, plots, plots_on_paper, system_word
from incident.web.labels import RISKS
from incident.web.transactions import commits
from incident.web.viewer import viewer, zone

bp = Blueprint("insight", __name__)
OLDEST = 15
MOST_REPEATS = 20


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar year, or the twelve months until today (``year`` is None)."""

    first: date
    last: date
    year: int | None


def _period() -> Period:
    today = now().astimezone(zone()).date()
    text = request.args.get("year", "")
    if text.isascii() and text.isdigit() and today.year - OLDEST <= int(text[:4]) <= today.year:
        year = int(text[:4])
        return Period(date(year, 1, 1), min(date(year, 12, 31), today), year)
    first = (today.replace(day=1) - timedelta(days=330)).replace(day=1)
    return Period(first, today, None)


def _bounds(period: Period) -> tuple[datetime, datetime]:
    """From the first instant of the period until before the second."""
    start = datetime.combine(period.first, time(0), tzinfo=zone()).astimezone(UTC)
    return start, datetime.combine(period.last + timedelta(days=1), time(0), tzinfo=zone()).astimezone(UTC)


def _found(period: Period) -> tuple[Insight, bool]:
    start, end = _bounds(period)
    actor = viewer()
    require(actor, Permission.VIEW_ALL)
    found = sums(db.session(), start, end, zone())
    numbers, examples, hidden = known(found, partial(sees, person=actor.id, roles=actor.roles))
    return insight(numbers, period.first, period.last, hidden), examples


@bp.get("/insight")
def index() -> ResponseReturnValue:
    """All plots of a period."""
    period = _period()
    found, examples = _found(period)
    organisation = organisation_profile(db.session())
    return render_template(
        "web/insight/index.html",
        period=period,
        found=found,
        examples=examples,
        plots=plots(found, organisation),
        years=range(now().astimezone(zone()).year, now().astimezone(zone()).year - 4, -1),
        kind_word=kind_word,
        system_word=system_word(organisation),
    )


@bp.get("/insight/<name>.csv")
@commits
def table(name: str) -> ResponseReturnValue:
    """The table below one plot."""
    found, _examples = _found(_period())
    wanted = [plot for plot in plots(found, organisation_profile(db.session())) if plot.name == name]
    if not wanted:
        abort(404)
    note_export(db.session(), viewer(), len(wanted[0].rows), now=now(), format=f"insight:{name}")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(wanted[0].head)
    writer.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in wanted[0].rows)
    return attachment("\ufeff" + out.getvalue(), f"{wanted[0].name}.csv", "text/csv; charset=utf-8")


@bp.get("/insight/report.pdf")
@commits
def report() -> ResponseReturnValue:
    """The yearly report for the board."""
    period = _period()
    found, examples = _found(period)
    session = db.session()
    note_export(session, viewer(), found.total, now=now(), format="yearly_report")
    made = yearly_report(_report(period, found, examples))
    name = _("breaches") + f"-{period.year or f'{period.last:%Y-%m-%d}'}.pdf"
    return attachment(made, name, "application/pdf")


def _report(period: Period, found: Insight, examples: bool) -> YearlyReport:
    session = db.session()
    organisation = organisation_profile(session)
    system = system_word(organisation)
    listed = listed_breaches(session, *_bounds(period), examples=examples)
    return YearlyReport(
        organisation=organisation,
        language=language_code(),
        written_on=now().astimezone(zone()).date(),
        found=found,
        plots=plots_on_paper(found, organisation, listed.in_words),
        audit_head=stamp(session),
        risks=tuple((str(RISKS[key][0]) if key in RISKS else key, n) for key, n in found.risks),  # type: ignore[index]
        repeats=tuple(
            (f"{one.year} Q{one.quarter}", kind_word(one.kind), system(one.system), one.times)
            for one in found.repeats[:MOST_REPEATS]
        ),
        breaches=listed.breaches,
        counted=listed.counted,
        to_do=listed.to_do,
        gravest=listed.gravest,
        theirs=listed.theirs,
        uncounted=listed.uncounted,
        kinds=tuple((kind_word(kind), many) for kind, many in found.kinds[:MOST_REPEATS] if many > 1),
        made_by=viewer().name,
    )
