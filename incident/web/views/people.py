"""People and their roles."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security.recoverable import generate_reset_link

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Role
from incident.store.db import db
from incident.usecases.people import accounts, sessions
from incident.usecases.people.accounts import ChangePerson, NewPerson
from incident.usecases.people.acts import note_account
from incident.usecases.people.powers import link_allowed
from incident.web.clock import now
from incident.web.forms.account import PersonForm
from incident.web.transactions import attempt, commits
from incident.web.viewer import viewer

if TYPE_CHECKING:
    from incident.store.models import Person

bp = Blueprint("people", __name__)


@bp.get("/people")
def index() -> ResponseReturnValue:
    """Everybody with an account."""
    return render_template("web/people/index.html", people=accounts.people(db.session()))


@bp.route("/people/new", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """Make an account; the person chooses a password by the link shown afterwards."""
    form = PersonForm(data={"roles": [Role.REPORTER.value]}).offer()
    if form.validate_on_submit():
        command = NewPerson(
            viewer(), form.email.data or "", form.name.data, form.chosen_roles, function=form.function.data or ""
        )
        person = attempt(form, lambda: accounts.create_person(command, session=db.session(), now=now()))
        if person is not None:
            flash(_("The account has been made. Give %(name)s the link below.", name=person.name), "success")
            _say_what_waits(form.chosen_roles - person.actor().roles)
            return redirect(url_for(".change", person_id=person.id))
    return render_template("web/people/add.html", form=form)


@bp.route("/people/<uuid:person_id>", methods=["GET", "POST"])
def change(person_id: UUID) -> ResponseReturnValue:
    """Change name, roles and duty, or switch the account off."""
    person = accounts.find_person(db.session(), person_id)
    form = PersonForm(data=_as_it_stands(person)).offer()
    if form.validate_on_submit():
        command = ChangePerson(
            viewer(),
            person_id,
            form.name.data,
            form.chosen_roles,
            bool(form.active.data),
            form.function.data or "",
            form.slack_user_id.data or None,
            form.duty_order.data,
        )
        saved = attempt(form, lambda: accounts.change_person(command, session=db.session(), now=now()))
        if saved:
            flash(_("Saved."), "success")
            _say_what_waits(command.roles - saved.actor().roles or (command.slack_user_id != saved.slack_user_id))
            return redirect(url_for(".index"))
    return _page(form, person)


def _page(form: PersonForm, person: "Person", link: str | None = None) -> str:
    places = sessions.sign_ins_of(db.session(), person.id, now=now())
    return render_template("web/people/change.html", form=form, somebody=person, link=link, places=places)


def _say_what_waits(held: object) -> None:
    if held:
        flash(_("What gives power over decisions waits until somebody else agrees. They have been told."))


def _as_it_stands(person: "Person") -> dict[str, Any]:
    """The account as the form's values; given as an object, its roles would be rows that fit no box."""
    names = ("name", "function", "slack_user_id", "duty_order", "active")
    return {**{name: getattr(person, name) for name in names}, "roles": [role.name for role in person.roles]}


@bp.post("/people/<uuid:person_id>/link")
@commits
def link(person_id: UUID) -> ResponseReturnValue:
    """Show a link with which the person chooses a password; for installations without mail."""
    person = accounts.find_person(db.session(), person_id)
    form = PersonForm(formdata=None, data=_as_it_stands(person)).offer()
    if not link_allowed(db.session(), viewer(), person, now=now()):
        _say_what_waits(True)
        return redirect(url_for(".change", person_id=person_id))
    address, _token = generate_reset_link(person)  # type: ignore[no-untyped-call]
    note_account(db.session(), Tag.PASSWORD_LINK_MADE, viewer(), person, now=now())
    return _page(form, person, address)


@bp.post("/people/<uuid:person_id>/second-factor/reset")
@commits
def reset(person_id: UUID) -> ResponseReturnValue:
    """Take away a lost second factor."""
    if accounts.reset_second_factor(db.session(), viewer(), person_id, now=now()):
        flash(_("The second factor has been taken away. It can be set up again at the next sign-in."), "success")
    else:
        _say_what_waits(True)
    return redirect(url_for(".change", person_id=person_id))


@bp.post("/people/<uuid:person_id>/sign-out")
@commits
def sign_out(person_id: UUID) -> ResponseReturnValue:
    """End every sign-in of somebody, whose telephone is lost or whose browser is in other hands."""
    sessions.end_all(db.session(), viewer(), person_id, now=now())
    flash(_("This person is signed out everywhere."), "success")
    return redirect(url_for(".change", person_id=person_id))
