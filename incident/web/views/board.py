"""The overview: open incidents, what runs out first on top."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from incident.domain.kernel.roles import Permission
from incident.domain.next_steps import Step, steps
from incident.domain.progress import Clock, Progress, TaskStand
from incident.domain.ruler.ruler import Ruler
from incident.domain.turns import Team, waiting_for
from incident.store.db import db
from incident.store.queries.incidents import OpenIncident, narrowed, open_incidents
from incident.store.queries.progress import open_progress
from incident.usecases.common.access import note_shown, visible
from incident.usecases.common.directory import Directory, load_directory
from incident.usecases.common.settings import is_set_up
from incident.usecases.messages.reach import unreached
from incident.web.case import NextStep, next_step
from incident.web.clock import now
from incident.web.filters import tone
from incident.web.rulers import brief_pins, listed_ruler
from incident.web.viewer import allowed, viewer

bp = Blueprint("board", __name__)
SHOWN = 75
"""The rulers drawn at most; who has more open incidents than this finds them all in the register."""
TURNS = 12
"""What is shown of what waits for the viewer: as much as somebody does before the page is looked at again."""


@dataclass(frozen=True, slots=True)
class Line:
    """One incident on the board; ``left`` is negative once the deadline has passed."""

    row: OpenIncident
    clock: Clock | None
    ruler: Ruler | None
    left: timedelta | None
    tone: str
    """``late``, ``soon`` or nothing."""
    next_step: NextStep


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that waits for the viewer: a step of an incident, or a task that is due; ``left`` on its clock."""

    reference: str
    summary: str
    words: str
    href: str
    due_at: datetime | None = None
    left: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """What the overview shows; ``most`` is where its list of incidents ends, ``waiting`` how many turns there are."""

    lines: list[Line]
    turns: list[Turn]
    waiting: int
    show: str
    most: int = SHOWN


def _board(directory: Directory) -> Board:
    """The board for this viewer, filtered as the address says; what waits for the viewer is never filtered."""
    session, seen, show, at = db.session(), visible(viewer()), request.args.get("show", "all"), now()
    rows = open_incidents(session, (*seen, *narrowed(show, viewer().id, at)), SHOWN)
    for row in rows:
        if row.circle is not None:
            note_shown(session, row.id, viewer())
    team = directory.team(at)
    found = {key: (progress, steps(progress)) for key, progress in open_progress(session, seen).items()}
    waiting = _waiting(found.values(), team)
    lines = [_line(row, *found[row.id], team) for row in rows]
    return Board(lines, [_turn(*one) for one in waiting[:TURNS]], len(waiting), show)


def _line(row: OpenIncident, progress: Progress, found: Sequence[Step], team: Team) -> Line:
    clock = next(iter(progress.clocks), None)
    drawn = listed_ruler(clock, brief_pins(row), team.at) if clock else None
    left = clock.due_at - team.at if clock else None
    return Line(row, clock, drawn, left, tone(left), next_step(found[0], row.reference, progress, team))


def _waiting(found: Iterable[tuple[Progress, Sequence[Step]]], team: Team) -> list[tuple[Progress, Step | TaskStand]]:
    """What waits for the viewer, the incident whose clock ends first on top."""
    person = viewer().id
    if person is None:
        return []
    turns = list(waiting_for(person, found, team, team.at))
    for progress, _waiting in turns[:TURNS]:
        if progress.circle is not None:
            note_shown(db.session(), progress.incident, viewer())
    return turns


def _turn(progress: Progress, waiting: Step | TaskStand) -> Turn:
    if isinstance(waiting, Step):
        shown = next_step(waiting, progress.reference)
        left = progress.clocks[0].due_at - now() if progress.clocks else None
        return Turn(progress.reference, progress.summary, shown.words, shown.href, left=left)
    href = f"{url_for('tasks.index', reference=progress.reference)}#task-{waiting.id}"
    return Turn(progress.reference, progress.summary, waiting.title, href, waiting.due_at)


@bp.get("/")
def index() -> ResponseReturnValue:
    """The board."""
    if allowed(Permission.MANAGE_SETTINGS) and not is_set_up(db.session()):
        return redirect(url_for("settings.first_run"))
    directory = load_directory(db.session())
    silent = [person.name for person in unreached(db.session(), directory, now())]
    return render_template("web/board/index.html", board=_board(directory), unreached=silent)


@bp.get("/board/rows")
def rows() -> ResponseReturnValue:
    """Only the rows, for refreshing the page in place."""
    return render_template("web/board/rows.html", board=_board(load_directory(db.session())))
