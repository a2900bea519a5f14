"""Meldklok: records personal-data breaches, keeps the 72-hour clock, drafts the notices."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from incident.platform.settings import Settings
    from incident.wiring import Deps

__version__ = "0.1.0"


def create_app(settings: "Settings | None" = None, deps: "Deps | None" = None) -> "Flask":
    """The application: pages, API and, where Slack speaks HTTP, its events.

    Everything is imported here and not above, so that ``import incident.law`` loads no web framework. ``deps`` replaces
    the clock, the messengers or the file store, for tests.
    """
    import importlib

    from incident.platform.settings import Settings as SettingsType
    from incident.web.app import empty_app, init_web
    from incident.wiring import equip, wire

    deps = deps or wire(settings or SettingsType.load())
    app = equip(empty_app(), deps)
    init_web(app)
    if deps.settings.slack_transport == "http":
        # The bot stands above this package, so it is named, not imported: it brings its own door.
        importlib.import_module("bot.http").install(app, warm=True)
    return app
