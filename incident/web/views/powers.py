"""What an administrator may not do alone: it waits here until somebody else agrees or refuses."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from incident.domain.kernel.people import Role
from incident.domain.kernel.roles import Permission
from incident.store.db import db
from incident.usecases.common.insiders import unwatched
from incident.usecases.people import powers
from incident.usecases.people.accounts import able_to
from incident.usecases.people.powers import Power
from incident.web.clock import now
from incident.web.forms.case import LetInForm
from incident.web.labels import role_names
from incident.web.transactions import commits
from incident.web.viewer import allowed, viewer

if TYPE_CHECKING:
    from incident.store.models import Person, PowerRequest

bp = Blueprint("powers", __name__)

POWERS: Final = {
    Power.ROLES: _l("Give roles that decide"),
    Power.LINK: _l("Make a password link"),
    Power.FACTOR: _l("Remove the second factor"),
    Power.SLACK: _l("Link the account to a Slack member"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request as the page shows it."""

    row: "PowerRequest"
    answerable: bool
    own: bool
    asked: tuple[str, ...] = ()
    """Who can answer it."""

    @property
    def power(self) -> Power:
        """What is asked for."""
        return Power(self.row.kind)

    @property
    def person(self) -> "Person":
        """Over whom."""
        return self.row.person

    @property
    def roles(self) -> list[Role]:
        """The roles that would be given."""
        return [Role(name) for name in self.row.details.get("roles", ())]

    @property
    def by_group(self) -> bool:
        """Whether nobody here asked for it, but a group at the sign-in service gives it."""
        return powers.asked_by_group(self.row.details)

    @property
    def slack_id(self) -> str | None:
        """Who in Slack would act, or acts already, as this person: whoever gets power has it there too."""
        asked = self.row.details.get("slack_user_id")
        return asked or (self.person.slack_user_id if self.power is Power.ROLES else None)


def power_words(row: "PowerRequest") -> str:
    """What is asked for in few words: the roles, or which other power."""
    roles = Waiting(row, answerable=False, own=False).roles
    return role_names(roles) if roles else str(POWERS[Power(row.kind)])


def let_in_form(**more: object) -> LetInForm:
    """The form by which somebody is let in to a restricted incident, with everybody who may read incidents."""
    people = able_to(db.session(), Permission.VIEW_ALL) if allowed(Permission.LET_IN) else {}
    return LetInForm(**more).offer((str(key), name) for key, name in people.items())


@bp.get("/powers")
def index() -> ResponseReturnValue:
    """What waits."""
    return powers_page(let_in_form(formdata=None))


def powers_page(form: LetInForm) -> ResponseReturnValue:
    """What waits, and the form as it was typed."""
    session, actor = db.session(), viewer()
    able = powers.holders(session)
    waiting = [
        Waiting(
            row,
            powers.answerable(row, actor, able),
            row.asked_by == actor.id,
            tuple(powers.who_can_agree(session, [row])),
        )
        for row in powers.open_requests(session, now=now())
    ]
    alone = unwatched(session, now()) if allowed(Permission.LET_IN) else []
    return render_template("web/powers/index.html", requests=waiting, POWERS=POWERS, form=form, alone=alone)


@bp.post("/powers/<uuid:request_id>/agree")
@commits
def agree(request_id: UUID) -> ResponseReturnValue:
    """It is done."""
    powers.agree(db.session(), viewer(), request_id, now=now())
    flash(_("You agreed. It is on record, and the people concerned are told."), "success")
    return redirect(url_for(".index"))


@bp.post("/powers/<uuid:request_id>/refuse")
@commits
def refuse(request_id: UUID) -> ResponseReturnValue:
    """It is not done."""
    powers.refuse(db.session(), viewer(), request_id, now=now())
    flash(_("Nothing has been changed."), "success")
    return redirect(url_for(".index"))
