"""Channels: which ones are set up, a test message to oneself, and what could not be delivered."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from incident.domain.kernel.errors import DomainError
from incident.domain.kernel.roles import Permission
from incident.store.db import db
from incident.store.queries.undelivered import undelivered
from incident.usecases.common.access import visible
from incident.usecases.messages.channels import configured, is_known
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.retry import GiveUp, SendAgain, give_up, send_again
from incident.usecases.messages.subscriptions import subscriptions
from incident.usecases.messages.try_channels import try_channel
from incident.web.clock import deps, now
from incident.web.findings import told
from incident.web.forms.base import translated
from incident.web.viewer import allowed, viewer

bp = Blueprint("channels", __name__)
NAMES: Final = {
    Channel.EMAIL: (_l("E-mail"), "SMTP_URL, MAIL_FROM"),
    Channel.SLACK: (_l("Slack"), "SLACK_BOT_TOKEN, SLACK_APP_TOKEN"),
    Channel.APPRISE: (_l("Further channels"), "APPRISE_URLS"),
}


@bp.get("/settings/channels")
def index() -> ResponseReturnValue:
    """Channels, and what has not arrived."""
    from incident.doctor.slack import duty_group

    session = db.session()
    waiting = undelivered(session, visible(viewer()), also_general=allowed(Permission.MANAGE_SETTINGS))
    open_channels = configured(session)
    return render_template(
        "web/channels/index.html",
        channels=NAMES,
        open_channels=open_channels,
        known=is_known(session),
        trial=Channel.TERMINAL in open_channels,
        undelivered=waiting,
        duty_group=[told(finding) for finding in duty_group(session, deps().settings)],
        subscribers={one.key: one.name for one in subscriptions(session)},
        may_record=allowed(Permission.RECORD),
    )


@bp.post("/settings/channels/test")
def try_one() -> ResponseReturnValue:
    """A test message to oneself; the worker sends it."""
    channel = request.form.get("channel", "")
    try:
        recipient = try_channel(db.session(), viewer(), channel, now=now())
    except DomainError as refusal:
        db.session.rollback()
        flash(translated(refusal), "error")
    else:
        db.session.commit()
        if channel == Channel.TERMINAL:
            text = _("The test message reached nobody: it is shown in the terminal only. Set up e-mail or Slack.")
            flash(text, "error")
        else:
            flash(_("A test message to %(recipient)s is on its way.", recipient=recipient), "success")
    return redirect(url_for(".index"))


@bp.post("/settings/messages/<uuid:message_id>/again")
def again(message_id: UUID) -> ResponseReturnValue:
    """Queue a dead letter anew."""
    return _settle(lambda: send_again(SendAgain(viewer(), message_id), session=db.session(), now=now()))


@bp.post("/settings/messages/<uuid:message_id>/give-up")
def give_up_on(message_id: UUID) -> ResponseReturnValue:
    """Take a dead letter off the list."""
    return _settle(lambda: give_up(GiveUp(viewer(), message_id), session=db.session(), now=now()))


def _settle(act: Callable[[], object]) -> ResponseReturnValue:
    try:
        act()
    except DomainError as refusal:
        db.session.rollback()
        flash(translated(refusal), "error")
    else:
        db.session.commit()
        flash(_("Done."), "success")
    return redirect(url_for(".index"))
