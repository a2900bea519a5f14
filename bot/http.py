"""Slack over HTTP: one address, signed requests only."""

from typing import Final

from flask import Blueprint, Flask, Response, make_response, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler

from bot.app import create_bolt_app
from incident.platform.settings import Settings

PATH: Final = "/slack/events"


def install(app: Flask, *, warm: bool = False) -> App | None:
    """Give the pages' application the address for Slack, where Slack is configured to use it."""
    settings: Settings = app.extensions["meldklok"].settings
    if settings.slack_transport != "http":
        return None
    bolt = create_bolt_app(app, warm=warm)
    blueprint = _blueprint(SlackRequestHandler(bolt))
    app.register_blueprint(blueprint)
    app.extensions["slack_bolt"] = bolt
    protection = app.extensions.get("csrf")
    if protection is not None:
        protection.exempt(blueprint)
    return bolt


def _blueprint(handler: SlackRequestHandler) -> Blueprint:
    blueprint = Blueprint("slack", __name__)

    @blueprint.post(PATH)
    def events() -> Response:
        """Check the time stamp's shape, because Bolt answers rubbish with 500; the signature is Bolt's to check."""
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 16):
            return make_response({"error": "invalid request"}, 401)
        return handler.handle(request)

    return blueprint
