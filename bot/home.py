"""The App Home: what waits for me, my open incidents with their clocks, my tasks; in pages, however many there are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot import blocks
from bot.commands import is_mine
from bot.sensitive import without_numbers
from bot.turn import Turn
from incident.domain.kernel.roles import Permission, may
from incident.domain.kinds import Part
from incident.domain.next_steps import Step, steps
from incident.domain.part_words import part_word
from incident.domain.reminders.roster import Audience, OnCall
from incident.domain.ruler.words import calendar_day
from incident.domain.step_words import path, what
from incident.domain.turns import waiting_for
from incident.slack.headline import OPEN, left, step_action, window_of
from incident.slack.rooms_found import closed_reports_of, open_tasks_of
from incident.slack.shapes import Block, View
from incident.slack.shorten import shorten
from incident.slack.text import escape_mrkdwn, fit
from incident.slack.words import status_word
from incident.store.queries.incidents import IncidentRow, board
from incident.store.queries.progress import open_progress
from incident.usecases.common.access import visible
from incident.usecases.common.directory import load_directory

if TYPE_CHECKING:
    from incident.store.models import Incident

PAGE: Final = 10
LISTED: Final = 1000
REPORT, TURN_PAGE = "home.report", "home.page"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for the person; ``window`` is where it is done in Slack, if it can be done here."""

    reference: str
    words: str
    path: str
    window: str | None


@dataclass(frozen=True, slots=True)
class Mine:
    """What concerns only the person who looks."""

    waiting: tuple[Waiting, ...]
    tasks: tuple[tuple[str, str, datetime | None], ...]
    closed: Sequence["Incident"]
    duty: tuple[str, ...] = ()


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
    seen = visible(turn.actor)
    rows = board(turn.session, seen, LISTED)
    rows.sort(key=lambda row: not is_mine(row, turn.actor))
    tasks, closed = open_tasks_of(turn.session, turn.actor), closed_reports_of(turn.session, turn.actor)
    mine = Mine(tuple(_waiting(turn)), tuple(tasks), closed, tuple(_duty(turn)))
    view = shorten(home_view(turn, rows, mine, page))
    turn.session.rollback()
    turn.later.append(lambda: turn.client.views_publish(user_id=turn.profile.id, view=view))


def _waiting(turn: Turn) -> Iterator[Waiting]:
    """What waits for this person: the same, in the same words and order, as on the page."""
    person = turn.actor.id
    if person is None:
        return
    team = load_directory(turn.session).team(turn.now)
    found = [(progress, steps(progress)) for progress in open_progress(turn.session, visible(turn.actor)).values()]
    for progress, one in waiting_for(person, found, team, turn.now):
        reference = progress.reference
        if isinstance(one, Step):
            yield Waiting(reference, what(one.code, turn.language), path(reference, one), window_of(one.code))
        else:
            yield Waiting(reference, one.title, f"/incidents/{reference}/tasks#task-{one.id}", "tasks")


def _duty(turn: Turn) -> Iterator[str]:
    """Who is on duty and who the officer is, for anybody who wants to call one of them."""
    directory = load_directory(turn.session)
    on_duty, officers = (directory.persons(one, None, turn.now) for one in (Audience.DUTY, Audience.DPO))
    if on_duty:
        yield turn.say("On duty: %(who)s", who=names(on_duty))
    if officers:
        yield turn.say("DPO: %(who)s", who=names(officers))


def names(people: Sequence[OnCall]) -> str:
    """People as Slack shows them; a name that holds markup stays a name."""
    return ", ".join(f"<@{one.slack_user_id}>" if one.slack_user_id else escape_mrkdwn(one.name) for one in people)


def home_view(turn: Turn, rows: Sequence[IncidentRow], mine: Mine, page: int) -> View:
    """The tab."""
    say = turn.say
    last = max(0, (len(rows) - 1) // PAGE)
    page = min(max(page, 0), last)
    found: list[Block] = [
        blocks.header("Meldklok"),
        *blocks.actions([blocks.button(say("Report a data breach"), REPORT, "report", style="danger")]),
        *([blocks.context(" · ".join(mine.duty))] if mine.duty else []),
        *_turns(turn, mine.waiting),
        blocks.header(say("Open incidents (%(count)s)", count=len(rows))),
    ]
    found += [_row(turn, row) for row in rows[page * PAGE : (page + 1) * PAGE]]
    if not rows:
        found.append(blocks.section(say("There are no open incidents that you may see.")))
    found += _pages(turn, page, last)
    found += _tasks(turn, mine.tasks)
    found += _closed(turn, mine.closed)
    if not may(turn.actor, Permission.VIEW_ALL):
        found.append(blocks.context(say("You see your own reports here.")))
    return {"type": "home", "callback_id": "home", "blocks": found}


def _turns(turn: Turn, waiting: Sequence[Waiting]) -> list[Block]:
    """Each leads to the very thing on the page; what a window here can do has a button besides."""
    if not waiting:
        return []
    base = turn.deps.settings.base_url
    found = [blocks.header(turn.say("Waiting for you (%(count)s)", count=len(waiting)))]
    for one in waiting[:PAGE]:
        begin = blocks.button(turn.say("Begin"), step_action(one.window), one.reference) if one.window else None
        text = f"<{base}{one.path}|{escape_mrkdwn(fit(without_numbers(one.words), 300))}>\n{one.reference}"
        found.append(blocks.section(text, accessory=begin))
    if len(waiting) > PAGE:
        found.append(blocks.context(turn.say("… and %(count)s more, on the page.", count=len(waiting) - PAGE)))
    return found


def _closed(turn: Turn, closed: Sequence["Incident"]) -> list[Block]:
    """The newest of the person's own reports that are dealt with."""
    if not closed:
        return []
    found = [blocks.header(turn.say("My closed reports"))]
    for incident in closed:
        text = f"*{incident.reference}* · {status_word(incident.status, turn.language)}"
        found.append(blocks.section(text, accessory=blocks.button(turn.say("Open"), OPEN, incident.reference)))
    return found


def _row(turn: Turn, row: IncidentRow) -> Block:
    incident = row.incident
    clock = left(row.deadline.due_at, turn.language, turn.now) if row.deadline else "–"
    mine = "👤 " if is_mine(row, turn.actor) else ""
    who = f" · {escape_mrkdwn(row.assignee)}" if row.assignee else ""
    own = [part_word(part, turn.language) for part in Part if turn.actor.id and incident.holder(part) == turn.actor.id]
    part = f" · {turn.say('your part: %(parts)s', parts=', '.join(own))}" if own else ""
    text = f"{mine}*{incident.reference}* · {clock}\n{status_word(incident.status, turn.language)}{who}{part}"
    return blocks.section(text, accessory=blocks.button(turn.say("Open"), OPEN, incident.reference))


def _pages(turn: Turn, page: int, last: int) -> list[Block]:
    elements = []
    if page > 0:
        elements.append(blocks.button(turn.say("Previous"), f"{TURN_PAGE}.previous", str(page - 1)))
    if page < last:
        elements.append(blocks.button(turn.say("Next"), f"{TURN_PAGE}.next", str(page + 1)))
    if not elements:
        return []
    number = turn.say("Page %(page)s of %(pages)s", page=page + 1, pages=last + 1)
    return [*blocks.actions(elements), blocks.context(number)]


def _tasks(turn: Turn, tasks: Sequence[tuple[str, str, datetime | None]]) -> list[Block]:
    if not tasks:
        return []
    found = [blocks.header(turn.say("My tasks"))]
    for reference, title, due in tasks[:PAGE]:
        when = f" · {calendar_day(due.astimezone(turn.zone).date(), turn.language)}" if due else ""
        text = f"*{reference}* {escape_mrkdwn(fit(without_numbers(title), 300))}{when}"
        found.append(blocks.section(text, accessory=blocks.button(turn.say("Open"), OPEN, reference)))
    if len(tasks) > PAGE:
        found.append(blocks.context(turn.say("… and %(count)s more, on the page.", count=len(tasks) - PAGE)))
    return found
