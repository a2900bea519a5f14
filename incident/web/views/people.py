"""People and their roles."""

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security.recoverable import generate_reset_link
from itsdangerous import BadData, URLSafeTimedSerializer

from incident.domain.kernel.errors import NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Role
from incident.store.db import db
from incident.usecases.people import accounts, sessions
from incident.usecases.people.accounts import ChangePerson, NewPerson
from incident.usecases.people.acts import note_account
from incident.usecases.people.group_roles import standing
from incident.usecases.people.invite import Invite, can_invite, invite, send_invitation
from incident.usecases.people.passkeys import holders_of_passkeys, passkeys_of
from incident.usecases.people.powers import link_allowed, open_requests, who_can_agree
from incident.web.clock import now
from incident.web.errors import gone
from incident.web.forms.account import InviteForm, NewPersonForm, PersonForm
from incident.web.i18n import select_language
from incident.web.transactions import attempt, commits
from incident.web.viewer import viewer
from incident.web.views.powers import power_words

if TYPE_CHECKING:
    from incident.store.models import Person, PowerRequest

bp = Blueprint("people", __name__)
INVITATION_LASTS = 7 * 24 * 60 * 60


@bp.get("/people")
def index() -> ResponseReturnValue:
    """Everybody with an account."""
    people = accounts.people(db.session())
    keyed = holders_of_passkeys(db.session(), people)
    return render_template(
        "web/people/index.html", people=people, keyed=keyed, waiting=_waiting(people), power_words=power_words
    )


@bp.route("/people/new", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """Make an account; the person is invited by e-mail, or chooses a password by a link that is shown."""
    form = NewPersonForm(data={"roles": [Role.REPORTER.value]})
    form.offer()
    if form.validate_on_submit():
        command = NewPerson(
            viewer(), form.email.data or "", form.name.data, form.chosen_roles, function=form.function.data or ""
        )
        person = attempt(form, lambda: _create(command))
        if person is not None:
            _say_invited([person])
            return redirect(url_for(".change", person_id=person.id))
    return render_template("web/people/add.html", form=form, reaches=can_invite(db.session()))


def _create(command: NewPerson) -> "Person":
    person = accounts.create_person(command, session=db.session(), now=now())
    send_invitation(db.session(), viewer(), person, _invitation(person), now=now())
    return person


@bp.route("/people/invite", methods=["GET", "POST"])
def several() -> ResponseReturnValue:
    """Invite people by e-mail, one a line."""
    form = InviteForm(data={"roles": [Role.REPORTER.value]}).offer()
    if form.validate_on_submit():
        command = Invite(viewer(), form.people.data or "", form.chosen_roles, select_language(), _invitation)
        made = attempt(form, lambda: invite(command, session=db.session(), now=now()))
        if made:
            _say_invited(made)
            _say_what_waits(made)
            return redirect(url_for(".index"))
    return render_template("web/people/invite.html", form=form, reaches=can_invite(db.session()))


def _say_invited(made: "list[Person]") -> None:
    if can_invite(db.session()):
        flash(ngettext("One person has been invited.", "%(num)s people have been invited.", len(made)), "success")
    else:
        flash(_("The account has been made. No e-mail is set up: give each person a password link by hand."))


def _invitations() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="invitation")


def _invitation(person: "Person") -> str:
    """The address in somebody's invitation; it works until they have chosen a password."""
    path = url_for("people.invited", token=_invitations().dumps([str(person.id), person.fs_uniquifier]))
    return str(current_app.config["BASE_URL"]).rstrip("/") + path


@bp.get("/invited/<token>")
def invited(token: str) -> ResponseReturnValue:
    """Lead somebody who was invited to the page on which a password is chosen."""
    try:
        key, mark = _invitations().loads(token, max_age=INVITATION_LASTS)
        person = accounts.find_person(db.session(), UUID(key))
    except (BadData, NotFound, ValueError):
        return _invitation_over()
    if not person.active or person.password is not None or person.fs_uniquifier != mark:
        return _invitation_over()
    address, _token = generate_reset_link(person)  # type: ignore[no-untyped-call]
    return redirect(address)


def _invitation_over() -> ResponseReturnValue:
    text = _("It has been used or has expired. If you have chosen a password, sign in; else ask for a new one.")
    ways = {"login": _("To the sign-in page"), "forgot_password": _("Ask for a new password")}
    return gone(_("This invitation no longer works"), text, *((url_for(f"security.{to}"), ways[to]) for to in ways))


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
            _say_what_waits([saved])
            return redirect(url_for(".index"))
    return _page(form, person)


def _page(form: PersonForm, person: "Person", link: str | None = None) -> str:
    places = sessions.sign_ins_of(db.session(), person.id, now=now())
    keyed = bool(passkeys_of(db.session(), person.id))
    more: dict[str, object] = {"places": places, "keyed": keyed, "groups": standing(db.session(), person)}
    rows = _waiting([person])[person.id]
    more |= {"waiting": [power_words(row) for row in rows], "asked": who_can_agree(db.session(), rows)}
    return render_template("web/people/change.html", form=form, somebody=person, link=link, **more)


def _say_what_waits(people: "list[Person]") -> None:
    """What waits for whom, and who has been asked; nothing where nothing waits."""
    rows = [row for rows in _waiting(people).values() for row in rows]
    if rows:
        what = "; ".join(f"{row.person.name or row.person.email} ({power_words(row)})" for row in rows)
        who = ", ".join(who_can_agree(db.session(), rows))
        flash(_("This waits until somebody else agrees: %(what)s. Asked by a message: %(who)s.", what=what, who=who))


def _waiting(people: "list[Person]") -> "dict[UUID, list[PowerRequest]]":
    """By person what waits for the consent of somebody else."""
    found: dict[UUID, list[PowerRequest]] = {person.id: [] for person in people}
    for row in open_requests(db.session(), now=now()):
        if row.person_id in found:
            found[row.person_id].append(row)
    return found


def _as_it_stands(person: "Person") -> dict[str, object]:
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
        _say_what_waits([person])
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
        _say_what_waits([accounts.find_person(db.session(), person_id)])
    return redirect(url_for(".change", person_id=person_id))


@bp.post("/people/<uuid:person_id>/sign-out")
@commits
def sign_out(person_id: UUID) -> ResponseReturnValue:
    """End every sign-in of somebody, whose telephone is lost or whose browser is in other hands."""
    sessions.end_all(db.session(), viewer(), person_id, now=now())
    flash(_("This person is signed out everywhere."), "success")
    return redirect(url_for(".change", person_id=person_id))
