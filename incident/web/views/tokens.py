"""One's own keys: tokens for scripts, and the private address of the calendar; each secret is shown once."""

from collections.abc import Callable
from typing import Final, cast
from uuid import UUID

from apiflask import APIFlask
from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import SelectField, StringField

from incident.domain.kernel.json import JsonObject
from incident.domain.kernel.people import Source
from incident.domain.kernel.scopes import LONGEST, Scope
from incident.store.db import db
from incident.usecases.clock.calendar_feed import (
    calendar_feed,
    feed_entries,
    make_calendar_token,
    person_of_calendar_token,
    revoke_calendar_token,
)
from incident.usecases.common.directory import DEFAULT_LANGUAGE
from incident.usecases.people.api_tokens import make_api_token, revoke_api_token, tokens_of
from incident.web.api_page import calls
from incident.web.clock import deps, now
from incident.web.forms.base import Form
from incident.web.forms.fields import CheckboxesField, choices_of
from incident.web.forms.validators import AtMost, Needed
from incident.web.transactions import attempt, commits
from incident.web.viewer import current_person, viewer

bp = Blueprint("tokens", __name__)


DAYS: Final = (30, 90, LONGEST)
SCOPES: Final = {
    Scope.REPORT: _l("Report incidents"),
    Scope.READ: _l("Read incidents with everything on record"),
    Scope.RECORD: _l("Add to the timeline"),
    Scope.EXPORT: _l("Fetch the files in the evidence"),
    Scope.ADMINISTER: _l("Manage subscriptions to events"),
}


class TokenForm(Form):
    """A new token."""

    label = StringField(_l("What is the token for?"), [Needed(_l("Write what the token is for.")), AtMost(120)])
    scopes = CheckboxesField(_l("What may it do?"), [Needed(_l("Say what the token may be used for."))])
    days = SelectField(_l("For how long?"), default=str(LONGEST))

    def offer(self) -> "TokenForm":
        """Fill in the lists, and tick the least."""
        self.scopes.choices = choices_of((scope.value, str(words)) for scope, words in SCOPES.items())
        self.days.choices = choices_of((str(days), ngettext("%(num)s day", "%(num)s days", days)) for days in DAYS)
        if not self.is_submitted():
            self.scopes.data = [Scope.REPORT.value]
        return self


@bp.route("/account/tokens", methods=["GET", "POST"])
def index() -> ResponseReturnValue:
    """Tokens and the calendar; a POST makes a token (201) and shows it, this once."""
    form = TokenForm().offer()
    if form.validate_on_submit():
        secret = attempt(form, _make(form))
        if secret:
            return _page(_empty(), secret=secret), 201
    return _page(form)


def _make(form: TokenForm) -> Callable[[], str]:
    scopes, days = [Scope(value) for value in form.scopes.data or ()], int(form.days.data)
    label = form.label.data or ""
    return lambda: make_api_token(db.session(), viewer(), _own(), label, now=now(), scopes=scopes, days=days)


def _empty() -> TokenForm:
    form = TokenForm(formdata=None).offer()
    form.scopes.data = [Scope.REPORT.value]
    return form


def _own() -> UUID:
    key = viewer().id
    assert key is not None
    return key


def _page(form: TokenForm, **shown: str) -> str:
    person = current_person()
    assert person is not None
    return render_template(
        "web/tokens/index.html",
        form=form,
        tokens=tokens_of(db.session(), _own()),
        words=lambda names: [str(SCOPES[Scope(name)]) for name in names.split(",")],
        is_over=lambda at: at <= now(),
        has_calendar=person.calendar_token_sha256 is not None,
        secret=shown.get("secret"),
        feed=shown.get("feed"),
    )


@bp.get("/account/tokens/api")
def api() -> ResponseReturnValue:
    """The description of the API, call by call."""
    spec = cast(JsonObject, cast(APIFlask, current_app).spec)
    described = calls(spec, deps().settings.base_url.rstrip("/"))
    return render_template("web/tokens/api.html", calls=described, scopes={one.value: SCOPES[one] for one in Scope})


@bp.post("/account/tokens/<uuid:token_id>/revoke")
@commits
def revoke(token_id: UUID) -> ResponseReturnValue:
    """End a token."""
    revoke_api_token(db.session(), viewer(), token_id, now=now())
    flash(_("The token has been ended."), "success")
    return redirect(url_for(".index"))


@bp.post("/account/calendar")
@commits
def make_calendar() -> ResponseReturnValue:
    """A new private address; the one before it stops working."""
    person = current_person()
    assert person is not None
    token = make_calendar_token(db.session(), person, viewer(), now())
    address = deps().settings.base_url.rstrip("/") + url_for(".calendar", token=token)
    return _page(_empty(), feed=address), 201


@bp.post("/account/calendar/close")
@commits
def close_calendar() -> ResponseReturnValue:
    """Close the feed."""
    person = current_person()
    assert person is not None
    revoke_calendar_token(db.session(), person, viewer(), now())
    flash(_("The calendar has been closed."), "success")
    return redirect(url_for(".index"))


@bp.get("/calendar/<token>.ics")
def calendar(token: str) -> ResponseReturnValue:
    """The feed itself, for a calendar program that cannot sign in."""
    person = person_of_calendar_token(db.session(), token)
    if person is None:
        abort(404)
    base = deps().settings.base_url.rstrip("/")
    made = calendar_feed(
        feed_entries(db.session(), person.actor(Source.API), now()),
        language=person.language or DEFAULT_LANGUAGE,
        link=lambda reference: f"{base}/incidents/{reference}",
        now=now(),
    )
    return Response(made, content_type="text/calendar; charset=utf-8")
