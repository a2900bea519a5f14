"""The overview: open incidents, what runs out first on top."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.domain.kernel.events import Status
from incident.domain.kernel.roles import Permission
from incident.domain.ruler.ruler import Ruler, Size
from incident.law.regimes import law_of
from incident.store.db import db
from incident.store.queries.incidents import IncidentRow, board, narrowed
from incident.usecases.clock.deadlines import FOLLOW_UP
from incident.usecases.common.access import visible
from incident.usecases.common.settings import is_set_up
from incident.usecases.messages.reach import unreached
from incident.web.case import CUSTOMER
from incident.web.clock import now
from incident.web.rulers import brief_pins, ruler_of
from incident.web.viewer import allowed, viewer

bp = Blueprint("board", __name__)
SOON = timedelta(hours=12)
SHOWN = 75
"""The rulers drawn at most; who has more open incidents than this finds them all in the register."""


@dataclass(frozen=True, slots=True)
class Line:
    """One incident on the board; ``left`` is negative once the deadline has passed."""

    row: IncidentRow
    ruler: Ruler | None
    left: timedelta | None
    next_step: str

    @property
    def tone(self) -> str:
        """``late``, ``soon`` or nothing."""
        if self.left is None:
            return ""
        return "late" if self.left < timedelta(0) else "soon" if self.left < SOON else ""


NEXT_STEPS = {
    Status.REPORTED: lambda: _("Is it a breach, and since when are we aware?"),
    Status.CONFIRMED: lambda: _("Assess the risk"),
    Status.ASSESSED: lambda: _("Decide on notification"),
    Status.DECIDED: lambda: _("Draft, approve and send the notices"),
    Status.NOTIFIED: lambda: _("Finish what is open, then close"),
}


def _step(row: IncidentRow) -> str:
    """What to do next, as far as status and clock tell; the incident's own page knows it better."""
    running = row.deadline.obligation if row.deadline is not None else ""
    if running.startswith(CUSTOMER):
        return str(_("Tell the customers whose data are affected"))
    if running == FOLLOW_UP:
        return str(_("Complete the facts and file the follow-up"))
    if law_of(running):
        return str(_("Report under other law, and record it"))
    if not running and row.incident.status is Status.DECIDED:
        return str(_("Add measures, then close"))
    step = NEXT_STEPS.get(row.incident.status)
    return step() if step else ""


def _line(row: IncidentRow) -> Line:
    deadline = row.deadline
    drawn = ruler_of(deadline, brief_pins(row.incident), size=Size.LIST) if deadline else None
    left = deadline.due_at - now() if deadline else None
    return Line(row, drawn, left, _step(row))


def lines() -> list[Line]:
    """The board for this viewer, filtered as the address says."""
    wanted = (*visible(viewer()), *narrowed(request.args.get("show", "all"), viewer().id, now()))
    return [_line(row) for row in board(db.session(), wanted, SHOWN)]


@bp.get("/")
def index() -> ResponseReturnValue:
    """The board."""
    if allowed(Permission.MANAGE_SETTINGS) and not is_set_up(db.session()):
        return redirect(url_for("settings.first_run"))
    return render_template(
        "web/board/index.html",
        lines=lines(),
        most=SHOWN,
        show=request.args.get("show", "all"),
        unreached=[person.name for person in unreached(db.session(), now())],
    )


@bp.get("/board/rows")
def rows() -> ResponseReturnValue:
    """Only the rows, for refreshing the page in place."""
    return render_template("web/board/rows.html", lines=lines(), most=SHOWN, show=request.args.get("show", "all"))
