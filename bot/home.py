"""The App Home: report, my open incidents with their clocks, my tasks; in pages, so that hundreds never break it."""

from collections.abc import Sequence
from typing import Any, Final

from bot import blocks
from bot.commands import is_mine
from bot.turn import Turn
from incident.domain.kernel.roles import Permission, may
from incident.slack.headline import OPEN, left
from incident.slack.rooms_found import open_tasks_of
from incident.slack.shorten import shorten
from incident.slack.text import escape_mrkdwn, fit
from incident.slack.words import status_word
from incident.store.queries.incidents import IncidentRow, board
from incident.usecases.common.access import visible

PAGE: Final = 10
LISTED: Final = 1000
REPORT, TURN_PAGE = "home.report", "home.page"


def show_home(turn: Turn) -> None:
    """Somebody looks at the App Home."""
    if turn.body["event"].get("tab", "home") == "home":
        _publish(turn, 0)


def turn_page(turn: Turn) -> None:
    """Another page of the list."""
    page = str(turn.action.get("value") or "0")
    turn.answer()
    _publish(turn, int(page) if page.isdigit() else 0)


def _publish(turn: Turn, page: int) -> None:
    rows = board(turn.session, visible(turn.actor), LISTED)
    rows.sort(key=lambda row: not is_mine(row, turn.actor))
    tasks = open_tasks_of(turn.session, turn.actor)
    view = shorten(home_view(turn, rows, tasks, page))
    turn.session.rollback()
    turn.later.append(lambda: turn.client.views_publish(user_id=turn.profile.id, view=view))


def home_view(
    turn: Turn, rows: Sequence[IncidentRow], tasks: Sequence[tuple[str, str, str | None]], page: int
) -> dict[str, Any]:
    """The tab."""
    say = turn.say
    last = max(0, (len(rows) - 1) // PAGE)
    page = min(max(page, 0), last)
    found: list[blocks.Block] = [
        blocks.header("Meldklok"),
        *blocks.actions([blocks.button(say("Report a data breach"), REPORT, "report", style="danger")]),
        blocks.header(say("Open incidents (%(count)s)", count=len(rows))),
    ]
    found += [_row(turn, row) for row in rows[page * PAGE : (page + 1) * PAGE]]
    if not rows:
        found.append(blocks.section(say("There are no open incidents that you may see.")))
    found += _pages(turn, page, last)
    found += _tasks(turn, tasks)
    if not may(turn.actor, Permission.VIEW_ALL):
        found.append(blocks.context(say("You see your own reports here.")))
    return {"type": "home", "callback_id": "home", "blocks": found}


def _row(turn: Turn, row: IncidentRow) -> blocks.Block:
    incident = row.incident
    clock = left(row.deadline.due_at, turn.language, turn.now) if row.deadline else "–"
    mine = "👤 " if is_mine(row, turn.actor) else ""
    who = f" · {escape_mrkdwn(row.assignee)}" if row.assignee else ""
    text = f"{mine}*{incident.reference}* · {clock}\n{status_word(incident.status, turn.language)}{who}"
    return blocks.section(text, accessory=blocks.button(turn.say("Open"), OPEN, incident.reference))


def _pages(turn: Turn, page: int, last: int) -> list[blocks.Block]:
    elements = []
    if page > 0:
        elements.append(blocks.button(turn.say("Previous"), f"{TURN_PAGE}.previous", str(page - 1)))
    if page < last:
        elements.append(blocks.button(turn.say("Next"), f"{TURN_PAGE}.next", str(page + 1)))
    if not elements:
        return []
    number = turn.say("Page %(page)s of %(pages)s", page=page + 1, pages=last + 1)
    return [*blocks.actions(elements), blocks.context(number)]


def _tasks(turn: Turn, tasks: Sequence[tuple[str, str, str | None]]) -> list[blocks.Block]:
    if not tasks:
        return []
    found = [blocks.header(turn.say("My tasks"))]
    for reference, title, due in tasks[:PAGE]:
        when = f" · {due}" if due else ""
        text = f"*{reference}* {escape_mrkdwn(fit(title, 300))}{when}"
        found.append(blocks.section(text, accessory=blocks.button(turn.say("Open"), OPEN, reference)))
    if len(tasks) > PAGE:
        found.append(blocks.context(turn.say("… and %(count)s more, on the page.", count=len(tasks) - PAGE)))
    return found
