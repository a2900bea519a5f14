"""Slack over Socket Mode: outgoing connections only, in a process of its own."""

import signal
import threading
from functools import partial

import structlog
from flask import Flask
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from sqlalchemy import select

from bot.app import create_bolt_app
from bot.leave import Attendance
from incident.platform.settings import Settings, SettingsError
from incident.store.db import db

log = structlog.get_logger(__name__)
CONNECT_SECONDS = 10


def handler_of(app: Flask) -> SocketModeHandler:
    """What handles the payloads of the socket, in threads, once it is connected."""
    settings: Settings = app.extensions["meldklok"].settings
    if settings.slack_app_token is None:
        raise SettingsError("SLACK_APP_TOKEN", "SLACK_APP_TOKEN is not set: Socket Mode needs an app-level token.")
    web = WebClient(settings.slack_app_token, base_url=settings.slack_api_url, timeout=CONNECT_SECONDS)
    return SocketModeHandler(create_bolt_app(app, warm=True), app_token=settings.slack_app_token, web_client=web)


def connect(handler: SocketModeHandler) -> None:
    """Connect and return at once; the handler's `close()` ends it."""
    handler.connect()  # type: ignore[no-untyped-call]
    log.info("slack_socket_connected")


def reach_database(app: Flask) -> None:
    """Raises SQLAlchemyError where the database does not answer."""
    with app.app_context(), db.engine.connect() as connection:
        connection.execute(select(1))


def run_socket_mode(settings: Settings) -> None:
    """Serve until the process is asked to stop."""
    from incident.platform import logs
    from incident.wiring import new_app, wire

    logs.configure(settings, "bot")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    app = new_app(wire(settings))
    handler = handler_of(app)
    attendance = Attendance(handler.client, partial(reach_database, app), stop)
    connect(handler)
    if settings.embedded:
        stop.wait()
    else:
        attendance.serve()
    handler.close()  # type: ignore[no-untyped-call]
