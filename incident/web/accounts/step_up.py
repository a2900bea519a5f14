"""Steps that ask once more who it is: what leaves the house, makes a decision hold, gives power, or weakens an account.

A browser that was left open, or a stolen cookie, reads; it does not approve, release, export or hand out roles. The
question keeps what was typed: the right answer sends the same form on.
"""

from typing import Final

from flask import Flask, render_template, request, url_for
from flask import redirect as lead
from flask.typing import ResponseReturnValue

from incident.domain.kernel.sessions import is_fresh
from incident.store.db import db
from incident.usecases.common.access import is_restricted
from incident.web.accounts.forms import ANSWERS, ProofForm
from incident.web.accounts.sessions import here
from incident.web.clock import now
from incident.web.viewer import current_person, viewer

CAME_BACK: Final = "came_back"
"""The mark of the button that is pressed after a proof elsewhere."""
EXPORTS: Final = frozenset(
    {
        "insight.report",
        "insight.table",
        "notices.export_people",
        "notices.letters",
        "notices.whole",
        "register.export",
        "register.export_file",
    }
)
"""Files with the record, or with people, in them: reading them is the step."""
ACTS: Final = frozenset(
    {
        "decisions.second",
        "notices.approve",
        "notices.release",
        "notices.resume",
        "passkeys.index",
        "passkeys.remove",
        "people.add",
        "people.several",
        "people.change",
        "people.link",
        "people.reset",
        "people.sign_out",
        "powers.agree",
        "provider.untie",
        "record.hold",
        "restriction.let_somebody_in",
        "restriction.lift",
        "restriction.restrict_to",
        "retention.index",
        "retention.person",
        "security.mf_recovery_codes",
        "security.two_factor_setup",
        "security.two_factor_setup_validate",
        "shared.index",
        "tokens.index",
        "tokens.make_calendar",
    }
)
"""Pages whose form is the step; looking at them is none."""
WHERE_RESTRICTED: Final = frozenset({"incident.assign_to"})
"""A step where few may know of the incident: whoever has it says who they are."""


def init_step_up(app: Flask) -> None:
    """Ask before the view runs; comes after the access check, so that nobody is asked about what is not theirs."""

    @app.before_request
    def prove_first() -> ResponseReturnValue | None:
        reading = request.method in ("GET", "HEAD", "OPTIONS")
        if not (request.endpoint in EXPORTS if reading else _is_act()):
            return None
        this = here()
        if this is None or is_fresh(this.proved_at, now()):
            return None
        return lead(url_for("security.verify", next=request.full_path.rstrip("?"))) if reading else _question()


def _first_password() -> frozenset[str]:
    """Who has no password types none to choose one: then it is a step like the others."""
    person = current_person()
    return frozenset({"security.change_password"} if person is not None and person.password is None else ())


def _is_act() -> bool:
    """Whether this form is a step; what the viewer may not see counts as none, so that nobody learns of it by this."""
    if request.endpoint not in WHERE_RESTRICTED:
        return request.endpoint in ACTS | _first_password()
    return is_restricted(db.session(), str((request.view_args or {}).get("reference")), viewer())


def _question() -> ResponseReturnValue | None:
    """The question in place of the act, or nothing where it has just been answered."""
    form = ProofForm(user=current_person())  # type: ignore[arg-type]
    if any(name in request.form for name in ANSWERS) and form.validate():
        return None
    # Whoever was asked elsewhere answers by coming back; until then the form says what to do.
    if form.elsewhere and request.form.get(CAME_BACK):
        form.validate()
    kept = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in (*ANSWERS, CAME_BACK, "csrf_token")
    ]
    return render_template("web/account/verify.html", verify_form=form, kept=kept), 403


__all__ = ["ACTS", "EXPORTS", "WHERE_RESTRICTED", "init_step_up"]
