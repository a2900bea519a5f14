"""Exercises: start one, follow it, end it."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.documents.exercise_report import ExerciseReport, exercise_report, opening, tables
from incident.domain.exercises import CLOCK, on_its_clock, said, scenarios
from incident.domain.kernel.errors import DomainError
from incident.domain.kernel.roles import Permission
from incident.store.db import db
from incident.store.queries.exercises import injects_of, names_of
from incident.store.tree import stamp
from incident.usecases.common.settings import organisation_profile
from incident.usecases.exercise.play import (
    StartExercise,
    end_exercise,
    exercises_for,
    find_exercise,
    start_exercise,
)
from incident.usecases.exercise.report import findings
from incident.usecases.people.accounts import able_to
from incident.web.clock import now
from incident.web.downloads import attachment
from incident.web.forms.base import translated
from incident.web.forms.exercise import PACES, ExerciseForm
from incident.web.i18n import language_code
from incident.web.transactions import attempt
from incident.web.viewer import viewer

if TYPE_CHECKING:
    from incident.store.models import Exercise, ExerciseInject, Incident

bp = Blueprint("exercises", __name__)


def _form(**more: object) -> ExerciseForm:
    """The form, with everybody who may read incidents: the others have no page to play on."""
    people = able_to(db.session(), Permission.VIEW_ALL)
    return ExerciseForm(**more).offer((str(key), name) for key, name in people.items())


def _page(form: ExerciseForm) -> ResponseReturnValue:
    found = exercises_for(db.session(), viewer())
    running = next((one for one in found if one.ended_at is None), None)
    return render_template(
        "web/exercises/index.html",
        form=form,
        exercises=found,
        running=running,
        scenarios=scenarios(),
        paces=PACES,
        code=language_code(),
    )


@bp.get("/exercises")
def index() -> ResponseReturnValue:
    """The exercises so far, and the form for a new one."""
    return _page(_form(formdata=None))


@bp.post("/exercises")
def start() -> ResponseReturnValue:
    """Begin one."""
    form = _form()
    if form.validate():
        command = StartExercise(
            viewer(), form.scenario.data, frozenset(map(UUID, form.people.data)), int(form.pace.data), language_code()
        )
        exercise = attempt(form, lambda: start_exercise(command, session=db.session(), now=now()))
        if exercise is not None:
            flash(_("The exercise has begun. Everybody who takes part is told."), "success")
            return redirect(url_for(".show", number=exercise.number))
    return _page(form)


@bp.get("/exercises/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """How it stands, and what has come in."""
    session = db.session()
    exercise, incident = find_exercise(session, number, viewer())
    passed = (exercise.ended_at or now()) - exercise.started_at
    report = _report(exercise, incident) if exercise.ended_at else None
    judged = () if report else findings(session, exercise, incident, now()).judged
    script = scenarios()[exercise.scenario]

    def left_for(inject: "ExerciseInject") -> timedelta:
        """What is left to answer it, on the exercise clock; negative once that is over."""
        came = inject.settled_at or now()
        return timedelta(hours=script.inject(inject.name).within) - on_its_clock(now() - came, exercise.pace)

    return render_template(
        "web/exercises/show.html",
        opening=opening(report) if report else (),
        tables=tables(report) if report else (),
        exercise=exercise,
        incident=incident,
        script=script,
        answers={one.name: one for one in judged},
        left_for=left_for,
        injects=injects_of(session, exercise),
        names=names_of(session, exercise.people),
        left=max(CLOCK - on_its_clock(passed, exercise.pace), timedelta(0)),
        plays=str(viewer().id) in exercise.people,
        pace=PACES[str(exercise.pace)],
        said=said,
        code=language_code(),
    )


def _report(exercise: "Exercise", incident: "Incident", audit_head: str = "") -> ExerciseReport:
    session = db.session()
    return ExerciseReport(
        organisation_profile(session),
        language_code(),
        incident.reference,
        scenarios()[exercise.scenario],
        tuple(names_of(session, exercise.people).values()),
        findings(session, exercise, incident, now()),
        audit_head,
    )


@bp.get("/exercises/<int:number>/report.pdf")
def report(number: int) -> ResponseReturnValue:
    """The report for the board, once it has ended."""
    session = db.session()
    exercise, incident = find_exercise(session, number, viewer())
    if exercise.ended_at is None:
        abort(404)
    made = exercise_report(_report(exercise, incident, stamp(session)))
    return attachment(made, _("exercise") + f"-{incident.reference}.pdf", "application/pdf")


@bp.post("/exercises/<int:number>/end")
def end(number: int) -> ResponseReturnValue:
    """End it."""
    try:
        end_exercise(number, actor=viewer(), session=db.session(), now=now())
    except DomainError as refusal:
        db.session.rollback()
        flash(translated(refusal), "error")
    else:
        db.session.commit()
        flash(_("The exercise has ended. Its report is below."), "success")
    return redirect(url_for(".show", number=number))
