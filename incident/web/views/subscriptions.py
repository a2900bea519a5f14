"""Subscriptions to events: which system hears of what, whether its calls get through, and what became of each."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.domain.subscriptions import Subscription
from incident.store.db import db
from incident.usecases.common.access import visible
from incident.usecases.messages.subscriptions import (
    RemoveSubscription,
    RenewSecret,
    Saved,
    SaveSubscription,
    TestSubscription,
    calls,
    new_key,
    remove_subscription,
    renew_secret,
    save_subscription,
    subscription,
    subscriptions,
    troubled,
    try_subscription,
)
from incident.web.clock import deps, now
from incident.web.forms.subscriptions import CALLED, KINDS, SubscriptionForm
from incident.web.transactions import attempt, commits
from incident.web.viewer import viewer

bp = Blueprint("subscriptions", __name__)


@bp.get("/settings/events")
def index() -> ResponseReturnValue:
    """Every subscription, and whether its calls get through."""
    session = db.session()
    return render_template(
        "web/subscriptions/index.html", subscriptions=subscriptions(session), troubled=troubled(session), kinds=KINDS
    )


@bp.route("/settings/events/new", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """A new subscription; a POST makes it (201) and shows its secret, this once."""
    fresh = Subscription(new_key(), "", "", ())
    form = SubscriptionForm.of(fresh)
    if form.validate_on_submit() and (saved := attempt(form, lambda: _save(form, fresh.key))):
        return _secret(saved.subscription, str(saved.secret)), 201
    return render_template("web/subscriptions/edit.html", form=form, subscription=None, problem=None)


@bp.route("/settings/events/<key>", methods=["GET", "POST"])
def edit(key: str) -> ResponseReturnValue:
    """Change a subscription, and see its calls."""
    session = db.session()
    shown = subscription(session, key)
    form = SubscriptionForm.of(shown)
    if form.validate_on_submit() and attempt(form, lambda: _save(form, key)):
        flash(_("Saved."), "success")
        return redirect(url_for(".index"))
    return render_template(
        "web/subscriptions/edit.html",
        form=form,
        subscription=shown,
        calls=calls(session, key, visible(viewer())),
        called=CALLED,
        kinds=KINDS,
        problem=troubled(session).get(key),
    )


def _save(form: SubscriptionForm, key: str) -> Saved:
    command = SaveSubscription(viewer(), form.to_subscription(key))
    return save_subscription(command, session=db.session(), sealer=deps().sealer, now=now())


def _secret(shown: Subscription, secret: str) -> str:
    return render_template("web/subscriptions/secret.html", subscription=shown, secret=secret)


@bp.post("/settings/events/<key>/secret")
@commits
def renew(key: str) -> ResponseReturnValue:
    """A new secret, shown this once."""
    secret = renew_secret(RenewSecret(viewer(), key), session=db.session(), sealer=deps().sealer, now=now())
    return _secret(subscription(db.session(), key), secret), 201


@bp.post("/settings/events/<key>/test")
@commits
def try_one(key: str) -> ResponseReturnValue:
    """Send a test."""
    try_subscription(TestSubscription(viewer(), key), session=db.session(), now=now())
    flash(_("A test is on its way: see below how it went."), "success")
    return redirect(url_for(".edit", key=key))


@bp.post("/settings/events/<key>/remove")
@commits
def remove(key: str) -> ResponseReturnValue:
    """End a subscription."""
    remove_subscription(RemoveSubscription(viewer(), key), session=db.session(), now=now())
    flash(_("Removed. Nothing is sent to it any more."), "success")
    return redirect(url_for(".index"))
