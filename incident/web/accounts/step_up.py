"""Steps that ask once more who it is: what leaves the house, gives power, or weakens an account.

A browser that was left open, or a stolen cookie, reads; it does not approve, release, export or hand out roles. The
question keeps what was typed: the right answer sends the same form on.
"""

from typing import Final

from flask import Flask, render_template, request, url_for
from flask import redirect as lead
from flask.typing import ResponseReturnValue

from incident.domain.kernel.sessions import is_fresh
from incident.web.accounts.forms import ANSWERS, ProofForm
from incident.web.accounts.sessions import here
from incident.web.clock import now
from incident.web.viewer import current_person

EXPORTS: Final = frozenset(
    {
        "insight.report",
        "insight.table",
        "notices.export_people",
        "notices.letters",
        "notices.whole",
        "register.export",
    }
)
"""Files with the record, or with people, in them: reading them is the step."""
ACTS: Final = frozenset(
    {
        "notices.approve",
        "notices.release",
        "notices.resume",
        "people.add",
        "people.change",
        "people.link",
        "people.reset",
        "people.sign_out",
        "powers.agree",
        "security.mf_recovery_codes",
        "security.two_factor_setup",
        "security.two_factor_setup_validate",
        "tokens.index",
        "tokens.make_calendar",
    }
)
"""Pages whose form is the step; looking at them is none."""


def init_step_up(app: Flask) -> None:
    """Ask before the view runs; comes after the access check, so that nobody is asked about what is not theirs."""

    @app.before_request
    def prove_first() -> ResponseReturnValue | None:
        reading = request.method in ("GET", "HEAD", "OPTIONS")
        if request.endpoint not in (EXPORTS if reading else ACTS):
            return None
        this = here()
        if this is None or is_fresh(this.proved_at, now()):
            return None
        return lead(url_for("security.verify", next=request.full_path.rstrip("?"))) if reading else _question()


def _question() -> ResponseReturnValue | None:
    """The question in place of the act, or nothing where it has just been answered."""
    form = ProofForm(user=current_person())  # type: ignore[arg-type]
    if any(name in request.form for name in ANSWERS) and form.validate():
        return None
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in (*ANSWERS, "csrf_token")]
    return render_template("web/account/verify.html", verify_form=form, kept=kept), 403


__all__ = ["ACTS", "EXPORTS", "init_step_up"]
