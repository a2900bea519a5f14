"""Default deny: every endpoint has a declared audience, and a request for any other is refused."""

from enum import Enum
from typing import Final

from flask import Flask, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, may
from incident.store.db import db
from incident.usecases.people.acts import note_refusal
from incident.web.accounts.sessions import here
from incident.web.clock import now
from incident.web.errors import something_first
from incident.web.viewer import viewer


class Audience(Enum):
    """Who may come in where no single permission says it."""

    EVERYBODY = "everybody"
    SIGNED_IN = "signed in"
    TOKEN = "token"
    SIGNED = "signed by Slack"
    CODE = "with the code of a receipt"


E, S = Audience.EVERYBODY, Audience.SIGNED_IN
P = Permission

PAGES: Final[dict[str, dict[str, Audience | Permission]]] = {
    "": {"static": E},
    "account": {"show": S, "sign_out_there": S, "sign_out_elsewhere": S},
    "passkeys": {"index": S, "remove": S, "sign_in": E},
    "provider": {"start": E, "back": E, "leave": E, "prove": S, "untie": S},
    "api": {
        "list_incidents": Audience.TOKEN,
        "report": Audience.TOKEN,
        "report_batch": Audience.TOKEN,
        "show": Audience.TOKEN,
        "deadlines": Audience.TOKEN,
        "facts": Audience.TOKEN,
        "assessment": Audience.TOKEN,
        "timeline": Audience.TOKEN,
        "tasks": Audience.TOKEN,
        "notices": Audience.TOKEN,
        "register": Audience.TOKEN,
        "add_timeline_entry": Audience.TOKEN,
        "decisions": Audience.TOKEN,
        "evidence": Audience.TOKEN,
        "evidence_file": Audience.TOKEN,
        "mailings": Audience.TOKEN,
        "reporter": Audience.TOKEN,
        "list_subscriptions": Audience.TOKEN,
        "show_subscription": Audience.TOKEN,
        "make_subscription": Audience.TOKEN,
        "change_subscription": Audience.TOKEN,
        "end_subscription": Audience.TOKEN,
        "new_subscription_secret": Audience.TOKEN,
        "test_subscription": Audience.TOKEN,
        "subscription_calls": Audience.TOKEN,
    },
    "board": {"index": S, "rows": S},
    "channels": {
        "index": P.MANAGE_SETTINGS,
        "try_one": P.MANAGE_SETTINGS,
        "again": P.MANAGE_SETTINGS,
        "give_up_on": P.MANAGE_SETTINGS,
    },
    "closing": {"form": P.VIEW_ALL, "close": P.CLOSE, "reopen": P.CLOSE, "merge": P.CLOSE},
    "decisions": {"index": P.VIEW_ALL, "make": P.DECIDE, "second": P.CONFIRM, "remind": P.RECORD},
    "door": {"form": E, "code": E, "report": Audience.CODE, "leave": E},
    "doors": {
        "index": P.MANAGE_SETTINGS,
        "add": P.MANAGE_SETTINGS,
        "edit": P.MANAGE_SETTINGS,
        "remove": P.MANAGE_SETTINGS,
        "sheet": P.MANAGE_SETTINGS,
    },
    "drill": {"start": P.MANAGE_SETTINGS, "show": S, "confirm": S},
    "duties": {"index": P.VIEW_ALL, "reported": P.SUBMIT, "decide": P.DECIDE, "event": P.RECORD, "letter": P.RECORD},
    "evidence": {"index": P.VIEW_ALL, "attach": P.RECORD, "read": P.VIEW_ALL, "harmful": P.RECORD},
    "exercises": {
        "index": P.MANAGE_SETTINGS,
        "start": P.MANAGE_SETTINGS,
        "show": S,
        "report": S,
        "end": P.MANAGE_SETTINGS,
    },
    "facts": {
        "index": P.VIEW_ALL,
        "edit": P.RECORD,
        "draft": P.RECORD,
        "forget": P.RECORD,
        "reads": P.RECORD,
        "moves": P.RECORD,
        "history": P.VIEW_ALL,
    },
    "health": {"live": E, "ready": E, "contact": E, "page": S, "metrics": Audience.TOKEN},
    "help": {"index": S, "method": S},
    "imports": {"upload": P.CLOSE, "mapped": P.CLOSE},
    "incident": {"show": S, "assign_to": P.RECORD},
    "insight": {"index": P.VIEW_ALL, "table": P.EXPORT, "report": P.EXPORT},
    "ladder": {"edit": P.MANAGE_SETTINGS},
    "notice_templates": {
        "index": P.MANAGE_SETTINGS,
        "edit": P.MANAGE_SETTINGS,
        "drop": P.MANAGE_SETTINGS,
        "house": P.MANAGE_SETTINGS,
        "take_away": P.MANAGE_SETTINGS,
    },
    "notices": {
        "copied": P.DRAFT,
        "beside": P.VIEW_ALL,
        "edpb": P.VIEW_ALL,
        "edpb_json": P.VIEW_ALL,
        "edpb_pdf": P.VIEW_ALL,
        "mailings": P.VIEW_ALL,
        "prepare": P.SUBMIT,
        "mailing": P.VIEW_ALL,
        "mailing_progress": P.VIEW_ALL,
        "start": P.SUBMIT,
        "release": P.APPROVE,
        "stop": P.SUBMIT,
        "resume": P.APPROVE,
        "assign": P.SUBMIT,
        "posted": P.SUBMIT,
        "people": P.APPROVE,
        "export_people": P.APPROVE,
        "person": P.APPROVE,
        "test_mail": P.SUBMIT,
        "bounce": P.SUBMIT,
        "returned": P.APPROVE,
        "letters": P.SUBMIT,
        "index": P.VIEW_ALL,
        "draft": P.DRAFT,
        "show": P.VIEW_ALL,
        "edit": P.DRAFT,
        "redraft": P.DRAFT,
        "approve": P.APPROVE,
        "download": P.VIEW_ALL,
        "whole": P.EXPORT,
        "verifier": P.EXPORT,
        "check": P.DRAFT,
        "side_by_side": P.VIEW_ALL,
        "compare": P.VIEW_ALL,
        "submission": P.SUBMIT,
        "submit": P.SUBMIT,
        "corrected": P.SUBMIT,
        "acknowledged": P.RECORD,
        "not_arrived": P.SUBMIT,
    },
    "openapi": {"spec": E},
    "people": {
        "index": P.MANAGE_PEOPLE,
        "add": P.MANAGE_PEOPLE,
        "several": P.MANAGE_PEOPLE,
        "invited": E,
        "change": P.MANAGE_PEOPLE,
        "link": P.MANAGE_PEOPLE,
        "reset": P.MANAGE_PEOPLE,
        "sign_out": P.MANAGE_PEOPLE,
    },
    "portals": {"beside": P.VIEW_ALL, "copied": P.DRAFT},
    "powers": {"index": P.CONFIRM_POWER, "agree": P.CONFIRM_POWER, "refuse": P.CONFIRM_POWER},
    "preferences": {"language": E},
    "presets": {"show": P.RECORD, "accept": P.RECORD},
    "processing": {"upload": P.MANAGE_SETTINGS, "mapped": P.MANAGE_SETTINGS},
    "record": {"show": P.VIEW_ALL, "hold": P.CLOSE},
    "restriction": {"form": P.RECORD, "restrict_to": P.RECORD, "lift": P.RECORD, "let_somebody_in": P.LET_IN},
    "regimes": {"edit": P.MANAGE_SETTINGS},
    "register": {
        "index": P.VIEW_ALL,
        "export": P.EXPORT,
        "exported": P.EXPORT,
        "export_progress": P.EXPORT,
        "export_file": P.EXPORT,
        "keep": P.VIEW_ALL,
        "forget": P.VIEW_ALL,
    },
    "reporter": {"index": P.VIEW_ALL, "ask": P.RECORD},
    "retention": {"index": P.MANAGE_SETTINGS, "person": P.CLOSE},
    "report": {"form": P.REPORT, "receipt": S},
    "risk": {"show": P.VIEW_ALL, "record": P.ASSESS, "preview": P.ASSESS, "keep": P.RECORD},
    "roster": {"edit": P.MANAGE_SETTINGS},
    "security": {
        "login": E,
        "logout": E,
        "forgot_password": E,
        "reset_password": E,
        "two_factor_token_validation": E,
        "two_factor_rescue": E,
        "mf_recovery": E,
        "two_factor_setup": E,
        "two_factor_setup_validate": S,
        "mf_recovery_codes": S,
        "change_password": S,
        "verify": S,
    },
    "settings": dict.fromkeys(("first_run", "organisation", "lists", "trade"), P.MANAGE_SETTINGS),
    "setup": {"first_person": E},
    "shared": {"index": P.SUBMIT, "end": P.SUBMIT, "cover": Audience.TOKEN, "show": Audience.TOKEN},
    "slack": {"events": Audience.SIGNED},
    "subscriptions": dict.fromkeys(("index", "add", "edit", "renew", "try_one", "remove"), P.MANAGE_SETTINGS),
    "tasks": {"index": P.VIEW_ALL, "add": P.RECORD, "finish": P.RECORD, "give": P.RECORD, "checklist": P.RECORD},
    "timeline": {"index": P.VIEW_ALL, "add": P.RECORD},
    "tokens": {"index": S, "api": S, "revoke": S, "make_calendar": S, "close_calendar": S, "calendar": Audience.TOKEN},
    "triage": {"form": P.RECORD},
}
"""The access matrix of pages and API: of each group of pages, each view and who may use it."""

ACCESS: Final = {f"{group}.{view}".lstrip("."): who for group, views in PAGES.items() for view, who in views.items()}
"""The same by endpoint."""

NEVER: Final = frozenset({"security.tf_select", "security.static"})
"""Endpoints that the sign-in library brings along and that this product does not use."""


WITHOUT_FACTOR: Final = frozenset({"security.two_factor_setup_validate", "passkeys.index", "provider.prove"})
"""What opens, beside the pages for everybody, for somebody whose role needs a second factor that is not there yet."""


def init_access(app: Flask) -> None:
    """Check every request against the matrix before its view runs."""

    @app.before_request
    def check_access() -> Response | None:
        endpoint = request.endpoint
        if endpoint is None:
            return None
        if endpoint not in ACCESS:
            abort(404)
        return _admit(ACCESS[endpoint])


def _admit(audience: Audience | Permission) -> Response | None:
    """Nothing where the viewer may come in; else the sign-in page, or 404: what is not theirs does not exist."""
    if isinstance(audience, Audience) and audience is not Audience.SIGNED_IN:
        return None
    actor = viewer()
    if actor.id is None:
        return _sign_in_first()
    this = here()
    if this is not None and this.must_set_up and request.endpoint not in WITHOUT_FACTOR:
        return _set_up_first()
    if isinstance(audience, Permission) and not may(actor, audience):
        _note_refusal(actor)
        abort(404 if request.method == "GET" else 403)
    return None


def _sign_in_first() -> Response:
    if request.method != "POST":
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    text = _("Nothing has been saved. Sign in again in the other window; then come back here.")
    where, words = url_for("security.login"), _("Sign in, in another window")
    return something_first(_("You are no longer signed in"), text, where, words)


def _set_up_first() -> Response:
    where = url_for("security.two_factor_setup")
    if request.method != "POST":
        flash(_("Your role needs a second factor. Set it up here; then everything else opens."))
        return redirect(where)
    text = _("Nothing has been saved. Set it up in the other window; then come back here.")
    return something_first(_("Your role needs a second factor"), text, where, _("Set it up, in another window"))


def _note_refusal(actor: Actor) -> None:
    """Put on record that somebody asked for what is not theirs, in a transaction of its own."""
    db.session.rollback()
    note_refusal(db.session(), actor, str(request.endpoint), now=now())
    db.session.commit()
