"""Tasks and measures: add one, tick one off."""

from datetime import datetime, time
from typing import TYPE_CHECKING, Final
from uuid import UUID

from bot import blocks
from bot.case import card_here, incident_of
from bot.forms import form_of, form_view, record_once
from bot.report import carried
from bot.rooms import sync_later
from bot.sensitive import without_numbers
from bot.turn import Turn
from incident.domain.kernel.roles import Permission
from incident.domain.kinds import TaskKind
from incident.domain.next_steps import Act
from incident.domain.ruler.words import calendar_day
from incident.slack.shapes import Block, View
from incident.slack.text import escape_mrkdwn, fit
from incident.store.queries.case import case_file
from incident.usecases.common.inbound import Result
from incident.usecases.people.accounts import able_to
from incident.usecases.response.casework import AddTask, FinishTask, add_task, finish_task

if TYPE_CHECKING:
    from incident.store.models import Incident, Task

FORM, WINDOW, TOGGLE = "task", "tasks", "task.toggle"
SHOWN: Final = 40


def task_view(turn: Turn, incident: "Incident") -> View:
    """The form for a task, or for a measure once that is the next step."""
    say = turn.say
    kinds = [
        (TaskKind.TASK.value, say("Task: gets us through this incident")),
        (TaskKind.MEASURE.value, say("Measure: keeps it from happening again")),
    ]
    persons = [(str(key), name) for key, name in able_to(turn.session, Permission.RECORD).items()]
    begun = card_here(turn, incident).next
    kind = TaskKind.MEASURE if begun is not None and begun.act is Act.MEASURE else TaskKind.TASK
    rows = [
        blocks.field("kind", say("What is it?"), blocks.radio(kinds, kind.value), optional=False),
        blocks.field("title", say("What has to be done?"), blocks.text_input(limit=500), optional=False),
        blocks.field("owner_name", say("Who is responsible?"), blocks.one_of(persons, str(turn.actor.id or ""))),
        blocks.field("due_at", say("By when?"), {"type": "datepicker"}, hint=say("A measure needs a date.")),
    ]
    return form_view(turn, incident, FORM, say("Task or measure"), rows)


def submit_task(turn: Turn) -> None:
    """Add it."""
    record_once(turn, lambda: _add(turn))


def _add(turn: Turn) -> Result:
    form = form_of(turn)
    owner, day = form.one("owner_name"), form.day("due_at")
    command = AddTask(
        actor=turn.actor,
        incident=str(turn.metadata["ref"]),
        title=form.text("title"),
        kind=TaskKind(form.one("kind") or TaskKind.TASK),
        owner_id=UUID(owner) if owner else None,
        due_at=datetime.combine(day, time(17), turn.zone) if day else None,
    )
    return {"task": str(add_task(command, session=turn.session, now=turn.now).id)}


def tasks_view(turn: Turn, incident: "Incident") -> View:
    """The list, each with a button that ticks it off or opens it again."""
    tasks = list(case_file(turn.session, incident).tasks)
    rows = [_row(turn, incident.reference, task) for task in tasks[:SHOWN]]
    if len(tasks) > SHOWN:
        rows.append(blocks.context(turn.say("… and %(count)s more, on the page.", count=len(tasks) - SHOWN)))
    if not rows:
        rows.append(blocks.section(turn.say("There are no tasks yet.")))
    return blocks.modal(
        WINDOW, turn.say("Tasks"), rows, submit=None, close=turn.say("Close"), metadata=carried(incident.reference)
    )


def _row(turn: Turn, reference: str, task: "Task") -> Block:
    done = task.done_at is not None
    due = f" · {calendar_day(task.due_at.astimezone(turn.zone).date(), turn.language)}" if task.due_at else ""
    owner = f" · {escape_mrkdwn(task.owner_name)}" if task.owner_name else ""
    title = escape_mrkdwn(fit(without_numbers(task.title), 500))
    words = turn.say("Open again") if done else turn.say("Done")
    toggle = blocks.button(words, TOGGLE, f"{reference}|{task.id}|{'open' if done else 'done'}")
    return blocks.section(f"{'✅' if done else '⬜'} {title}{owner}{due}", accessory=toggle)


def toggle_task(turn: Turn) -> None:
    """Tick it off, or open it again."""
    incident = incident_of(turn, Permission.RECORD)
    reference, task, wanted = str(turn.action["value"]).split("|")
    command = FinishTask(turn.actor, reference, UUID(task), wanted == "done")
    finish_task(command, session=turn.session, now=turn.now)
    turn.commit()
    view = tasks_view(turn, incident)
    turn.session.rollback()
    turn.answer()
    turn.later.append(lambda: turn.update(str(turn.view["id"]), view))
    sync_later(turn, reference)
