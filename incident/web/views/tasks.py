"""Tasks and measures."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from incident.domain.kernel.errors import NotFound
from incident.domain.kernel.roles import Permission
from incident.domain.kinds import TaskKind
from incident.domain.playbooks import fitting, playbooks
from incident.store.db import db
from incident.store.queries.casework import tasks_of
from incident.usecases.people.accounts import able_to
from incident.usecases.response.apply_playbook import ApplyPlaybook, apply_playbook
from incident.usecases.response.casework import AddTask, FinishTask, GiveTask, add_task, finish_task, give_task
from incident.web.case import Case, open_case
from incident.web.clock import now
from incident.web.forms.case import GiveForm, TaskForm
from incident.web.i18n import language_code
from incident.web.transactions import attempt, commits
from incident.web.viewer import viewer

bp = Blueprint("tasks", __name__)


def _people() -> list[tuple[str, str]]:
    """The people who may work on incidents."""
    return [(str(key), name) for key, name in able_to(db.session(), Permission.RECORD).items()]


@bp.get("/incidents/<reference>/tasks")
def index(reference: str) -> ResponseReturnValue:
    """What has to be done, by whom, by when; a list of people stands only on the row that is given away."""
    case = open_case(reference)
    return _page(case, kind=request.args.get("kind", "task"), giving=request.args.get("give", ""))


def _page(
    case: Case,
    form: TaskForm | None = None,
    given: Mapping[UUID, GiveForm] | None = None,
    kind: str = "task",
    giving: str = "",
) -> ResponseReturnValue:
    people, fit = _people(), fitting(case.facts)
    tasks = tasks_of(db.session(), case.head.incident.id)
    asked = {task.id: GiveForm.of(task).offer(people) for task in tasks if str(task.id) == giving}
    return render_template(
        "web/tasks/index.html",
        case=case,
        tasks=tasks,
        form=form or TaskForm(formdata=None, data={"kind": kind}).offer(people),
        forms=given or asked,
        fitting=fit,
        others=[playbook for playbook in playbooks() if playbook not in fit],
    )


@bp.post("/incidents/<reference>/tasks/checklist")
@commits
def checklist(reference: str) -> ResponseReturnValue:
    """Add the steps of a checklist."""
    case = open_case(reference)
    command = ApplyPlaybook(viewer(), case.reference, request.form.get("playbook", ""), language_code())
    number = apply_playbook(command, session=db.session(), now=now())
    flash(ngettext("%(num)s task added.", "%(num)s tasks added.", number), "success")
    return redirect(case.url(".index"))


@bp.post("/incidents/<reference>/tasks")
def add(reference: str) -> ResponseReturnValue:
    """Add a task or a measure."""
    case = open_case(reference)
    form = TaskForm(request.form).offer(_people())
    if form.validate() and attempt(form, lambda: _add(case.reference, form)):
        flash(_("Added."), "success")
        return redirect(case.url(".index"))
    return _page(open_case(reference), form)


def _add(reference: str, form: TaskForm) -> object:
    command = AddTask(
        viewer(),
        reference,
        form.title.data,
        TaskKind(form.kind.data or TaskKind.TASK),
        form.owner_id,
        form.owner_name.data or "",
        form.due_at,
    )
    return add_task(command, session=db.session(), now=now())


@bp.post("/incidents/<reference>/tasks/<uuid:task_id>")
@commits
def finish(reference: str, task_id: UUID) -> ResponseReturnValue:
    """Mark as done, or as open again."""
    case = open_case(reference)
    done = request.form.get("done") == "y"
    finish_task(FinishTask(viewer(), case.reference, task_id, done), session=db.session(), now=now())
    return redirect(case.url(".index"))


@bp.post("/incidents/<reference>/tasks/<uuid:task_id>/give")
def give(reference: str, task_id: UUID) -> ResponseReturnValue:
    """Say who sees to it, and by when."""
    case = open_case(reference)
    task = next((one for one in tasks_of(db.session(), case.incident.id) if one.id == task_id), None)
    if task is None:
        raise NotFound("There is no such task.")
    form = GiveForm.of(task, request.form).offer(_people())
    due = form.due_from(task.due_at)
    command = GiveTask(viewer(), case.reference, task_id, form.owner_id, form.owner_name.data or "", due)
    if form.validate() and attempt(form, lambda: give_task(command, session=db.session(), now=now())):
        flash(_("Saved."), "success")
        return redirect(case.url(".index") + f"#task-{task_id}")
    return _page(open_case(reference), given={task_id: form})
